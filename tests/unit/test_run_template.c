// The template's evaluation: each function of CloudFormation, what is refused, and the application
// that comes out of the templates that the generator writes.

#include "adapters/run/run.h"
#include "adapters/run/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// ---- One value ----------------------------------------------------------------------------------

static bool no_parameter(void *context, Arena *a, Str name, Str *out) {
    (void)context, (void)a;
    *out = STR("given");
    return str_is(name, "Given");
}

static bool some_origin(void *context, Arena *a, Str owner, Str *out, Err *err) {
    (void)context;
    *out = str_fmt(a, "http://127.0.0.1:%u", owner.n);
    return owner.n < 20 || err_set(err, ERR_IO, "no port");
}

static const TemplateLocal LOCAL = {
    .region = {"eu-west-1", 9}, .parameter = no_parameter, .origin = some_origin};

#define FRAME                                                                                      \
    "{\"Metadata\":{\"pluto\":{\"project\":\"chat\",\"stack\":\"dev\"}},"                          \
    "\"Parameters\":{\"Given\":{\"Type\":\"String\"},\"Set\":{\"Type\":\"String\","                \
    "\"Default\":\"d\"},\"Many\":{\"Type\":\"CommaDelimitedList\",\"Default\":\"a,b,c\"},"         \
    "\"Unset\":{\"Type\":\"String\"},\"No\":{\"Type\":\"Number\",\"Default\":7}},"                 \
    "\"Mappings\":{\"M\":{\"eu-west-1\":{\"x\":\"found\",\"l\":[\"p\",\"q\"]}}},"                  \
    "\"Conditions\":{\"Yes\":{\"Fn::Equals\":[{\"Ref\":\"Given\"},\"given\"]},"                    \
    "\"Nope\":{\"Fn::Not\":[{\"Condition\":\"Yes\"}]},\"Ring\":{\"Condition\":\"Gnir\"},"          \
    "\"Gnir\":{\"Fn::Not\":[{\"Condition\":\"Ring\"}]}},\"Resources\":{"                           \
    "\"Fn1\":{\"Type\":\"AWS::Lambda::Function\",\"Metadata\":{\"pluto\":{\"id\":\"Function/"      \
    "f\"}},"                                                                                       \
    "\"Properties\":{\"FunctionName\":\"chat-dev-f\"}},"                                           \
    "\"Api\":{\"Type\":\"AWS::ApiGatewayV2::Api\",\"Metadata\":{\"pluto\":{\"id\":\"R/a\"}}},"     \
    "\"Url\":{\"Type\":\"AWS::Lambda::Url\",\"Properties\":{\"TargetFunctionArn\":{\"Fn::"         \
    "GetAtt\":"                                                                                    \
    "[\"Fn1\",\"Arn\"]}}},\"Table\":{\"Type\":\"AWS::DynamoDB::Table\"},"                          \
    "\"End\":{\"Type\":\"AWS::SageMaker::Endpoint\",\"Properties\":{\"EndpointName\":\"e\"}},"     \
    "\"Self\":{\"Type\":\"AWS::Lambda::Function\",\"Properties\":{\"FunctionName\":{\"Ref\":"      \
    "\"Other\"}}},\"Other\":{\"Type\":\"AWS::Lambda::Function\",\"Properties\":{\"FunctionName\":" \
    "{\"Ref\":\"Self\"}}},\"Gone\":{\"Type\":\"AWS::SQS::Queue\",\"Condition\":\"Nope\"},"         \
    "\"Queue\":{\"Type\":\"AWS::SQS::Queue\"},"                                                    \
    "\"It\":{\"Type\":\"AWS::X::Y\",\"Properties\":{\"V\":"

// The value as JSON, or the message.
static Str evaluated(Arena *a, Str source) {
    Str json = str_fmt(a, FRAME "%.*s}}}}", STR_ARG(source));
    Template *t;
    Err err = {0};
    const Tree *out;
    if (!template_read(a, json, &LOCAL, &t, &err))
        return str_dup(a, str_of(err.message));
    TemplateResource *it = &vec_last(template_resources(t));
    if (!template_properties(t, it, &out, &err)) {
        assert_int_not_equal(err.kind, ERR_NONE);
        return str_dup(a, str_of(err.message));
    }
    const Tree *v = tree_find(out, "V");
    Buf b = buf_new(a);
    if (v)
        tree_write(&b, v);
    return buf_str(&b);
}

