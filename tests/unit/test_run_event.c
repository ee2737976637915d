// Events: each field by itself, and whole ones beside events of AWS (tests/runtime/events): the
// request that such an event tells of gives the same event here.

#include "adapters/run/event.h"
#include "adapters/run/text.h"
#include "adapters/run/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static EventDoor url_door(void) {
    return (EventDoor){.url = true,
                       .api_id = STR("abc"),
                       .domain = STR("abc.lambda-url.eu-west-1.on.aws"),
                       .account = STR("000000000000"),
                       .stage = STR("$default"),
                       .route = STR("$default"),
                       .path = STR("/a%20b"),
                       .payload = STR("2.0"),
                       .request_id = STR("r1"),
                       .trace_id = STR("Root=1-x-y"),
                       .port = 4301,
                       .now = 1588804615616};
}

static EventDoor api_door(const char *payload) {
    EventDoor door = url_door();
    door.url = false;
    door.domain = STR("abc.execute-api.eu-west-1.amazonaws.com");
    door.route = STR("GET /a/{x}");
    door.path = STR("/a/b c");
    door.payload = str_of(payload);
    return door;
}

static HttpRequest request(Arena *a, const char *method, const char *query, const char *body) {
    return (HttpRequest){.arena = a,
                         .method = str_of(method),
                         .path = STR("/a%20b"),
                         .query = str_of(query),
                         .body = str_of(body),
                         .client = STR("127.0.0.1")};
}

static void with(HttpRequest *q, const char *name, const char *value) {
    vec_push(q->arena, &q->headers, (HttpHeader){str_of(name), str_of(value)});
}

static const Tree *event(Arena *a, EventDoor door, HttpRequest q) {
    Str json = event_of(a, &door, &q);
    const Tree *t = tree_read(a, json);
    if (!t)
        fail_msg("no JSON: %.*s", STR_ARG(json));
    return t;
}

// A part of the event as JSON; "" where it is not there. `path` is like "requestContext.http".
static Str part(Arena *a, const Tree *t, const char *path) {
    for (Str rest = str_of(path); t && rest.n;) {
        int64_t dot = str_find(rest, STR("."), 0);
        Str key = str_slice(rest, 0, dot < 0 ? rest.n : (uint32_t)dot);
        rest = str_slice(rest, key.n + 1, rest.n);
        t = tree_get(t, key);
    }
    Buf b = buf_new(a);
    if (t)
        tree_write(&b, t);
    return buf_str(&b);
}

static void expect_part(Arena *a, const Tree *t, const char *path, const char *wanted) {
    Str got = part(a, t, path);
    if (!str_is(got, wanted))
        fail_msg("%s: %.*s, wanted %s", path, STR_ARG(got), wanted);
}

static void a_bare_request_has_no_more_than_it_should(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    const Tree *e = event(&a, url_door(), request(&a, "GET", "", ""));
    expect_part(&a, e, "",
                "{\"version\":\"2.0\",\"routeKey\":\"$default\",\"rawPath\":\"/a%20b\","
                "\"rawQueryString\":\"\",\"headers\":{\"x-forwarded-for\":\"127.0.0.1\","
                "\"x-forwarded-proto\":\"http\",\"x-forwarded-port\":\"4301\","
                "\"x-amzn-trace-id\":\"Root=1-x-y\"},\"requestContext\":{\"accountId\":"
                "\"anonymous\",\"apiId\":\"abc\",\"domainName\":"
                "\"abc.lambda-url.eu-west-1.on.aws\",\"domainPrefix\":\"abc\",\"http\":{"
                "\"method\":\"GET\",\"path\":\"/a%20b\",\"protocol\":\"HTTP/1.1\",\"sourceIp\":"
                "\"127.0.0.1\",\"userAgent\":\"\"},\"requestId\":\"r1\",\"routeKey\":"
                "\"$default\",\"stage\":\"$default\",\"time\":\"06/May/2020:22:36:55 +0000\","
                "\"timeEpoch\":1588804615616},\"isBase64Encoded\":false}");
    arena_release(&a);
}

static void queries_are_decoded_and_joined(void **state) {
    static const struct {
        const char *query, *wanted;
    } rows[] = {
        {"", ""},
        {"&&", ""},
        {"a=1", "{\"a\":\"1\"}"},
        {"a", "{\"a\":\"\"}"},
        {"a=", "{\"a\":\"\"}"},
        {"=b", "{\"\":\"b\"}"},
        {"a=1&b=2&a=3", "{\"a\":\"1,3\",\"b\":\"2\"}"},
        {"a%20b=c+d%26", "{\"a b\":\"c d&\"}"},
        {"a=%zz%4", "{\"a\":\"%zz%4\"}"},
        {"a=%c3%a9", "{\"a\":\"\xC3\xA9\"}"},
        {"a=%ff%00", "{\"a\":\"\xEF\xBF\xBD\\u0000\"}"},
        {"a=b=c", "{\"a\":\"b=c\"}"},
    };
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const Tree *e = event(&a, url_door(), request(&a, "GET", rows[i].query, ""));
        expect_part(&a, e, "queryStringParameters", rows[i].wanted);
        assert_true(str_is(tree_str_at(&a, e, "rawQueryString"), rows[i].query));
    }
    arena_release(&a);
}

