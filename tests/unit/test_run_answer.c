// What functions give, as replies: inferred, explicit, in base 64, malformed, streamed in pieces of
// every size.

#include "adapters/run/answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// "200 content-type=text/plain a=b|body"
static Str shown(Arena *a, const HttpReply *r) {
    Buf b = buf_new(a);
    buf_printf(&b, "%d", r->status);
    for (uint32_t i = 0; i < r->headers.n; i++)
        buf_printf(&b, " %.*s=%.*s", STR_ARG(r->headers.at[i].name),
                   STR_ARG(r->headers.at[i].value));
    buf_putc(&b, '|');
    if (r->body.n)
        buf_put(&b, r->body);
    return buf_str(&b);
}

#define JSON "content-type=application/json"
#define PLAIN "content-type=text/plain;charset=UTF-8"
#define BAD_API "500 " JSON "|{\"message\":\"Internal Server Error\"}"
#define BAD_URL "502 " JSON "|Internal Server Error"

typedef struct Row {
    const char *body, *api, *url; // NULL: as `api`
} Row;

static void expect(const Row *rows, size_t count) {
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < count; i++)
        for (int url = 0; url < 2; url++) {
            HttpReply reply;
            answer_whole(&a, url, false, str_of(rows[i].body), &reply);
            const char *wanted = url && rows[i].url ? rows[i].url : rows[i].api;
            Str got = shown(&a, &reply);
            if (!str_is(got, wanted))
                fail_msg("%s: %.*s, wanted %s", rows[i].body, STR_ARG(got), wanted);
        }
    arena_release(&a);
}

static void a_status_is_inferred(void **state) {
    static const Row rows[] = {
        {"{\"a\": 1}", "200 " JSON "|{\"a\": 1}", NULL},
        {"\"hi \\u00e9\"", "200 " JSON "|hi \xC3\xA9", NULL},
        {"[1,2]", "200 " JSON "|[1,2]", NULL},
        {"null", "200 " JSON "|null", NULL},
        {"7", "200 " JSON "|7", NULL},
        {"", "200 " JSON "|", NULL},
        {"{\"code\":200,\"body\":\"x\"}", "200 " JSON "|{\"code\":200,\"body\":\"x\"}", NULL},
        {"{no json", BAD_API, BAD_URL},
        {"{} {}", BAD_API, BAD_URL},
    };
    (void)state;
    expect(rows, sizeof rows / sizeof *rows);
}

static void a_status_is_taken(void **state) {
    static const Row rows[] = {
        {"{\"statusCode\":201}", "201 " PLAIN "|", "201 " JSON "|"},
        {"{\"statusCode\":\"404\",\"body\":\"no\"}", "404 " PLAIN "|no", "404 " JSON "|no"},
        {"{\"statusCode\":200,\"body\":null}", "200 " PLAIN "|", "200 " JSON "|"},
        {"{\"statusCode\":204,\"body\":\"dropped\",\"headers\":{\"a\":\"b\"}}", "204 a=b|", NULL},
        {"{\"statusCode\":304,\"body\":\"dropped\"}", "304|", NULL},
        {"{\"statusCode\":302,\"headers\":{\"Location\":\"/x\",\"Content-Type\":\"a/b\"}}",
         "302 Location=/x Content-Type=a/b|", NULL},
        {"{\"statusCode\":200,\"headers\":{\"a\":1,\"b\":true,\"c\":null,\"d\":[1]}}",
         "200 a=1 b=true " PLAIN "|", "200 a=1 b=true " JSON "|"},
        {"{\"statusCode\":200,\"cookies\":[\"a=1; Secure\",\"b=2\"]}",
         "200 set-cookie=a=1; Secure set-cookie=b=2 " PLAIN "|",
         "200 set-cookie=a=1; Secure set-cookie=b=2 " JSON "|"},
        {"{\"statusCode\":200,\"headers\":{\"X\":\"1\",\"y\":\"2\"},"
         "\"multiValueHeaders\":{\"x\":[\"3\",\"4\"]}}",
         "200 y=2 x=3 x=4 " PLAIN "|", "200 y=2 x=3 x=4 " JSON "|"},
        {"{\"statusCode\":200,\"isBase64Encoded\":true,\"body\":\"aGk=\"}", "200 " PLAIN "|hi",
         "200 " JSON "|hi"},
        {"{\"statusCode\":200,\"isBase64Encoded\":true,\"body\":\"a*\"}", BAD_API, BAD_URL},
        {"{\"statusCode\":200,\"body\":{\"a\":1}}", BAD_API, BAD_URL},
        {"{\"statusCode\":\"two\"}", BAD_API, BAD_URL},
        {"{\"statusCode\":101}", BAD_API, BAD_URL},
        {"{\"statusCode\":600}", BAD_API, BAD_URL},
        {"{\"statusCode\":200.5}", BAD_API, BAD_URL},
        {"{\"statusCode\":1e99}", BAD_API, BAD_URL},
        {"{\"statusCode\":null}", BAD_API, BAD_URL},
    };
    (void)state;
    expect(rows, sizeof rows / sizeof *rows);
}

