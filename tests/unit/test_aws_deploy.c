// The deploy engine's judgements, without AWS: stack states, journals, roots of failures,
// templates.
#include "adapters/aws/deploy/deployment.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
// clang-format on
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void expect(Str found, const char *wanted) {
    if (!str_is(found, wanted))
        fail_msg("wanted `%s`, found `%.*s`", wanted, STR_ARG(found));
}

// ---- States -------------------------------------------------------------------------------------

static void every_state_has_its_meaning(void **state) {
    (void)state;
    static const struct {
        const char *status;
        StackState wanted;
    } rows[] = {
        {"CREATE_COMPLETE", STACK_READY},
        {"CREATE_FAILED", STACK_PAUSED},
        {"CREATE_IN_PROGRESS", STACK_BUSY},
        {"DELETE_COMPLETE", STACK_GONE},
        {"DELETE_FAILED", STACK_UNDEAD},
        {"DELETE_IN_PROGRESS", STACK_BUSY},
        {"IMPORT_COMPLETE", STACK_READY},
        {"IMPORT_IN_PROGRESS", STACK_BUSY},
        {"IMPORT_ROLLBACK_COMPLETE", STACK_READY},
        {"IMPORT_ROLLBACK_FAILED", STACK_STUCK},
        {"IMPORT_ROLLBACK_IN_PROGRESS", STACK_BUSY},
        {"REVIEW_IN_PROGRESS", STACK_REVIEW},
        {"ROLLBACK_COMPLETE", STACK_REMAINS},
        {"ROLLBACK_FAILED", STACK_JAMMED},
        {"ROLLBACK_IN_PROGRESS", STACK_BUSY},
        {"UPDATE_COMPLETE", STACK_READY},
        {"UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", STACK_BUSY},
        {"UPDATE_FAILED", STACK_PAUSED},
        {"UPDATE_IN_PROGRESS", STACK_BUSY},
        {"UPDATE_ROLLBACK_COMPLETE", STACK_READY},
        {"UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", STACK_BUSY},
        {"UPDATE_ROLLBACK_FAILED", STACK_STUCK},
        {"UPDATE_ROLLBACK_IN_PROGRESS", STACK_BUSY},
        {"SOMETHING_NEW", STACK_UNKNOWN},
        {"", STACK_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (stack_state(str_of(rows[i].status)) != rows[i].wanted)
            fail_msg("%s means %d", rows[i].status, (int)stack_state(str_of(rows[i].status)));
}

// ---- Journals -----------------------------------------------------------------------------------

static Journal example(void) {
    return (Journal){.act = JOURNAL_DEPLOY,
                     .phase = AWS_PHASE_EXECUTE,
                     .account = STR("123456789012"),
                     .region = STR("us-east-1"),
                     .stack = STR("dev"),
                     .stack_name = STR("shop-dev"),
                     .change_set = STR("pluto-1-\"2\"\n"),
                     .token = STR("00ff"),
                     .creates = true,
                     .express = true};
}

static void a_journal_comes_back_as_it_was(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    for (int phase = 0; phase < AWS_PHASE_COUNT; phase++) {
        Journal j = example(), back = {0};
        Err err = {0};
        j.phase = (AwsPhase)phase;
        Str text = journal_text(&a, &j);
        assert_true(journal_parse(&a, text, &back, &err));
        expect(journal_text(&a, &back), str_cstr(&a, text));
        assert_int_equal(back.phase, phase);
        assert_true(back.creates);
        expect(back.change_set, "pluto-1-\"2\"\n");
    }
    arena_release(&a);
}

static void what_is_no_journal_is_said(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",
        "null",
        "[]",
        "{}",
        "{\"version\":2}",
        "{\"version\":1}",
        "{\"version\":1,\"act\":\"deploy\",\"phase\":\"never\"}",
        "{\"version\":1,\"act\":\"dance\",\"phase\":\"execute\"}",
        "{\"version\":\"1\",\"act\":\"deploy\",\"phase\":\"execute\"}",
        "{\"version\":1,\"act\":\"deploy\",\"phase\":\"exec"};
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        Journal j;
        Err err = {0};
        if (journal_parse(&a, str_of(texts[i]), &j, &err))
            fail_msg("`%s` passes for a journal", texts[i]);
        assert_true(err.message[0]);
    }
    arena_release(&a);
}

