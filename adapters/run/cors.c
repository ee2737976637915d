// Cross-origin resource sharing.
//
// Input: what the template allows, and a request. Output: headers of its answer. Invariant: an
// origin that is not allowed gets none of them, so that its browser refuses.
#include "adapters/run/cors.h"

#include "adapters/run/text.h"

static bool lists(const TextVec *list, Str word) {
    for (uint32_t i = 0; i < list->n; i++)
        if (text_same(list->at[i], word))
            return true;
    return false;
}

// An API may also allow a scheme: `https://*`.
static bool allows(const AppCors *cors, Str origin) {
    bool scheme =
        (str_starts(origin, "https://") && lists(&cors->allow_origins, STR("https://*"))) ||
        (str_starts(origin, "http://") && lists(&cors->allow_origins, STR("http://*")));
    return scheme || lists(&cors->allow_origins, STR("*")) || lists(&cors->allow_origins, origin);
}

static void add_list(Arena *a, HttpReply *reply, const char *name, const TextVec *list) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < list->n; i++) {
        if (i)
            buf_putc(&b, ',');
        buf_put(&b, list->at[i]);
    }
    if (b.n)
        http_add(a, reply, str_of(name), buf_str(&b));
}

// What stands in both answers. False where the origin is not allowed.
static bool add_origin(Arena *a, const AppCors *cors, Str origin, HttpReply *reply) {
    if (!origin.n || !allows(cors, origin))
        return false;
    bool any = lists(&cors->allow_origins, STR("*")) && !cors->allow_credentials;
    http_add(a, reply, STR("access-control-allow-origin"), any ? STR("*") : origin);
    if (!any)
        http_add(a, reply, STR("vary"), STR("Origin"));
    if (cors->allow_credentials)
        http_add(a, reply, STR("access-control-allow-credentials"), STR("true"));
    return true;
}

bool cors_is_preflight(const AppCors *cors, const HttpRequest *q) {
    return cors->present && str_is(q->method, "OPTIONS") &&
           http_header(&q->headers, "origin").n > 0 &&
           http_header(&q->headers, "access-control-request-method").n > 0;
}

void cors_preflight(Arena *a, const AppCors *cors, bool url, const HttpRequest *q,
                    HttpReply *reply) {
    *reply = (HttpReply){.status = url ? 200 : 204};
    if (!add_origin(a, cors, http_header(&q->headers, "origin"), reply))
        return;
    add_list(a, reply, "access-control-allow-methods", &cors->allow_methods);
    add_list(a, reply, "access-control-allow-headers", &cors->allow_headers);
    if (cors->max_age >= 0)
        http_add(a, reply, STR("access-control-max-age"),
                 str_fmt(a, "%lld", (long long)cors->max_age));
}

void cors_decorate(Arena *a, const AppCors *cors, bool url, const HttpRequest *q,
                   HttpReply *reply) {
    if (!cors->present)
        return;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < reply->headers.n; i++) {
        HttpHeader h = reply->headers.at[i];
        if (url || !str_starts(text_lower(a, h.name), "access-control-"))
            reply->headers.at[kept++] = h;
    }
    reply->headers.n = kept;
    if (add_origin(a, cors, http_header(&q->headers, "origin"), reply))
        add_list(a, reply, "access-control-expose-headers", &cors->expose_headers);
}
