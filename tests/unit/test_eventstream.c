// Frames of the event stream: the checksum's known values, and a frame byte for byte.

#include "adapters/shared/eventstream.h"

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

// ---- Reading -----------------------------------------------------------------------------------

static Str three_frames(Arena *a) {
    Buf b = buf_new(a);
    eventstream_event(&b, "sessionStart", "application/json", STR("{}"));
    eventstream_event(&b, "sessionUpdate", "application/json", STR("{\"a\":\"\xC3\xA9\"}"));
    eventstream_exception(&b, "SessionTimeoutException", STR("{\"message\":\"over\"}"));
    return buf_str(&b);
}

static void what_was_written_is_read_however_it_is_cut(void **state) {
    static const char *const wanted[][4] = {
        {"event", "sessionStart", "application/json", "{}"},
        {"event", "sessionUpdate", "application/json", "{\"a\":\"\xC3\xA9\"}"},
        {"exception", "SessionTimeoutException", "application/json", "{\"message\":\"over\"}"},
    };
    (void)state;
    for (uint32_t step = 1; step < 400; step += step < 20 ? 1 : 37) {
        Arena a;
        EventFrame f;
        size_t count = 0;
        arena_init(&a);
        Str all = three_frames(&a);
        EventReader r = eventreader_new(&a);
        for (uint32_t at = 0; at < all.n; at += step) {
            eventreader_feed(&r, str_slice(all, at, at + step));
            while (eventreader_next(&r, &f) == EVENT_FRAME) {
                assert_true(str_is(f.message, wanted[count][0]));
                assert_true(str_is(f.type, wanted[count][1]));
                assert_true(str_is(f.content_type, wanted[count][2]));
                assert_true(str_is(f.payload, wanted[count][3]));
                count++;
            }
        }
        assert_int_equal(count, 3);
        assert_true(eventreader_done(&r));
        arena_release(&a);
    }
}

static void every_changed_byte_is_noticed(void **state) {
    Arena a;
    (void)state;
    arena_init(&a);
    Buf one = buf_new(&a);
    eventstream_event(&one, "P", "t", STR("payload"));
    for (uint32_t i = 0; i < one.n; i++) {
        EventFrame f;
        EventReader r = eventreader_new(&a);
        one.p[i] = (char)(one.p[i] ^ 0x40);
        eventreader_feed(&r, buf_str(&one));
        assert_int_not_equal(eventreader_next(&r, &f), EVENT_FRAME);
        assert_false(eventreader_done(&r));
        one.p[i] = (char)(one.p[i] ^ 0x40);
    }
    arena_release(&a);
}

// A frame with these bytes as headers, and right checksums.
static EventStep step_of(Arena *a, const char *headers, uint32_t size, EventFrame *f) {
    Buf b = buf_new(a);
    uint32_t numbers[] = {16 + size, size};
    for (size_t i = 0; i < 2; i++)
        for (int shift = 24; shift >= 0; shift -= 8)
            buf_putc(&b, (char)(numbers[i] >> shift & 0xFF));
    for (int part = 0; part < 2; part++) {
        uint32_t crc = eventstream_crc(0, buf_str(&b));
        for (int shift = 24; shift >= 0; shift -= 8)
            buf_putc(&b, (char)(crc >> shift & 0xFF));
        if (part == 0)
            buf_put(&b, (Str){headers, size});
    }
    EventReader r = eventreader_new(a);
    eventreader_feed(&r, buf_str(&b));
    return eventreader_next(&r, f);
}

static void all_types_of_headers_are_passed(void **state) {
    static const char good[] = "\1a\0"
                               "\1b\1"
                               "\1c\2x"
                               "\1d\3xx"
                               "\1e\4xxxx"
                               "\1f\5xxxxxxxx"
                               "\1g\6\0\2xx"
                               "\1h\10xxxxxxxx"
                               "\1i\11xxxxxxxxxxxxxxxx"
                               "\13:error-code\7\0\1E"
                               "\16:error-message\7\0\2no";
    static const struct {
        const char *bytes;
        uint32_t size;
    } bad[] = {{"\0", 1},  {"\1a", 2},        {"\1a\12", 3},  {"\1a\4xxx", 6},     {"\1a\7\0", 4},
               {"\5a", 2}, {"\1a\7\0\2x", 6}, {"\1a\377", 3}, {"\1a\6\377\377", 5}};
    Arena a;
    EventFrame f;
    (void)state;
    arena_init(&a);
    // The names' lengths are octal: 11 and 14 bytes.
    assert_int_equal(step_of(&a, good, sizeof good - 1, &f), EVENT_FRAME);
    assert_true(str_is(f.type, "E"));
    assert_true(str_is(f.error, "no"));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(step_of(&a, bad[i].bytes, bad[i].size, &f), EVENT_BROKEN);
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checksums_are_those_of_ieee),
        cmocka_unit_test(a_frame_is_what_it_should_be),
        cmocka_unit_test(an_exception_says_which),
        cmocka_unit_test(what_was_written_is_read_however_it_is_cut),
        cmocka_unit_test(every_changed_byte_is_noticed),
        cmocka_unit_test(all_types_of_headers_are_passed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
