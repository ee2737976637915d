// Nested templates: what the main one hands down, and what comes back as outputs.

#include "adapters/run/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define STACK(parameters)                                                                          \
    "{\"Type\":\"AWS::CloudFormation::Stack\",\"Properties\":{\"Parameters\":{" parameters "}}}"

static bool deployer(void *context, Arena *a, Str name, Str *out) {
    (void)context, (void)a;
    *out = STR("the deployer's");
    return str_is(name, "Top");
}

static bool some_origin(void *context, Arena *a, Str owner, Str *out, Err *err) {
    (void)context, (void)a, (void)owner, (void)err;
    *out = STR("http://127.0.0.1:3");
    return true;
}

static const char MAIN[] =
    "{\"Parameters\":{\"Top\":{\"Type\":\"String\"},\"Keys\":{\"Type\":\"CommaDelimitedList\","
    "\"Default\":\"k0,k1\"}},\"Conditions\":{\"Never\":{\"Fn::Equals\":[1,2]}},\"Resources\":{"
    "\"Table\":{\"Type\":\"AWS::DynamoDB::Table\"},"
    "\"First\":" STACK(
        "\"Given\":{\"Ref\":\"Top\"},\"Key\":{\"Fn::Select\":[1,{\"Ref\":\"Keys\"}]},"
        "\"Table\":{\"Ref\":\"Table\"},\"None\":{\"Ref\":\"AWS::NoValue\"},"
        "\"Wrong\":[1],\"Ring\":{\"Fn::GetAtt\":[\"Second\",\"Outputs.Ring\"]},"
        "\"Missing\":{\"Ref\":\"Nobody\"}") ","
                                            "\"Second\":" STACK(
                                                "\"Url\":{\"Fn::GetAtt\":[\"First\",\"Outputs."
                                                "Url\"]},"
                                                "\"Ring\":{\"Fn::GetAtt\":[\"First\",\"Outputs."
                                                "Ring\"]}") ","
                                                            "\"Off\":{\"Type\":\"AWS::"
                                                            "CloudFormation::Stack\",\"Condition\":"
                                                            "\"Never\"}}}";

static const char FIRST[] =
    "{\"Parameters\":{\"Given\":{\"Type\":\"String\"},\"Key\":{\"Type\":\"String\"},"
    "\"Table\":{\"Type\":\"String\"},\"None\":{\"Type\":\"String\",\"Default\":\"else\"},"
    "\"Wrong\":{\"Type\":\"String\"},\"Ring\":{\"Type\":\"String\"},"
    "\"Missing\":{\"Type\":\"String\"},\"Unset\":{\"Type\":\"String\"}},"
    "\"Conditions\":{\"IsGiven\":{\"Fn::Equals\":[{\"Ref\":\"Given\"},\"the deployer's\"]}},"
    "\"Outputs\":{\"Url\":{\"Value\":{\"Fn::GetAtt\":[\"Own\",\"FunctionUrl\"]}},"
    "\"Ring\":{\"Value\":{\"Ref\":\"Ring\"}}},"
    "\"Resources\":{\"Own\":{\"Type\":\"AWS::Lambda::Url\",\"Condition\":\"IsGiven\"},"
    "\"It\":{\"Type\":\"AWS::X::Y\",\"Properties\":{\"V\":";

static const char SECOND[] =
    "{\"Parameters\":{\"Url\":{\"Type\":\"String\"},\"Ring\":{\"Type\":\"String\"}},"
    "\"Outputs\":{\"Ring\":{\"Value\":{\"Ref\":\"Ring\"}}},"
    "\"Resources\":{\"Its\":{\"Type\":\"AWS::X::Y\",\"Properties\":{\"V\":{\"Ref\":\"Url\"}}}}}";

static const char OFF[] =
    "{\"Resources\":{\"Gone\":{\"Type\":\"AWS::X::Y\",\"Condition\":\"No\"}}}";

static TemplateResource *resource(Template *t, const char *id) {
    TemplateResourceVec *all = template_resources(t);
    for (uint32_t i = 0; i < all->n; i++)
        if (str_is(all->at[i].id, id))
            return &all->at[i];
    fail_msg("no resource %s", id);
    return NULL;
}