static void functions_are_evaluated(void **state) {
    static const struct {
        const char *source, *wanted;
    } rows[] = {
        {"1.50", "1.50"},
        {"[true,null,\"x\"]", "[true,null,\"x\"]"},
        {"{\"Ref\":\"AWS::Region\"}", "\"eu-west-1\""},
        {"{\"Ref\":\"AWS::AccountId\"}", "\"000000000000\""},
        {"{\"Ref\":\"AWS::StackName\"}", "\"chat-dev\""},
        {"{\"Ref\":\"AWS::NoValue\"}", ""},
        {"[{\"Ref\":\"AWS::NoValue\"},1]", "[1]"},
        {"{\"Ref\":\"Given\"}", "\"given\""},
        {"{\"Ref\":\"Set\"}", "\"d\""},
        {"{\"Ref\":\"No\"}", "\"7\""},
        {"{\"Ref\":\"Many\"}", "[\"a\",\"b\",\"c\"]"},
        {"{\"Ref\":\"Fn1\"}", "\"chat-dev-f\""},
        {"{\"Ref\":\"Table\"}", "\"chat-dev-Table\""},
        {"{\"Ref\":\"Queue\"}", "\"chat-dev-Queue\""},
        {"{\"Ref\":\"Url\"}", "\"arn:aws:lambda:eu-west-1:000000000000:function:chat-dev-f\""},
        {"{\"Fn::GetAtt\":[\"Fn1\",\"Arn\"]}",
         "\"arn:aws:lambda:eu-west-1:000000000000:function:chat-dev-f\""},
        {"{\"Fn::GetAtt\":\"Table.Arn\"}",
         "\"arn:aws:dynamodb:eu-west-1:000000000000:table/chat-dev-Table\""},
        {"{\"Fn::GetAtt\":[\"Api\",\"ApiEndpoint\"]}", "\"http://127.0.0.1:3\""},
        {"{\"Fn::GetAtt\":[\"Url\",\"FunctionUrl\"]}", "\"http://127.0.0.1:3/\""},
        {"{\"Fn::GetAtt\":[\"Queue\",\"Arn\"]}", "\"chat-dev-Queue.Arn\""},
        {"{\"Fn::Select\":[1,{\"Fn::Split\":[\"/\",{\"Ref\":\"End\"}]}]}", "\"e\""},
        {"{\"Fn::Select\":[\"2\",{\"Ref\":\"Many\"}]}", "\"c\""},
        {"{\"Fn::Split\":[\"-\",\"a--b\"]}", "[\"a\",\"\",\"b\"]"},
        {"{\"Fn::Split\":[\"\",\"ab\"]}", "[\"ab\"]"},
        {"{\"Fn::Join\":[\"/\",[\"a\",2,{\"Ref\":\"AWS::NoValue\"},true]]}", "\"a/2/true\""},
        {"{\"Fn::Join\":[\"\",{\"Ref\":\"Many\"}]}", "\"abc\""},
        {"{\"Fn::Sub\":\"${AWS::Partition}-${Given}-${Fn1.Arn}-${!x}-$\"}",
         "\"aws-given-arn:aws:lambda:eu-west-1:000000000000:function:chat-dev-f-${x}-$\""},
        {"{\"Fn::Sub\":[\"${a}${Set}\",{\"a\":{\"Ref\":\"Given\"}}]}", "\"givend\""},
        {"{\"Fn::Sub\":\"${\"}", "\"${\""},
        {"{\"Fn::FindInMap\":[\"M\",{\"Ref\":\"AWS::Region\"},\"x\"]}", "\"found\""},
        {"{\"Fn::FindInMap\":[\"M\",\"eu-west-1\",\"l\"]}", "[\"p\",\"q\"]"},
        {"{\"Fn::FindInMap\":[\"M\",\"a\",\"x\",{\"DefaultValue\":5}]}", "5"},
        {"{\"Fn::If\":[\"Yes\",1,{\"Ref\":\"Nothing\"}]}", "1"},
        {"{\"Fn::If\":[\"Nope\",1,{\"Ref\":\"AWS::NoValue\"}]}", ""},
        {"{\"Fn::And\":[{\"Condition\":\"Yes\"},{\"Condition\":\"Nope\"}]}", "false"},
        {"{\"Fn::Or\":[{\"Condition\":\"Nope\"},{\"Condition\":\"Yes\"}]}", "true"},
        {"{\"Condition\":{\"StringEquals\":{\"a\":{\"Ref\":\"Set\"}}}}",
         "{\"Condition\":{\"StringEquals\":{\"a\":\"d\"}}}"},
        {"{\"a\":{\"Ref\":\"Set\"},\"Ref\":\"Set\"}", "{\"a\":\"d\",\"Ref\":\"Set\"}"},
        {"\"{{resolve:ssm:x}}\"", "\"{{resolve:ssm:x}}\""},
        {"\"\\u0000\\ud800\\ud83d\\udc4d\"", "\"\\u0000\xEF\xBF\xBD\xF0\x9F\x91\x8D\""},
    };
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Str got = evaluated(&a, str_of(rows[i].source));
        if (!str_is(got, rows[i].wanted))
            fail_msg("%s: %.*s, wanted %s", rows[i].source, STR_ARG(got), rows[i].wanted);
    }
    arena_release(&a);
}

