// What answers mean, in each protocol: AWS's own, those of what stands between, and broken ones.

#include "adapters/aws/redact.h"
#include "adapters/aws/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

typedef struct Case {
    AwsProtocol protocol;
    const char *method;
    int status;
    const char *headers[4], *body;
    bool whole;
    const char *code, *message, *request;
} Case;

#define QUERY PROTOCOL_QUERY, "POST"
#define JSON PROTOCOL_JSON, "POST"
#define XML(method) PROTOCOL_REST_XML, method
#define REST(method) PROTOCOL_REST_JSON, method
#define REFUSED(code, message)                                                                     \
    "<ErrorResponse xmlns=\"u\"><Error><Type>Sender</Type><Code>" code "</Code><Message>" message  \
    "</Message></Error><RequestId>r-1</RequestId></ErrorResponse>"

static const Case CASES[] = {
    {QUERY,
     200,
     {NULL},
     "<R><X/><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></R>",
     true,
     "",
     "",
     "r-1"},
    {QUERY, 200, {"x-amzn-requestid", "r-2"}, "<R/>", true, "", "", "r-2"},
    {QUERY, 200, {NULL}, "<R><X>", false, "", "", ""},
    {QUERY, 200, {NULL}, "", false, "", "", ""},
    {QUERY, 200, {NULL}, "<html>a page<br></html>", false, "", "", ""},
    {QUERY,
     400,
     {NULL},
     REFUSED("ValidationError", "Stack with id a &lt;b&gt; does not exist"),
     true,
     "ValidationError",
     "Stack with id a <b> does not exist",
     "r-1"},
    {QUERY,
     403,
     {NULL},
     REFUSED("ExpiredToken", "The security token included in the request is expired"),
     true,
     "ExpiredToken",
     "The security token included in the request is expired",
     "r-1"},
    {QUERY, 503, {NULL}, "<html>busy</html>", true, "ServiceUnavailable", "<html>busy</html>", ""},
    {QUERY, 503, {NULL}, "", true, "ServiceUnavailable", "", ""},
    {QUERY,
     500,
     {NULL},
     "<ErrorResponse><Err",
     true,
     "InternalServerError",
     "<ErrorResponse><Err",
     ""},
    {QUERY, 599, {NULL}, "", true, "Http599", "", ""},
    {JSON, 200, {"x-amzn-requestid", "r-3"}, "{\"logGroups\":[]}", true, "", "", "r-3"},
    {JSON, 200, {NULL}, "", true, "", "", ""},
    {JSON, 200, {NULL}, "{\"logGroups\":[", false, "", "", ""},
    {JSON,
     400,
     {NULL},
     "{\"__type\":\"ResourceNotFoundException\",\"message\":\"no such group\"}",
     true,
     "ResourceNotFoundException",
     "no such group",
     ""},
    {JSON,
     400,
     {NULL},
     "{\"__type\":\"com.amazonaws.logs#ThrottlingException\",\"Message\":\"slow\"}",
     true,
     "ThrottlingException",
     "slow",
     ""},
    {JSON,
     400,
     {"x-amzn-errortype", "AccessDeniedException:http://internal"},
     "{\"Message\":\"no\"}",
     true,
     "AccessDeniedException",
     "no",
     ""},
    {JSON,
     400,
     {NULL},
     "{\"__type\":5,\"message\":{}}",
     true,
     "BadRequest",
     "{\"__type\":5,\"message\":{}}",
     ""},
    {JSON, 502, {NULL}, "Bad gateway", true, "Http502", "Bad gateway", ""},
    {REST("GET"), 200, {NULL}, "{\"State\":\"Active\"}", true, "", "", ""},
    {REST("GET"), 200, {NULL}, "{\"State\":", false, "", "", ""},
    {REST("POST"), 200, {NULL}, "not JSON, but what the function says", true, "", "", ""},
    {REST("GET"),
     404,
     {"x-amzn-errortype", "ResourceNotFoundException"},
     "{\"Type\":\"User\",\"Message\":\"Function not found: arn\"}",
     true,
     "ResourceNotFoundException",
     "Function not found: arn",
     ""},
    {REST("POST"), 413, {NULL}, "", true, "PayloadTooLarge", "", ""},
    // AWS repeats what it would have signed.
    {REST("GET"),
     403,
     {NULL},
     "{\"__type\":\"InvalidSignatureException\",\"message\":\"does not match.\\n\\nThe "
     "Canonical String should have been\\n'GET\\n/\\n\\nhost:h\\n"
     "X-Amz-Security-Token:FwoGZX/+abc==\\n\\nhost;x-amz-security-token\\nhash'\"}",
     true,
     "InvalidSignatureException",
     "does not match.\n\nThe Canonical String should have been\n'GET\n/\n\nhost:h\n"
     "X-Amz-Security-Token:…\n\nhost;x-amz-security-token\nhash'",
     ""},
    // So do proxies.
    {XML("GET"),
     502,
     {NULL},
     "you sent\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIA, Signature=abc\nHost: h",
     true,
     "Http502",
     "you sent\nAuthorization: …\nHost: h",
     ""},
    {XML("GET"),
     200,
     {"x-amz-request-id", "s-1"},
     "<Error> is what this object holds",
     true,
     "",
     "",
     "s-1"},
    {XML("PUT"), 200, {NULL}, "", true, "", "", ""},
    {XML("PUT"),
     200,
     {NULL},
     "<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code><Message>again</Message></Error>",
     true,
     "InternalError",
     "again",
     ""},
    {XML("PUT"), 200, {NULL}, "<Error><Code>Inter", false, "", "", ""},
    {XML("GET"),
     404,
     {"x-amz-request-id", "s-2"},
     "<Error><Code>NoSuchKey</Code><Message>none</Message><Key>k</Key></Error>",
     true,
     "NoSuchKey",
     "none",
     "s-2"},
    {XML("HEAD"), 404, {NULL}, "", true, "NotFound", "", ""},
    {XML("HEAD"), 403, {NULL}, "", true, "Forbidden", "", ""},
    {XML("HEAD"), 301, {"x-amz-bucket-region", "eu-west-1"}, "", true, "PermanentRedirect", "", ""},
    {XML("HEAD"), 200, {NULL}, "", true, "", "", ""},
    {XML("PUT"),
     412,
     {NULL},
     "<Error><Code>PreconditionFailed</Code><Message>m</Message></Error>",
     true,
     "PreconditionFailed",
     "m",
     ""},
    {XML("GET"), 304, {NULL}, "", true, "NotModified", "", ""},
    {XML("POST"),
     400,
     {NULL},
     "<Response><Errors><Error><Code>AuthFailure</Code><Message>who?</Message></Error></"
     "Errors><RequestID>e-1</RequestID></Response>",
     true,
     "AuthFailure",
     "who?",
     "e-1"},
};