static void headers_are_lower_case_and_joined(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    HttpRequest q = request(&a, "GET", "", "");
    with(&q, "Accept", "a");
    with(&q, "ACCEPT", "b");
    with(&q, "Connection", "keep-alive");
    with(&q, "X-Forwarded-For", "9.9.9.9");
    with(&q, "Cookie", "a=1; b=2");
    with(&q, "cookie", "c=\"3\"");
    with(&q, "X-Amzn-Trace-Id", "Root=1-given");
    const Tree *e = event(&a, url_door(), q);
    expect_part(&a, e, "headers.accept", "\"a,b\"");
    expect_part(&a, e, "headers.connection", "");
    expect_part(&a, e, "headers.x-forwarded-for", "\"9.9.9.9, 127.0.0.1\"");
    expect_part(&a, e, "headers.x-amzn-trace-id", "\"Root=1-given\"");
    expect_part(&a, e, "headers.cookie", "\"a=1; b=2; c=\\\"3\\\"\"");
    expect_part(&a, e, "cookies", "[\"a=1\",\"b=2\",\"c=\\\"3\\\"\"]");
    e = event(&a, api_door("2.0"), q);
    expect_part(&a, e, "headers.cookie", "");
    expect_part(&a, e, "cookies", "[\"a=1\",\"b=2\",\"c=\\\"3\\\"\"]");
    arena_release(&a);
}

static void bodies_are_text_or_base_64(void **state) {
    static const struct {
        const char *type, *body, *url, *api;
    } rows[] = {
        {"application/json", "[1]", "\"[1]\"", "\"[1]\""},
        {"APPLICATION/JSON; charset=utf-8", "[1]", "\"[1]\"", "\"[1]\""},
        {"text/plain", "\xC3\xA9", "\"\xC3\xA9\"", "\"\xC3\xA9\""},
        {"text/plain", "\xFF", "\"/w==\"", "\"/w==\""},
        {"application/x-www-form-urlencoded", "a=b", "\"YT1i\"", "\"YT1i\""},
        {"application/ld+json", "[1]", "\"[1]\"", "\"WzFd\""},
        {"application/octet-stream", "abcd", "\"YWJjZA==\"", "\"YWJjZA==\""},
        {"", "abcde", "\"YWJjZGU=\"", "\"YWJjZGU=\""},
        {"application/json", "", "", ""},
    };
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        HttpRequest q = request(&a, "POST", "", rows[i].body);
        if (rows[i].type[0])
            with(&q, "content-type", rows[i].type);
        const Tree *u = event(&a, url_door(), q), *p = event(&a, api_door("2.0"), q);
        expect_part(&a, u, "body", rows[i].url);
        expect_part(&a, p, "body", rows[i].api);
        Str plain = str_fmt(&a, "\"%s\"", rows[i].body);
        bool text = rows[i].body[0] == '\0' || str_is(plain, rows[i].url);
        expect_part(&a, u, "isBase64Encoded", text ? "false" : "true");
    }
    arena_release(&a);
}

static void an_api_adds_what_its_route_says(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    AppPairVec parameters = {0};
    vec_push(&a, &parameters, (AppPair){STR("x"), STR("b \"c\"")});
    EventDoor door = api_door("2.0");
    door.parameters = &parameters;
    door.stage = STR("prod");
    const Tree *e = event(&a, door, request(&a, "GET", "", ""));
    expect_part(&a, e, "rawPath", "\"/prod/a/b c\"");
    expect_part(&a, e, "pathParameters", "{\"x\":\"b \\\"c\\\"\"}");
    expect_part(&a, e, "routeKey", "\"GET /a/{x}\"");
    expect_part(&a, e, "requestContext.stage", "\"prod\"");
    expect_part(&a, e, "requestContext.accountId", "\"000000000000\"");
    expect_part(&a, e, "requestContext.http.path", "\"/prod/a/b c\"");
    arena_release(&a);
}

static void an_api_decodes_paths(void **state) {
    static const char *const rows[][2] = {
        {"/a%20b", "/a b"},   {"/a%2Fb", "/a/b"}, {"/a+b", "/a+b"},
        {"/a%3Fb%20c", "/a"}, {"/%", "/%"},
    };
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_true(str_is(event_decoded_path(&a, str_of(rows[i][0])), rows[i][1]));
    arena_release(&a);
}

