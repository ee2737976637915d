// Function URLs and HTTP APIs: from a request to the function and back.
//
// Input: a request on the port of one of them. Output: the reply that AWS would give. Invariant:
// what is asked and answered follows from the template; the function alone is run here, signatures,
// routes, limits and cross-origin requests are the front door's affair.
#include "adapters/run/front.h"
#include "adapters/run/answer.h"
#include "adapters/run/cors.h"
#include "adapters/run/event.h"
#include "adapters/run/pool.h"
#include "adapters/run/route.h"
#include "adapters/run/text.h"

enum { EVENT_MAX = 6 << 20, PIECE = 16 << 10, TRACE_MAX = 90 };

// ---- Streams ------------------------------------------------------------------------------------

typedef struct Stream {
    Invocation *invocation;
    Str left; // came together with the head
} Stream;

static ssize_t stream_read(void *state, char *buf, size_t max) {
    Stream *s = state;
    if (s->left.n == 0)
        return invoke_read(s->invocation, buf, max);
    uint32_t n = s->left.n < max ? s->left.n : (uint32_t)max;
    for (uint32_t i = 0; i < n; i++)
        buf[i] = s->left.p[i];
    s->left = str_slice(s->left, n, s->left.n);
    return (ssize_t)n;
}

static void stream_close(void *state) {
    const Stream *s = state;
    invoke_end(s->invocation);
}

// Reads up to the end of the prelude; what comes behind it is left. False where there is none.
static bool read_head(Arena *a, Stream *s, HttpReply *reply) {
    AnswerPrelude prelude = {.text = buf_new(a)};
    char *piece = arena_alloc(a, PIECE);
    for (;;) {
        ssize_t n = invoke_read(s->invocation, piece, PIECE);
        if (n <= 0)
            return false;
        switch (answer_prelude(&prelude, (Str){piece, (uint32_t)n}, &s->left)) {
        case PRELUDE_MORE:
            break;
        case PRELUDE_TOO_LARGE:
            return false;
        case PRELUDE_COMPLETE:
            return answer_head(a, buf_str(&prelude.text), reply);
        }
    }
}

static void answer_stream(const HttpRequest *q, const InvokeResult *result, HttpReply *reply) {
    Arena *a = q->arena;
    Stream *s = arena_new(a, Stream);
    s->invocation = result->stream;
    bool with_head =
        str_is(result->content_type, "application/vnd.awslambda.http-integration-response");
    if (!with_head) {
        *reply = (HttpReply){.status = 200};
        Str type = result->content_type;
        http_add(a, reply, STR("content-type"), type.n ? type : STR("application/octet-stream"));
    } else if (!read_head(a, s, reply)) {
        answer_failure(a, true, ANSWER_FAILED, reply);
        invoke_end(s->invocation);
        return;
    }
    // Whoever asks for the head alone gets no end of a stream, either.
    if (!answer_has_body(reply->status) || str_is(q->method, "HEAD")) {
        invoke_end(s->invocation);
        return;
    }
    reply->read = stream_read;
    reply->close = stream_close;
    reply->state = s;
}

// ---- Function URLs ------------------------------------------------------------------------------

// Signed with the credentials that functions have here. The signature itself is not worked out
// again: it would only say that this machine knows its own secret.
static bool is_signed(const Call *call, const HttpRequest *q) {
    Arena *a = q->arena;
    Str key = str_of(call->run->access_key);
    Str header = http_header(&q->headers, "authorization");
    if (str_starts(header, "AWS4-HMAC-SHA256 "))
        return str_contains(header, str_cstr(a, str_fmt(a, "Credential=%.*s/", STR_ARG(key))));
    Str query = text_unpercent(a, q->query, true);
    return str_contains(query, "X-Amz-Algorithm=AWS4-HMAC-SHA256") &&
           str_contains(query, str_cstr(a, str_fmt(a, "X-Amz-Credential=%.*s/", STR_ARG(key))));
}

static Str new_id(Arena *a) {
    char id[ID_SIZE];
    uuid_make(id);
    return str_dup(a, str_of(id));
}

// The trace that a request is part of, or one of its own: the time, and 96 bits of chance.
static Str trace_of(const HttpRequest *q, int64_t now) {
    Str given = http_header(&q->headers, "x-amzn-trace-id");
    if (str_starts(given, "Root=1-") && given.n < TRACE_MAX)
        return given;
    unsigned char bytes[12];
    random_bytes(bytes, sizeof bytes);
    Buf b = buf_new(q->arena);
    buf_printf(&b, "Root=1-%08x-", (unsigned)(now / 1000));
    for (size_t i = 0; i < sizeof bytes; i++)
        buf_printf(&b, "%02x", bytes[i]);
    return buf_str(&b);
}

