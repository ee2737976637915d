// Lambda's Invoke, as SDKs and `pluto invoke` call it. In: an event for a function. Out: what the
// function gave, whole or as an event stream, or that it failed.
//
// Invariant: everything a caller can tell from Lambda's answer, it can tell from this one: the
// status, X-Amz-Function-Error, the end of the log, the shape of errors.

#include "adapters/run/later.h"
#include "adapters/run/pool.h"
#include "adapters/run/runtime_path.h"
#include "adapters/run/text.h"
#include "adapters/shared/eventstream.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

enum { EVENT_MAX = 6 * 1024 * 1024, ASYNC_MAX = 1024 * 1024 };

// ---- What can be wrong --------------------------------------------------------------------------

static void lambda_error(const HttpRequest *q, HttpReply *reply, int status, const char *type,
                         Str message) {
    Buf b = buf_new(q->arena);
    buf_puts(&b, "{\"Type\":\"User\"");
    if (status == 429)
        text_member(&b, "Reason", STR("ReservedFunctionConcurrentInvocationLimitExceeded"));
    text_member(&b, status == 404 ? "Message" : "message", message);
    buf_putc(&b, '}');
    http_add(q->arena, reply, STR("x-amzn-ErrorType"), str_of(type));
    http_json(reply, q->arena, status, buf_str(&b));
}

// By the name that Lambda has for it, or pluto's: "Function/chatbot", "chatbot"; -1 for none.
static int64_t function_find(const App *app, Str wanted) {
    Str name = lambda_name(wanted);
    if (!name.n)
        return -1;
    for (uint32_t i = 0; i < app->functions.n; i++)
        if (str_eq(app->functions.at[i].name, name) || str_eq(app->functions.at[i].id, name))
            return i;
    for (uint32_t i = 0; i < app->functions.n; i++) {
        Str id = app->functions.at[i].id;
        if (str_starts(id, "Function/") &&
            str_eq(str_slice(id, sizeof "Function/" - 1, id.n), name))
            return i;
    }
    return -1;
}

static bool is_json(Str text) {
    cJSON *json = cJSON_ParseWithLength(text.p, text.n);
    const char *end = NULL;
    cJSON_Delete(json);
    if (!json)
        return false;
    // What stands behind the value must be white space.
    json = cJSON_ParseWithLengthOpts(text.p, text.n, &end, 0);
    cJSON_Delete(json);
    return end && str_trim((Str){end, (uint32_t)(text.p + text.n - end)}).n == 0;
}

static bool event_fits(const HttpRequest *q, HttpReply *reply, bool later) {
    uint32_t most = later ? ASYNC_MAX : EVENT_MAX;
    if (q->body.n > most) {
        lambda_error(q, reply, 413, "RequestTooLargeException",
                     str_fmt(q->arena,
                             "Request must be smaller than %u bytes for the InvokeFunction "
                             "operation",
                             most));
        return false;
    }
    if (q->body.n == 0 || is_json(q->body))
        return true;
    lambda_error(q, reply, 400, "InvalidRequestContentException",
                 STR("Could not parse request body into json: it is no JSON"));
    return false;
}

// ---- At once ------------------------------------------------------------------------------------

static void throttled(const HttpRequest *q, HttpReply *reply) {
    lambda_error(q, reply, 429, "TooManyRequestsException", STR("Rate Exceeded."));
}

static void answer(const HttpRequest *q, const InvokeResult *result, HttpReply *reply) {
    Arena *a = q->arena;
    http_add(a, reply, STR("X-Amz-Executed-Version"), STR("$LATEST"));
    if (result->outcome == INVOKE_ERROR)
        http_add(a, reply, STR("X-Amz-Function-Error"), STR("Unhandled"));
    if (result->log.n)
        http_add(a, reply, STR("X-Amz-Log-Result"), text_base64(a, result->log));
    http_json(reply, a, 200, result->body);
}

static void invoke_now(Call *call, uint32_t function, const HttpRequest *q, InvokeInput *in,
                       HttpReply *reply) {
    InvokeResult result;
    in->stream_whole = true;
    invoke_start(call, function, q->arena, in, &result);
    call->failed = result.outcome == INVOKE_ERROR;
    if (result.outcome == INVOKE_THROTTLED)
        throttled(q, reply);
    else
        answer(q, &result, reply);
}

// ---- Piece by piece -----------------------------------------------------------------------------

typedef struct Streamed {
    Call *call;
    Arena arena; // of the frame that is being sent
    Invocation *stream;
    InvokeResult result;
    Str frame;
    bool complete;
} Streamed;

