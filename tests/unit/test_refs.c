// References within a template: every function of CloudFormation that makes one resource wait for
// another, and nothing that only looks like it.

#include "generator/cfn/refs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *json, *found; // "id" or "id.attribute", blanks between
} ROWS[] = {
    {"{\"Properties\":{\"A\":{\"Ref\":\"X\"}}}", "X"},
    {"{\"Properties\":{\"A\":{\"Fn::GetAtt\":[\"X\",\"Arn\"]}}}", "X.Arn"},
    {"{\"Properties\":{\"A\":{\"Ref\":\"AWS::Region\"}}}", ""},
    {"{\"Properties\":{\"A\":{\"Fn::Sub\":\"a${X}b${Y.Arn}c${!Z}d${AWS::Region}\"}}}", "X Y.Arn"},
    {"{\"Properties\":{\"A\":{\"Fn::Sub\":[\"${Own}${X}\",{\"Own\":{\"Ref\":\"Y\"}}]}}}", "X Y"},
    {"{\"Properties\":{\"A\":{\"Fn::If\":[\"C\",{\"Ref\":\"X\"},{\"Ref\":\"AWS::NoValue\"}]}}}",
     "C X"},
    {"{\"Properties\":{\"A\":{\"Fn::FindInMap\":[\"M\",{\"Ref\":\"AWS::Region\"},\"k\"]}}}", "M"},
    {"{\"Properties\":{\"A\":{\"Fn::Join\":[\"\",[\"a\",{\"Ref\":\"X\"}]]}}}", "X"},
    {"{\"DependsOn\":\"X\"}", "X"},
    {"{\"DependsOn\":[\"X\",\"Y\"]}", "X Y"},
    {"{\"Metadata\":{\"A\":{\"Ref\":\"X\"}}}", ""},
    {"{\"Properties\":{\"DependsOn\":\"X\",\"Ref\":\"Y\",\"B\":1}}", ""},
    {"{\"Properties\":{\"A\":{\"Fn::Sub\":\"${X\"}}}", ""},
};

static void note(void *context, const Reference *r) {
    Buf *b = context;
    if (b->n)
        buf_putc(b, ' ');
    buf_put(b, r->id);
    if (r->attribute.n)
        buf_printf(b, ".%.*s", STR_ARG(r->attribute));
}

static void references_are_found(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        cJSON *json = cJSON_Parse(ROWS[i].json);
        assert_non_null(json);
        Buf found = buf_new(&a);
        refs_walk(json, note, &found);
        assert_string_equal(str_cstr(&a, buf_str(&found)), ROWS[i].found);
        cJSON_Delete(json);
    }
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(references_are_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
