// Function: code that runs when it is called, on AWS Lambda.
//
// Input: the row's resource and all edges from and to it. Output: the row `kind_function`.
// Invariant: one role a function, which holds what the function's own edges need and nothing else.
#include "generator/cfn/env.h"
#include "generator/cfn/iam.h"
#include "generator/cfn/names.h"
#include "generator/expose.h"

static const char *const ARCHITECTURES[] = {"x86_64", "arm64", NULL};
static const char *const RUNTIMES[] = {"nodejs24.x", "nodejs22.x", NULL};
static const char *const URL_ACCESS[] = {"public", "iam", NULL};

static const Param OPTIONS[] = {
    {.name = "name",
     .type = P_STRING,
     .must_be_known = true,
     .doc = "names the function within the application, `default` unless given"},
    {.name = "memory",
     .type = P_NUMBER,
     .min = 128,
     .max = 10240,
     .must_be_known = true,
     .doc = "MB, 512 unless given"},
    {.name = "timeout",
     .type = P_NUMBER,
     .min = 1,
     .max = 900,
     .must_be_known = true,
     .doc = "seconds, 600 unless given, 30 for the handlers of a Router"},
    {.name = "envs", .type = P_ENV_MAP, .doc = "environment variables"},
    {.name = "environment", .type = P_ENV_MAP, .doc = "the same as `envs`"},
    {.name = "architecture",
     .type = P_STRING,
     .choices = ARCHITECTURES,
     .must_be_known = true,
     .doc = "the processor, x86_64 unless given"},
    {.name = "runtime",
     .type = P_STRING,
     .choices = RUNTIMES,
     .must_be_known = true,
     .doc = "the version of Node.js, nodejs24.x unless given"},
    {.name = "concurrency",
     .type = P_NUMBER,
     .min = 0,
     .max = 100000,
     .must_be_known = true,
     .doc = "reserves, and limits to, so many at once"},
    {.name = "url",
     .type = P_STRING,
     .choices = URL_ACCESS,
     .or_false = true,
     .must_be_known = true,
     .doc = "who may call its URL, `false` for no URL, `public` unless given"},
    {.name = "logRetention",
     .type = P_NUMBER,
     .min = 1,
     .max = 3653,
     .must_be_known = true,
     .doc = "days that logs are kept, 30 unless given"},
    {.name = "raw",
     .type = P_BOOLEAN,
     .must_be_known = true,
     .doc = "hand the function the event as it came"},
    {.name = "allowPlaintextSecrets",
     .type = P_BOOLEAN,
     .must_be_known = true,
     .doc = "let a literal that looks like a secret stand in its environment"},
    {.name = NULL},
};

static const Param PARAMS[] = {
    {.name = "func", .type = P_FUNCTION, .required = true, .doc = "what runs"},
    {.name = "name",
     .type = P_STRING,
     .must_be_known = true,
     .doc = "names the function within the application, `default` unless given"},
    {.name = "options", .type = P_OBJECT, .fields = OPTIONS, .doc = "how it runs"},
    {.name = NULL},
};

static const char *const INVOKE[] = {"lambda:InvokeFunction", NULL};

static const Op OPS[] = {
    {.name = "invoke",
     .role = OP_CLIENT,
     .actions = INVOKE,
     .doc = "calls the function and waits for its answer"},
    {.name = "url", .role = OP_LATE, .doc = "the function's own URL"},
    {.name = NULL},
};

static const char *const MAY_INVOKE[] = {"invoke", NULL};

static const Property PROPERTIES[] = {
    {.name = "awsFunctionName", .permits = MAY_INVOKE, .doc = "the name of the Lambda function"},
    {.name = NULL},
};

static const Consumer CONSUMERS[] = {
    {"@aws-sdk/client-lambda", "InvokeCommand", "awsFunctionName", MAY_INVOKE},
    {"@aws-sdk/client-lambda", "InvokeWithResponseStreamCommand", "awsFunctionName", MAY_INVOKE},
    {.module = NULL},
};

static const char *const CLIENT_PROPERTIES[] = {"awsFunctionName", NULL};

// ---- CloudFormation -----------------------------------------------------------------------------

enum {
    NAME_MAX = 64,
    MEMORY = 512,       // LangChain alone holds 80 MB, and processor time comes with memory
    TIMEOUT = 600,      // a model may take its time
    ROUTE_TIMEOUT = 30, // API Gateway waits no longer
    LOG_RETENTION = 30, // days
    NO_CONCURRENCY = -1,
};

static Str part(Gen *g, const Node *n, const char *name) {
    return names_logical(g->arena, n->resource->kind, n->resource->name, name);
}

// The name is fixed, unlike those of most resources: ARNs can be written without a reference, so
// two functions may call each other.
static Str physical(Arena *a, const Arch *arch, const ArchResource *r) {
    return names_physical(a, arch, r->name, NAME_MAX);
}

static bool is_handler(const Node *n, const char *kind) {
    for (uint32_t i = 0; i < n->in.n; i++)
        if (n->in.at[i]->type == EDGE_TRIGGER && (!kind || str_starts(n->in.at[i]->from, kind)))
            return true;
    return false;
}

