// Plans: what a deployment would do to a stack, from the templates of both sides.

#include "tests/unit/fixture_generate.h"

#include "generator/plan.h"

#define TABLE(members) "\"Notes\":{\"Type\":\"AWS::DynamoDB::Table\"" members "}"
#define ROLE(statements)                                                                           \
    "\"Role\":{\"Type\":\"AWS::IAM::Role\",\"Metadata\":{\"pluto\":{\"id\":\"Function/f\","        \
    "\"source\":\"index.ts:1:2\"}},\"Properties\":{\"Policies\":[{\"PolicyName\":\"pluto\","       \
    "\"PolicyDocument\":{\"Statement\":[" statements "]}}]}}"
#define ALLOW(action, resource)                                                                    \
    "{\"Effect\":\"Allow\",\"Action\":\"" action "\",\"Resource\":" resource "}"
#define DENY(action, resource)                                                                     \
    "{\"Effect\":\"Deny\",\"Action\":\"" action "\",\"Resource\":" resource "}"
#define ONLY(action, resource)                                                                     \
    "{\"Effect\":\"Allow\",\"Action\":\"" action "\",\"Resource\":" resource                       \
    ",\"Condition\":{\"Bool\":{\"aws:SecureTransport\":true}}}"
#define NOTES "{\"Fn::GetAtt\":[\"Notes\",\"Arn\"]}"
#define URL(type)                                                                                  \
    "\"Url\":{\"Type\":\"AWS::Lambda::Url\",\"Properties\":{\"AuthType\":\"" type "\"}}"
#define OPEN_ROUTE                                                                                 \
    "\"Route\":{\"Type\":\"AWS::ApiGatewayV2::Route\",\"Properties\":{\"RouteKey\":\"GET /\"}}"

static Plan plan_of(Fixture *f, PlanInput *in, const char *before, const char *after) {
    PlanTemplate *sides = arena_array(&f->arena, PlanTemplate, 2);
    const char *const texts[] = {before, after};
    for (int i = 0; i < 2; i++)
        sides[i].json = str_fmt(&f->arena, "{\"Resources\":{%s}}", texts[i]);
    in->project = STR("shop");
    in->stack = STR("dev");
    in->before_name = STR("old");
    in->before.templates = &sides[0];
    in->before.template_count = 1;
    in->after.templates = &sides[1];
    in->after.template_count = 1;
    Plan plan;
    Err err = {0};
    if (!plan_compare(&f->arena, in, &plan, &err))
        fail_msg("%s", err.message);
    return plan;
}

// ---- Actions ------------------------------------------------------------------------------------

typedef struct Case {
    const char *what, *before, *after;
    PlanAction action; // of the last resource of the plan; PLAN_ACTION_COUNT: there is none
    bool loses;
} Case;