static void check(const Case *c) {
    Arena a;
    AwsReply r;
    arena_init(&a);
    HttpReply in = {.status = c->status, .body = str_of(c->body)};
    for (size_t i = 0; i < 4 && c->headers[i]; i += 2)
        vec_push(&a, &in.headers, (HttpHeader){str_of(c->headers[i]), str_of(c->headers[i + 1])});
    bool whole = aws_reply_read(&a, c->protocol, c->method, &in, &r);
    if (whole != c->whole || (whole && !str_is(r.code, c->code)) ||
        (whole && !str_is(r.message, c->message)) || (whole && !str_is(r.request_id, c->request)))
        fail_msg("%d %s\nis %s, code %.*s, message %.*s, request %.*s", c->status, c->body,
                 whole ? "whole" : "cut", STR_ARG(r.code), STR_ARG(r.message),
                 STR_ARG(r.request_id));
    assert_int_equal(r.status, c->status);
    arena_release(&a);
}

static void answers(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        check(&CASES[i]);
}

static void questions_about_them(void **state) {
    AwsReply r = {.status = 400,
                  .code = STR("ValidationError"),
                  .message = STR("Stack with id x does not exist")};
    (void)state;
    assert_true(reply_is(&r, "ValidationError"));
    assert_false(reply_is(&r, "Validation"));
    assert_true(reply_says(&r, "ValidationError", "Stack with id x"));
    assert_false(reply_says(&r, "ValidationError", "Stack [x]"));
    assert_false(reply_denied(&r));
    assert_false(reply_throttled(&r));
    r.message = STR("Rate exceeded");
    assert_true(reply_throttled(&r));
    static const char *const denied[] = {"AccessDenied", "AccessDeniedException",
                                         "UnauthorizedOperation", "Forbidden"};
    for (size_t i = 0; i < sizeof denied / sizeof *denied; i++) {
        r.code = str_of(denied[i]);
        assert_true(reply_denied(&r));
    }
    r = (AwsReply){.status = 403,
                   .code = STR("ValidationException"),
                   .message = STR("User: arn is not authorized to perform: x")};
    assert_true(reply_denied(&r));
    r.status = 400;
    assert_false(reply_denied(&r));
}