static void invoke_url(Call *call, const HttpRequest *q, HttpReply *reply) {
    Arena *a = q->arena;
    const AppUrl *url = call->url;
    Str id = text_id(a, call->app->functions.at[url->function].arn, 32);
    EventDoor door = {.url = true,
                      .with_iam = str_is(url->auth, "AWS_IAM"),
                      .api_id = id,
                      .domain = str_fmt(a, "%.*s.lambda-url.%.*s.on.aws", STR_ARG(id),
                                        STR_ARG(call->app->region)),
                      .account = call->app->account,
                      .stage = STR("$default"),
                      .route = STR("$default"),
                      .path = q->path,
                      .payload = STR("2.0"),
                      .request_id = new_id(a),
                      .port = url->port,
                      .now = wall_ms()};
    door.trace_id = trace_of(q, door.now);
    InvokeInput in = {.event = event_of(a, &door, q),
                      .client_context = STR_EMPTY,
                      .trace_id = door.trace_id,
                      .tenant = STR_EMPTY,
                      .request_id = door.request_id,
                      .stream_whole = !url->streaming};
    call->request_id = door.request_id;
    if (in.event.n > EVENT_MAX) {
        answer_failure(a, true, ANSWER_TOO_LARGE, reply);
        return;
    }
    InvokeResult result;
    invoke_start(call, url->function, a, &in, &result);
    if (result.request_id.n)
        call->request_id = result.request_id;
    switch (result.outcome) {
    case INVOKE_BODY:
        answer_whole(a, true, false, result.body, reply);
        break;
    case INVOKE_STREAM:
        answer_stream(q, &result, reply);
        break;
    case INVOKE_ERROR:
        answer_failure(a, true, ANSWER_FAILED, reply);
        break;
    case INVOKE_THROTTLED:
        answer_failure(a, true, ANSWER_THROTTLED, reply);
        break;
    }
}

static void url_handle(Call *call, const HttpRequest *q, HttpReply *reply) {
    Arena *a = q->arena;
    const AppUrl *url = call->url;
    if (cors_is_preflight(&url->cors, q)) {
        cors_preflight(a, &url->cors, true, q, reply);
        return;
    }
    if (str_is(url->auth, "NONE") || is_signed(call, q))
        invoke_url(call, q, reply);
    else
        answer_failure(a, true, ANSWER_FORBIDDEN, reply);
    cors_decorate(a, &url->cors, true, q, reply);
    if (call->request_id.n)
        http_add(a, reply, STR("x-amzn-requestid"), call->request_id);
}

// ---- HTTP APIs ----------------------------------------------------------------------------------

// Ids of requests at API Gateway are fifteen characters and an equals sign.
static Str gateway_id(Arena *a) {
    return str_cat(a, text_id(a, new_id(a), 15), STR("="));
}

static void answer_api(Arena *a, const RouteMatch *m, const InvokeResult *result, bool late,
                       HttpReply *reply) {
    if (late)
        answer_failure(a, false, ANSWER_LATE, reply);
    else if (result->outcome == INVOKE_BODY)
        answer_whole(a, false, str_is(m->route->payload, "1.0"), result->body, reply);
    else
        answer_failure(a, false,
                       result->outcome == INVOKE_THROTTLED ? ANSWER_THROTTLED : ANSWER_FAILED,
                       reply);
}

static void invoke_route(Call *call, const RouteMatch *m, Str path, const HttpRequest *q,
                         HttpReply *reply) {
    Arena *a = q->arena;
    const AppApi *api = call->api;
    EventDoor door = {.api_id = api->api_id,
                      .domain = str_fmt(a, "%.*s.execute-api.%.*s.amazonaws.com",
                                        STR_ARG(api->api_id), STR_ARG(call->app->region)),
                      .account = call->app->account,
                      .stage = api->stage,
                      .route = m->route->key,
                      .path = event_decoded_path(a, path),
                      .payload = m->route->payload,
                      .parameters = &m->parameters,
                      .request_id = call->request_id,
                      .port = api->port,
                      .now = wall_ms()};
    door.trace_id = trace_of(q, door.now);
    InvokeInput in = {.event = event_of(a, &door, q),
                      .client_context = STR_EMPTY,
                      .trace_id = door.trace_id,
                      .tenant = STR_EMPTY,
                      .request_id = STR_EMPTY,
                      .stream_whole = true};
    if (in.event.n > EVENT_MAX) {
        answer_failure(a, false, ANSWER_TOO_LARGE, reply);
        return;
    }
    InvokeResult result;
    bool late = !front_invoke(call, m->route->function, m->route->timeout_ms, a, &in, &result);
    answer_api(a, m, &result, late, reply);
}

static void api_handle(Call *call, const HttpRequest *q, HttpReply *reply) {
    Arena *a = q->arena;
    const AppApi *api = call->api;
    RouteMatch match = {0};
    Str path;
    call->request_id = gateway_id(a);
    if (route_stage(api, q->path, &path) && route_match(a, api, q->method, path, &match)) {
        call->operation = match.route->key;
        invoke_route(call, &match, path, q, reply);
    } else if (cors_is_preflight(&api->cors, q)) {
        // Routes that take OPTIONS come first, as on AWS.
        cors_preflight(a, &api->cors, false, q, reply);
    } else {
        answer_failure(a, false, ANSWER_NOT_FOUND, reply);
    }
    if (!cors_is_preflight(&api->cors, q) || match.route)
        cors_decorate(a, &api->cors, false, q, reply);
    http_add(a, reply, STR("apigw-requestid"), call->request_id);
}

void front_handle(void *call, const HttpRequest *q, HttpReply *reply) {
    Call *one = call;
    if (one->url)
        url_handle(one, q, reply);
    else
        api_handle(one, q, reply);
}
