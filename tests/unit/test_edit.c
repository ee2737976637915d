// pluto.yml, changed in one place; moments of logs.

#include "cli/project/edit.h"
#include "cli/run/since.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

typedef bool (*Edit)(Arena *a, Str text, Str stack, Str *out);

static bool add(Arena *a, Str text, Str stack, Str *out) {
    return edit_stack_add(a, text, stack, STR("dev"), out);
}

// `after` NULL: it is left alone.
typedef struct Case {
    Edit edit;
    const char *before, *stack, *after;
} Case;

static const Case cases[] = {
    {edit_current, "", "prod", "current: prod\n"},
    {edit_current, "name: x\n", "prod", "current: prod\nname: x\n"},
    {edit_current, "# of x\n---\nname: x\n", "prod", "# of x\n---\ncurrent: prod\nname: x\n"},
    {edit_current, "name: x\ncurrent: dev\n", "prod", "name: x\ncurrent: prod\n"},
    {edit_current, "current: \"dev\"  # mine\n", "prod", "current: prod  # mine\n"},
    {edit_current, "current:\n", "prod", "current: prod\n"},
    {edit_current, "current: dev", "prod", "current: prod"},
    {edit_current, "name: x\r\n", "prod", "current: prod\r\nname: x\r\n"},
    {edit_current, "currently: no\n", "prod", "current: prod\ncurrently: no\n"},
    {edit_current, "stacks:\n  - name: a\n    current: x\n", "a",
     "current: a\nstacks:\n  - name: a\n    current: x\n"},
    {add, "", "prod", "stacks:\n  - name: dev\n  - name: prod\n"},
    {add, "name: x", "prod", "name: x\nstacks:\n  - name: dev\n  - name: prod\n"},
    {add, "stacks:\n", "prod", "stacks:\n  - name: prod\n"},
    {add, "stacks:\n- name: dev\n\nname: x\n", "prod",
     "stacks:\n- name: dev\n- name: prod\n\nname: x\n"},
    {add, "stacks:\n    - name: dev\n      # of dev\n      tags:\n        a: b\n# end\n", "prod",
     "stacks:\n    - name: dev\n      # of dev\n      tags:\n        a: b\n    - name: prod\n# "
     "end\n"},
    {add, "stacks:\n  - name: dev", "prod", "stacks:\n  - name: dev\n  - name: prod\n"},
    {add, "stacks: [ { name: dev } ]\n", "prod", NULL},
    {add, "stacks:\n  dev:\n    x: y\n", "prod", NULL},
    {edit_stack_remove, "stacks:\n  - name: dev\n  - name: prod\n", "dev",
     "stacks:\n  - name: prod\n"},
    {edit_stack_remove, "stacks:\n  - tags: {}\n    name: 'dev' # mine\n  - name: prod\n", "dev",
     "stacks:\n  - name: prod\n"},
    {edit_stack_remove, "stacks:\n  - name: prod\n    tags:\n      name: dev\n", "dev", NULL},
    {edit_stack_remove, "stacks:\n  - name: dev\n", "nope", NULL},
    {edit_stack_remove, "name: x\n", "dev", NULL},
};

static void test_edits(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Case *c = &cases[i];
        Arena a;
        Str out = STR_EMPTY;
        arena_init(&a);
        bool done = c->edit(&a, str_of(c->before), str_of(c->stack), &out);
        if (done != (c->after != NULL))
            fail_msg("%zu: %s\n%s", i, done ? "it was changed" : "it was left alone", c->before);
        if (c->after)
            assert_string_equal(str_cstr(&a, out), c->after);
        arena_release(&a);
    }
}

static void test_moments(void **state) {
    (void)state;
    const int64_t now = INT64_C(1800000000000);
    static const struct {
        const char *text;
        int64_t ms; // -1: wrong
    } rows[] = {
        {"30s", INT64_C(1799999970000)},
        {"10m", INT64_C(1799999400000)},
        {"2h", INT64_C(1799992800000)},
        {"1d", INT64_C(1799913600000)},
        {"1970-01-01", 0},
        {"2000-02-29T12:34:56Z", INT64_C(951827696000)},
        {"2026-01-31T12:00:00.000Z", INT64_C(1769860800000)},
        {"2026-01-31T12:00:00.345Z", INT64_C(1769860800345)},
        {"2026-01-31T12", INT64_C(1769860800000)},
        {"2026-12-31T23:59", INT64_C(1798761540000)},
        {"", -1},
        {"10", -1},
        {"m", -1},
        {"-1m", -1},
        {"10y", -1},
        {"123456789d", -1},
        {"2026", -1},
        {"2026-13-01", -1},
        {"2026-01-31 12:00", -1},
        {"2026-01-31T1", -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Err err = {0};
        int64_t ms = -1;
        bool good = since_ms(str_of(rows[i].text), now, &ms, &err);
        if (good != (rows[i].ms >= 0) || (good && ms != rows[i].ms))
            fail_msg("`%s`: %lld", rows[i].text, (long long)ms);
        assert_int_equal(err.kind, good ? ERR_NONE : ERR_USAGE);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edits),
        cmocka_unit_test(test_moments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