static void a_journal_is_its_owners_alone(void **state) {
    (void)state;
    char folder[] = "/tmp/pluto-journal-XXXXXX";
    Arena a;
    Err err = {0};
    struct stat s;
    Journal j = example(), back;
    bool there;
    arena_init(&a);
    assert_non_null(mkdtemp(folder));
    Str path = str_fmt(&a, "%s/.pluto/deploys/dev.json", folder);
    assert_true(journal_read(&a, host_posix(), path, &there, &back, &err));
    assert_false(there);
    assert_true(journal_write(&a, path, &j, &err));
    assert_int_equal(stat(str_cstr(&a, path), &s), 0);
    assert_int_equal(s.st_mode & 0777, 0600);
    j.phase = AWS_PHASE_FOLLOW;
    assert_true(journal_write(&a, path, &j, &err));
    assert_true(journal_read(&a, host_posix(), path, &there, &back, &err));
    assert_true(there);
    assert_int_equal(back.phase, AWS_PHASE_FOLLOW);
    journal_remove(&a, path);
    assert_int_not_equal(stat(str_cstr(&a, path), &s), 0);
    rmdir(str_cstr(&a, path_dir(path)));
    rmdir(str_cstr(&a, path_dir(path_dir(path))));
    rmdir(folder);
    arena_release(&a);
}

// ---- Roots --------------------------------------------------------------------------------------

typedef struct Row {
    const char *stack, *id, *resource, *status, *reason;
} Row;

static void roots_of(Arena *a, const Row *rows, size_t count, AwsFailureVec *out) {
    HappenedVec all = {0};
    for (size_t i = 0; i < count; i++) {
        CfnEvent e = {.id = str_of(rows[i].id),
                      .resource = str_of(rows[i].resource),
                      .status = str_of(rows[i].status),
                      .reason = str_of(rows[i].reason)};
        vec_push(a, &all, (Happened){e, str_of(rows[i].stack)});
    }
    failures_find(a, &all, out);
}

#define STACK "AWS::CloudFormation::Stack"

static void the_first_failure_is_the_root(void **state) {
    (void)state;
    static const Row rows[] = {
        {"", "shop-dev", STACK, "CREATE_IN_PROGRESS", "User Initiated"},
        {"", "Role", "AWS::IAM::Role", "CREATE_COMPLETE", ""},
        {"", "Table", "AWS::DynamoDB::Table", "CREATE_FAILED",
         "Resource handler returned message: \"no\" (RequestToken: 1, HandlerErrorCode: "
         "AlreadyExists)"},
        {"", "Api", "AWS::ApiGatewayV2::Api", "CREATE_FAILED", "Resource creation cancelled"},
        {"", "Other", "AWS::SQS::Queue", "CREATE_FAILED", "later"},
        {"", "shop-dev", STACK, "ROLLBACK_IN_PROGRESS",
         "The following resource(s) failed to create: [Table, Api]."},
        {"", "Table", "AWS::DynamoDB::Table", "DELETE_FAILED", "in use"},
    };
    Arena a;
    AwsFailureVec found = {0};
    arena_init(&a);
    roots_of(&a, rows, sizeof rows / sizeof *rows, &found);
    assert_int_equal(found.n, 3);
    expect(found.at[0].id, "Table");
    expect(found.at[0].code, "AlreadyExists");
    assert_true(found.at[0].remedy.n > 0);
    expect(found.at[1].id, "Other");
    assert_false(found.at[1].back);
    expect(found.at[2].reason, "in use"); // why it cannot go back is another failure
    assert_true(found.at[2].back);
    arena_release(&a);
}