static UrlAccess url_access(const Node *n) {
    return expose_url(n->resource, is_handler(n, NULL));
}

static Str arn_sub(Gen *g, const Node *n, const char *format) {
    Str name = physical(g->arena, g->arch, n->resource);
    Buf b = buf_new(g->arena);
    buf_puts(&b, "arn:${AWS::Partition}:");
    for (; *format; format++)
        if (*format == '@')
            buf_put(&b, name);
        else
            buf_putc(&b, *format);
    return buf_str(&b);
}

static Json *arn(Gen *g, const Node *n) {
    return json_sub(arn_sub(g, n, "lambda:${AWS::Region}:${AWS::AccountId}:function:@"));
}

static Str arn_text(Arena *a, const Arch *arch, const ArchResource *r) {
    return str_fmt(a, "function:%.*s", STR_ARG(physical(a, arch, r)));
}

static void add_role(Gen *g, const Node *n) {
    static const char *const LOG_ACTIONS[] = {"logs:CreateLogStream", "logs:PutLogEvents", NULL};
    Policy policy = {.arena = g->arena};
    Str streams =
        arn_sub(g, n, "logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/@:log-stream:*");
    policy_allow(&policy, STR("Logs"), LOG_ACTIONS, json_sub(streams), NULL);
    policy_allow_edges(g, n, &policy);
    role_add(g, n->resource, n->resource->id, part(g, n, "Role"), "lambda.amazonaws.com", NULL,
             &policy);
}

// What CloudWatch accepts as the age of logs.
static bool retention_exists(uint32_t days) {
    static const uint16_t DAYS[] = {1,   3,   5,   7,   14,   30,   60,   90,   120,  150,  180,
                                    365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653};
    for (size_t i = 0; i < sizeof DAYS / sizeof *DAYS; i++)
        if (DAYS[i] == days)
            return true;
    return false;
}

static void add_logs(Gen *g, const Node *n) {
    const ArchResource *r = n->resource;
    uint32_t fallback = g->settings->log_retention ? g->settings->log_retention : LOG_RETENTION;
    uint32_t days = (uint32_t)option_number(r, "logRetention", fallback);
    if (!retention_exists(days)) {
        Diag *d = gen_error(g, P0308, r, "logs cannot be kept for %u days", days);
        diag_help(d,
                  "CloudWatch keeps logs for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, "
                  "545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days");
    }
    Str name = str_cat(g->arena, STR("/aws/lambda/"), physical(g->arena, g->arch, r));
    Json *p = json_set_text(json_object(), "LogGroupName", name);
    json_set(p, "RetentionInDays", json_number(days));
    json_set(p, "Tags", gen_tags(g, r));
    Json *logs = gen_add(g, r, r->id, part(g, n, "Logs"), "AWS::Logs::LogGroup", p);
    if (!logs)
        return;
    // A group that stayed behind would keep the next stack from making its own under the same name.
    json_set(logs, "DeletionPolicy", json_string("Delete"));
    json_set(logs, "UpdateReplacePolicy", json_string("Delete"));
}

static double sized(const Node *n, const char *option, uint32_t setting, uint32_t fallback) {
    return option_number(n->resource, option, setting ? setting : fallback);
}

static Str chosen(const Node *n, const char *option, Str setting, Str fallback) {
    return option_text(n->resource, option, setting.n ? setting : fallback);
}

static void add_function(Gen *g, const Node *n) {
    const ArchResource *r = n->resource;
    const GenerateSettings *s = g->settings;
    Str key = part(g, n, "CodeKey");
    gen_parameter(g, key, str_fmt(g->arena, "the package of %.*s in the bucket", STR_ARG(r->id)));
    Str architecture = chosen(n, "architecture", s->architecture, STR("x86_64"));
    Str runtime = chosen(n, "runtime", s->runtime, STR("nodejs24.x"));
    vec_push(g->arena, &g->code, (CodeAsset){r->id, key, -1, architecture, runtime});
    Json *code = json_set(json_object(), "S3Bucket", json_ref(STR("ArtifactBucket")));
    Json *logging = json_set(json_object(), "LogGroup", json_ref(part(g, n, "Logs")));
    uint32_t timeout = is_handler(n, "Router/") ? ROUTE_TIMEOUT : TIMEOUT;
    Json *architectures = json_push(json_array(), json_text(architecture));
    double concurrency = option_number(r, "concurrency", NO_CONCURRENCY);

    Json *p = json_set_text(json_object(), "FunctionName", physical(g->arena, g->arch, r));
    json_set_text(p, "Runtime", runtime);
    json_set(p, "Handler", json_string("index.handler"));
    json_set(p, "Code", json_set(code, "S3Key", json_ref(key)));
    json_set(p, "Role", json_att(part(g, n, "Role"), "Arn"));
    json_set(p, "Architectures", architectures);
    json_set(p, "MemorySize", json_number(sized(n, "memory", s->memory, MEMORY)));
    json_set(p, "Timeout", json_number(sized(n, "timeout", s->timeout, timeout)));
    json_set(p, "LoggingConfig", logging);
    json_set(p, "Environment", json_set(json_object(), "Variables", env_json(g, n)));
    if (concurrency >= 0)
        json_set(p, "ReservedConcurrentExecutions", json_number(concurrency));
    json_set(p, "Tags", gen_tags(g, r));
    gen_add(g, r, r->id, part(g, n, ""), "AWS::Lambda::Function", p);
}

