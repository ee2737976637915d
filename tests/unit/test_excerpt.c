// Places of a program, drawn for explanations: what is one name, which lines stand around it.

#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char TEXT[] = "const a = await this.store.get(key);\n" // 1
                           "\n"                                     // 2
                           "return new Client?.Inner({ a });\n"     // 3
                           "\tx[i].y(\"日本\", ß.größe);\n"         // 4
                           "await f();";                            // 5

typedef struct Case {
    uint32_t line, column;
    const char *name;
} Case;

static void a_name_goes_over_dots_and_new(void **state) {
    static const Case cases[] = {
        {1, 11, "await this.store.get"},
        {1, 17, "this.store.get"},
        {1, 22, "store.get"},
        {1, 32, "key"},
        {3, 8, "new Client?.Inner"},
        {3, 25, "("},
        {4, 2, "x"},
        {4, 7, "y"},
        {4, 15, "ß.größe"},
        {5, 7, "f"},
        {5, 9, ")"},
    };
    (void)state;
    Sources *sources = sources_open();
    FileId file = sources_add(sources, STR("a.ts"), STR(TEXT));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Span s = excerpt_span(sources, STR("a.ts"), (LineCol){cases[i].line, cases[i].column});
        assert_int_equal(s.file, file);
        Str name = str_slice(STR(TEXT), s.start, s.end);
        if (!str_is(name, cases[i].name))
            fail_msg("%u:%u is `%.*s`, should be `%s`", cases[i].line, cases[i].column,
                     STR_ARG(name), cases[i].name);
    }
    assert_int_equal(excerpt_span(sources, STR("b.ts"), (LineCol){1, 1}).file, 0);
    sources_close(sources);
}

static Str drawn(Arena *a, Excerpt e, bool color) {
    Sources *sources = sources_open();
    sources_add(sources, STR("a.ts"), STR(TEXT));
    Buf b = buf_new(a);
    e.file = e.file.n ? e.file : STR("a.ts");
    excerpt_put(&b, sources, &e, color);
    sources_close(sources);
    return buf_str(&b);
}

static void is_drawn(Excerpt e, const char *expected) {
    Arena a;
    arena_init(&a);
    Str text = drawn(&a, e, false);
    if (!str_is(text, expected))
        fail_msg("drawn is\n%.*sshould be\n%s", STR_ARG(text), expected);
    arena_release(&a);
}

static void lines_stand_around_and_blank_ones_do_not(void **state) {
    (void)state;
    is_drawn((Excerpt){.at = {1, 17}, .note = STR("here"), .above = 3, .below = 1},
             "   |\n"
             " 1 | const a = await this.store.get(key);\n"
             "   |                 ^^^^^^^^^^^^^^ here\n");
    is_drawn((Excerpt){.at = {3, 8}, .note = STR("here"), .above = 2, .below = 9},
             "   |\n"
             " 1 | const a = await this.store.get(key);\n"
             " 2 |\n"
             " 3 | return new Client?.Inner({ a });\n"
             "   |        ^^^^^^^^^^^^^^^^^ here\n"
             " 4 |     x[i].y(\"日本\", ß.größe);\n"
             " 5 | await f();\n");
}

static void numbers_of_several_excerpts_stand_below_each_other(void **state) {
    (void)state;
    is_drawn((Excerpt){.at = {4, 15}, .note = STR("wide"), .widest = 1000},
             "      |\n"
             "    4 |     x[i].y(\"日本\", ß.größe);\n"
             "      |                    ^^^^^^^ wide\n");
}

static void what_is_not_there_is_not_drawn(void **state) {
    (void)state;
    is_drawn((Excerpt){.file = STR("gone.ts"), .at = {1, 1}, .note = STR("x")}, "");
    is_drawn((Excerpt){.at = {0, 0}, .note = STR("x")}, "");
    is_drawn((Excerpt){.at = {99, 1}, .note = STR("x")}, "    |\n"
                                                         " 99 |\n"
                                                         "    | ^ x\n");
}

static void colours_only_add(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    Excerpt e = {.at = {1, 17}, .note = STR("\033[2Jhere")};
    assert_true(str_contains(drawn(&a, e, true), "\033[1;32m"));
    assert_false(str_contains(drawn(&a, e, true), "\033[2J"));
    assert_false(str_contains(drawn(&a, e, false), "\033"));
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_goes_over_dots_and_new),
        cmocka_unit_test(lines_stand_around_and_blank_ones_do_not),
        cmocka_unit_test(numbers_of_several_excerpts_stand_below_each_other),
        cmocka_unit_test(what_is_not_there_is_not_drawn),
        cmocka_unit_test(colours_only_add),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
