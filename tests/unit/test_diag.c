// Diagnostics: order, duplicates, limits, and each renderer's text byte for byte. A row is a
// program of one line of calls; what it prints is compared whole.

#include "base/diag.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct Stage {
    Sources *sources;
    Diags *diags;
    Arena arena;
    Str text;
} Stage;

static int set_up(void **state) {
    Stage *s = calloc(1, sizeof *s);
    if (!s)
        return -1;
    s->sources = sources_open();
    s->diags = diags_open(s->sources);
    *state = s;
    return 0;
}

static int tear_down(void **state) {
    Stage *s = *state;
    diags_close(s->diags);
    sources_close(s->sources);
    arena_release(&s->arena);
    free(s);
    return 0;
}

static FileId load(Stage *s, const char *path, Str text) {
    s->text = text;
    return sources_add(s->sources, str_of(path), text);
}

// The span of the first `what` in the text that was loaded last.
static Span of(Stage *s, FileId file, const char *what) {
    int64_t at = str_find(s->text, str_of(what), 0);
    assert_true(at >= 0);
    return (Span){file, (uint32_t)at, (uint32_t)at + str_of(what).n};
}

static char *printed(Stage *s, DiagFormat format, bool color, unsigned limit) {
    char *text = NULL;
    size_t n;
    FILE *f = open_memstream(&text, &n);
    assert_non_null(f);
    diags_print(s->diags, f, format, color, limit);
    fclose(f);
    char *kept = str_cstr(&s->arena, str_of(text));
    free(text);
    return kept;
}

#define assert_prints(s, format, expect)                                                           \
    assert_string_equal(printed((s), (format), false, 0), (expect))

static void test_the_face(void **state) {
    Stage *s = *state;
    FileId f = load(s, "src/main.ts",
                    STR("import x from 'y';\n\n\n\nfor (let i = 0; i < n; i++) {\n\n"
                        "  const b = new Bucket(`b${i}`);\n}\n"));
    Diag *d = diag_error(s->diags, P0203, of(s, f, "new Bucket(`b${i}`)"),
                         "this %s would be created an unknown number of times", "Bucket");
    diag_primary(d, "resources must be countable at compile time");
    diag_label(d, of(s, f, "i < n"), "the bound `n` is only known at run time");
    diag_label(d, of(s, f, "x from"), "it comes from here");
    diag_note(d, "first line\nsecond line");
    diag_help(d, "loop over a literal array, or give each %s its own declaration", "Bucket");
    assert_prints(
        s, DIAG_HUMAN,
        "error[P0203]: this Bucket would be created an unknown number of times\n"
        "  --> src/main.ts:7:13\n"
        "   |\n"
        " 1 | import x from 'y';\n"
        "   |        ------ it comes from here\n"
        "...\n"
        " 5 | for (let i = 0; i < n; i++) {\n"
        "   |                 ----- the bound `n` is only known at run time\n"
        " 6 |\n"
        " 7 |   const b = new Bucket(`b${i}`);\n"
        "   |             ^^^^^^^^^^^^^^^^^^^ resources must be countable at compile time\n"
        "   = note: first line\n"
        "           second line\n"
        "   = help: loop over a literal array, or give each Bucket its own declaration\n");
    assert_prints(s, DIAG_SHORT,
                  "src/main.ts:7:13: error[P0203]: this Bucket would be created an unknown number "
                  "of times\n");
    assert_prints(
        s, DIAG_JSON,
        "{\"code\":\"P0203\",\"severity\":\"error\",\"message\":\"this Bucket would be created an "
        "unknown number of times\",\"file\":\"src/main.ts\",\"line\":7,\"column\":13,"
        "\"help\":\"loop over a literal array, or give each Bucket its own declaration\","
        "\"notes\":[\"first line\\nsecond line\"],\"labels\":["
        "{\"file\":\"src/main.ts\",\"line\":7,\"column\":13,"
        "\"text\":\"resources must be countable at compile time\"},"
        "{\"file\":\"src/main.ts\",\"line\":5,\"column\":17,"
        "\"text\":\"the bound `n` is only known at run time\"},"
        "{\"file\":\"src/main.ts\",\"line\":1,\"column\":8,\"text\":\"it comes from here\"}]}\n");
}

