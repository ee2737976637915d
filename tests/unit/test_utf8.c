// UTF-8: exactly what RFC 3629 allows, every code point there and back, cells of a terminal.

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LIT(text)                                                                                  \
    { text, sizeof(text) - 1 }

static void test_validity(void **state) {
    (void)state;
    enum { GOOD = -1 };
    static const struct {
        Str text;
        int bad;
    } rows[] = {
        {LIT(""), GOOD},
        {LIT("plain ASCII, longer than eight bytes"), GOOD},
        {LIT("\xC3\xA9\xE6\xBC\xA2\xF0\x9F\x91\x8D"), GOOD},
        {LIT("\xF4\x8F\xBF\xBF"), GOOD},
        {LIT("12345678\x80"), 8},     // a continuation alone
        {LIT("\xC0\x80"), 0},         // overlong NUL
        {LIT("\xC1\xBF"), 0},         // overlong
        {LIT("a\xE0\x9F\xBF"), 1},    // overlong, three bytes
        {LIT("\xF0\x8F\xBF\xBF"), 0}, // overlong, four bytes
        {LIT("\xED\xA0\x80"), 0},     // a surrogate
        {LIT("\xF4\x90\x80\x80"), 0}, // above U+10FFFF
        {LIT("\xF5\x80\x80\x80"), 0},
        {LIT("\xFF"), 0},
        {LIT("ab\xE6\xBC"), 2}, // cut off
        {LIT("\xF0\x9F\x91"), 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t bad = 99;
        assert_int_equal(utf8_valid(rows[i].text, &bad), rows[i].bad == GOOD);
        assert_int_equal(bad, rows[i].bad == GOOD ? 99 : rows[i].bad);
        assert_int_equal(utf8_valid(rows[i].text, NULL), rows[i].bad == GOOD);
    }
}

static void test_every_code_point_round_trips(void **state) {
    (void)state;
    for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
        char bytes[4];
        unsigned n = utf8_put(cp, bytes);
        uint32_t at = 0, back = utf8_next((Str){bytes, n}, &at);
        bool surrogate = cp >= 0xD800 && cp <= 0xDFFF;
        assert_true(at == n && back == (surrogate ? 0xFFFD : cp));
    }
}

static void test_json_and_lines_are_made_visible(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    Str json = STR("{\"a\\n\": \"\xC3\xA9\\u001b\x7F\xC2\x9B\xE2\x80\xAE\xF3\xA0\x81\x81\x9B\"}\n");
    Str said =
        STR("{\"a\\n\": \"\xC3\xA9\\u001b\\u007f\\u009b\\u202e\\udb40\\udc41\xEF\xBF\xBD\"}\n");
    assert_true(str_eq(json_visible(&a, json), said));
    assert_true(json_visible(&a, STR_EMPTY).n == 0);
    Str lines = STR("\none\x1B[2J\r\ntwo\xC2\x9B");
    assert_true(str_eq(lines_visible(&a, lines), STR("\none\\u{1b}[2J\\r\ntwo\\u{9b}")));
    assert_true(str_eq(lines_visible(&a, STR("one\n")), STR("one\n")));
    arena_release(&a);
}

static void test_bad_bytes_one_at_a_time(void **state) {
    (void)state;
    Str s = STR("\xE6\xBC"
                "a\xFF");
    static const uint32_t expect[] = {0xFFFD, 0xFFFD, 'a', 0xFFFD};
    uint32_t at = 0;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(utf8_next(s, &at), expect[i]);
    assert_int_equal(at, s.n);
    assert_int_equal(utf8_next(s, &at), 0xFFFD);
    assert_int_equal(at, s.n);
}

static void test_width(void **state) {
    (void)state;
    static const struct {
        uint32_t cp;
        unsigned width;
    } rows[] = {
        {'a', 1},    {0xE9, 1},   {0x301, 0},   {0x200D, 0},  {0xFE0F, 0},  {0x4E00, 2},
        {0xAC00, 2}, {0xFF21, 2}, {0x1F44D, 2}, {0x2603, 1},  {0x20000, 2}, {0x10FFFF, 1},
        {0x3042, 2}, {0x2502, 1}, {0x0E31, 0},  {0x1F600, 2}, {0xE0100, 0}, {0x7FF, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (utf8_width(rows[i].cp) != rows[i].width)
            fail_msg("U+%04X is %u wide", (unsigned)rows[i].cp, utf8_width(rows[i].cp));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_validity),
        cmocka_unit_test(test_every_code_point_round_trips),
        cmocka_unit_test(test_json_and_lines_are_made_visible),
        cmocka_unit_test(test_bad_bytes_one_at_a_time),
        cmocka_unit_test(test_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