static TemplateLocal local_of(Arena *a, const char *first) {
    RunTemplate *nested = arena_array(a, RunTemplate, 3);
    nested[0] = (RunTemplate){STR("Second"), str_of(SECOND)};
    nested[1] = (RunTemplate){STR("First"), str_of(first)};
    nested[2] = (RunTemplate){STR("Off"), str_of(OFF)};
    return (TemplateLocal){.region = STR("eu-west-1"),
                           .parameter = deployer,
                           .origin = some_origin,
                           .nested = nested,
                           .nested_count = 3};
}

// Property V of a resource as JSON, or the message; `source` is It's, of the template First.
static Str evaluated(Arena *a, const char *id, const char *source) {
    Str first = str_fmt(a, "%s%s}}}}", FIRST, source);
    TemplateLocal local = local_of(a, str_cstr(a, first));
    Template *t;
    Err err = {0};
    const Tree *out;
    if (!template_read(a, str_of(MAIN), &local, &t, &err) ||
        !template_properties(t, resource(t, id), &out, &err))
        return str_dup(a, str_of(err.message));
    Buf b = buf_new(a);
    tree_write(&b, tree_find(out, "V"));
    return buf_str(&b);
}

static void values_go_down_and_come_back(void **state) {
    static const struct {
        const char *id, *source, *wanted;
    } rows[] = {
        {"It", "{\"Ref\":\"Given\"}", "\"the deployer's\""},
        {"It", "{\"Ref\":\"Key\"}", "\"k1\""},
        {"It", "{\"Fn::Sub\":\"${Table}/${Own.FunctionUrl}\"}",
         "\"local-Table/http://127.0.0.1:3/\""},
        {"It", "{\"Ref\":\"None\"}", "\"else\""},
        {"It", "{\"Fn::If\":[\"IsGiven\",1,2]}", "1"},
        {"Its", "1", "\"http://127.0.0.1:3/\""},
        {"It", "{\"Ref\":\"Top\"}", "`Top` is referred to, which does not exist"},
        {"It", "{\"Ref\":\"Its\"}", "`Its` is referred to, which does not exist"},
        {"It", "{\"Ref\":\"Unset\"}", "in `It` of the template the parameter `Unset` has no value"},
        {"It", "{\"Ref\":\"Wrong\"}", "in `First` of the template the parameter `Wrong` is not a"},
        {"It", "{\"Ref\":\"Missing\"}", "in `First` of the template `Nobody` is referred to"},
        {"It", "{\"Ref\":\"Ring\"}", "is nested too deeply, or refers to itself"},
    };
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Str got = evaluated(&a, rows[i].id, rows[i].source);
        if (!str_contains(got, rows[i].wanted))
            fail_msg("%s: %.*s, wanted %s", rows[i].source, STR_ARG(got), rows[i].wanted);
    }
    arena_release(&a);
}

static void a_stack_that_is_not_made_makes_nothing(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    Template *t;
    Err err = {0};
    TemplateLocal local = local_of(&a, str_cstr(&a, str_fmt(&a, "%s1}}}}", FIRST)));
    assert_true(template_read(&a, str_of(MAIN), &local, &t, &err));
    assert_false(resource(t, "Off")->present);
    assert_false(resource(t, "Gone")->present);
    assert_true(resource(t, "First")->present && resource(t, "Own")->present);
    assert_non_null(resource(t, "First")->nested);
    assert_null(resource(t, "Table")->nested);
    arena_release(&a);
}

static void templates_without_a_stack_are_refused(void **state) {
    static const struct {
        const char *stack, *json, *why;
    } rows[] = {
        {"Nobody", "{\"Resources\":{}}", "the template has no stack `Nobody`"},
        {"Table", "{\"Resources\":{}}", "the template has no stack `Table`"},
        {"First", "{}", "the template cannot be read"},
        {"First", "{\"Resources\":{\"X\":{}}}", "`X` of the template has no type"},
    };
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        RunTemplate nested = {str_of(rows[i].stack), str_of(rows[i].json)};
        TemplateLocal local = {.region = STR("eu-west-1"),
                               .parameter = deployer,
                               .origin = some_origin,
                               .nested = &nested,
                               .nested_count = 1};
        Template *t;
        Err err = {0};
        assert_false(template_read(&a, str_of(MAIN), &local, &t, &err));
        assert_string_equal(err.message, rows[i].why);
    }
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_go_down_and_come_back),
        cmocka_unit_test(a_stack_that_is_not_made_makes_nothing),
        cmocka_unit_test(templates_without_a_stack_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
