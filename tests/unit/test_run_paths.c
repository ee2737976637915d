// Paths of Lambda's APIs, names of functions, and replies as our own client reads them.

#include "adapters/run/client.h"
#include "adapters/run/runtime_path.h"
#include "adapters/run/server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static void assert_str(Str got, const char *wanted) {
    if (!str_is(got, wanted))
        fail_msg("got `%.*s`, wanted `%s`", STR_ARG(got), wanted);
}

static void test_runtime_paths(void **state) {
    static const struct {
        const char *path;
        RuntimeCall call;
        const char *id;
    } rows[] = {
        {"/2018-06-01/runtime/invocation/next", RUNTIME_NEXT, ""},
        {"/2018-06-01/runtime/init/error", RUNTIME_INIT_ERROR, ""},
        {"/2018-06-01/runtime/invocation/abc/response", RUNTIME_RESPONSE, "abc"},
        {"/2018-06-01/runtime/invocation/abc/error", RUNTIME_ERROR, "abc"},
        {"/2018-06-01/runtime/invocation//error", RUNTIME_NONE, ""},
        {"/2018-06-01/runtime/invocation/abc", RUNTIME_NONE, ""},
        {"/2018-06-01/runtime/invocation/abc/response/", RUNTIME_NONE, "abc"},
        {"/2018-06-01/runtime/invocation/next/", RUNTIME_NONE, "next"},
        {"/2018-06-01/runtime/restore/next", RUNTIME_NONE, ""},
        {"/2018-06-01/runtime", RUNTIME_NONE, ""},
        {"", RUNTIME_NONE, ""},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        Str id;
        assert_int_equal(runtime_path(str_of(rows[i].path), &id), rows[i].call);
        assert_str(id, rows[i].id);
    }
}

static void test_lambda_paths(void **state) {
    static const struct {
        const char *path;
        LambdaCall call;
        const char *function;
    } rows[] = {
        {"/2015-03-31/functions/f/invocations", LAMBDA_INVOKE, "f"},
        {"/2015-03-31/functions/f/invocations/", LAMBDA_INVOKE, "f"},
        {"/2021-11-15/functions/f/response-streaming-invocations", LAMBDA_STREAM, "f"},
        {"/2015-03-31/functions/f/response-streaming-invocations", LAMBDA_NONE, "f"},
        {"/2021-11-15/functions/f/invocations", LAMBDA_NONE, "f"},
        {"/2015-03-31/functions/", LAMBDA_NONE, ""},
        {"/2015-03-31/functions//invocations", LAMBDA_NONE, ""},
        {"/", LAMBDA_NONE, ""},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        Str function;
        assert_int_equal(lambda_path(str_of(rows[i].path), &function), rows[i].call);
        assert_str(function, rows[i].function);
    }
}

static void test_lambda_names(void **state) {
    static const char *const rows[][2] = {
        {"name", "name"},
        {"name:$LATEST", "name"},
        {"name:7", ""},
        {"123456789012:function:name", "name"},
        {"arn:aws:lambda:us-east-1:123456789012:function:name", "name"},
        {"arn:aws:lambda:us-east-1:123456789012:function:name:$LATEST", "name"},
        {"arn:aws:lambda:us-east-1:123456789012:function:name:prod", ""},
        {"function:name", "name"},
        {"my-function:x", ""},
        {"Function/name", "Function/name"},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_str(lambda_name(str_of(rows[i][0])), rows[i][1]);
}

static void test_targets(void **state) {
    static const struct {
        const char *target;
        bool good;
        const char *path, *query;
    } rows[] = {
        {"/", true, "/", ""},
        {"/a/b?c=d?e", true, "/a/b", "c=d?e"},
        {"/?", true, "/", ""},
        {"http://host/a?b", true, "/a", "b"},
        {"http://host", false, "", ""},
        {"*", false, "", ""},
        {"", false, "", ""},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        Str path = STR_EMPTY, query = STR_EMPTY;
        assert_int_equal(http_target(str_of(rows[i].target), &path, &query), rows[i].good);
        assert_str(path, rows[i].path);
        assert_str(query, rows[i].query);
    }
}

static void test_replies(void **state) {
    static const struct {
        const char *text;
        int status; // 0: refused
        const char *body;
    } rows[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", 200, "hi"},
        {"HTTP/1.1 404 Not Found\r\ncontent-length:0\r\n\r\n", 404, ""},
        {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi", 0, ""},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nhi", 0, ""},
        {"HTTP/1.1 200 OK\r\n\r\nhi", 0, ""},
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", 0, ""},
        {"HTTP/1.1 200 OK\r\n: 2\r\n\r\n", 0, ""},
        {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", 0, ""},
        {"HTTP/1.1 2x0 OK\r\nContent-Length: 2\r\n\r\nhi", 0, ""},
        {"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nhi", 0, ""},
        {"", 0, ""},
    };
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        ClientReply reply;
        bool good = client_reply(&a, str_of(rows[i].text), &reply);
        assert_int_equal(good, rows[i].status != 0);
        if (!good)
            continue;
        assert_int_equal(reply.status, rows[i].status);
        assert_str(reply.body, rows[i].body);
    }
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_runtime_paths), cmocka_unit_test(test_lambda_paths),
        cmocka_unit_test(test_lambda_names),  cmocka_unit_test(test_targets),
        cmocka_unit_test(test_replies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