static void test_several_marks_on_a_line(void **state) {
    Stage *s = *state;
    FileId f = load(s, "a.ts", STR("let a = foo(x, y);\n"));
    Diag *d = diag_warning(s->diags, P0301, of(s, f, "y"), "wrong arguments");
    diag_primary(d, "third");
    diag_label(d, of(s, f, "foo"), "first");
    diag_label(d, of(s, f, "x"), "second");
    diag_label(d, of(s, f, "let"), "%s", "");
    assert_prints(s, DIAG_HUMAN,
                  "warning[P0301]: wrong arguments\n"
                  "  --> a.ts:1:16\n"
                  "   |\n"
                  " 1 | let a = foo(x, y);\n"
                  "   | ---     --- -  ^ third\n"
                  "   |         |   |\n"
                  "   |         |   second\n"
                  "   |         first\n");
}

static void test_other_files_and_wide_gutters(void **state) {
    Stage *s = *state;
    FileId b = load(s, "lib/b.ts", STR("\n\n\n\n\n\n\n\n\nexport const b = 1;\n"));
    Span there = of(s, b, "b = 1");
    FileId a = load(s, "a.ts", STR("import { b } from './lib/b';\n"));
    Diag *d = diag_error(s->diags, P0108, of(s, a, "b"), "said of both");
    diag_label(d, there, "and here");
    diag_label(d, SPAN_NONE, "a label without a place");
    assert_prints(s, DIAG_HUMAN,
                  "error[P0108]: said of both\n"
                  "   --> a.ts:1:10\n"
                  "    |\n"
                  "  1 | import { b } from './lib/b';\n"
                  "    |          ^\n"
                  "   ::: lib/b.ts:10:14\n"
                  "    |\n"
                  " 10 | export const b = 1;\n"
                  "    |              ----- and here\n"
                  "    = note: a label without a place\n");
}

static void test_cells_not_bytes(void **state) {
    Stage *s = *state;
    FileId f =
        load(s, "a.ts",
             STR("\tx('\xE6\xBC\xA2\xE5\xAD\x97', '\xF0\x9F\x91\x8D', 'e\xCC\x81', bad\xFF)  \n"));
    Diag *d = diag_error(s->diags, P0208, of(s, f, "bad"), "wide");
    diag_primary(d, "here");
    diag_label(d, of(s, f, "\xE5\xAD\x97"), "two cells");
    assert_prints(s, DIAG_HUMAN,
                  "error[P0208]: wide\n"
                  "  --> a.ts:1:22\n"
                  "   |\n"
                  " 1 |     x('\xE6\xBC\xA2\xE5\xAD\x97', '\xF0\x9F\x91\x8D', 'e\xCC\x81', bad"
                  "\xEF\xBF\xBD)\n"
                  "   |          --              ^^^ here\n"
                  "   |          |\n"
                  "   |          two cells\n");
}

static void test_nothing_controls_the_terminal(void **state) {
    Stage *s = *state;
    FileId f = load(s, "a\x1b[2J.ts", STR("x = '\x1b[31m\xE2\x80\xAE\xC2\x9B' + y\0\n"));
    Diag *d = diag_error(s->diags, P0202, of(s, f, "y"), "no `%s`", "\x1b]0;t\x07\r\n\xE2\x81\xA6");
    diag_help(d, "\x7F\xFF");
    assert_prints(s, DIAG_HUMAN,
                  "error[P0202]: no `\\u{1b}]0;t\\u{7}\\r\\n\\u{2066}`\n"
                  "  --> a\\u{1b}[2J.ts:1:17\n"
                  "   |\n"
                  " 1 | x = '\\u{1b}[31m\\u{202e}\\u{9b}' + y\\u{0}\n"
                  "   |                                  ^\n"
                  "   = help: \\u{7f}\xEF\xBF\xBD\n");
    assert_prints(s, DIAG_SHORT,
                  "a\\u{1b}[2J.ts:1:17: error[P0202]: no `\\u{1b}]0;t\\u{7}\\r\\n\\u{2066}`\n");
    assert_prints(s, DIAG_JSON,
                  "{\"code\":\"P0202\",\"severity\":\"error\",\"message\":\"no "
                  "`\\u001b]0;t\\u0007\\r\\n\\u2066`\",\"file\":\"a\\u001b[2J.ts\",\"line\":1,"
                  "\"column\":17,\"help\":\"\\u007f\xEF\xBF\xBD\",\"notes\":[],\"labels\":[]}\n");
}