static void format_1_has_lists_beside_values(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    HttpRequest q = request(&a, "GET", "p=1&p=2&q=3", "");
    with(&q, "Accept", "a");
    with(&q, "accept", "b");
    const Tree *e = event(&a, api_door("1.0"), q);
    expect_part(&a, e, "version", "\"1.0\"");
    expect_part(&a, e, "resource", "\"/a/{x}\"");
    expect_part(&a, e, "path", "\"/a/b c\"");
    expect_part(&a, e, "httpMethod", "\"GET\"");
    expect_part(&a, e, "headers.accept", "\"b\"");
    expect_part(&a, e, "multiValueHeaders.accept", "[\"a\",\"b\"]");
    expect_part(&a, e, "multiValueHeaders.x-forwarded-port", "[\"4301\"]");
    expect_part(&a, e, "queryStringParameters", "{\"p\":\"2\",\"q\":\"3\"}");
    expect_part(&a, e, "multiValueQueryStringParameters", "{\"p\":[\"1\",\"2\"],\"q\":[\"3\"]}");
    expect_part(&a, e, "pathParameters", "null");
    expect_part(&a, e, "body", "null");
    expect_part(&a, e, "requestContext.identity.sourceIp", "\"127.0.0.1\"");
    e = event(&a, api_door("1.0"), request(&a, "GET", "", ""));
    expect_part(&a, e, "queryStringParameters", "null");
    expect_part(&a, e, "multiValueQueryStringParameters", "null");
    arena_release(&a);
}

static void a_signed_request_has_a_caller(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    HttpRequest q = request(&a, "GET", "", "");
    with(&q, "Authorization", "AWS4-HMAC-SHA256 Credential=ASIAX/20260101/r/lambda/aws4_request");
    EventDoor door = url_door();
    door.with_iam = true;
    const Tree *e = event(&a, door, q);
    expect_part(&a, e, "requestContext.accountId", "\"000000000000\"");
    expect_part(&a, e, "requestContext.authorizer.iam.accessKey", "\"ASIAX\"");
    arena_release(&a);
}

// ---- Beside AWS ---------------------------------------------------------------------------------

typedef struct Fixture {
    const char *file;
    bool url;
    // What that event has and ours has not, or otherwise, and why it is let pass.
    const char *differs[6];
} Fixture;

static const Fixture FIXTURES[] = {
    // Written by hand: the parameters of its query were left out; its owner's account stands there.
    {"lambda_function_url_request.json",
     true,
     {"queryStringParameters", "requestContext.accountId", "headers.x-forwarded-proto"}},
    {"apigw_v2_proxy_request_minimal.json", false, {"headers.x-forwarded-proto"}},
    // Of certificates and authorizers nothing is served here; nor of variables of stages.
    {"example-apigw-v2-request-no-authorizer.json",
     false,
     {"requestContext.authentication", "headers.x-forwarded-proto"}},
    // The documentation's own: the two times of its example are eight days apart.
    {"apigw_v2_proxy_request.json",
     false,
     {"requestContext.authorizer", "stageVariables", "requestContext.time"}},
    {"apigw_request_path_with_space.json",
     false,
     {"requestContext.authorizer", "stageVariables", "requestContext.time"}},
    {"example-apigw-v2-request-multi-value-parameters.json",
     false,
     {"requestContext.authorizer", "stageVariables", "requestContext.authentication",
      "requestContext.time"}},
    {"example-apigw-v2-request-iam.json",
     false,
     {"requestContext.authorizer", "stageVariables", "requestContext.authentication",
      "requestContext.time", "queryStringParameters"}},
};

static bool let_pass(const Fixture *f, Str path) {
    // What the front door adds to a request, or request_of does.
    static const char *const ADDED[] = {"headers.x-forwarded-for",   "headers.x-forwarded-port",
                                        "headers.x-forwarded-proto", "headers.x-amzn-trace-id",
                                        "headers.content-length",    "headers.user-agent",
                                        "headers.content-type"};
    for (size_t i = 0; i < sizeof f->differs / sizeof *f->differs && f->differs[i]; i++)
        if (str_is(path, f->differs[i]))
            return true;
    for (size_t i = 0; i < sizeof ADDED / sizeof *ADDED; i++)
        if (str_is(path, ADDED[i]))
            return true;
    return false;
}

