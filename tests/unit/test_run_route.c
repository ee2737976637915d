// Routes of HTTP APIs and cross-origin requests: which route wins, what its parameters are, which
// headers a browser gets.

#include "adapters/run/cors.h"
#include "adapters/run/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static AppApi api_of(Arena *a, const char *const *keys) {
    AppApi api = {.id = STR("Router/api"), .stage = STR("$default")};
    for (; *keys; keys++) {
        AppRoute r = {.key = str_of(*keys)};
        int64_t space = str_find(r.key, STR(" "), 0);
        if (space > 0) {
            r.method = str_slice(r.key, 0, (uint32_t)space);
            r.path = str_slice(r.key, (uint32_t)space + 1, r.key.n);
        }
        vec_push(a, &api.routes, r);
    }
    return api;
}

// "GET /a/{x} x=1 y=2", or "none".
static Str matched(Arena *a, const AppApi *api, Str request) {
    int64_t space = str_find(request, STR(" "), 0);
    RouteMatch m;
    if (!route_match(a, api, str_slice(request, 0, (uint32_t)space),
                     str_slice(request, (uint32_t)space + 1, request.n), &m))
        return STR("none");
    Buf b = buf_new(a);
    buf_put(&b, m.route->key);
    for (uint32_t i = 0; i < m.parameters.n; i++)
        buf_printf(&b, " %.*s=%.*s", STR_ARG(m.parameters.at[i].key),
                   STR_ARG(m.parameters.at[i].value));
    return buf_str(&b);
}

static void expect_matches(const char *const *keys, const char *const (*rows)[2], size_t count) {
    Arena a;
    arena_init(&a);
    AppApi api = api_of(&a, keys);
    for (size_t i = 0; i < count; i++) {
        Str got = matched(&a, &api, str_of(rows[i][0]));
        if (!str_is(got, rows[i][1]))
            fail_msg("%s takes %.*s, wanted %s", rows[i][0], STR_ARG(got), rows[i][1]);
    }
    arena_release(&a);
}

// The routes of the example in API Gateway's documentation, in an order that should not matter.
static void the_most_specific_route_wins(void **state) {
    static const char *const keys[] = {
        "$default",           "ANY /{proxy+}",      "GET /pets/{proxy+}",
        "GET /pets/dog/{id}", "GET /pets/dog/1",    "GET /pets/{name}/1",
        "ANY /pets/dog/1",    "POST /users/{id}/a", NULL};
    static const char *const rows[][2] = {
        {"GET /pets/dog/1", "GET /pets/dog/1"},
        {"PUT /pets/dog/1", "ANY /pets/dog/1"},
        {"GET /pets/dog/2", "GET /pets/dog/{id} id=2"},
        {"GET /pets/cat/1", "GET /pets/{name}/1 name=cat"},
        {"GET /pets/cat/2", "GET /pets/{proxy+} proxy=cat/2"},
        {"POST /pets/cat/2", "ANY /{proxy+} proxy=pets/cat/2"},
        {"POST /test/5", "ANY /{proxy+} proxy=test/5"},
        {"GET /", "$default"},
        {"OPTIONS /users/1/a", "ANY /{proxy+} proxy=users/1/a"},
        {"POST /users/1/a", "POST /users/{id}/a id=1"},
        {"GET /users//a", "ANY /{proxy+} proxy=users//a"},
    };
    (void)state;
    expect_matches(keys, rows, sizeof rows / sizeof *rows);
}

static void a_route_fits_exactly(void **state) {
    static const char *const keys[] = {"GET /",   "GET /a/{x}/{y}",     "GET /b%20c",
                                       "HEAD /h", "GET /files/{rest+}", NULL};
    static const char *const rows[][2] = {
        {"GET /", "GET /"},
        {"GET /a/1/2", "GET /a/{x}/{y} x=1 y=2"},
        {"GET /a/1", "none"},
        {"GET /a/1/", "none"},
        {"GET /a/1/2/3", "none"},
        {"GET /a/1/2/", "none"},
        {"GET /A/1/2", "none"},
        {"POST /", "none"},
        {"HEAD /", "none"},
        {"HEAD /h", "HEAD /h"},
        {"GET /b%20c", "GET /b%20c"},
        {"GET /b c", "GET /b%20c"},
        {"GET /a/%41%2F/%zz", "GET /a/{x}/{y} x=A/ y=%zz"},
        {"GET /a/x+y/2", "GET /a/{x}/{y} x=x+y y=2"},
        {"GET /files", "none"},
        {"GET /files/", "none"},
        {"GET /files/a/b%20c", "GET /files/{rest+} rest=a/b c"},
        {"GET /files/..//x", "GET /files/{rest+} rest=..//x"},
    };
    (void)state;
    expect_matches(keys, rows, sizeof rows / sizeof *rows);
}