static void test_spans_over_lines_and_at_the_end(void **state) {
    Stage *s = *state;
    FileId f = load(s, "a.ts", STR("f(async () => {  \n  return 1;\n});\n\nlast"));
    diag_primary(
        diag_error(s->diags, P0306, of(s, f, "async () => {  \n  return 1;\n}"), "over lines"),
        "this one");
    diag_error(s->diags, P0106, (Span){f, s->text.n, s->text.n}, "at the end");
    diag_error(s->diags, P0106, (Span){f, 32, 33}, "an empty line");
    diag_error(s->diags, P0106, (Span){f, 9999, 3}, "out of range");
    diag_error(s->diags, P0106, (Span){77, 1, 3}, "no such file");
    assert_prints(s, DIAG_HUMAN,
                  "error[P0106]: no such file\n"
                  "\n"
                  "error[P0306]: over lines\n"
                  "  --> a.ts:1:3\n"
                  "   |\n"
                  " 1 | f(async () => {\n"
                  "   |   ^^^^^^^^^^^^^... this one\n"
                  "\n"
                  "error[P0106]: an empty line\n"
                  "  --> a.ts:3:3\n"
                  "   |\n"
                  " 3 | });\n"
                  "   |   ^\n"
                  "\n"
                  "error[P0106]: at the end\n"
                  "  --> a.ts:5:5\n"
                  "   |\n"
                  " 5 | last\n"
                  "   |     ^\n"
                  "\n"
                  "error[P0106]: out of range\n"
                  "  --> a.ts:5:5\n"
                  "   |\n"
                  " 5 | last\n"
                  "   |     ^\n");
}

static void test_long_lines_are_cut(void **state) {
    Stage *s = *state;
    char *text = arena_alloc(&s->arena, 100000);
    memset(text, 'a', 100000);
    memcpy(text + 50000, "HERE", 4);
    FileId f = load(s, "a.ts", (Str){text, 100000});
    Diag *d = diag_error(s->diags, P0106, of(s, f, "HERE"), "far out");
    diag_label(d, (Span){f, 2, 4}, "near");
    diag_label(d, (Span){f, 60000, 90000}, "wide");
    char *out = printed(s, DIAG_HUMAN, false, 0);
    Str rest = str_of(out);
    unsigned rows = 0;
    while (rest.n > 0) {
        int64_t end = str_find(rest, STR("\n"), 0);
        assert_true(end >= 0 && end < 180);
        Str row = str_slice(rest, 0, (uint32_t)end);
        // A mark stands below the letter it is about.
        if (str_contains(row, "HERE")) {
            Str below = str_slice(rest, (uint32_t)end + 1, rest.n);
            assert_int_equal(str_find(below, STR("^^^^"), 0), str_find(row, STR("HERE"), 0));
            rows++;
        }
        rest = str_slice(rest, (uint32_t)end + 1, rest.n);
    }
    assert_int_equal(rows, 1);
    assert_true(str_contains(str_of(out), "-- near\n"));
    assert_true(str_contains(str_of(out), "--... wide\n"));
}

static void test_places_of_arch_json(void **state) {
    Stage *s = *state;
    load(s, "a.ts", STR("one\ntwo three.four\n"));
    diag_error_at(s->diags, P0503, STR("a.ts"), (LineCol){2, 5}, "loaded");
    diag_help(diag_error_at(s->diags, P0503, STR("z.ts"), (LineCol){4, 2}, "not loaded"), "so");
    assert_prints(s, DIAG_HUMAN,
                  "error[P0503]: loaded\n"
                  "  --> a.ts:2:5\n"
                  "   |\n"
                  " 2 | two three.four\n"
                  "   |     ^^^^^\n"
                  "\n"
                  "error[P0503]: not loaded\n"
                  "  --> z.ts:4:2\n"
                  "   = help: so\n");
}

// What must not reach a log does not: the place stays, and what was to stand at lines stands below.
static void test_hidden_source(void **state) {
    Stage *s = *state;
    FileId file = load(s, "a.ts", STR("const token = 'T0K3N';\n"));
    Diag *d = diag_error(s->diags, P0504, of(s, file, "'T0K3N'"), "a key");
    diag_hide_source(d);
    diag_primary(d, "here");
    diag_label(d, of(s, file, "token"), "its name");
    diag_help(d, "out with it");
    assert_prints(s, DIAG_HUMAN,
                  "error[P0504]: a key\n"
                  "  --> a.ts:1:15\n"
                  "   = note: here\n"
                  "   = note: its name\n"
                  "   = help: out with it\n");
    assert_null(strstr(printed(s, DIAG_SHORT, false, 0), "T0K3N"));
    assert_null(strstr(printed(s, DIAG_JSON, false, 0), "T0K3N"));
}

