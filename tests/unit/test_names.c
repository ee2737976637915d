// Names made from names: readable where nothing is lost, different where something is.

#include "generator/cfn/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static Str from(const char *s) {
    return str_of(s);
}

static const struct {
    const char *name, *part, *id;
} LOGICAL[] = {
    {"chatbot", "", "FunctionChatbot"},
    {"chat-bot", "Role", "FunctionChatBotRole"},
    {"a1-b2", "", "FunctionA1B2"},
};

static void logical_ids_are_readable(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof LOGICAL / sizeof *LOGICAL; i++) {
        Str id = names_logical(&a, STR("Function"), from(LOGICAL[i].name), LOGICAL[i].part);
        assert_string_equal(str_cstr(&a, id), LOGICAL[i].id);
    }
    arena_release(&a);
}

// Names that a rewriting without care would throw together.
static const char *const ALIKE[] = {
    "llama-2-7b", "llama-27b", "llama27b",     "Llama27b", "llama_27b", "a-role", "a",
    "A",          "\xc3\xa4",  "\xe6\xa8\xa1", "a--b",     "a-b",       "aB",     "ab",
    "-",          "",          "a.b",          "a b",      "1",         "-1"};

static void all_differ(Str (*make)(Arena *a, Str name)) {
    Arena a;
    arena_init(&a);
    enum { COUNT = sizeof ALIKE / sizeof *ALIKE };
    Str made[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        made[i] = make(&a, from(ALIKE[i]));
        for (size_t k = 0; k < i; k++)
            if (str_eq(made[i], made[k]))
                fail_msg("`%s` and `%s` both give `%.*s`", ALIKE[i], ALIKE[k], STR_ARG(made[i]));
    }
    arena_release(&a);
}

static Str as_logical(Arena *a, Str name) {
    return names_logical(a, STR("Function"), name, "");
}

static Str as_physical(Arena *a, Str name) {
    Arch arch = {.project = STR("shop"), .stack = STR("dev")};
    return names_physical(a, &arch, name, 64);
}

static Str as_variable(Arena *a, Str name) {
    return names_variable(a, STR("KVStore"), name, STR("awsTableName"));
}

static Str as_parameter(Arena *a, Str name) {
    return names_parameter(a, name);
}

static void different_names_stay_different(void **state) {
    (void)state;
    all_differ(as_logical);
    all_differ(as_physical);
    all_differ(as_variable);
    all_differ(as_parameter);
}

static void a_part_is_no_resource_of_its_own(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    Str role = names_logical(&a, STR("Function"), STR("a"), "Role");
    Str other = names_logical(&a, STR("Function"), STR("a-role"), "");
    assert_false(str_eq(role, other));
    arena_release(&a);
}

static void logical_ids_fit(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    Buf b = buf_new(&a);
    buf_pad(&b, 'x', 5000);
    Str id = names_logical(&a, STR("Function"), buf_str(&b), "UrlInvokePermission");
    assert_true(id.n <= 255);
    for (uint32_t i = 0; i < id.n; i++)
        assert_true((id.p[i] >= 'a' && id.p[i] <= 'z') || (id.p[i] >= 'A' && id.p[i] <= 'Z') ||
                    (id.p[i] >= '0' && id.p[i] <= '9'));
    arena_release(&a);
}

static void physical_names_are_short_and_in_lower_case(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    Arch arch = {.project = STR("llama2-chat"), .stack = STR("dev")};
    Str plain = names_physical(&a, &arch, STR("llama-2-7b"), 63);
    assert_string_equal(str_cstr(&a, plain), "llama2-chat-dev-llama-2-7b");
    Buf b = buf_new(&a);
    buf_pad(&b, 'Q', 300);
    Str cut = names_physical(&a, &arch, buf_str(&b), 63);
    assert_true(cut.n <= 63);
    assert_true(str_starts(cut, "llama2-chat-dev-q"));
    Arch strange = {.project = STR("\xe9\xa1\xb9"), .stack = STR("--")};
    Str rest = names_physical(&a, &strange, STR("_"), 63);
    assert_true(rest.n > 0 && rest.p[0] != '-');
    arena_release(&a);
}

static void variables_and_parameters(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    Str v = names_variable(&a, STR("SageMaker"), STR("llama-2-7b"), STR("endpointName"));
    assert_string_equal(str_cstr(&a, v), "PLUTO_SAGEMAKER_LLAMA_2_7B_ENDPOINT_NAME");
    Str p = names_parameter(&a, STR("OPENAI_API_KEY"));
    assert_string_equal(str_cstr(&a, p), "EnvOpenaiApiKey");
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logical_ids_are_readable),
        cmocka_unit_test(different_names_stay_different),
        cmocka_unit_test(a_part_is_no_resource_of_its_own),
        cmocka_unit_test(logical_ids_fit),
        cmocka_unit_test(physical_names_are_short_and_in_lower_case),
        cmocka_unit_test(variables_and_parameters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