static void what_people_are_told(void **state) {
    static const struct {
        int status;
        const char *code, *message, *says, *hint;
        ErrKind kind;
    } cases[] = {
        {400, "ValidationError", "no \x1b[31mstack",
         "CloudFormation refuses `DescribeStacks`: no \\u{1b}[31mstack (ValidationError)", "",
         ERR_IO},
        {403, "AccessDenied", "User: u is not authorized",
         "CloudFormation refuses `DescribeStacks`: User: u is not authorized (AccessDenied)", "",
         ERR_ACCESS},
        {403, "ExpiredToken", "gone", "gone (ExpiredToken)", "sign in again", ERR_ACCESS},
        {403, "SignatureDoesNotMatch", "no", "no (SignatureDoesNotMatch)", "`pluto doctor`",
         ERR_ACCESS},
        {403, "InvalidClientTokenId", "no", "", "not for this region", ERR_ACCESS},
        {404, "NotFound", "", "refuses `DescribeStacks`: NotFound", "", ERR_NOT_FOUND},
        {500, "InternalFailure", "oh", "oh (InternalFailure)", "request `r-9`", ERR_IO},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Err err = {0};
        AwsCall q = {.service = AWS_CLOUDFORMATION, .operation = "DescribeStacks"};
        AwsReply r = {.status = cases[i].status,
                      .code = str_of(cases[i].code),
                      .message = str_of(cases[i].message),
                      .request_id = STR("r-9")};
        assert_false(aws_refused(&q, &r, &err));
        if (!strstr(err.message, cases[i].says) || !strstr(err.hint, cases[i].hint) ||
            err.kind != cases[i].kind)
            fail_msg("%s: %s; %s (%d)", cases[i].code, err.message, err.hint, (int)err.kind);
    }
}

static void a_bucket_elsewhere_is_told(void **state) {
    HttpHeader header = {STR("x-amz-bucket-region"), STR("eu-west-1")};
    AwsCall q = {.service = AWS_S3, .operation = "HeadBucket"};
    AwsReply r = {.status = 301,
                  .headers = {.at = &header, .n = 1, .cap = 1},
                  .code = STR("PermanentRedirect")};
    Err err = {0};
    (void)state;
    assert_false(aws_refused(&q, &r, &err));
    assert_string_equal(err.hint, "the bucket is in `eu-west-1`");
    r.status = 400;
    err = (Err){0};
    assert_false(aws_refused(&q, &r, &err));
    assert_string_equal(err.hint, "the bucket is in `eu-west-1`");
    r.status = 404; // it is nowhere, or the object is not in it
    err = (Err){0};
    assert_false(aws_refused(&q, &r, &err));
    assert_string_equal(err.hint, "");
}

static void no_secret_is_repeated(void **state) {
    static const char *const cases[][2] = {
        {"", ""},
        {"nothing of it", "nothing of it"},
        {"x-amz-security-token: abc", "x-amz-security-token: …"},
        {"X-AMZ-SECURITY-TOKEN=abc&b=c", "X-AMZ-SECURITY-TOKEN=…&b=c"},
        {"AWS_SECRET_ACCESS_KEY='a b' x", "AWS_SECRET_ACCESS_KEY='… b' x"},
        {"export AWS_SESSION_TOKEN=abc\nnext", "export AWS_SESSION_TOKEN=…\nnext"},
        {"{\"SecretAccessKey\": \"abc\", \"SessionToken\":\"def\"}",
         "{\"SecretAccessKey\": \"…\", \"SessionToken\":\"…\"}"},
        {"{\\\"refreshToken\\\":\\\"abc\\\"}", "{\\\"refreshToken\\\":\\\"…\"}"},
        {"Authorization: Bearer abc def\nnext", "Authorization: …\nnext"},
        {"X-Amz-Signature=abc", "X-Amz-Signature=…"},
        {"half of a security-token:a", "half of a security-token:…"},
        {"security-token:", "security-token:"},
        {"host;x-amz-date;x-amz-security-token\nabc", "host;x-amz-date;x-amz-security-token\nabc"},
        {"`AWS_SECRET_ACCESS_KEY` is not set", "`AWS_SECRET_ACCESS_KEY` is not set"},
        {"AuthorizationType: NONE", "AuthorizationType: NONE"},
    };
    Arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (!str_is(redacted(&a, str_of(cases[i][0])), cases[i][1]))
            fail_msg("%s is %.*s", cases[i][0], STR_ARG(redacted(&a, str_of(cases[i][0]))));
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers),
        cmocka_unit_test(questions_about_them),
        cmocka_unit_test(what_people_are_told),
        cmocka_unit_test(a_bucket_elsewhere_is_told),
        cmocka_unit_test(no_secret_is_repeated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
