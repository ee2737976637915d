// Texts and trees: base 64 both ways, percent-encoding, JSON read strictly and written back.

#include "adapters/run/text.h"
#include "adapters/run/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void base_64_goes_both_ways(void **state) {
    // The vectors of RFC 4648.
    static const char *const rows[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Str out;
        assert_true(str_is(text_base64(&a, str_of(rows[i][0])), rows[i][1]));
        assert_true(text_unbase64(&a, str_of(rows[i][1]), &out));
        assert_true(str_is(out, rows[i][0]));
    }
    char bytes[256];
    for (int i = 0; i < 256; i++)
        bytes[i] = (char)i;
    for (uint32_t n = 0; n <= 256; n++) {
        Str out, in = {bytes, n};
        assert_true(text_unbase64(&a, text_base64(&a, in), &out));
        assert_true(str_eq(out, in));
    }
    arena_release(&a);
}

static void base_64_is_read_as_aws_reads_it(void **state) {
    static const struct {
        const char *text, *bytes; // NULL: refused
    } rows[] = {
        {"Zg", "f"},        {"Z m\n9\tv", "foo"}, {"-_-_", "\xFB\xFF\xBF"},
        {"Zg=", "f"},       {"Z", NULL},          {"Zg===", NULL},
        {"Zg==Zg==", NULL}, {"Zm9*", NULL},       {"Zm9v\x80", NULL},
        {"=", ""},
    };
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Str out;
        bool good = text_unbase64(&a, str_of(rows[i].text), &out);
        if (good != (rows[i].bytes != NULL) || (good && !str_is(out, rows[i].bytes)))
            fail_msg("%s", rows[i].text);
    }
    arena_release(&a);
}

static void percents_are_decoded_once(void **state) {
    static const char *const rows[][3] = {
        {"a%20b+c", "a b+c", "a b c"},
        {"%41%zz%4", "A%zz%4", "A%zz%4"},
        {"%2541", "%41", "%41"},
        {"%", "%", "%"},
        {"%c3%A9", "\xC3\xA9", "\xC3\xA9"},
        {"", "", ""},
    };
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(str_is(text_unpercent(&a, str_of(rows[i][0]), false), rows[i][1]));
        assert_true(str_is(text_unpercent(&a, str_of(rows[i][0]), true), rows[i][2]));
    }
    arena_release(&a);
}

static void case_counts_in_no_header(void **state) {
    (void)state;
    assert_true(text_same(STR("X-A\xC3\xA9"), STR("x-a\xC3\xA9")));
    assert_false(text_same(STR("a"), STR("ab")));
    assert_false(text_same(STR("\xC3\x89"), STR("\xC3\xA9")));
}

static void ids_follow_from_their_seed(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    Str x = text_id(&a, STR("one"), 32), y = text_id(&a, STR("two"), 32);
    assert_int_equal(x.n, 32);
    assert_true(str_eq(x, text_id(&a, STR("one"), 32)));
    assert_false(str_eq(x, y));
    assert_true(str_eq(str_slice(x, 0, 10), text_id(&a, STR("one"), 10)));
    arena_release(&a);
}

// What is read is written the same, but for white space and escapes.
static void json_is_read_and_written(void **state) {
    static const char *const rows[][2] = {
        {" {\"a\" : [1, -2.50e+3, true, false, null, \"x\"] } ",
         "{\"a\":[1,-2.50e+3,true,false,null,\"x\"]}"},
        {"\"\\u0041\\n\\\"\\\\\\/\\b\\f\\r\\t\"", "\"A\\n\\\"\\\\/\\b\\f\\r\\t\""},
        {"\"\\ud83d\\ude00\"", "\"\xF0\x9F\x98\x80\""},
        {"\"\\ud83dx\\ude00\"", "\"\xEF\xBF\xBDx\xEF\xBF\xBD\""},
        {"\"\\ud83d\\ud83d\\ude00\"", "\"\xEF\xBF\xBD\xF0\x9F\x98\x80\""},
        {"\"\\u0000\\u007f\\u2028\"", "\"\\u0000\\u007f\xE2\x80\xA8\""},
        {"\"\xFF\"", "\"\xEF\xBF\xBD\""},
        {"{}", "{}"},
        {"[]", "[]"},
        {"{\"a\":1,\"a\":2}", "{\"a\":1,\"a\":2}"},
        {"12345678901234567890", "12345678901234567890"},
        {"0", "0"},
        {"-0", "-0"},
    };
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const Tree *t = tree_read(&a, str_of(rows[i][0]));
        if (!t)
            fail_msg("%s is refused", rows[i][0]);
        Buf b = buf_new(&a);
        tree_write(&b, t);
        if (!str_is(buf_str(&b), rows[i][1]))
            fail_msg("%s: %.*s", rows[i][0], STR_ARG(buf_str(&b)));
    }
    arena_release(&a);
}

static void what_is_no_json_is_refused(void **state) {
    static const char *const rows[] = {
        "",       " ",       "{",           "[1",
        "[1,]",   "{\"a\"}", "{\"a\":}",    "{a:1}",
        "'a'",    "\"a",     "\"\\x\"",     "\"\\u12",
        "\"\n\"", "01",      "1.",          ".5",
        "+1",     "1e",      "1e+",         "-",
        "tru",    "nul",     "[1 2]",       "{\"a\":1 \"b\":2}",
        "[1]]",   "1 2",     "\"a\" \"b\"", "//x\n1",
        "[,1]",   "{,}",     "NaN",         "\xEF\xBB\xBF[]",
    };
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (tree_read(&a, str_of(rows[i])))
            fail_msg("%s is taken", rows[i]);
    arena_release(&a);
}

static void members_are_found(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    const Tree *t = tree_read(&a, STR("{\"n\":\"7\",\"x\":\"7a\",\"b\":\"true\",\"a\":1,\"a\":2,"
                                      "\"e\":\"\",\"big\":1e999,\"l\":[1]}"));
    assert_true(tree_num_at(t, "n", -1) == 7);
    assert_true(tree_num_at(t, "x", -1) == -1);
    assert_true(tree_num_at(t, "e", -1) == -1);
    assert_true(tree_num_at(t, "none", -1) == -1);
    assert_true(tree_num_at(t, "a", -1) == 2);
    assert_true(tree_bool_at(t, "b", false));
    assert_true(tree_bool_at(t, "n", true));
    assert_true(str_is(tree_str_at(&a, t, "l"), ""));
    assert_null(tree_find(tree_find(t, "l"), "x"));
    assert_null(tree_find(NULL, "x"));
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base_64_goes_both_ways),
        cmocka_unit_test(base_64_is_read_as_aws_reads_it),
        cmocka_unit_test(percents_are_decoded_once),
        cmocka_unit_test(case_counts_in_no_header),
        cmocka_unit_test(ids_follow_from_their_seed),
        cmocka_unit_test(json_is_read_and_written),
        cmocka_unit_test(what_is_no_json_is_refused),
        cmocka_unit_test(members_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