static void a_nested_stack_stands_back_for_what_is_in_it(void **state) {
    (void)state;
    static const Row rows[] = {
        {"", "Functions0", STACK, "CREATE_IN_PROGRESS", ""},
        {"Functions0", "F", "AWS::Lambda::Function", "CREATE_FAILED", "bad"},
        {"Functions0", "nested", STACK, "CREATE_FAILED", "The following resource(s) failed: [F]."},
        {"", "Functions0", STACK, "CREATE_FAILED", "Embedded stack … was not successfully created"},
    };
    Arena a;
    AwsFailureVec found = {0};
    arena_init(&a);
    roots_of(&a, rows, sizeof rows / sizeof *rows, &found);
    assert_int_equal(found.n, 1);
    expect(found.at[0].id, "F");
    expect(found.at[0].stack, "Functions0");
    arena_release(&a);
}

static void where_nothing_failed_by_itself_the_stack_speaks(void **state) {
    (void)state;
    static const Row rows[] = {
        {"", "shop-dev", STACK, "UPDATE_IN_PROGRESS", "User Initiated"},
        {"", "shop-dev", STACK, "UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated"},
        {"", "shop-dev", STACK, "UPDATE_ROLLBACK_COMPLETE", ""},
    };
    Arena a;
    AwsFailureVec found = {0};
    arena_init(&a);
    roots_of(&a, rows, sizeof rows / sizeof *rows, &found);
    assert_int_equal(found.n, 1);
    expect(found.at[0].reason, "User Initiated");
    roots_of(&a, rows, 0, &found);
    arena_release(&a);
}