static Str doubling(Arena *a) {
    Str s = STR("\"xxxxxxxxxxxxxxxx\"");
    for (unsigned i = 0; i < 40; i++)
        s = str_fmt(a, "{\"Fn::Sub\":[\"${a}${a}\",{\"a\":%.*s}]}", STR_ARG(s));
    return s;
}

static Str nested(Arena *a, const char *open, const char *close, unsigned times) {
    Buf b = buf_new(a);
    for (unsigned i = 0; i < times; i++)
        buf_puts(&b, open);
    buf_puts(&b, "1");
    for (unsigned i = 0; i < times; i++)
        buf_puts(&b, close);
    return buf_str(&b);
}

static void what_is_wrong_is_said(void **state) {
    Arena a;
    arena_init(&a);
    const struct {
        Str source;
        const char *why;
    } rows[] = {
        {STR("{\"Ref\":\"Nothing\"}"), "in `It` of the template `Nothing` is referred to"},
        {STR("{\"Ref\":\"AWS::Nothing\"}"), "`AWS::Nothing` is not known"},
        {STR("{\"Ref\":\"Unset\"}"), "the parameter `Unset` has no value here"},
        {STR("{\"Ref\":[1]}"), "`Ref` is not of a name"},
        {STR("{\"Ref\":\"Self\"}"), "`Self` refers to itself"},
        {STR("{\"Ref\":\"Gone\"}"), "`Gone`, which its condition removes"},
        {STR("{\"Fn::GetAtt\":[\"Fn1\",\"Arm\"]}"), "has no attribute `Arm`"},
        {STR("{\"Fn::GetAtt\":[\"Fn1\"]}"), "`Fn::GetAtt` is not of a resource"},
        {STR("{\"Fn::GetAtt\":\"Fn1\"}"), "`Fn::GetAtt` is not of a resource"},
        {STR("{\"Fn::Sub\":[1,{}]}"), "`Fn::Sub` is not of a text"},
        {STR("{\"Fn::Sub\":[]}"), "too few arguments"},
        {STR("{\"Fn::Sub\":{}}"), "`Fn::Sub` is not of a text"},
        {STR("{\"Fn::Sub\":\"${Many}\"}"), "`${Many}` is not a text"},
        {STR("{\"Fn::Select\":[9,[1]]}"), "an item that is not there"},
        {STR("{\"Fn::Select\":[-1,[1]]}"), "no proper index"},
        {STR("{\"Fn::Select\":[\"\",[1]]}"), "an item that is not there"},
        {STR("{\"Fn::Select\":[99999999999999999999,[1]]}"), "no proper index"},
        {STR("{\"Fn::Select\":[0,\"a\"]}"), "not of a list"},
        {STR("{\"Fn::Join\":[\"\",[[1]]]}"), "something else than texts"},
        {STR("{\"Fn::Join\":\"\"}"), "too few arguments"},
        {STR("{\"Fn::Split\":[\"/\"]}"), "too few arguments"},
        {STR("{\"Fn::FindInMap\":[\"M\",\"us\",\"x\"]}"), "the map `M` has nothing for `us`, `x`"},
        {STR("{\"Fn::If\":[\"Perhaps\",1,2]}"), "the condition `Perhaps` does not exist"},
        {STR("{\"Fn::If\":[\"Yes\",1]}"), "too few arguments"},
        {STR("{\"Fn::If\":[\"Ring\",1,2]}"), "refers to itself"},
        {STR("{\"Fn::Cidr\":[1]}"), "the function `Fn::Cidr` is not known here"},
        {STR("{\"Fn::And\":[]}"), "too few arguments"},
        {doubling(&a), "too large"},
        {nested(&a, "[", "]", 150), "nested too deeply"},
        {nested(&a, "[", "]", 5000), "the template cannot be read"},
        {STR("1}"), "the template cannot be read"},
        {STR("01"), "the template cannot be read"},
        {STR("\"\n\""), "the template cannot be read"},
        {STR("nul"), "the template cannot be read"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Str got = evaluated(&a, rows[i].source);
        if (!str_contains(got, rows[i].why))
            fail_msg("%.*s: %.*s, wanted %s", (int)(rows[i].source.n < 80 ? rows[i].source.n : 80),
                     rows[i].source.p, STR_ARG(got), rows[i].why);
    }
    arena_release(&a);
}

// ---- Applications -------------------------------------------------------------------------------

typedef struct Deployer {
    Host host; // first
    uint16_t next;
} Deployer;

static bool variable(Host *h, Arena *a, Str name, Str *out) {
    (void)h, (void)a;
    *out = STR("the moon");
    return str_is(name, "HOME_REGION");
}

static uint16_t next_port(void *context, Str id, Err *err) {
    Deployer *d = context;
    (void)id, (void)err;
    return ++d->next;
}

static Str golden(Arena *a, const char *name, const char *file) {
    Str path = str_fmt(a, "tests/golden/template/%s/%s", name, file), text;
    Err err = {0};
    if (!host_posix()->read_file(host_posix(), a, path, 16 << 20, &text, &err))
        fail_msg("%s", err.message);
    return text;
}

// Reads a template as if each resource of the graph had a package.
static bool app_from(Arena *a, Str template_json, Str arch, Str region, App *app, Err *err) {
    static Deployer deployer;
    deployer = (Deployer){.host = {.env = variable}, .next = 4300};
    RunApp in = {.template_json = template_json, .arch_json = arch, .host = &deployer.host};
    const Tree *resources = tree_child(tree_read(a, in.arch_json), "resources");
    RunFunction *functions = arena_array(a, RunFunction, 100);
    for (; resources; resources = resources->next)
        functions[in.function_count++] =
            (RunFunction){tree_str_at(a, resources, "id"), STR("/package"), STR("hash")};
    in.functions = functions;
    AppRead read = {.in = &in,
                    .region = region,
                    .endpoint = STR("http://127.0.0.1:4300"),
                    .port = next_port,
                    .context = &deployer};
    return app_read(a, &read, app, err);
}

static bool app_of(Arena *a, const char *name, App *app, Err *err) {
    return app_from(a, golden(a, name, "expect.template.json"), golden(a, name, "expect.arch.json"),
                    STR("us-east-1"), app, err);
}

static const char *env_of(Arena *a, const AppPairVec *env, const char *key) {
    for (uint32_t i = 0; i < env->n; i++)
        if (str_is(env->at[i].key, key))
            return str_cstr(a, env->at[i].value);
    return "(not set)";
}

#define assert_str(s, wanted) assert_string_equal(str_cstr(&a, s), wanted)

static void late_values_get_local_ones(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    App app;
    Err err = {0};
    if (!app_of(&a, "late-values-in-environment", &app, &err))
        fail_msg("%s", err.message);
    assert_int_equal(app.functions.n, 1);
    assert_int_equal(app.apis.n, 1);
    assert_int_equal(app.tables.n, 1);
    const AppFunction *f = &app.functions.at[0];
    assert_str(f->id, "Function/caller");
    assert_str(f->folder, "/package");
    assert_str(f->handler, "index.handler");
    assert_str(f->log_group, "/aws/lambda/late-values-in-environment-dev-caller");
    assert_string_equal(env_of(&a, &f->env, "BASE"), "http://127.0.0.1:4301");
    assert_string_equal(env_of(&a, &f->env, "CALLBACK"), "http://127.0.0.1:4301/callback");
    assert_string_equal(env_of(&a, &f->env, "REGION"), "the moon");
    assert_string_equal(env_of(&a, &f->env, "TABLE"), "late-values-in-environment-dev-KVStoreKv");
    assert_str(app.tables.at[0].create_json,
               "{\"TableName\":\"late-values-in-environment-dev-KVStoreKv\","
               "\"AttributeDefinitions\":[{\"AttributeName\":\"Id\",\"AttributeType\":\"S\"}],"
               "\"KeySchema\":[{\"AttributeName\":\"Id\",\"KeyType\":\"HASH\"}],"
               "\"BillingMode\":\"PAY_PER_REQUEST\"}");
    assert_int_equal(app.notes.n, 0);
    arena_release(&a);
}

static void routes_and_cors_are_read(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    App app;
    Err err = {0};
    if (!app_of(&a, "router-paths", &app, &err))
        fail_msg("%s", err.message);
    assert_int_equal(app.apis.n, 1);
    const AppApi *api = &app.apis.at[0];
    assert_true(api->routes.n > 1);
    assert_int_equal(api->api_id.n, 10);
    assert_str(api->stage, "$default");
    for (uint32_t i = 0; i < api->routes.n; i++) {
        const AppRoute *route = &api->routes.at[i];
        assert_str(route->payload, "2.0");
        assert_int_equal(route->timeout_ms, 30000);
        assert_true(str_starts(route->path, "/"));
        assert_true(route->function < app.functions.n);
    }
    if (!app_of(&a, "cors", &app, &err))
        fail_msg("%s", err.message);
    bool named = false;
    for (uint32_t i = 0; i < app.apis.n; i++)
        named = named || (app.apis.at[i].cors.present && app.apis.at[i].cors.allow_credentials);
    assert_true(named);
    arena_release(&a);
}

static void urls_and_models_are_read(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    App app;
    Err err = {0};
    if (!app_of(&a, "function-url-access", &app, &err))
        fail_msg("%s", err.message);
    bool iam = false, open = false;
    for (uint32_t i = 0; i < app.urls.n; i++) {
        assert_int_equal(app.urls.at[i].port, 4301 + i);
        assert_true(app.urls.at[i].streaming);
        iam = iam || str_is(app.urls.at[i].auth, "AWS_IAM");
        open = open || (str_is(app.urls.at[i].auth, "NONE") && app.urls.at[i].cors.present);
    }
    assert_true(iam && open);
    if (!app_of(&a, "sagemaker-variants", &app, &err))
        fail_msg("%s", err.message);
    assert_true(app.models.n > 0 && app.notes.n > 0);
    assert_true(str_contains(app.notes.at[0], "only"));
    assert_true(app.models.at[0].image.n > 0);
    arena_release(&a);
}

#define FUNCTION(environment)                                                                      \
    "{\"Type\":\"AWS::Lambda::Function\",\"Metadata\":{\"pluto\":{\"id\":\"Function/f\"}},"        \
    "\"Properties\":{\"FunctionName\":\"x-f\",\"Environment\":{\"Variables\":" environment "}}}"

static void addresses_of_aws_lead_here(void **state) {
    static const struct {
        const char *region, *url;
    } rows[] = {
        {"us-east-1", "http://127.0.0.1:4300/endpoints/e/invocations"},
        {"cn-north-1", "http://127.0.0.1:4300/endpoints/e/invocations"},
    };
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        App app;
        Err err = {0};
        Str json = STR("{\"Resources\":{\"F\":" FUNCTION(
            "{\"U\":{\"Fn::Sub\":\"https://runtime.sagemaker.${AWS::Region}.${AWS::URLSuffix}/"
            "endpoints/e/invocations\"},\"OTHER\":\"https://runtime.sagemaker.x/\",\"N\":7,"
            "\"S\":\"{{resolve:secretsmanager:s}}\"}") ",\"Q\":{\"Type\":\"AWS::SQS::Queue\"}}}");
        Str arch = STR("{\"resources\":[{\"id\":\"Function/f\"}]}");
        if (!app_from(&a, json, arch, str_of(rows[i].region), &app, &err))
            fail_msg("%s", err.message);
        const AppPairVec *env = &app.functions.at[0].env;
        assert_string_equal(env_of(&a, env, "U"), rows[i].url);
        assert_string_equal(env_of(&a, env, "OTHER"), "https://runtime.sagemaker.x/");
        assert_string_equal(env_of(&a, env, "N"), "7");
        assert_int_equal(app.notes.n, 2);
        assert_str(app.notes.at[0], "`S` of Function/f names a value that only AWS can look up");
        assert_str(app.notes.at[1], "Q is not served here: it needs AWS::SQS::Queue");
    }
    arena_release(&a);
}