static void frame_next(Streamed *s) {
    enum { PIECE = 16 << 10 };
    char piece[PIECE];
    arena_release(&s->arena);
    arena_init(&s->arena);
    Buf b = buf_new(&s->arena);
    Str whole = s->result.outcome == INVOKE_BODY ? s->result.body : STR_EMPTY;
    ssize_t n = s->stream ? invoke_read(s->stream, piece, sizeof piece) : 0;
    if (n > 0) {
        eventstream_event(&b, "PayloadChunk", "application/octet-stream",
                          (Str){piece, (uint32_t)n});
    } else {
        if (whole.n)
            eventstream_event(&b, "PayloadChunk", "application/octet-stream", whole);
        Str failure = n < 0                               ? invoke_error(s->stream, &s->arena)
                      : s->result.outcome == INVOKE_ERROR ? s->result.body
                                                          : STR_EMPTY;
        Buf end = buf_new(&s->arena);
        buf_putc(&end, '{');
        if (failure.n) {
            s->call->failed = true;
            buf_puts(&end, "\"ErrorCode\":\"Unhandled\"");
            text_member(&end, "ErrorDetails", failure);
        }
        buf_putc(&end, '}');
        eventstream_event(&b, "InvokeComplete", "application/json", buf_str(&end));
        s->complete = true;
    }
    s->frame = buf_str(&b);
}

static ssize_t streamed_read(void *state, char *buf, size_t max) {
    Streamed *s = state;
    if (!s->frame.n && !s->complete)
        frame_next(s);
    uint32_t n = s->frame.n < max ? s->frame.n : (uint32_t)max;
    memcpy(buf, s->frame.p, n);
    s->frame = str_slice(s->frame, n, s->frame.n);
    return (ssize_t)n;
}

static void streamed_close(void *state) {
    Streamed *s = state;
    if (s->stream)
        invoke_end(s->stream);
    arena_release(&s->arena);
}

static void invoke_streamed(Call *call, uint32_t function, const HttpRequest *q,
                            const InvokeInput *in, HttpReply *reply) {
    Streamed *s = arena_new(q->arena, Streamed);
    arena_init(&s->arena);
    s->call = call;
    s->frame = STR_EMPTY;
    invoke_start(call, function, q->arena, in, &s->result);
    if (s->result.outcome == INVOKE_THROTTLED) {
        throttled(q, reply);
        return;
    }
    s->stream = s->result.outcome == INVOKE_STREAM ? s->result.stream : NULL;
    http_add(q->arena, reply, STR("X-Amz-Executed-Version"), STR("$LATEST"));
    http_add(q->arena, reply, STR("content-type"), STR("application/vnd.amazon.eventstream"));
    reply->read = streamed_read;
    reply->close = streamed_close;
    reply->state = s;
}

// ---- The call -----------------------------------------------------------------------------------

static Str decoded(const HttpRequest *q, const char *name) {
    Str value = http_header(&q->headers, name), out = STR_EMPTY;
    return value.n && text_unbase64(q->arena, value, &out) ? out : STR_EMPTY;
}

static void invoke(Call *call, uint32_t function, LambdaCall how, const HttpRequest *q, Str id,
                   HttpReply *reply) {
    Str type = http_header(&q->headers, "x-amz-invocation-type");
    bool later = str_is(type, "Event");
    InvokeInput in = {.event = q->body.n ? q->body : STR("{}"),
                      .client_context = decoded(q, "x-amz-client-context"),
                      .trace_id = http_header(&q->headers, "x-amzn-trace-id"),
                      .tenant = http_header(&q->headers, "x-amz-tenant-id"),
                      .request_id = id,
                      .tail = str_is(http_header(&q->headers, "x-amz-log-type"), "Tail")};
    if (!event_fits(q, reply, later))
        return;
    if (type.n && !later && !str_is(type, "RequestResponse") && !str_is(type, "DryRun")) {
        lambda_error(q, reply, 400, "InvalidParameterValueException",
                     str_fmt(q->arena, "there is no invocation type %.*s", STR_ARG(type)));
    } else if (str_is(type, "DryRun")) {
        reply->status = 204;
    } else if (how == LAMBDA_STREAM) {
        invoke_streamed(call, function, q, &in, reply);
    } else if (!later) {
        invoke_now(call, function, q, &in, reply);
    } else if (later_start(call, function, &in)) {
        reply->status = 202;
    } else {
        throttled(q, reply);
    }
}

void lambda_handle(void *state, const HttpRequest *q, HttpReply *reply) {
    Call *call = state;
    char made[ID_SIZE];
    Str path;
    LambdaCall how = lambda_path(q->path, &path);
    Str name = text_unpercent(q->arena, path, false);
    int64_t function = function_find(call->app, name);
    call->operation = how == LAMBDA_STREAM ? STR("InvokeWithResponseStream") : STR("Invoke");
    uuid_make(made);
    call->request_id = str_dup(q->arena, str_of(made));
    if (!str_is(q->method, "POST")) {
        lambda_error(q, reply, 405, "MethodNotAllowedException", STR("it takes POST"));
    } else if (function < 0) {
        lambda_error(q, reply, 404, "ResourceNotFoundException",
                     str_fmt(q->arena, "Function not found: %.*s", STR_ARG(name)));
    } else {
        call->resource = call->app->functions.at[function].id;
        invoke(call, (uint32_t)function, how, q, call->request_id, reply);
    }
    http_add(q->arena, reply, STR("x-amzn-RequestId"), call->request_id);
}
