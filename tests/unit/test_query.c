// Forms of Query services, byte for byte.

#include "adapters/aws/query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static void expect(Str got, const char *wanted) {
    if (!str_is(got, wanted))
        fail_msg("is `%.*s`, should be `%s`", STR_ARG(got), wanted);
}

static void a_form(void **state) {
    Arena a;
    (void)state;
    arena_init(&a);
    Query q = query_new(&a);
    expect(query_text(&q), "");
    query_add(&q, "StackName", STR("a b+c"));
    query_add(&q, "RoleARN", STR_EMPTY);
    query_set(&q, "NotificationARNs", STR_EMPTY); // clears the list
    query_flag(&q, "DisableRollback", true);
    query_flag(&q, "IncludeNestedStacks", false);
    query_member(&q, "Capabilities", 1, NULL, STR("CAPABILITY_IAM"));
    query_member(&q, "Parameters", 1, "ParameterKey", STR("K"));
    query_member(&q, "Parameters", 1, "ParameterValue", STR(""));
    query_member(&q, "Parameters", 12, "ParameterKey", STR("L"));
    expect(query_text(&q), "StackName=a%20b%2Bc&NotificationARNs=&DisableRollback=true"
                           "&IncludeNestedStacks=false&Capabilities.member.1=CAPABILITY_IAM"
                           "&Parameters.member.1.ParameterKey=K&Parameters.member.1.ParameterValue="
                           "&Parameters.member.12.ParameterKey=L");
    arena_release(&a);
}

static void all_bytes(void **state) {
    static const char kept[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    Arena a;
    (void)state;
    arena_init(&a);
    for (unsigned c = 0; c < 256; c++) {
        char byte = (char)c;
        Str one = {&byte, 1};
        bool stays = c && str_find(STR(kept), one, 0) >= 0;
        Str wanted = stays ? one : str_fmt(&a, "%%%02X", c);
        assert_true(str_eq(percent_encoded(&a, one, false), wanted));
        assert_true(str_eq(percent_encoded(&a, one, true), c == '/' ? one : wanted));
    }
    expect(percent_encoded(&a, STR("\xC3\xA9/\xE6\x97\xA5"), true), "%C3%A9/%E6%97%A5");
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_form), cmocka_unit_test(all_bytes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
