// A request in pieces, and what a function gives, as any bytes. Every event is JSON in UTF-8; every
// reply is well-formed HTTP; routes and cross-origin requests never crash.
//
// Input: one byte of choices; then, each in a line, method, path, query, headers as `name:value` up
// to an empty line; then the body, which also is the function's answer.

#include "adapters/run/answer.h"
#include "adapters/run/cors.h"
#include "adapters/run/event.h"
#include "adapters/run/route.h"
#include "adapters/run/text.h"
#include "adapters/run/tree.h"

#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static Str line(Str *rest) {
    int64_t end = str_find(*rest, STR("\n"), 0);
    Str l = str_slice(*rest, 0, end < 0 ? rest->n : (uint32_t)end);
    *rest = str_slice(*rest, l.n + 1, rest->n);
    return l;
}

static HttpRequest request(Arena *a, Str input) {
    HttpRequest q = {.arena = a, .client = STR("127.0.0.1")};
    q.method = line(&input);
    q.path = str_cat(a, STR("/"), line(&input));
    q.query = line(&input);
    for (Str h = line(&input); h.n; h = line(&input)) {
        int64_t colon = str_find(h, STR(":"), 0);
        uint32_t split = colon < 0 ? h.n : (uint32_t)colon;
        vec_push(a, &q.headers, (HttpHeader){str_slice(h, 0, split), str_slice(h, split + 1, h.n)});
    }
    q.body = input;
    return q;
}

static void check_event(Arena *a, const EventDoor *door, const HttpRequest *q) {
    uint32_t bad;
    Str json = event_of(a, door, q);
    BUG_IF(!utf8_valid(json, &bad));
    BUG_IF(!tree_read(a, json));
    cJSON *parsed = cJSON_ParseWithLength(json.p, json.n);
    BUG_IF(!parsed);
    const cJSON *body = cJSON_GetObjectItemCaseSensitive(parsed, "body");
    // Without a body there is none in the event, but for format 1.0, where it is null.
    BUG_IF(q->body.n == 0 && body && !cJSON_IsNull(body));
    cJSON_Delete(parsed);
    const Tree *t = tree_read(a, json);
    if (q->body.n && tree_bool_at(t, "isBase64Encoded", false)) {
        Str bytes;
        BUG_IF(!text_unbase64(a, tree_str_at(a, t, "body"), &bytes));
        BUG_IF(!str_eq(bytes, q->body));
    } else if (q->body.n) {
        BUG_IF(!str_eq(tree_str_at(a, t, "body"), q->body));
    }
}

static void check_reply(const HttpReply *r) {
    BUG_IF(r->status < 200 || r->status > 599);
    BUG_IF(!answer_has_body(r->status) && r->body.n);
    for (uint32_t i = 0; i < r->headers.n; i++) {
        HttpHeader h = r->headers.at[i];
        BUG_IF(h.name.n == 0);
        for (uint32_t k = 0; k < h.name.n; k++)
            BUG_IF((unsigned char)h.name.p[k] <= ' ' || h.name.p[k] == ':');
        for (uint32_t k = 0; k < h.value.n; k++)
            BUG_IF(h.value.p[k] == '\r' || h.value.p[k] == '\n' || h.value.p[k] == '\0');
    }
}

// In pieces of any size a stream has one head.
static void check_stream(Arena *a, Str all) {
    Str first = STR_EMPTY;
    for (uint32_t size = 1; size < 20; size += 6) {
        AnswerPrelude p = {.text = buf_new(a)};
        PreludeState state = PRELUDE_MORE;
        Buf rest = buf_new(a);
        for (uint32_t at = 0; at < all.n; at += size) {
            Str left = str_slice(all, at, at + size);
            if (state == PRELUDE_MORE)
                state = answer_prelude(&p, left, &left);
            buf_put(&rest, left);
        }
        HttpReply reply;
        if (state == PRELUDE_COMPLETE)
            answer_head(a, buf_str(&p.text), &reply), check_reply(&reply);
        Str shown = str_fmt(a, "%d %u %u", (int)state, p.text.n, rest.n);
        BUG_IF(first.n && !str_eq(shown, first));
        first = shown;
    }
}

static AppApi api_of(Arena *a, Str key) {
    AppApi api = {.stage = STR("$default")};
    vec_push(a, &api.routes, (AppRoute){.key = key, .method = STR("ANY"), .path = key});
    vec_push(a, &api.routes,
             (AppRoute){.key = key, .method = STR("GET"), .path = STR("/a/{b}/{c+}")});
    vec_push(a, &api.routes, (AppRoute){.key = key, .method = STR("ANY"), .path = STR("/{x}")});
    return api;
}

static void check_route(Arena *a, const EventDoor *door, const HttpRequest *q) {
    RouteMatch m;
    AppApi api = api_of(a, q->path);
    if (!route_match(a, &api, q->method, q->path, &m))
        return;
    EventDoor with = *door;
    with.parameters = &m.parameters;
    with.path = event_decoded_path(a, q->path);
    check_event(a, &with, q);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1 || size > 1 << 14)
        return 0;
    Arena a;
    arena_init(&a);
    HttpRequest q = request(&a, (Str){(const char *)data + 1, (uint32_t)size - 1});
    EventDoor door = {.url = data[0] & 1,
                      .with_iam = data[0] & 2,
                      .api_id = STR("abc"),
                      .domain = q.method,
                      .region = q.path,
                      .account = q.query,
                      .stage = data[0] & 4 ? STR("$default") : STR("prod"),
                      .route = q.path,
                      .path = q.path,
                      .payload = data[0] & 8 ? STR("1.0") : STR("2.0"),
                      .request_id = STR("r"),
                      .trace_id = STR("t"),
                      .now = (int64_t)data[0] << 50};
    check_event(&a, &door, &q);
    check_route(&a, &door, &q);
    AppCors cors = {.present = true, .max_age = 1};
    vec_push(&a, &cors.allow_origins, q.query);
    HttpReply reply;
    answer_whole(&a, data[0] & 1, data[0] & 8, q.body, &reply);
    check_reply(&reply);
    cors_decorate(&a, &cors, data[0] & 1, &q, &reply);
    check_stream(&a, q.body);
    arena_release(&a);
    return 0;
}
