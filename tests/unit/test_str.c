// Slices and the builder: bounds, empty slices, texts with NUL bytes.

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define assert_str(s, lit) assert_true(str_eq((s), STR(lit)))

static void test_slices_are_clamped(void **state) {
    (void)state;
    Str s = STR("abcdef");
    assert_str(str_slice(s, 1, 3), "bc");
    assert_str(str_slice(s, 4, 99), "ef");
    assert_str(str_slice(s, 9, 99), "");
    assert_str(str_slice(s, 3, 1), "");
    assert_int_equal(str_slice((Str){NULL, 0}, 1, 2).n, 0);
    assert_str(str_of(NULL), "");
}

static void test_comparing(void **state) {
    (void)state;
    static const struct {
        Str a, b;
        int order;
    } rows[] = {
        {{"", 0}, {NULL, 0}, 0},       {{"a", 1}, {"", 0}, 1},         {{"a", 1}, {"b", 1}, -1},
        {{"ab", 2}, {"a", 1}, 1},      {{"a\0b", 3}, {"a\0c", 3}, -1}, {{"\xC3", 1}, {"z", 1}, 1},
        {{"same", 4}, {"same", 4}, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int c = str_cmp(rows[i].a, rows[i].b);
        assert_int_equal((c > 0) - (c < 0), rows[i].order);
        assert_int_equal(str_eq(rows[i].a, rows[i].b), rows[i].order == 0);
    }
    assert_true(str_is(STR("x"), "x"));
    assert_true(str_starts(STR("src/x"), "src/") && !str_starts(STR("s"), "src"));
    assert_true(str_ends(STR("x.ts"), ".ts") && !str_ends(STR("s"), ".ts"));
    assert_true(str_starts((Str){NULL, 0}, "") && str_ends((Str){NULL, 0}, ""));
}

static void test_finding(void **state) {
    (void)state;
    static const struct {
        const char *in, *what;
        uint32_t from;
        int64_t at;
    } rows[] = {
        {"abcabc", "bc", 0, 1}, {"abcabc", "bc", 2, 4}, {"abcabc", "bc", 5, -1},
        {"aab", "ab", 0, 1},    {"", "", 0, 0},         {"abc", "", 3, 3},
        {"abc", "", 4, -1},     {"a", "abc", 0, -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(str_find(str_of(rows[i].in), str_of(rows[i].what), rows[i].from),
                         rows[i].at);
    assert_int_equal(str_rfind_char(STR("a/b/c"), '/'), 3);
    assert_int_equal(str_rfind_char(STR("abc"), '/'), -1);
    assert_true(str_contains(STR("abc"), "bc"));
    assert_str(str_trim(STR(" \t\r\n a b \v\f")), "a b");
    assert_str(str_trim(STR("   ")), "");
}

static void test_hash_is_fnv1a(void **state) {
    (void)state;
    assert_true(str_hash(STR("")) == UINT64_C(0xCBF29CE484222325));
    assert_true(str_hash(STR("a")) == UINT64_C(0xAF63DC4C8601EC8C));
    assert_true(str_hash(STR("foobar")) == UINT64_C(0x85944171F73967E8));
}

static void test_copies(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    assert_str(str_dup(&a, STR("a\0b")), "a\0b");
    assert_string_equal(str_cstr(&a, STR("abc")), "abc");
    assert_string_equal(str_cstr(&a, (Str){NULL, 0}), "");
    assert_str(str_cat(&a, STR("ab"), STR("cd")), "abcd");
    assert_str(str_cat(&a, (Str){NULL, 0}, STR("cd")), "cd");
    assert_str(str_fmt(&a, "%d-%s", 7, "x"), "7-x");
    assert_str(str_fmt(&a, "%s", ""), "");
    // Longer than what is tried on the stack first.
    assert_int_equal(str_fmt(&a, "%0*d", 5000, 7).n, 5000);
    arena_release(&a);
}

static void test_building(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    Buf b = buf_new(&a);
    assert_str(buf_str(&b), "");
    buf_putc(&b, 'a');
    buf_puts(&b, "bc");
    buf_put(&b, STR("\0d"));
    buf_put(&b, (Str){NULL, 0});
    buf_printf(&b, "<%d>", 42);
    buf_pad(&b, '.', 3);
    buf_pad(&b, '.', 0);
    assert_str(buf_str(&b), "abc\0d<42>...");
    Buf c = buf_new(&a);
    for (unsigned i = 0; i < 2000; i++) {
        buf_printf(&b, "%*u", (int)(i % 200), i);
        buf_putc(&c, (char)('a' + i % 26));
    }
    assert_int_equal(c.n, 2000);
    for (unsigned i = 0; i < 2000; i++)
        assert_int_equal(buf_str(&c).p[i], 'a' + i % 26);
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slices_are_clamped),
        cmocka_unit_test(test_comparing),
        cmocka_unit_test(test_finding),
        cmocka_unit_test(test_hash_is_fnv1a),
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_building),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