// What can be wrong with a template that the generator did not write.
static void unfit_applications_are_refused(void **state) {
    static const struct {
        const char *resources, *why;
    } rows[] = {
        {"\"G\":{\"Type\":\"AWS::Lambda::Function\"}", "there is no package of `G`"},
        {"\"U\":{\"Type\":\"AWS::Lambda::Url\",\"Properties\":{\"TargetFunctionArn\":\"x\"}}",
         "the template has no function `x`"},
        {"\"E\":{\"Type\":\"AWS::SageMaker::Endpoint\",\"Properties\":{\"EndpointConfigName\":"
         "\"c\"}}",
         "no AWS::SageMaker::EndpointConfig named `c`"},
        {"\"A\":{\"Type\":\"AWS::ApiGatewayV2::Api\",\"Properties\":{\"ProtocolType\":\"HTTP\"}},"
         "\"R\":{\"Type\":\"AWS::ApiGatewayV2::Route\",\"Properties\":{\"ApiId\":{\"Ref\":\"A\"},"
         "\"RouteKey\":\"GET /\",\"Target\":\"integrations/i\"}}",
         "no AWS::ApiGatewayV2::Integration named `i`"},
        {"\"N\":{}", "`N` of the template has no type"},
    };
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        App app;
        Err err = {0};
        Str json = str_fmt(&a, "{\"Resources\":{%s}}", rows[i].resources);
        assert_false(app_from(&a, json, STR("{\"resources\":[]}"), STR("us-east-1"), &app, &err));
        if (!str_contains(str_of(err.message), rows[i].why))
            fail_msg("%s, wanted %s", err.message, rows[i].why);
    }
    arena_release(&a);
}

// Every template that the generator is known to write can be run.
static void golden_templates_are_evaluated(void **state) {
    static const char *const names[] = {
        "allowed-secret",
        "cors",
        "empty-program",
        "function-options",
        "function-url-access",
        "kvstore-options",
        "late-values-in-environment",
        "least-privilege",
        "minimal-function",
        "other-stack",
        "router-paths",
        "sagemaker-gpu",
        "sagemaker-model-in-s3",
        "sagemaker-variants",
        "settings",
    };
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        App app;
        Err err = {0};
        if (!app_of(&a, names[i], &app, &err))
            fail_msg("%s: %s", names[i], err.message);
    }
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_are_evaluated),
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(late_values_get_local_ones),
        cmocka_unit_test(routes_and_cors_are_read),
        cmocka_unit_test(urls_and_models_are_read),
        cmocka_unit_test(addresses_of_aws_lead_here),
        cmocka_unit_test(unfit_applications_are_refused),
        cmocka_unit_test(golden_templates_are_evaluated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