static void test_order_duplicates_and_limit(void **state) {
    Stage *s = *state;
    FileId z = load(s, "z.ts", STR("abc"));
    FileId a = load(s, "a.ts", STR("abc"));
    assert_false(diags_has_errors(s->diags));
    diag_warning(s->diags, P0302, (Span){a, 0, 1}, "w1");
    assert_false(diags_has_errors(s->diags));
    diag_error(s->diags, P0302, (Span){z, 0, 1}, "e3");
    diag_error(s->diags, P0302, (Span){a, 2, 3}, "e2");
    diag_error(s->diags, P0301, (Span){a, 2, 3}, "e1");
    diag_help(diag_error(s->diags, P0302, (Span){a, 2, 3}, "e2"), "the fuller one stays");
    diag_warning(s->diags, P0601, SPAN_NONE, "w0");
    assert_true(diags_has_errors(s->diags));
    assert_int_equal(diags_error_count(s->diags), 3);
    assert_int_equal(diags_warning_count(s->diags), 2);
    assert_prints(s, DIAG_SHORT,
                  "warning[P0601]: w0\n"
                  "a.ts:1:1: warning[P0302]: w1\n"
                  "a.ts:1:3: error[P0301]: e1\n"
                  "a.ts:1:3: error[P0302]: e2\n"
                  "z.ts:1:1: error[P0302]: e3\n");
    // Errors are kept before warnings.
    assert_string_equal(printed(s, DIAG_SHORT, false, 2), "a.ts:1:3: error[P0301]: e1\n"
                                                          "a.ts:1:3: error[P0302]: e2\n"
                                                          "and 1 more error and 2 more warnings\n");
    assert_string_equal(printed(s, DIAG_SHORT, false, 4), "warning[P0601]: w0\n"
                                                          "a.ts:1:3: error[P0301]: e1\n"
                                                          "a.ts:1:3: error[P0302]: e2\n"
                                                          "z.ts:1:1: error[P0302]: e3\n"
                                                          "and 1 more warning\n");
    assert_true(str_contains(str_of(printed(s, DIAG_HUMAN, false, 0)), "the fuller one stays"));
    assert_true(str_ends(str_of(printed(s, DIAG_HUMAN, false, 3)), "\n\nand 2 more warnings\n"));
}

static void test_colour_only_when_asked(void **state) {
    Stage *s = *state;
    FileId f = load(s, "a.ts", STR("abc"));
    diag_label(diag_error(s->diags, P0302, (Span){f, 0, 1}, "m"), (Span){f, 1, 2}, "l");
    assert_null(strchr(printed(s, DIAG_HUMAN, false, 0), '\x1b'));
    assert_null(strchr(printed(s, DIAG_JSON, true, 0), '\x1b'));
    char *out = printed(s, DIAG_HUMAN, true, 0);
    assert_true(str_starts(str_of(out), "\x1b[1;31merror[P0302]\x1b[0m\x1b[1m: m\x1b[0m\n"));
    assert_true(str_contains(str_of(out), "\x1b[1;31m^\x1b[1;34m-\x1b[0m"));
}

static void *complain(void *arg) {
    Stage *s = arg;
    for (unsigned i = 0; i < 500; i++)
        diag_help(diag_error(s->diags, P0106, (Span){1, i % 3, 3}, "number %u", i), "help %u", i);
    return NULL;
}

static void test_threads_complain(void **state) {
    Stage *s = *state;
    load(s, "a.ts", STR("abc"));
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, complain, s), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    // All said the same.
    assert_int_equal(diags_error_count(s->diags), 500);
}

static void test_codes(void **state) {
    (void)state;
    Code c;
    assert_true(code_find(STR("P0203"), &c) && c == P0203);
    assert_true(code_find(STR("p0203"), &c) && c == P0203);
    static const char *const none[] = {"", "P", "P020", "P02033", "X0203", "0203", "P9999"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_false(code_find(str_of(none[i]), &c));
    for (int i = 0; i < CODE_COUNT; i++) {
        assert_true(code_find(str_of(code_name((Code)i)), &c) && (int)c == i);
        assert_true(strlen(code_title((Code)i)) > 0);
    }
}

#define STAGED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        STAGED(test_the_face),
        STAGED(test_several_marks_on_a_line),
        STAGED(test_other_files_and_wide_gutters),
        STAGED(test_cells_not_bytes),
        STAGED(test_nothing_controls_the_terminal),
        STAGED(test_spans_over_lines_and_at_the_end),
        STAGED(test_long_lines_are_cut),
        STAGED(test_places_of_arch_json),
        STAGED(test_hidden_source),
        STAGED(test_order_duplicates_and_limit),
        STAGED(test_colour_only_when_asked),
        STAGED(test_threads_complain),
        cmocka_unit_test(test_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