static const Case CASES[] = {
    {"the same", TABLE(""), TABLE(""), PLAN_ACTION_COUNT, false},
    {"what stands at a resource for people", TABLE(""), TABLE(",\"Metadata\":{\"a\":1}"),
     PLAN_ACTION_COUNT, false},
    {"the order of members", TABLE(",\"Properties\":{\"A\":1,\"B\":2}"),
     TABLE(",\"Properties\":{\"B\":2,\"A\":1}"), PLAN_ACTION_COUNT, false},
    {"a new table", "", TABLE(""), PLAN_ADD, false},
    {"a table that goes", TABLE(""), "", PLAN_REMOVE, true},
    {"a table that goes and stays", TABLE(",\"DeletionPolicy\":\"RetainExceptOnCreate\""), "",
     PLAN_REMOVE, false},
    {"a property in place", TABLE(",\"Properties\":{\"BillingMode\":\"A\"}"),
     TABLE(",\"Properties\":{\"BillingMode\":\"B\"}"), PLAN_CHANGE, false},
    {"a property that comes", TABLE(""), TABLE(",\"Properties\":{\"BillingMode\":\"B\"}"),
     PLAN_CHANGE, false},
    {"a key", TABLE(",\"Properties\":{\"KeySchema\":[1]}"),
     TABLE(",\"Properties\":{\"KeySchema\":[2]}"), PLAN_REPLACE, true},
    {"a key, with the old table kept", TABLE(",\"Properties\":{\"KeySchema\":[1]}"),
     TABLE(",\"UpdateReplacePolicy\":\"Retain\",\"Properties\":{\"KeySchema\":[2]}"), PLAN_REPLACE,
     false},
    {"another type", "\"Notes\":{\"Type\":\"AWS::Logs::LogGroup\"}", TABLE(""), PLAN_REPLACE, true},
    {"a type that pluto does not write", "\"X\":{\"Type\":\"A::B::C\",\"Properties\":{\"P\":1}}",
     "\"X\":{\"Type\":\"A::B::C\",\"Properties\":{\"P\":2}}", PLAN_MAY_REPLACE, false},
    {"what stays where it goes", TABLE(""), TABLE(",\"DeletionPolicy\":\"Retain\""), PLAN_CHANGE,
     false},
    {"what refers to a table that is replaced",
     TABLE(
         ",\"UpdateReplacePolicy\":\"Retain\",\"Properties\":{\"TableName\":\"a\"}") ","
                                                                                     "\"F\":{"
                                                                                     "\"Type\":"
                                                                                     "\"AWS::"
                                                                                     "Lambda::"
                                                                                     "Function\","
                                                                                     "\"Properties"
                                                                                     "\":{"
                                                                                     "\"Environment"
                                                                                     "\":{\"T\":"
                                                                                     "{\"Ref\":"
                                                                                     "\"Notes\"}}}"
                                                                                     "}",
     TABLE(
         ",\"UpdateReplacePolicy\":\"Retain\",\"Properties\":{\"TableName\":\"b\"}") ","
                                                                                     "\"F\":{"
                                                                                     "\"Type\":"
                                                                                     "\"AWS::"
                                                                                     "Lambda::"
                                                                                     "Function\","
                                                                                     "\"Properties"
                                                                                     "\":{"
                                                                                     "\"Environment"
                                                                                     "\":{\"T\":"
                                                                                     "{\"Ref\":"
                                                                                     "\"Notes\"}}}"
                                                                                     "}",
     PLAN_CHANGE, false},
    {"what is replaced with what it refers to, whatever comes first",
     "\"Url\":{\"Type\":\"AWS::Lambda::Url\",\"Properties\":{\"TargetFunctionArn\":"
     "{\"Fn::GetAtt\":[\"F\",\"Arn\"]}}},\"F\":{\"Type\":\"AWS::Lambda::Function\","
     "\"Properties\":{\"FunctionName\":\"a\"}},\"P\":{\"Type\":\"AWS::Lambda::Permission\","
     "\"Properties\":{\"SourceArn\":{\"Fn::Sub\":\"x${Url}\"}}}",
     "\"Url\":{\"Type\":\"AWS::Lambda::Url\",\"Properties\":{\"TargetFunctionArn\":"
     "{\"Fn::GetAtt\":[\"F\",\"Arn\"]}}},\"F\":{\"Type\":\"AWS::Lambda::Function\","
     "\"Properties\":{\"FunctionName\":\"b\"}},\"P\":{\"Type\":\"AWS::Lambda::Permission\","
     "\"Properties\":{\"SourceArn\":{\"Fn::Sub\":\"x${Url}\"}}}",
     PLAN_REPLACE, false},
};

static void test_actions(void **state) {
    Fixture *f = *state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        PlanInput in = {0};
        Plan p = plan_of(f, &in, CASES[i].before, CASES[i].after);
        PlanAction is = p.resources.n ? vec_last(&p.resources).action : PLAN_ACTION_COUNT;
        if (is != CASES[i].action || p.loses_data != CASES[i].loses)
            fail_msg("%s: action %d, loses %d", CASES[i].what, (int)is, p.loses_data);
    }
}