static void a_stage_is_taken_off(void **state) {
    static const struct {
        const char *stage, *path, *rest; // NULL: no such stage
    } rows[] = {
        {"$default", "/prod/x", "/prod/x"},
        {"prod", "/prod/x", "/x"},
        {"prod", "/prod", "/"},
        {"prod", "/prod/", "/"},
        {"prod", "/product/x", NULL},
        {"prod", "/", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        AppApi api = {.stage = str_of(rows[i].stage)};
        Str rest;
        assert_int_equal(route_stage(&api, str_of(rows[i].path), &rest), rows[i].rest != NULL);
        if (rows[i].rest && !str_is(rest, rows[i].rest))
            fail_msg("%s of %s: %.*s", rows[i].path, rows[i].stage, STR_ARG(rest));
    }
}

// ---- Cross-origin requests ----------------------------------------------------------------------

static AppCors cors_of(Arena *a, const char *origin, const char *method, bool credentials) {
    AppCors cors = {.present = true, .max_age = 60, .allow_credentials = credentials};
    vec_push(a, &cors.allow_origins, str_of(origin));
    vec_push(a, &cors.allow_methods, str_of(method));
    vec_push(a, &cors.allow_methods, STR("PUT"));
    vec_push(a, &cors.allow_headers, STR("x-one"));
    vec_push(a, &cors.expose_headers, STR("x-two"));
    return cors;
}

static HttpRequest asks(Arena *a, const char *method, const char *origin, const char *wants) {
    HttpRequest q = {.arena = a, .method = str_of(method), .path = STR("/")};
    if (origin)
        vec_push(a, &q.headers, (HttpHeader){STR("Origin"), str_of(origin)});
    if (wants)
        vec_push(a, &q.headers, (HttpHeader){STR("Access-Control-Request-Method"), str_of(wants)});
    return q;
}

// "200 name=value …", without the common beginning of names.
static Str shown(Arena *a, const HttpReply *r) {
    Buf b = buf_new(a);
    buf_printf(&b, "%d", r->status);
    for (uint32_t i = 0; i < r->headers.n; i++) {
        HttpHeader h = r->headers.at[i];
        if (str_starts(h.name, "access-control-"))
            h.name = str_slice(h.name, sizeof "access-control-" - 1, h.name.n);
        buf_printf(&b, " %.*s=%.*s", STR_ARG(h.name), STR_ARG(h.value));
    }
    return buf_str(&b);
}

static void browsers_are_told_what_is_allowed(void **state) {
    static const struct {
        const char *allowed, *origin, *url, *api;
        bool credentials;
    } rows[] = {
        {"*", "https://a.b",
         "200 allow-origin=* allow-methods=GET,PUT allow-headers=x-one max-age=60",
         "204 allow-origin=* allow-methods=GET,PUT allow-headers=x-one max-age=60", false},
        {"https://a.b", "https://a.b",
         "200 allow-origin=https://a.b vary=Origin allow-credentials=true allow-methods=GET,PUT "
         "allow-headers=x-one max-age=60",
         "204 allow-origin=https://a.b vary=Origin allow-credentials=true allow-methods=GET,PUT "
         "allow-headers=x-one max-age=60",
         true},
        {"https://a.b", "https://a.c", "200", "204", true},
        {"https://*", "http://a.c", "200", "204", false},
    };
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        AppCors cors = cors_of(&a, rows[i].allowed, "GET", rows[i].credentials);
        HttpRequest q = asks(&a, "OPTIONS", rows[i].origin, "PUT");
        HttpReply reply;
        assert_true(cors_is_preflight(&cors, &q));
        cors_preflight(&a, &cors, true, &q, &reply);
        assert_string_equal(str_cstr(&a, shown(&a, &reply)), rows[i].url);
        cors_preflight(&a, &cors, false, &q, &reply);
        assert_string_equal(str_cstr(&a, shown(&a, &reply)), rows[i].api);
    }
    arena_release(&a);
}

static void what_is_no_preflight_goes_to_the_function(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    AppCors cors = cors_of(&a, "*", "GET", false), none = {.max_age = -1};
    HttpRequest good = asks(&a, "OPTIONS", "https://a.b", "PUT");
    const HttpRequest others[] = {asks(&a, "OPTIONS", NULL, "PUT"),
                                  asks(&a, "OPTIONS", "https://a.b", NULL),
                                  asks(&a, "GET", "https://a.b", "PUT")};
    assert_false(cors_is_preflight(&none, &good));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(cors_is_preflight(&cors, &others[i]));
    arena_release(&a);
}

static void answers_say_who_may_read_them(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    AppCors cors = cors_of(&a, "*", "GET", false);
    HttpRequest q = asks(&a, "GET", "https://a.b", NULL), plain = asks(&a, "GET", NULL, NULL);
    for (int url = 0; url < 2; url++) {
        HttpReply reply = {.status = 201};
        http_add(&a, &reply, STR("Access-Control-Allow-Origin"), STR("https://mine"));
        http_add(&a, &reply, STR("x"), STR("y"));
        cors_decorate(&a, &cors, url, &q, &reply);
        assert_string_equal(str_cstr(&a, shown(&a, &reply)),
                            url ? "201 Access-Control-Allow-Origin=https://mine x=y allow-origin=* "
                                  "expose-headers=x-two"
                                : "201 x=y allow-origin=* expose-headers=x-two");
        HttpReply silent = {.status = 200};
        cors_decorate(&a, &cors, url, &plain, &silent);
        assert_string_equal(str_cstr(&a, shown(&a, &silent)), "200");
    }
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_most_specific_route_wins),
        cmocka_unit_test(a_route_fits_exactly),
        cmocka_unit_test(a_stage_is_taken_off),
        cmocka_unit_test(browsers_are_told_what_is_allowed),
        cmocka_unit_test(what_is_no_preflight_goes_to_the_function),
        cmocka_unit_test(answers_say_who_may_read_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
