// What of the bootstrap needs no system: HTTP responses, frames, reports.

#include "runtime/bootstrap/bytes.h"
#include "runtime/bootstrap/frames.h"
#include "runtime/bootstrap/note.h"
#include "runtime/bootstrap/reply.h"
#include "runtime/bootstrap/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// ---- HTTP ---------------------------------------------------------------------------------------

#define OK "HTTP/1.1 200 OK\r\n"

static void responses_are_read(void **state) {
    (void)state;
    static const struct {
        const char *in;
        ReplyStep last;
        const char *body;
        bool complete;
        bool keep_alive;
    } cases[] = {
        {OK "Content-Length: 5\r\n\r\nhello", REPLY_DONE, "hello", true, true},
        {OK "Content-Length: 0\r\n\r\n", REPLY_DONE, "", true, true},
        {OK "Content-Length: 5\r\nConnection: Close\r\n\r\nhello", REPLY_DONE, "hello", true,
         false},
        {OK "Content-Length:5\r\nconnection: x, close\r\n\r\nhello", REPLY_DONE, "hello", true,
         false},
        {OK "Content-Length: \t 5 \t\r\n\r\nhello", REPLY_DONE, "hello", true, true},
        {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", REPLY_DONE, "hi", true, false},
        {"HTTP/1.1 204 \r\nContent-Length: 5\r\n\r\n", REPLY_DONE, "", true, true},
        {"HTTP/1.1 304 x\r\n\r\n", REPLY_DONE, "", true, true},
        {"HTTP/1.1 100 Continue\r\n\r\n" OK "Content-Length: 2\r\n\r\nhi", REPLY_DONE, "hi", true,
         true},
        {OK "\r\nall that comes", REPLY_BODY, "all that comes", true, false},
        {OK "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", REPLY_DONE,
         "hello", true, true},
        {OK
         "Transfer-Encoding: Chunked\r\n\r\n0a;a=\"b\"\r\n0123456789\r\n0\r\nX: y\r\nZ: w\r\n\r\n",
         REPLY_DONE, "0123456789", true, true},
        {OK "Transfer-Encoding: chunked\r\n\r\n2 \r\nhi\r\n0\r\n\r\n", REPLY_DONE, "hi", true,
         true},
        // Not complete.
        {OK "Content-Length: 5\r\n\r\nhell", REPLY_BODY, "hell", false, true},
        {OK "Content-Length: 5\r\n", REPLY_MORE, "", false, true},
        {OK "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n", REPLY_MORE, "hi", false, true},
        {"HTTP/1.1 100 Continue\r\n\r\n", REPLY_MORE, "", false, true},
        // Not to be understood.
        {"HTTP/2 200 OK\r\n\r\n", REPLY_BAD, "", false, true},
        {"HTTP/1.1 20 OK\r\n\r\n", REPLY_BAD, "", false, true},
        {"HTTP/1.1 2000 OK\r\n\r\n", REPLY_BAD, "", false, true},
        {"HTTP/1.1 600 OK\r\n\r\n", REPLY_BAD, "", false, true},
        {"HTTP/1.1 200 O\x7fK\r\n\r\n", REPLY_BAD, "", false, false},
        {"\r\n\r\n", REPLY_BAD, "", false, false},
        {"HTTP/1.1 101 Switching\r\n\r\n", REPLY_BAD, "", false, true},
        {"HTTP/1.1 200 OK\n\n", REPLY_BAD, "", false, false},
        {OK "A: b\rC: d\r\n\r\n", REPLY_BAD, "", false, false},
        {OK "no header\r\n\r\n", REPLY_BAD, "", false, true},
        {OK ": x\r\n\r\n", REPLY_BAD, "", false, true},
        {OK "A : x\r\n\r\n", REPLY_BAD, "", false, true},
        {OK "A: x\r\n folded\r\n\r\n", REPLY_BAD, "", false, true},
        {OK "Content-Length: 5\r\ncontent-length: 5\r\n\r\nhello", REPLY_BAD, "", false, true},
        {OK "Content-Length: 5, 5\r\n\r\nhello", REPLY_BAD, "", false, true},
        {OK "Content-Length: +5\r\n\r\nhello", REPLY_BAD, "", false, true},
        {OK "Content-Length:\r\n\r\nhello", REPLY_BAD, "", false, true},
        {OK "Content-Length: 9999999999999999999\r\n\r\n", REPLY_BAD, "", false, true},
        {OK "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n", REPLY_BAD, "", false, true},
        {OK "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", REPLY_BAD, "", false, true},
        {OK "Transfer-Encoding: chunked\r\n\r\n\r\n", REPLY_BAD, "", false, true},
        {OK "Transfer-Encoding: chunked\r\n\r\n-1\r\n", REPLY_BAD, "", false, true},
        {OK "Transfer-Encoding: chunked\r\n\r\n0x2\r\nhi\r\n", REPLY_BAD, "", false, true},
        {OK "Transfer-Encoding: chunked\r\n\r\n;x\r\n", REPLY_BAD, "", false, true},
        {OK "Transfer-Encoding: chunked\r\n\r\n2\r\nhixx", REPLY_BAD, "hi", false, true},
        {OK "Transfer-Encoding: chunked\r\n\r\n1000000000000\r\n", REPLY_BAD, "", false, true},
    };
    Reply *r = test_malloc(sizeof *r);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size = strlen(cases[i].in);
        for (size_t step = 1; step <= size; step += step < 3 ? 1 : size) {
            Bytes body = {0};
            ReplyStep last = REPLY_MORE;
            reply_start(r);
            for (size_t at = 0; at < size && last != REPLY_DONE && last != REPLY_BAD;) {
                size_t used = 0;
                size_t n = 0;
                const char *piece = NULL;
                last = reply_read(r, cases[i].in + at, size - at < step ? size - at : step, &used,
                                  &piece, &n);
                bytes_add(&body, piece, n);
                at += used;
            }
            // The byte that completes a body completes the answer.
            bool complete = last == REPLY_BAD ? false : reply_end(r);
            bool same =
                last == cases[i].last || (last == REPLY_BODY && cases[i].last == REPLY_DONE);
            if (!same || complete != cases[i].complete || body.size != strlen(cases[i].body) ||
                memcmp(body.at ? body.at : "", cases[i].body, body.size) != 0)
                fail_msg("case %zu in steps of %zu: %d, %.*s", i, step, (int)last, (int)body.size,
                         body.at);
            if (complete && r->keep_alive != cases[i].keep_alive)
                fail_msg("case %zu: keep alive", i);
            free(body.at);
        }
    }
    test_free(r);
}