// A public URL answers when both permissions stand: one for the URL, one for calls that come by it.
static void add_url_permissions(Gen *g, const Node *n) {
    const ArchResource *r = n->resource;
    Json *p = json_set(json_object(), "FunctionName", json_att(part(g, n, ""), "Arn"));
    json_set(p, "Principal", json_string("*"));
    json_set(p, "Action", json_string("lambda:InvokeFunctionUrl"));
    json_set(p, "FunctionUrlAuthType", json_string("NONE"));
    gen_add(g, r, r->id, part(g, n, "UrlPermission"), "AWS::Lambda::Permission", p);

    Json *q = json_set(json_object(), "FunctionName", json_att(part(g, n, ""), "Arn"));
    json_set(q, "Principal", json_string("*"));
    json_set(q, "Action", json_string("lambda:InvokeFunction"));
    json_set(q, "InvokedViaFunctionUrl", json_bool(true));
    gen_add(g, r, r->id, part(g, n, "UrlInvokePermission"), "AWS::Lambda::Permission", q);
}

static Json *everything(void) {
    return json_push(json_array(), json_string("*"));
}

static void add_url(Gen *g, const Node *n) {
    const ArchResource *r = n->resource;
    UrlAccess access = url_access(n);
    if (access == URL_NONE)
        return;
    Json *p = json_set(json_object(), "TargetFunctionArn", json_att(part(g, n, ""), "Arn"));
    json_set(p, "AuthType", json_string(access == URL_IAM ? "AWS_IAM" : "NONE"));
    // Answers of any length, as they come; the runtime wraps those that are there whole.
    json_set(p, "InvokeMode", json_string("RESPONSE_STREAM"));
    if (access == URL_PUBLIC) {
        Json *cors = json_set(json_object(), "AllowOrigins", everything());
        json_set(cors, "AllowMethods", everything());
        json_set(p, "Cors", json_set(cors, "AllowHeaders", everything()));
        add_url_permissions(g, n);
    }
    Str id = part(g, n, "Url");
    Json *url = gen_add(g, r, r->id, id, "AWS::Lambda::Url", p);
    if (!url)
        return;
    if (access == URL_PUBLIC) {
        // Whoever learns the URL can use it: the permissions come first.
        Json *both = json_push(json_array(), json_text(part(g, n, "UrlPermission")));
        json_push(both, json_text(part(g, n, "UrlInvokePermission")));
        json_set(url, "DependsOn", both);
    }
    gen_output(g, id, str_fmt(g->arena, "the URL of %.*s", STR_ARG(r->id)),
               json_att(id, "FunctionUrl"));
}

static void emit(Gen *g, const Node *n) {
    gen_parameter(g, STR("ArtifactBucket"), STR("the S3 bucket that holds the packages"));
    add_logs(g, n);
    add_role(g, n);
    add_function(g, n);
    add_url(g, n);
}

static Json *property(Gen *g, const Node *n, Str name, const Node *reader) {
    if (str_is(name, "awsFunctionName"))
        return json_text(physical(g->arena, g->arch, n->resource));
    if (url_access(n) != URL_NONE)
        return json_att(part(g, n, "Url"), "FunctionUrl");
    Diag *d =
        gen_error(g, P0307, reader->resource, "`%.*s` reads the URL of `%.*s`, which has none",
                  STR_ARG(reader->resource->id), STR_ARG(n->resource->id));
    diag_help(d, is_handler(n, NULL)
                     ? "read the URL of the resource that calls the function"
                     : "leave out `url: false`, or call the function with `invoke`");
    return NULL;
}

// Whoever reads a URL that wants signed requests is to send them.
static void permit_read(Gen *g, const Node *n, Str name, Policy *policy) {
    static const char *const URL[] = {"lambda:InvokeFunctionUrl", NULL};
    if (!str_is(name, "url") || url_access(n) != URL_IAM)
        return;
    policy_allow(policy, part(g, n, "Url"), URL, arn(g, n), NULL);
    Json *by_url = policy_condition("Bool", "lambda:InvokedViaFunctionUrl", json_string("true"));
    policy_allow(policy, part(g, n, "UrlInvoke"), INVOKE, arn(g, n), by_url);
}

static const Lowering LOWERING = {.emit = emit,
                                  .property = property,
                                  .arn = arn,
                                  .arn_text = arn_text,
                                  .permit_read = permit_read};

const Kind kind_function = {
    .name = "Function",
    .doc = "code that runs when it is called",
    .params = PARAMS,
    .options_for_name = true,
    .ops = OPS,
    .properties = PROPERTIES,
    .consumers = CONSUMERS,
    .client_properties = CLIENT_PROPERTIES,
    .lowering = &LOWERING,
};