static void headers_cannot_break_out(void **state) {
    static const Row rows[] = {
        {"{\"statusCode\":200,\"headers\":{\"a\":\"b\\r\\nset-cookie: c\",\"d e\":\"f\",\"\":\"g\","
         "\"h\\r\\ni\":\"j\",\"k:\":\"l\",\"content-type\":\" m\\u0000n \"}}",
         "200 a=b  set-cookie: c content-type=m n|", NULL},
        {"{\"statusCode\":200,\"headers\":{\"Connection\":\"close\",\"transfer-encoding\":"
         "\"chunked\",\"Content-Length\":\"9\",\"Keep-Alive\":\"1\",\"content-type\":\"t/t\"}}",
         "200 content-type=t/t|", NULL},
    };
    (void)state;
    expect(rows, sizeof rows / sizeof *rows);
}

static void format_1_wants_a_status(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    HttpReply reply;
    answer_whole(&a, false, true, STR("{\"a\":1}"), &reply);
    assert_string_equal(str_cstr(&a, shown(&a, &reply)), BAD_API);
    answer_whole(&a, false, true, STR("{\"statusCode\":200,\"body\":\"x\"}"), &reply);
    assert_string_equal(str_cstr(&a, shown(&a, &reply)), "200 " PLAIN "|x");
    arena_release(&a);
}

static void failures_are_told_as_the_service_does(void **state) {
    static const struct {
        AnswerFailure failure;
        int api, url;
    } rows[] = {
        {ANSWER_FAILED, 500, 502},    {ANSWER_LATE, 503, 504},      {ANSWER_THROTTLED, 503, 429},
        {ANSWER_TOO_LARGE, 413, 413}, {ANSWER_NOT_FOUND, 404, 404}, {ANSWER_FORBIDDEN, 403, 403},
    };
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        HttpReply reply = {.status = 200};
        http_add(&a, &reply, STR("left"), STR("over"));
        answer_failure(&a, false, rows[i].failure, &reply);
        assert_int_equal(reply.status, rows[i].api);
        assert_int_equal(reply.headers.n, 1);
        answer_failure(&a, true, rows[i].failure, &reply);
        assert_int_equal(reply.status, rows[i].url);
    }
    arena_release(&a);
}

// ---- Streams ------------------------------------------------------------------------------------

#define HEAD "{\"statusCode\":206,\"headers\":{\"a\":\"b\"},\"cookies\":[\"c=d\"]}"

// Feeds all of it in pieces of `size`, gives head and body.
static PreludeState fed(Arena *a, Str all, uint32_t size, Str *head, Str *body) {
    AnswerPrelude p = {.text = buf_new(a)};
    Buf rest = buf_new(a);
    PreludeState state = PRELUDE_MORE;
    for (uint32_t at = 0; at < all.n; at += size) {
        Str piece = str_slice(all, at, at + size), left = piece;
        if (state == PRELUDE_MORE)
            state = answer_prelude(&p, piece, &left);
        buf_put(&rest, left);
        if (state == PRELUDE_TOO_LARGE)
            break;
    }
    *head = buf_str(&p.text);
    *body = buf_str(&rest);
    return state;
}

static void a_prelude_comes_in_pieces(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    Str all = STR(HEAD "\0\0\0\0\0\0\0\0body\0\0 more"), head, body;
    for (uint32_t size = 1; size <= all.n; size++) {
        HttpReply reply;
        assert_int_equal(fed(&a, all, size, &head, &body), PRELUDE_COMPLETE);
        assert_string_equal(str_cstr(&a, head), HEAD);
        assert_true(str_eq(body, STR("body\0\0 more")));
        assert_true(answer_head(&a, head, &reply));
        assert_string_equal(str_cstr(&a, shown(&a, &reply)),
                            "206 a=b set-cookie=c=d content-type=application/octet-stream|");
    }
    arena_release(&a);
}

static void a_broken_prelude_is_refused(void **state) {
    static const Str heads[] = {
        {"", 0}, {"[]", 2}, {"\"x\"", 3}, {"{\"statusCode\":99}", 17}, {"{\"a\":\0\0\0 1}", 11}};
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        HttpReply reply;
        assert_false(answer_head(&a, heads[i], &reply));
        assert_int_equal(reply.status, 502);
    }
    Str head, body;
    assert_int_equal(fed(&a, STR("{}\0\0\0\0\0\0\0"), 3, &head, &body), PRELUDE_MORE);
    assert_int_equal(fed(&a, STR("{\0\0}"), 1, &head, &body), PRELUDE_MORE);
    assert_true(str_eq(head, STR("{\0\0}")));
    char *large = arena_alloc(&a, 2 << 20);
    memset(large, ' ', 2 << 20);
    assert_int_equal(fed(&a, (Str){large, 2 << 20}, 4096, &head, &body), PRELUDE_TOO_LARGE);
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_status_is_inferred),
        cmocka_unit_test(a_status_is_taken),
        cmocka_unit_test(headers_cannot_break_out),
        cmocka_unit_test(format_1_wants_a_status),
        cmocka_unit_test(failures_are_told_as_the_service_does),
        cmocka_unit_test(a_prelude_comes_in_pieces),
        cmocka_unit_test(a_broken_prelude_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