static void codes_and_remedies(void **state) {
    (void)state;
    static const struct {
        const char *resource, *reason, *code, *remedy;
        bool denied, limit;
    } rows[] = {
        {"AWS::IAM::Role", "x (HandlerErrorCode: AccessDenied)", "AccessDenied", "permission", true,
         false},
        {"AWS::Lambda::Function",
         "User: arn:x is not authorized to perform: iam:PassRole on resource: y", "",
         "iam:PassRole", true, false},
        {"AWS::SageMaker::Endpoint",
         "The account-level service limit 'ml.g5.xlarge for endpoint usage' is 0 Instances (Error "
         "Code: ResourceLimitExceeded)",
         "ResourceLimitExceeded", "Service Quotas", false, true},
        {"AWS::SQS::Queue", "something else", "", "", false, false},
        {"AWS::SQS::Queue", "Error Code: ", "", "", false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Str reason = str_of(rows[i].reason), code = failure_code(reason);
        expect(code, rows[i].code);
        Str remedy = failure_remedy(str_of(rows[i].resource), code, reason);
        assert_true(str_contains(remedy, rows[i].remedy));
        assert_int_equal(remedy.n > 0, rows[i].remedy[0] != '\0');
        assert_int_equal(failure_denied(code, reason), rows[i].denied);
        assert_int_equal(failure_limit(code, reason), rows[i].limit);
    }
}

// ---- Templates ----------------------------------------------------------------------------------

#define RESOURCE(place)                                                                            \
    "{\"Metadata\":{\"pluto\":{\"code\":{}}},\"Resources\":{\"R\":{\"Type\":\"AWS::IAM::Role\","   \
    "\"Metadata\":{\"pluto\":{\"id\":\"Function/f\",\"source\":\"" place                           \
    "\"}},\"Properties\":{}}}}"

static void lines_that_move_change_nothing(void **state) {
    (void)state;
    Arena a;
    Err err = {0};
    TemplateFacts here, there, bare;
    arena_init(&a);
    assert_true(template_prepare(&a, STR(RESOURCE("a.ts:1:1")), STR("k1"), &here, &err));
    assert_true(template_prepare(&a, STR(RESOURCE("a.ts:9:1")), STR("k2"), &there, &err));
    assert_true(template_same(here.text, there.text));
    expect(template_arch_key(&a, here.text), "k1");
    assert_true(here.iam && !here.named && !here.nested && !here.hidden && !here.bucket);
    assert_true(template_prepare(&a, STR("{\"Resources\":{}}"), STR("k"), &bare, &err));
    assert_false(template_same(here.text, bare.text));
    assert_false(template_same(STR("{"), STR("{")));
    assert_false(template_prepare(&a, STR("[1]"), STR("k"), &bare, &err));
    arena_release(&a);
}

static void what_a_template_says_of_itself(void **state) {
    (void)state;
    static const char text[] =
        "{\"Parameters\":{\"ArtifactBucket\":{},\"EnvKey\":{\"NoEcho\":true}},\"Resources\":{"
        "\"E\":{\"Type\":\"AWS::SageMaker::Endpoint\",\"Properties\":{\"EndpointConfigName\":"
        "{\"Fn::GetAtt\":[\"C\",\"EndpointConfigName\"]}}},"
        "\"T\":{\"Type\":\"AWS::DynamoDB::Table\",\"DeletionPolicy\":\"RetainExceptOnCreate\"},"
        "\"L\":{\"Type\":\"AWS::Logs::LogGroup\",\"DeletionPolicy\":\"Delete\"},"
        "\"R\":{\"Type\":\"AWS::IAM::Role\",\"Properties\":{\"RoleName\":\"x\"}},"
        "\"S\":{\"Type\":\"AWS::CloudFormation::Stack\"}}}";
    Arena a;
    Err err = {0};
    TemplateFacts facts;
    TemplateEndpointVec endpoints = {0};
    AwsPairVec retained = {0};
    arena_init(&a);
    assert_true(template_prepare(&a, str_of(text), STR_EMPTY, &facts, &err));
    assert_true(facts.iam && facts.named && facts.nested && facts.hidden && facts.bucket);
    template_endpoints(&a, str_of(text), &endpoints);
    assert_int_equal(endpoints.n, 1);
    expect(endpoints.at[0].config, "C");
    template_retained(&a, str_of(text), &retained);
    assert_int_equal(retained.n, 1);
    expect(retained.at[0].key, "T");
    template_endpoints(&a, STR("nonsense"), &endpoints);
    template_retained(&a, STR("[]"), &retained);
    arena_release(&a);
}

// ---- Plans --------------------------------------------------------------------------------------

static void what_would_lose_data(void **state) {
    (void)state;
    static const struct {
        const char *resource, *action, *policy;
        AwsReplacement replacement;
        bool loses;
    } rows[] = {
        {"AWS::DynamoDB::Table", "Modify", "", AWS_KEPT, false},
        {"AWS::DynamoDB::Table", "Modify", "", AWS_MAY_BE_REPLACED, true},
        {"AWS::DynamoDB::Table", "Modify", "ReplaceAndRetain", AWS_REPLACED, true},
        {"AWS::DynamoDB::Table", "Remove", "Delete", AWS_KEPT, true},
        {"AWS::DynamoDB::Table", "Remove", "", AWS_KEPT, true},
        {"AWS::DynamoDB::Table", "Remove", "Retain", AWS_KEPT, false},
        {"AWS::S3::Bucket", "Remove", "Delete", AWS_KEPT, true},
        {"AWS::S3::Bucket", "Add", "", AWS_KEPT, false},
        {"AWS::Lambda::Function", "Modify", "ReplaceAndDelete", AWS_REPLACED, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        AwsChange c = {.resource = str_of(rows[i].resource),
                       .action = str_of(rows[i].action),
                       .policy = str_of(rows[i].policy),
                       .replacement = rows[i].replacement};
        change_judge(&c);
        if (c.loses_data != rows[i].loses)
            fail_msg("row %zu", i);
    }
}

// ---- What is added to a template ----------------------------------------------------------------

static const char PROGRAM[] =
    "{\"Resources\":{\"M\":{\"Type\":\"AWS::SageMaker::Model\",\"Properties\":{}},"
    "\"C\":{\"Type\":\"AWS::SageMaker::EndpointConfig\",\"Properties\":{}},"
    "\"T\":{\"Type\":\"AWS::DynamoDB::Table\",\"UpdateReplacePolicy\":\"Retain\"},"
    "\"R\":{\"Type\":\"AWS::IAM::Role\",\"Properties\":{\"L\":[\"a/aws/sagemaker/Endpoints/"
    "shop-m:*\","
    "\"a/aws/sagemaker/Endpoints/shop-m\",\"a/aws/sagemaker/Endpoints/shop-m-2:*\","
    "\"arn:x:endpoint/shop-m\",\"shop-m\"]}},"
    "\"E\":{\"Type\":\"AWS::SageMaker::Endpoint\",\"Metadata\":{\"pluto\":{\"id\":\"SageMaker/"
    "m\"}},"
    "\"Properties\":{\"EndpointName\":\"shop-m\"}}}}";

static void what_is_added_comes_off_again(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    Str program = str_of(PROGRAM);
    EndpointNameVec names = {0}, read = {0};
    marks_names(&a, program, &names);
    assert_int_equal(names.n, 1);
    expect(names.at[0].base, "shop-m");
    expect(names.at[0].name, "shop-m");
    names.at[0].name = marks_name(&a, names.at[0].base, STR("0123456789abcdef"));
    expect(names.at[0].name, "shop-m-01234");
    Str put = marks_put(&a, program, &names, true);
    assert_true(str_contains(put, "\"EndpointName\":\"shop-m-01234\""));
    assert_true(str_contains(put, "a/aws/sagemaker/Endpoints/shop-m-01234:*\""));
    assert_true(str_contains(put, "a/aws/sagemaker/Endpoints/shop-m-01234\""));
    assert_true(str_contains(put, "a/aws/sagemaker/Endpoints/shop-m-2:*\""));
    assert_true(str_contains(put, "arn:x:endpoint/shop-m-01234\",\"shop-m\""));
    marks_names(&a, put, &read);
    expect(read.at[0].base, "shop-m");
    expect(read.at[0].name, "shop-m-01234");
    assert_true(template_same(marks_drop(&a, put), program));
    // What the program calls otherwise now keeps nothing of it; a table keeps what is its own.
    names.at[0].base = STR("shop-n");
    assert_true(template_same(marks_put(&a, program, &names, false), program));
    assert_true(template_same(marks_drop(&a, program), program));
    expect(marks_drop(&a, STR("no JSON")), "no JSON");
    arena_release(&a);
}

static void a_name_has_room(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    Str name = marks_name(
        &a, STR("a123456789b123456789c123456789d123456789e123456789f123456789g12"), STR("abcdef"));
    assert_int_equal(name.n, 63);
    assert_true(str_ends(name, "-abcde"));
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_has_its_meaning),
        cmocka_unit_test(a_journal_comes_back_as_it_was),
        cmocka_unit_test(what_is_no_journal_is_said),
        cmocka_unit_test(a_journal_is_its_owners_alone),
        cmocka_unit_test(the_first_failure_is_the_root),
        cmocka_unit_test(a_nested_stack_stands_back_for_what_is_in_it),
        cmocka_unit_test(where_nothing_failed_by_itself_the_stack_speaks),
        cmocka_unit_test(codes_and_remedies),
        cmocka_unit_test(lines_that_move_change_nothing),
        cmocka_unit_test(what_a_template_says_of_itself),
        cmocka_unit_test(what_would_lose_data),
        cmocka_unit_test(what_is_added_comes_off_again),
        cmocka_unit_test(a_name_has_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
