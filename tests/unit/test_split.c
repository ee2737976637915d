// Applications that are too large for one stack.

#include "tests/unit/fixture_generate.h"

enum { MANY = 1000 };

// `count` functions that all use one store; every 50th reads the URL of the one before it.
static Str large(Fixture *f, unsigned count) {
    Arena *a = &f->arena;
    Buf resources = buf_new(a);
    Buf edges = buf_new(a);
    buf_puts(&resources, RESOURCE("KVStore", "s", ""));
    for (unsigned i = 0; i < count; i++) {
        buf_printf(&resources,
                   ",{\"id\":\"Function/f%04u\",\"kind\":\"Function\",\"name\":\"f%04u\","
                   "\"arguments\":{\"options\":{\"envs\":{\"MY_KEY\":{\"$env\":\"MY_KEY\"}}}},"
                   "\"handler\":{\"file\":\"a.ts\",\"line\":4,\"column\":7,\"export\":\"h\"},"
                   "\"source\":{\"file\":\"a.ts\",\"line\":4,\"column\":1}}",
                   i, i);
        buf_printf(&edges,
                   "%s{\"from\":\"Function/f%04u\",\"to\":\"KVStore/s\",\"type\":\"call\","
                   "\"operation\":\"get\",\"evidence\":[]}",
                   i ? "," : "", i);
        if (i % 50 == 49)
            buf_printf(&edges,
                       ",{\"from\":\"Function/f%04u\",\"to\":\"Function/f%04u\",\"type\":\"read\","
                       "\"operation\":\"url\",\"evidence\":[]}",
                       i, i - 1);
    }
    buf_putc(&resources, 0);
    buf_putc(&edges, 0);
    return graph(f, buf_str(&resources).p, buf_str(&edges).p);
}

static int size_of(const cJSON *template, const char *section) {
    const cJSON *json = cJSON_GetObjectItem(template, section);
    return json ? cJSON_GetArraySize(json) : 0;
}

static void within_limits(const cJSON *template, Str text) {
    assert_non_null(template);
    assert_true(size_of(template, "Resources") <= 500);
    assert_true(size_of(template, "Parameters") <= 200);
    assert_true(size_of(template, "Outputs") <= 200);
    assert_true(text.n <= 1048576);
}

static void small_applications_stay_whole(void **state) {
    Fixture *f = *state;
    assert_true(run(f, large(f, 80)));
    assert_int_equal(f->out.nested.n, 0);
    assert_int_equal(f->out.code.at[0].index, -1);
}

// Every parameter of a nested template without a default is handed down by the main one.
static void is_given_its_parameters(Fixture *f, const cJSON *nested, const char *stack) {
    const cJSON *given =
        at(cJSON_GetObjectItem(f->template, "Resources"),
           str_cstr(&f->arena, str_fmt(&f->arena, "%s/Properties/Parameters", stack)));
    const cJSON *parameter;
    cJSON_ArrayForEach(parameter, cJSON_GetObjectItem(nested, "Parameters")) {
        if (!cJSON_GetObjectItem(given, parameter->string))
            fail_msg("%s is not given %s", stack, parameter->string);
    }
    assert_int_equal(cJSON_GetArraySize(given), size_of(nested, "Parameters"));
}

static const char *stack_of_file(Fixture *f, Str file) {
    const cJSON *r;
    cJSON_ArrayForEach(r, cJSON_GetObjectItem(f->template, "Resources")) {
        Buf b = buf_new(&f->arena);
        buf_puts(&b, "template-");
        for (const char *p = r->string; *p; p++)
            buf_putc(&b, *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p);
        buf_puts(&b, ".json");
        if (str_eq(buf_str(&b), file))
            return r->string;
    }
    fail_msg("no stack for %.*s", STR_ARG(file));
    return NULL;
}

static void a_thousand_functions_fit(void **state) {
    Fixture *f = *state;
    assert_true(run(f, large(f, MANY)));
    within_limits(f->template, f->out.main.json);
    assert_non_null(at(f->template, "Resources/KVStoreS"));
    int functions = 0;
    for (uint32_t i = 0; i < f->out.nested.n; i++) {
        TemplateFile file = f->out.nested.at[i];
        cJSON *nested = cJSON_ParseWithLength(file.json.p, file.json.n);
        within_limits(nested, file.json);
        is_given_its_parameters(f, nested, stack_of_file(f, file.file));
        const cJSON *r;
        cJSON_ArrayForEach(r, cJSON_GetObjectItem(nested, "Resources")) functions +=
            strcmp(cJSON_GetObjectItem(r, "Type")->valuestring, "AWS::Lambda::Function") == 0;
        cJSON_Delete(nested);
    }
    assert_int_equal(functions, MANY);
    assert_int_equal(f->out.code.n, MANY);
    for (uint32_t i = 0; i < f->out.code.n; i++)
        assert_true(f->out.code.at[i].index >= 0 && f->out.code.at[i].index < 40);
}

// One function more leaves all others in the stacks where they were.
static void growth_moves_nothing(void **state) {
    Fixture *f = *state;
    assert_true(run(f, large(f, MANY)));
    Output before = f->out;
    assert_true(run(f, large(f, MANY + 1)));
    unsigned changed = 0;
    for (uint32_t i = 0; i < before.nested.n; i++)
        changed += !str_eq(before.nested.at[i].json, f->out.nested.at[i].json);
    assert_int_equal(before.nested.n, f->out.nested.n);
    assert_int_equal(changed, 1);
}

static void too_many_stores_are_refused(void **state) {
    Fixture *f = *state;
    Buf b = buf_new(&f->arena);
    for (unsigned i = 0; i < 501; i++)
        buf_printf(&b,
                   "%s{\"id\":\"KVStore/s%u\",\"kind\":\"KVStore\",\"name\":\"s%u\",\"arguments\":"
                   "{},\"source\":{\"file\":\"a.ts\",\"line\":9,\"column\":1}}",
                   i ? "," : "", i, i);
    buf_putc(&b, 0);
    assert_false(run(f, graph(f, buf_str(&b).p, "")));
    assert_true(str_contains(said(f), "P0503"));
    assert_true(str_contains(said(f), "501 resources, CloudFormation allows 500"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(small_applications_stay_whole),
        TEST(a_thousand_functions_fit),
        TEST(growth_moves_nothing),
        TEST(too_many_stores_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
