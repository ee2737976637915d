// Frames of the event stream: the checksum's known values, and a frame byte for byte.

#include "adapters/run/eventstream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void checksums_are_those_of_ieee(void **state) {
    static const struct {
        const char *text;
        uint32_t crc;
    } cases[] = {{"", 0x00000000},
                 {"a", 0xE8B7BE43},
                 {"123456789", 0xCBF43926},
                 {"The quick brown fox jumps over the lazy dog", 0x414FA339}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Str text = str_of(cases[i].text);
        assert_int_equal(eventstream_crc(0, text), cases[i].crc);
        // Piece by piece is the same as at once.
        uint32_t half = eventstream_crc(0, str_slice(text, 0, text.n / 2));
        assert_int_equal(eventstream_crc(half, str_slice(text, text.n / 2, text.n)), cases[i].crc);
    }
}

// As Python's struct and zlib write it.
static void a_frame_is_what_it_should_be(void **state) {
    static const unsigned char wanted[] = {
        0x00, 0x00, 0x00, 0x4d, 0x00, 0x00, 0x00, 0x38, 0xed, 0x43, 0xfb, 0x0f, 0x0d,
        0x3a, 0x6d, 0x65, 0x73, 0x73, 0x61, 0x67, 0x65, 0x2d, 0x74, 0x79, 0x70, 0x65,
        0x07, 0x00, 0x05, 0x65, 0x76, 0x65, 0x6e, 0x74, 0x0b, 0x3a, 0x65, 0x76, 0x65,
        0x6e, 0x74, 0x2d, 0x74, 0x79, 0x70, 0x65, 0x07, 0x00, 0x01, 0x50, 0x0d, 0x3a,
        0x63, 0x6f, 0x6e, 0x74, 0x65, 0x6e, 0x74, 0x2d, 0x74, 0x79, 0x70, 0x65, 0x07,
        0x00, 0x01, 0x74, 0x61, 0x62, 0x00, 0x63, 0x64, 0xdc, 0x67, 0x77, 0x53,
    };
    Arena a;
    (void)state;
    arena_init(&a);
    Buf b = buf_new(&a);
    eventstream_event(&b, "P", "t", (Str){"ab\0cd", 5});
    Str got = buf_str(&b);
    assert_int_equal(got.n, sizeof wanted);
    assert_memory_equal(got.p, wanted, sizeof wanted);
    arena_release(&a);
}

static uint32_t u32_at(Str s, uint32_t at) {
    uint32_t v = 0;
    for (uint32_t i = 0; i < 4; i++)
        v = v << 8 | (unsigned char)s.p[at + i];
    return v;
}

static void an_exception_says_which(void **state) {
    Arena a;
    (void)state;
    arena_init(&a);
    Buf b = buf_new(&a);
    buf_puts(&b, "before");
    uint32_t from = b.n;
    eventstream_exception(&b, "ModelStreamError", STR("{\"Message\":\"x\"}"));
    Str frame = str_slice(buf_str(&b), from, b.n);
    assert_int_equal(u32_at(frame, 0), frame.n);
    assert_int_equal(u32_at(frame, 8), eventstream_crc(0, str_slice(frame, 0, 8)));
    assert_int_equal(u32_at(frame, frame.n - 4),
                     eventstream_crc(0, str_slice(frame, 0, frame.n - 4)));
    assert_true(str_contains(frame, ":exception-type"));
    assert_true(str_contains(frame, "ModelStreamError"));
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checksums_are_those_of_ieee),
        cmocka_unit_test(a_frame_is_what_it_should_be),
        cmocka_unit_test(an_exception_says_which),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