static void headers_become_lines(void **state) {
    (void)state;
    static const char in[] =
        OK "Content-Length: 0\r\nX-A:b\r\nx-EMPTY:\r\nX-Blank:  c d \t\r\nX-a: second\r\n\r\n";
    static const char lines[] = "content-length: 0\nx-a: b\nx-empty: \nx-blank: c d\nx-a: second\n";
    Reply *r = test_malloc(sizeof *r);
    size_t used = 0;
    size_t n = 0;
    const char *body = NULL;
    reply_start(r);
    assert_int_equal(reply_read(r, in, sizeof in - 1, &used, &body, &n), REPLY_DONE);
    assert_int_equal(used, sizeof in - 1);
    assert_int_equal(r->head_size, sizeof lines - 1);
    assert_memory_equal(r->head, lines, sizeof lines - 1);
    const char *a = reply_header(r, "x-a", &n);
    assert_non_null(a);
    assert_int_equal(n, 1);
    assert_int_equal(*a, 'b');
    assert_non_null(reply_header(r, "x-empty", &n));
    assert_int_equal(n, 0);
    assert_null(reply_header(r, "x", &n));
    assert_null(reply_header(r, "x-blan", &n));
    test_free(r);
}

// ---- frames -------------------------------------------------------------------------------------

static void frames_have_their_order(void **state) {
    (void)state;
    // Frames as digits, and what follows 9 in ASCII; the last one is the first that may not come,
    // or all may.
    static const struct {
        FrameTalk from;
        const char *frames;
        int wrong; // which one, -1: none
        FrameTalk to;
    } cases[] = {
        {TALK_LOADING, "1", -1, TALK_IDLE},     {TALK_LOADING, "2", -1, TALK_OVER},
        {TALK_LOADING, "4", 0, TALK_LOADING},   {TALK_INVOKED, "4", -1, TALK_IDLE},
        {TALK_INVOKED, "5", -1, TALK_IDLE},     {TALK_INVOKED, "44", 1, TALK_IDLE},
        {TALK_INVOKED, "1", 0, TALK_INVOKED},   {TALK_INVOKED, "7", 0, TALK_INVOKED},
        {TALK_INVOKED, "67778", -1, TALK_IDLE}, {TALK_INVOKED, "68", -1, TALK_IDLE},
        {TALK_INVOKED, "679", -1, TALK_IDLE},   {TALK_INVOKED, "66", 1, TALK_STREAMING},
        {TALK_INVOKED, "6784", 3, TALK_IDLE},   {TALK_INVOKED, "674", 2, TALK_STREAMING},
        {TALK_OVER, "1", 0, TALK_OVER},         {TALK_LOADING, "<", -1, TALK_IDLE},
        {TALK_LENT, ";", -1, TALK_IDLE},        {TALK_LENT, "4", 0, TALK_LENT},
        {TALK_INVOKED, ";", 0, TALK_INVOKED},   {TALK_LOADING, ";", 0, TALK_LOADING},
        {TALK_LENT, ":", 0, TALK_LENT},         {TALK_LENT, ";;", 1, TALK_IDLE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        FrameTalk talk = cases[i].from;
        int wrong = -1;
        for (int k = 0; cases[i].frames[k] && wrong < 0; k++) {
            Frame f = {0, (FrameType)(cases[i].frames[k] - '0')};
            wrong = frame_follows(&talk, &f) ? -1 : k;
        }
        if (wrong != cases[i].wrong || talk != cases[i].to)
            fail_msg("%s: stopped at %d in %d", cases[i].frames, wrong, (int)talk);
    }
}

static void headers_of_frames(void **state) {
    (void)state;
    static const struct {
        uint8_t bytes[FRAME_HEADER];
        bool good;
    } cases[] = {
        {{0, 0, 0, 0, 1, 0, 0, 0}, true},         {{1, 0, 0, 0, 1, 0, 0, 0}, false},
        {{0, 0, 0, 0, 3, 0, 0, 0}, false},        {{0, 0, 0, 0, 0, 0, 0, 0}, false},
        {{0, 0, 0, 0, 10, 0, 0, 0}, false},       {{0, 0, 0, 0, 4, 1, 0, 0}, false},
        {{0, 0, 0, 0, 4, 0, 1, 0}, false},        {{0, 0, 0, 0, 4, 0, 0, 1}, false},
        {{255, 255, 255, 255, 4, 0, 0, 0}, true}, {{255, 255, 255, 255, 5, 0, 0, 0}, false},
        {{255, 255, 255, 255, 7, 0, 0, 0}, true}, {{0, 4, 0, 0, 6, 0, 0, 0}, true},
        {{1, 4, 0, 0, 6, 0, 0, 0}, false},        {{1, 0, 0, 0, 8, 0, 0, 0}, false},
        {{0, 0, 0, 0, 11, 0, 0, 0}, false},       {{0, 0, 16, 2, 11, 0, 0, 0}, true},
        {{1, 0, 16, 2, 11, 0, 0, 0}, false},      {{0, 0, 0, 0, 12, 0, 0, 0}, true},
        {{1, 0, 0, 0, 12, 0, 0, 0}, false},       {{0, 0, 0, 0, 13, 0, 0, 0}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Frame f = {0};
        if (frame_read(cases[i].bytes, &f) != cases[i].good)
            fail_msg("header %zu", i);
        uint8_t again[FRAME_HEADER];
        frame_write(again, f.type, f.size);
        if (cases[i].good && memcmp(again, cases[i].bytes, FRAME_HEADER) != 0)
            fail_msg("header %zu is written differently", i);
    }
}

// ---- notes --------------------------------------------------------------------------------------

static void note_bytes(uint8_t bytes[NOTE_SIZE], uint32_t state, double deadline, double began,
                       uint32_t size, const char *id) {
    memset(bytes, 0, NOTE_SIZE);
    bytes[0] = (uint8_t)state;
    bytes[1] = (uint8_t)(state >> 8);
    bytes[4] = 1;
    memcpy(bytes + 8, &began, sizeof began); // bytes read
    memcpy(bytes + 16, &deadline, sizeof deadline);
    memcpy(bytes + 24, &began, sizeof began);
    bytes[32] = (uint8_t)size;
    bytes[33] = (uint8_t)(size >> 8);
    memcpy(bytes + 36, id, strlen(id));
}

static void notes_are_read_with_care(void **state) {
    (void)state;
    static const struct {
        uint32_t state;
        double deadline;
        uint32_t size;
        const char *id;
        NoteState as;
        int64_t wanted;
        const char *name;
    } cases[] = {
        {3, 1795297269663.0, 5, "abc-1", NOTE_HAS, 1795297269663, "abc-1"},
        {4, 0, 3, "abc-1", NOTE_POSTED, 0, "abc"},
        {2, 1, 0, "", NOTE_ASKED, 1, ""},
        {5, 1, 1, "a", NOTE_NONE, 1, "a"},
        {256, 1, 1, "a", NOTE_NONE, 1, "a"},
        {3, -1, 129, "a", NOTE_HAS, 0, ""},
        {3, 1e15, 65535, "a", NOTE_HAS, 0, ""},
        {3, 0.5, 6, "../../", NOTE_HAS, 0, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t bytes[NOTE_SIZE];
        Note note;
        note_bytes(bytes, cases[i].state, cases[i].deadline, 7, cases[i].size, cases[i].id);
        note_read(bytes, &note);
        if (note.state != cases[i].as || note.deadline != cases[i].wanted || note.began != 7 ||
            note.read != 7 || !note.given || strcmp(note.id, cases[i].name) != 0)
            fail_msg("note %zu", i);
        assert_int_equal(note_withdraw(bytes), cases[i].state == 0);
        note_clear(bytes);
        assert_true(note_withdraw(bytes));
        note_read(bytes, &note);
        assert_true(note.state == NOTE_NONE && note.given);
        note_forget(bytes);
        note_read(bytes, &note);
        assert_false(note.given);
    }
}

// ---- reports ------------------------------------------------------------------------------------

static void request_ids(void **state) {
    (void)state;
    assert_true(report_id_fits("8476a536-e9f4-11e8-9739-2dfe598c3fcd", 36));
    assert_true(report_id_fits("a_B-9", 5));
    static const char *const bad[] = {"",    "a b",  "../x",     "a/b", "a\r\n",
                                      "a?b", "a%20", "\xc3\xa4", "a:b"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(report_id_fits(bad[i], strlen(bad[i])));
    char longest[REPORT_ID_MAX + 1];
    memset(longest, 'a', sizeof longest);
    assert_true(report_id_fits(longest, REPORT_ID_MAX));
    assert_false(report_id_fits(longest, REPORT_ID_MAX + 1));
    assert_false(report_id_fits("a\0b", 3));
}

static void types_of_errors(void **state) {
    (void)state;
    static const struct {
        const char *json, *type;
    } cases[] = {
        {"{\"errorType\":\"TypeError\",\"errorMessage\":\"x\"}", "TypeError"},
        {"{ \"errorMessage\" : \"errorType\", \"errorType\" : \"Runtime.X\" }", "Runtime.X"},
        {"{\"a\":{\"errorType\":\"inner\"},\"errorType\":\"outer\"}", "outer"},
        {"{\"a\":[\"errorType\",\"x\"],\"errorType\":\"outer\"}", "outer"},
        {"{\"a\":\"\\\"errorType\\\":\",\"errorType\":\"outer\"}", "outer"},
        {"{\"errorType\":\"a\\r\\nX: y\"}", "arnX:y"},
        {"{\"errorType\":\"\\u00e4\"}", "u00e4"},
        {"{\"errorType\":\"a b<script>\"}", "abscript"},
        {"{\"errorType\":\"\"}", "Otherwise"},
        {"{\"errorType\":5}", "Otherwise"},
        {"{\"errorType\":\"cut", "Otherwise"},
        {"{\"errorType\"", "Otherwise"},
        {"\"errorType\":\"bare\"", "Otherwise"},
        {"[]", "Otherwise"},
        {"", "Otherwise"},
        {"{\"errorType\":\"\\", "Otherwise"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char type[REPORT_TYPE_MAX];
        report_type(cases[i].json, strlen(cases[i].json), "Otherwise", type);
        assert_string_equal(type, cases[i].type);
    }
}

static void text_is(const Bytes *b, const char *wanted) {
    const char *at = b->size ? b->at : "";
    if (b->size != strlen(wanted) || memcmp(at, wanted, b->size) != 0)
        fail_msg("%.*s, wanted %s", (int)b->size, at, wanted);
}

static void bodies_are_json(void **state) {
    (void)state;
    Bytes b = {0};
    assert_true(report_body(&b, "Runtime.ExitError", "id-1", "Runtime exited"));
    text_is(&b, "{\"errorType\":\"Runtime.ExitError\",\"errorMessage\":\"RequestId: id-1 Error: "
                "Runtime exited\"}");
    assert_true(report_body(&b, "T", NULL, "a\"b\\c\n\x01\xc3\xa4"));
    text_is(&b, "{\"errorType\":\"T\",\"errorMessage\":\"a\\\"b\\\\c\\u000a\\u0001\xc3\xa4\"}");
    free(b.at);
}

static void ends_of_processes(void **state) {
    (void)state;
    static const struct {
        int status;
        const char *text;
    } cases[] = {
        {0, "Runtime exited without providing a reason"},
        {3 << 8, "Runtime exited with error: exit status 3"},
        {137 << 8, "Runtime exited with error: exit status 137"},
        {9, "Runtime exited with error: signal: killed"},
        {11 | 128, "Runtime exited with error: signal: segmentation fault"},
        {6, "Runtime exited with error: signal: aborted"},
        {40, "Runtime exited with error: signal: signal 40"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[128];
        report_exit(cases[i].status, text, sizeof text);
        assert_string_equal(text, cases[i].text);
    }
}

static void base64(void **state) {
    (void)state;
    static const struct {
        const char *in, *out;
    } cases[] = {{"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
                 {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"\xff\xfe\xfd", "//79"}};
    Bytes b = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(report_base64(&b, cases[i].in, strlen(cases[i].in)));
        text_is(&b, cases[i].out);
    }
    free(b.at);
}

// Whatever is cut stays JSON: no half escape, no half letter.
static void long_errors_are_cut(void **state) {
    (void)state;
    static const char *const fillers[] = {"x",   "\\\"", "\\u00e4", "\xc3\xa4", "\xf0\x9f\x98\x80",
                                          "\\\\"};
    for (size_t i = 0; i < sizeof fillers / sizeof *fillers; i++) {
        Bytes json = {0};
        Bytes cut = {0};
        bytes_text(&json, "{\"errorType\":\"T\",\"errorMessage\":\"a");
        while (json.size < 4000)
            bytes_text(&json, fillers[i]);
        bytes_text(&json, "\",\"trace\":[]}");
        assert_true(report_short(&cut, json.at, json.size));
        assert_true(cut.size <= REPORT_TRAILER_MAX && cut.size > 2000);
        static const char end[] = "\",\"trace\":[]}";
        size_t inside = cut.size - (sizeof end - 1);
        assert_memory_equal(cut.at + inside, end, sizeof end - 1);
        size_t from = strlen("{\"errorType\":\"T\",\"errorMessage\":\"a");
        assert_int_equal((inside - from) % strlen(fillers[i]), 0);
        free(json.at);
        free(cut.at);
    }
}

static void bytes_grow_and_give_back(void **state) {
    (void)state;
    Bytes b = {0};
    for (unsigned i = 0; i < 300000; i++)
        assert_true(bytes_add(&b, "0123456789", 10));
    assert_int_equal(b.size, 3000000);
    assert_memory_equal(b.at + 2999990, "0123456789", 10);
    bytes_clear(&b);
    assert_int_equal(b.room, 0);
    assert_true(bytes_text(&b, "x"));
    bytes_clear(&b);
    assert_int_equal(b.size, 0);
    assert_int_not_equal(b.room, 0);
    free(b.at);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(responses_are_read),       cmocka_unit_test(headers_become_lines),
        cmocka_unit_test(frames_have_their_order),  cmocka_unit_test(headers_of_frames),
        cmocka_unit_test(notes_are_read_with_care), cmocka_unit_test(request_ids),
        cmocka_unit_test(types_of_errors),          cmocka_unit_test(bodies_are_json),
        cmocka_unit_test(ends_of_processes),        cmocka_unit_test(base64),
        cmocka_unit_test(long_errors_are_cut),      cmocka_unit_test(bytes_grow_and_give_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
