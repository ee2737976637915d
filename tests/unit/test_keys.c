// Bytes of a terminal as keys: what is known, what is not, what is cut anywhere.

#include "cli/prompt/keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define ESC "\x1b"

static void test_keys(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        KeyType type;
        uint32_t size;
        uint32_t cp;
    } rows[] = {
        {"a", KEY_TEXT, 1, 'a'},
        {"ab", KEY_TEXT, 1, 'a'},
        {"\xc3\xa9x", KEY_TEXT, 2, 0xE9},
        {"\xe6\x97\xa5", KEY_TEXT, 3, 0x65E5},
        {"\xf0\x9f\x98\x80", KEY_TEXT, 4, 0x1F600},
        {"\xff", KEY_TEXT, 1, 0xFFFD},
        {"\x80", KEY_TEXT, 1, 0xFFFD},
        {"\r", KEY_ENTER, 1, 0},
        {"\n", KEY_ENTER, 1, 0},
        {"\x7f", KEY_BACKSPACE, 1, 0},
        {"\x08", KEY_BACKSPACE, 1, 0},
        {"\x03", KEY_LEAVE, 1, 0},
        {"\x04", KEY_END_OF_FILE, 1, 0},
        {"\x15", KEY_ERASE_LINE, 1, 0},
        {"\x17", KEY_ERASE_WORD, 1, 0},
        {"\x1a", KEY_STOP, 1, 0},
        {"\x06", KEY_RIGHT, 1, 0},
        {"\x1f", KEY_NOTHING, 1, 0},
        {ESC "[A", KEY_UP, 3, 0},
        {ESC "[Bx", KEY_DOWN, 3, 0},
        {ESC "OC", KEY_RIGHT, 3, 0},
        {ESC "[1;5D", KEY_LEFT, 6, 0},
        {ESC "[H", KEY_HOME, 3, 0},
        {ESC "[8~", KEY_END, 4, 0},
        {ESC "[3~", KEY_DELETE, 4, 0},
        {ESC "[5~", KEY_NOTHING, 4, 0},
        {ESC "[200~", KEY_NOTHING, 6, 0},
        {ESC "[201~", KEY_NOTHING, 6, 0},
        {ESC "[?25h", KEY_NOTHING, 6, 0},
        {ESC "[12\x03", KEY_NOTHING, 4, 0}, // Ctrl-C is not swallowed
        {ESC ESC "[A", KEY_LEAVE, 1, 0},
        {ESC "x", KEY_NOTHING, 2, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int final = 0; final < 2; final++) {
            Key key = key_decode(str_of(rows[i].bytes), final);
            if (key.type != rows[i].type || key.size != rows[i].size || key.cp != rows[i].cp)
                fail_msg("row %zu: type %d, size %u, cp %x", i, (int)key.type, key.size, key.cp);
        }
    }
}

// The beginning of a key is waited for, until nothing follows.
static void test_cut(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        KeyType type; // where nothing follows
    } rows[] = {
        {ESC, KEY_LEAVE},       {ESC "[", KEY_NOTHING},   {ESC "[1;", KEY_NOTHING},
        {ESC "O", KEY_NOTHING}, {"\xc3", KEY_TEXT},       {"\xe6\x97", KEY_TEXT},
        {"\xf0\x9f", KEY_TEXT}, {ESC "[20", KEY_NOTHING},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Str bytes = str_of(rows[i].bytes);
        assert_int_equal(key_decode(bytes, false).type, KEY_MORE);
        Key key = key_decode(bytes, true);
        assert_int_equal(key.type, rows[i].type);
        assert_in_range(key.size, 1, bytes.n);
    }
}

// Whatever comes, each step takes at least one byte, and 32 bytes are always enough.
static void test_any_bytes(void **state) {
    (void)state;
    uint32_t seed = 12345;
    for (int round = 0; round < 20000; round++) {
        static const char likely[] = "\x1b[O;0123456789~ABCDHF\xc3\xe6\x80 a";
        char bytes[32];
        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 1664525 + 1013904223;
            bytes[i] = round % 2 ? likely[(seed >> 16) % (sizeof likely - 1)] : (char)(seed >> 24);
        }
        for (uint32_t at = 0; at < sizeof bytes;) {
            Key key = key_decode((Str){bytes + at, (uint32_t)sizeof bytes - at}, true);
            assert_int_not_equal(key.type, KEY_MORE);
            assert_in_range(key.size, 1, sizeof bytes - at);
            at += key.size;
        }
        assert_int_not_equal(key_decode((Str){bytes, sizeof bytes}, false).type, KEY_MORE);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