// ---- Permissions --------------------------------------------------------------------------------

typedef struct PowerCase {
    const char *what, *before, *after;
    bool widens, publishes;
    uint32_t permissions;
} PowerCase;

static const PowerCase POWERS[] = {
    {"the same", ROLE(ALLOW("s3:A", "\"*\"")), ROLE(ALLOW("s3:A", "\"*\"")), false, false, 0},
    {"one action more", ROLE(ALLOW("s3:A", "\"*\"")),
     ROLE(ALLOW("s3:A", "\"*\"") "," ALLOW("s3:B", NOTES)), true, false, 1},
    {"one action less", ROLE(ALLOW("s3:A", "\"*\"") "," ALLOW("s3:B", NOTES)),
     ROLE(ALLOW("s3:A", "\"*\"")), false, false, 1},
    {"another table", ROLE(ALLOW("s3:A", NOTES)), ROLE(ALLOW("s3:A", "{\"Ref\":\"Other\"}")), true,
     false, 2},
    {"a condition comes", ROLE(ALLOW("s3:A", NOTES)), ROLE(ONLY("s3:A", NOTES)), false, false, 2},
    {"a condition goes", ROLE(ONLY("s3:A", NOTES)), ROLE(ALLOW("s3:A", NOTES)), true, false, 2},
    {"what is forbidden goes", ROLE(DENY("s3:A", NOTES)), ROLE(""), true, false, 1},
    {"something is forbidden", ROLE(""), ROLE(DENY("s3:A", NOTES)), false, false, 1},
    {"all but something", ROLE(""),
     ROLE("{\"Effect\":\"Allow\",\"NotAction\":\"s3:A\",\"Resource\":\"*\"}"), true, false, 1},
    {"a boundary goes",
     "\"R\":{\"Type\":\"AWS::IAM::Role\",\"Properties\":{\"PermissionsBoundary\":\"b\"}}",
     "\"R\":{\"Type\":\"AWS::IAM::Role\",\"Properties\":{}}", true, false, 1},
    {"a managed policy comes", "\"R\":{\"Type\":\"AWS::IAM::Role\",\"Properties\":{}}",
     "\"R\":{\"Type\":\"AWS::IAM::Role\",\"Properties\":{\"ManagedPolicyArns\":[\"p\"]}}", true,
     false, 1},
    {"somebody else may take the role",
     "\"R\":{\"Type\":\"AWS::IAM::Role\",\"Metadata\":{\"pluto\":{\"id\":\"Function/f\"}}}",
     "\"R\":{\"Type\":\"AWS::IAM::Role\",\"Metadata\":{\"pluto\":{\"id\":\"Function/f\"}},"
     "\"Properties\":{\"AssumeRolePolicyDocument\":{\"Statement\":[{\"Effect\":\"Allow\","
     "\"Action\":\"sts:AssumeRole\",\"Principal\":{\"AWS\":\"*\"}}]}}}",
     true, false, 1},
    {"a new function may invoke another", "", ROLE(ALLOW("lambda:InvokeFunction", NOTES)), true,
     false, 1},
    {"another account may invoke a function",
     "\"F\":{\"Type\":\"AWS::Lambda::Function\",\"Metadata\":{\"pluto\":{\"id\":\"Function/f\"}}}",
     "\"F\":{\"Type\":\"AWS::Lambda::Function\",\"Metadata\":{\"pluto\":{\"id\":\"Function/f\"}}},"
     "\"P\":{\"Type\":\"AWS::Lambda::Permission\",\"Metadata\":{\"pluto\":{\"id\":\"Function/f\"}},"
     "\"Properties\":{\"Action\":\"lambda:InvokeFunction\",\"Principal\":\"210987654321\","
     "\"FunctionName\":{\"Ref\":\"F\"}}}",
     true, false, 1},
    {"a new function's own logs", "", ROLE(ALLOW("logs:PutLogEvents", "\"x\"")), false, false, 1},
    {"a URL is opened", URL("AWS_IAM"), URL("NONE"), false, true, 0},
    {"a URL is closed", URL("NONE"), URL("AWS_IAM"), false, false, 0},
    {"a route", "", OPEN_ROUTE, false, true, 0},
    {"a bucket for everybody", "",
     "\"B\":{\"Type\":\"AWS::S3::BucketPolicy\",\"Properties\":{\"PolicyDocument\":{\"Statement\":"
     "{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\",\"Principal\":\"*\"}}}}",
     false, true, 0},
};