// Each member of x is the same in y, down to the leaves. Header names count in lower case, as those
// of some of the fixtures were written by hand.
static void expect_same(Arena *a, const Fixture *f, const Tree *x, const Tree *y, Str path) {
    for (const Tree *m = x->child; m; m = m->next) {
        Str key = str_is(path, "headers") ? text_lower(a, m->key) : m->key;
        Str inner = path.n ? str_fmt(a, "%.*s.%.*s", STR_ARG(path), STR_ARG(key)) : key;
        const Tree *other = tree_get(y, key);
        for (const Tree *h = y->child; h && !other; h = h->next)
            if (text_same(h->key, key))
                other = h;
        if (let_pass(f, inner))
            continue;
        if (!other)
            fail_msg("%s: `%.*s` is on one side only", f->file, STR_ARG(inner));
        if (m->type == TREE_OBJECT && other->type == TREE_OBJECT) {
            expect_same(a, f, m, other, inner);
            continue;
        }
        Buf b = buf_new(a), c = buf_new(a);
        tree_write(&b, m);
        tree_write(&c, other);
        if (!str_eq(buf_str(&b), buf_str(&c)))
            fail_msg("%s: `%.*s` is %.*s and %.*s", f->file, STR_ARG(inner), STR_ARG(buf_str(&b)),
                     STR_ARG(buf_str(&c)));
    }
}

static HttpRequest request_of(Arena *a, const Tree *e) {
    const Tree *http = tree_find(tree_find(e, "requestContext"), "http");
    HttpRequest q = {.arena = a,
                     .method = tree_str_at(a, http, "method"),
                     .query = tree_str_at(a, e, "rawQueryString"),
                     .body = tree_str_at(a, e, "body"),
                     .client = tree_str_at(a, http, "sourceIp")};
    bool cookie = false, agent = false;
    for (const Tree *h = tree_child(e, "headers"); h; h = h->next) {
        cookie = cookie || text_same(h->key, STR("cookie"));
        agent = agent || text_same(h->key, STR("user-agent"));
        if (!str_starts(h->key, "x-forwarded-"))
            vec_push(a, &q.headers, (HttpHeader){h->key, h->text});
    }
    Buf cookies = buf_new(a);
    for (const Tree *c = tree_child(e, "cookies"); c; c = c->next)
        buf_printf(&cookies, "%s%.*s", cookies.n ? "; " : "", STR_ARG(c->text));
    if (cookies.n && !cookie)
        vec_push(a, &q.headers, (HttpHeader){STR("cookie"), buf_str(&cookies)});
    if (!agent)
        vec_push(a, &q.headers, (HttpHeader){STR("user-agent"), tree_str_at(a, http, "userAgent")});
    if (q.body.n) // which content types the events had is not told, but that it was text
        vec_push(a, &q.headers, (HttpHeader){STR("content-type"), STR("text/plain")});
    return q;
}

static EventDoor door_of(Arena *a, const Fixture *f, const Tree *e, AppPairVec *parameters) {
    const Tree *c = tree_find(e, "requestContext");
    for (const Tree *p = tree_child(e, "pathParameters"); p; p = p->next)
        vec_push(a, parameters, (AppPair){p->key, p->text});
    return (EventDoor){.url = f->url,
                       .api_id = tree_str_at(a, c, "apiId"),
                       .domain = tree_str_at(a, c, "domainName"),
                       .account = tree_str_at(a, c, "accountId"),
                       .stage = tree_str_at(a, c, "stage"),
                       .route = tree_str_at(a, c, "routeKey"),
                       .path = tree_str_at(a, e, "rawPath"),
                       .payload = STR("2.0"),
                       .parameters = parameters,
                       .request_id = tree_str_at(a, c, "requestId"),
                       .trace_id = STR("made here"),
                       .port = 443,
                       .now = (int64_t)tree_num_at(c, "timeEpoch", 0)};
}

static void events_are_those_of_aws(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof FIXTURES / sizeof *FIXTURES; i++) {
        const Fixture *f = &FIXTURES[i];
        Str text, path = str_fmt(&a, "tests/runtime/events/%s", f->file);
        Err err = {0};
        if (!host_posix()->read_file(host_posix(), &a, path, 1 << 20, &text, &err))
            fail_msg("%s", err.message);
        const Tree *theirs = tree_read(&a, text);
        AppPairVec parameters = {0};
        EventDoor door = door_of(&a, f, theirs, &parameters);
        HttpRequest q = request_of(&a, theirs);
        const Tree *ours = event(&a, door, q);
        expect_same(&a, f, theirs, ours, STR_EMPTY);
        expect_same(&a, f, ours, theirs, STR_EMPTY);
    }
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bare_request_has_no_more_than_it_should),
        cmocka_unit_test(queries_are_decoded_and_joined),
        cmocka_unit_test(headers_are_lower_case_and_joined),
        cmocka_unit_test(bodies_are_text_or_base_64),
        cmocka_unit_test(an_api_adds_what_its_route_says),
        cmocka_unit_test(an_api_decodes_paths),
        cmocka_unit_test(format_1_has_lists_beside_values),
        cmocka_unit_test(a_signed_request_has_a_caller),
        cmocka_unit_test(events_are_those_of_aws),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