static void test_power(void **state) {
    Fixture *f = *state;
    for (size_t i = 0; i < sizeof POWERS / sizeof *POWERS; i++) {
        PlanInput in = {0};
        Plan p = plan_of(f, &in, POWERS[i].before, POWERS[i].after);
        if (p.widens != POWERS[i].widens || p.publishes != POWERS[i].publishes ||
            p.permissions.n != POWERS[i].permissions)
            fail_msg("%s: widens %d, publishes %d, %u permissions", POWERS[i].what, p.widens,
                     p.publishes, p.permissions.n);
    }
}

// ---- Parameters, words, refusals ----------------------------------------------------------------

static void test_parameters(void **state) {
    Fixture *f = *state;
    Pair old[] = {{STR("Key"), STR("a.zip")}}, new[] = {{STR("Key"), STR("b.zip")}};
    PlanTemplate template = {
        .json =
            STR("{\"Parameters\":{\"Key\":{\"Type\":\"String\"}},\"Resources\":{\"F\":{\"Type\":"
                "\"AWS::Lambda::Function\",\"Properties\":{\"Code\":{\"S3Key\":{\"Ref\":"
                "\"Key\"}}}}}}")};
    PlanInput in = {.before = {&template, 1, {old, 1, 1}}, .after = {&template, 1, {new, 1, 1}}};
    Plan p;
    Err err = {0};
    assert_true(plan_compare(&f->arena, &in, &p, &err));
    assert_int_equal(p.resources.n, 1);
    assert_true(str_is(p.resources.at[0].properties.at[0].cause, "Key"));
    in.before.parameters = (PairVec){0};
    assert_true(plan_compare(&f->arena, &in, &p, &err));
    assert_true(plan_empty(&p));
}

static void test_words_of_cloudformation(void **state) {
    Fixture *f = *state;
    PlanInput in = {0};
    Plan p = plan_of(f, &in, TABLE(",\"Properties\":{\"BillingMode\":\"A\"}"),
                     TABLE(",\"Properties\":{\"BillingMode\":\"B\"}") "," URL("AWS_IAM"));
    PlanWord words[] = {{.id = STR("Notes"),
                         .type = STR("AWS::DynamoDB::Table"),
                         .action = PLAN_REPLACE,
                         .keeps_data = true,
                         .loses_data = true},
                        {.id = STR("Else"), .type = STR("A::B::C"), .action = PLAN_CHANGE}};
    plan_told(&f->arena, &p, words, 2);
    assert_int_equal(p.resources.n, 2);
    assert_int_equal(p.count[PLAN_REPLACE], 1);
    assert_int_equal(p.count[PLAN_ADD], 0);
    assert_true(p.loses_data);
    assert_true(str_is(p.resources.at[0].properties.at[0].path, "BillingMode"));
}

static void test_what_is_no_template(void **state) {
    Fixture *f = *state;
    static const char *const texts[] = {"", "[]", "{}", "{\"Resources\":[]}", "AWSTemplate: yes"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        PlanTemplate good = {.json = STR("{\"Resources\":{}}")}, bad = {.json = str_of(texts[i])};
        PlanInput in = {
            .before_name = STR("old"), .before = {&bad, 1, {0}}, .after = {&good, 1, {0}}};
        Plan p;
        Err err = {0};
        assert_false(plan_compare(&f->arena, &in, &p, &err));
        assert_non_null(strstr(err.message, "old is not a template"));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_actions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_power, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_parameters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_words_of_cloudformation, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_no_template, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
