// Lambda's Runtime API, from the server's side. In: requests of an instance's runtime, on a port
// that is its own. Out: invocations, and what became of them to those who wait.
//
// As strict as Lambda: what comes at the wrong time is a 403, an id that is not the current one a
// 400, an answer that is too large a 413 (and an error for the caller).
//
// Invariant: an instance owes at most one answer; what it sends after that was given up (too late,
// twice) reaches nobody.

#include "adapters/run/pool.h"
#include "adapters/run/runtime_path.h"
#include "adapters/run/text.h"

#include <stdlib.h>
#include <string.h>

// ---- Replies ------------------------------------------------------------------------------------

static void accepted(const HttpRequest *q, HttpReply *reply) {
    http_json(reply, q->arena, 202, STR("{\"status\":\"OK\"}\n"));
}

static void refused(const HttpRequest *q, HttpReply *reply, int status, const char *type,
                    const char *message) {
    Str json = str_fmt(q->arena, "{\"errorMessage\":\"%s\",\"errorType\":\"%s\"}\n", message, type);
    http_json(reply, q->arena, status, json);
}

static void wrong_time(const HttpRequest *q, HttpReply *reply) {
    refused(q, reply, 403, "InvalidStateTransition",
            "State transition is not allowed: this comes at the wrong time");
}

// Whether the instance owes an answer to the invocation of that id; else the refusal is in `reply`.
static bool owes(const Instance *n, const HttpRequest *q, Str id, HttpReply *reply) {
    bool right_time = n->state == INSTANCE_BUSY && n->current && !n->responding;
    if (!right_time)
        wrong_time(q, reply);
    else if (!str_is(id, n->current->id))
        refused(q, reply, 400, "InvalidRequestID", "Invalid request ID");
    return right_time && str_is(id, n->current->id);
}

// ---- /next --------------------------------------------------------------------------------------

// What it wrote so far was of the invocation before.
static void log_switch(Instance *n, const char *id) {
    instance_drain(n);
    pthread_mutex_lock(&n->log_lock);
    memcpy(n->log_id, id, ID_SIZE);
    if (*id)
        n->tail_n = 0;
    pthread_mutex_unlock(&n->log_lock);
}

static void header(const HttpRequest *q, HttpReply *reply, const char *name, Str value) {
    if (value.n)
        http_add(q->arena, reply, str_of(name), str_dup(q->arena, value));
}

static void event_give(const Invocation *i, const HttpRequest *q, HttpReply *reply) {
    header(q, reply, "Lambda-Runtime-Aws-Request-Id", str_of(i->id));
    header(q, reply, "Lambda-Runtime-Deadline-Ms",
           str_fmt(q->arena, "%lld", (long long)i->deadline_ms));
    header(q, reply, "Lambda-Runtime-Invoked-Function-Arn", i->pool->f.arn);
    header(q, reply, "Lambda-Runtime-Trace-Id", str_of(i->trace));
    header(q, reply, "Lambda-Runtime-Client-Context", i->in->client_context);
    header(q, reply, "Lambda-Runtime-Aws-Tenant-Id", i->in->tenant);
    header(q, reply, "Content-Type", STR("application/json"));
    reply->body = str_dup(q->arena, i->in->event);
}

static void became_idle(Instance *n) {
    Pool *p = n->pool;
    if (n->state == INSTANCE_STARTING) {
        p->starting--;
        n->init_ms = now_ms() - n->started;
    }
    if (!n->init_late || n->state != INSTANCE_STARTING)
        instance_alarm(n, 0);
    n->state = INSTANCE_IDLE;
    pool_dispatch(p);
    // Nobody waited for its init: how long that took is not counted as part of what comes later.
    if (n->state == INSTANCE_IDLE) {
        n->init_late = false;
        instance_alarm(n, 0);
    }
}

static void next(Instance *n, const HttpRequest *q, HttpReply *reply) {
    Run *r = n->run;
    char id[ID_SIZE] = "";
    log_switch(n, id);
    pthread_mutex_lock(&r->lock);
    if (n->state == INSTANCE_HELD) { // a runtime that does not wait for its code
        n->pool->unheld = true;
        instance_kill(n);
    }
    if (n->state == INSTANCE_BUSY) {
        wrong_time(q, reply);
    } else if (n->state != INSTANCE_GONE) {
        uint64_t asking = ++n->asking;
        pthread_cond_broadcast(&n->asked);
        if (n->state != INSTANCE_IDLE)
            became_idle(n);
        while (n->state == INSTANCE_IDLE && asking == n->asking)
            pthread_cond_wait(&n->asked, &r->lock);
        if (n->state == INSTANCE_BUSY && asking == n->asking) {
            memcpy(id, n->current->id, ID_SIZE);
            event_give(n->current, q, reply);
        } else if (n->state != INSTANCE_GONE) {
            wrong_time(q, reply); // it asked again, over another connection
        }
    }
    if (n->state == INSTANCE_GONE)
        refused(q, reply, 410, "Gone", "This instance is to end");
    pthread_mutex_unlock(&r->lock);
    if (!*id)
        return;
    log_switch(n, id);
    char line[96];
    snprintf(line, sizeof line, "START RequestId: %s Version: $LATEST", id);
    instance_report(n, str_of(line));
}

// ---- Answers that come in pieces ----------------------------------------------------------------

// An answer that is on its way in.
typedef struct Incoming {
    Instance *instance;
    const HttpRequest *q;
    Invocation *stream; // held; NULL: it is wanted whole
    RuntimeCall what;
    Str id;
    Buf body;
    bool too_large, ended;
} Incoming;

// Waits until the reader has taken enough. False where nobody reads any more.
static bool ring_put(Invocation *i, Run *r, Str piece) {
    while (piece.n) {
        while (i->count == STREAM_SIZE && !i->unheard && i->state == INVOCATION_STREAMING)
            pthread_cond_wait(&i->changed, &r->lock);
        if (i->unheard || i->state != INVOCATION_STREAMING)
            return false;
        uint32_t at = (i->first + i->count) % STREAM_SIZE, room = STREAM_SIZE - i->count;
        room = room < STREAM_SIZE - at ? room : STREAM_SIZE - at;
        uint32_t part = piece.n < room ? piece.n : room;
        memcpy(i->bytes + at, piece.p, part);
        i->count += part;
        piece = str_slice(piece, part, piece.n);
        pthread_cond_broadcast(&i->changed);
    }
    return true;
}

static void incoming_data(void *state, Str piece) {
    Incoming *in = state;
    Run *r = in->instance->run;
    if (in->stream) {
        pthread_mutex_lock(&r->lock);
        ring_put(in->stream, r, piece);
        pthread_mutex_unlock(&r->lock);
    } else if (in->body.n + piece.n > PAYLOAD_MAX) {
        in->too_large = true;
    } else {
        buf_put(&in->body, piece);
    }
}

static bool stream_begin(Incoming *in, HttpReply *reply) {
    Instance *n = in->instance;
    Run *r = n->run;
    pthread_mutex_lock(&r->lock);
    bool good = owes(n, in->q, in->id, reply);
    if (good) {
        Invocation *i = n->current;
        n->responding = true;
        in->stream = i;
        i->refs++;
        i->bytes = malloc(STREAM_SIZE);
        if (!i->bytes)
            BUG("no memory for a stream");
        i->out->outcome = INVOKE_STREAM;
        i->out->content_type = str_dup(i->arena, http_header(&in->q->headers, "content-type"));
        i->state = INVOCATION_STREAMING;
        pthread_cond_broadcast(&i->changed);
    }
    pthread_mutex_unlock(&r->lock);
    return good;
}

static void stream_end(Incoming *in, const HttpHeaderVec *trailers, HttpReply *reply) {
    Invocation *i = in->stream;
    Str type = http_header(trailers, "lambda-runtime-function-error-type");
    Str body = http_header(trailers, "lambda-runtime-function-error-body");
    Str failure = STR_EMPTY;
    if (!text_unbase64(in->q->arena, body, &failure) || (type.n && !failure.n))
        failure = json_error(in->q->arena, str_cstr(in->q->arena, type), STR_EMPTY);
    if (i->state == INVOCATION_STREAMING)
        invocation_finish(i, failure.n ? INVOKE_ERROR : INVOKE_BODY, failure);
    accepted(in->q, reply);
}

static void whole_end(Incoming *in, HttpReply *reply) {
    Instance *n = in->instance;
    if (!owes(n, in->q, in->id, reply))
        return;
    if (in->too_large) {
        refused(in->q, reply, 413, "RequestEntityTooLarge",
                "Exceeded maximum allowed payload size (6291556 bytes).");
        Str why = STR("Response payload size exceeded maximum allowed payload size (6291556 "
                      "bytes).");
        invocation_finish(n->current, INVOKE_ERROR,
                          json_error(in->q->arena, "Function.ResponseSizeTooLarge", why));
        return;
    }
    invocation_finish(n->current, in->what == RUNTIME_ERROR ? INVOKE_ERROR : INVOKE_BODY,
                      buf_str(&in->body));
    accepted(in->q, reply);
}

// The same code would fail the same way for all that wait; the process ends by itself.
static void init_error(Incoming *in, HttpReply *reply) {
    Instance *n = in->instance;
    if (n->state != INSTANCE_STARTING) {
        wrong_time(in->q, reply);
        return;
    }
    n->reported_init = true;
    instance_leave(n);
    pool_fail_waiting(n->pool, "Runtime.Unknown", STR("the function cannot be loaded"),
                      buf_str(&in->body));
    accepted(in->q, reply);
}

// On Lambda it would not have come to an answer.
static void out_of_memory(const Incoming *in, HttpReply *reply) {
    instance_out_of_memory(in->instance);
    refused(in->q, reply, 410, "Gone", "This instance is to end");
}

static void incoming_end(void *state, const HttpHeaderVec *trailers, HttpReply *reply) {
    Incoming *in = state;
    Run *r = in->instance->run;
    in->ended = true;
    instance_drain(in->instance); // what it wrote before it answered is of this invocation
    bool over = memory_over(in->instance);
    pthread_mutex_lock(&r->lock);
    if (over && in->what == RUNTIME_RESPONSE && in->instance->state == INSTANCE_BUSY)
        out_of_memory(in, reply);
    else if (in->stream)
        stream_end(in, trailers, reply);
    else if (in->what == RUNTIME_INIT_ERROR)
        init_error(in, reply);
    else
        whole_end(in, reply);
    pthread_mutex_unlock(&r->lock);
}

static void incoming_close(void *state) {
    Incoming *in = state;
    Run *r = in->instance->run;
    if (!in->stream)
        return;
    pthread_mutex_lock(&r->lock);
    // Broken off in the middle: what state its runtime is in cannot be known.
    if (!in->ended && in->stream->state == INVOCATION_STREAMING) {
        Instance *n = in->instance;
        invocation_fail(in->stream, "Runtime.TruncatedResponse", STR("the answer broke off"));
        if (n->state != INSTANCE_GONE)
            instance_kill(n);
        pool_dispatch(n->pool);
    }
    invocation_drop(in->stream);
    pthread_mutex_unlock(&r->lock);
}

// ---- The role -----------------------------------------------------------------------------------

static bool receive(void *owner, const HttpRequest *q, HttpReceiver *out, HttpReply *reply) {
    Str id;
    RuntimeCall what = runtime_path(q->path, &id);
    if (!str_is(q->method, "POST") || what == RUNTIME_NONE || what == RUNTIME_NEXT)
        return false;
    Incoming *in = arena_new(q->arena, Incoming);
    *in = (Incoming){.instance = owner, .q = q, .what = what, .id = id};
    in->body = buf_new(q->arena);
    Str mode = http_header(&q->headers, "lambda-runtime-function-response-mode");
    if (what == RUNTIME_RESPONSE && mode.n && !str_is(mode, "streaming")) {
        refused(q, reply, 400, "Runtime.InvalidResponseModeHeader", "Invalid response mode header");
        return false;
    }
    if (what == RUNTIME_RESPONSE && mode.n && !stream_begin(in, reply))
        return false;
    *out = (HttpReceiver){in, incoming_data, incoming_end, incoming_close};
    return true;
}

static void handle(void *owner, const HttpRequest *q, HttpReply *reply, void **call) {
    Str id;
    (void)call;
    RuntimeCall what = runtime_path(q->path, &id);
    if (what == RUNTIME_NONE)
        refused(q, reply, 404, "NotFound", "There is no such endpoint");
    else if (what != RUNTIME_NEXT || !str_is(q->method, "GET"))
        refused(q, reply, 405, "MethodNotAllowed", "That endpoint takes another method");
    else
        next(owner, q, reply);
}

static void release(void *owner) {
    Instance *n = owner;
    Run *r = n->run;
    pthread_mutex_lock(&r->lock);
    instance_drop(n);
    pthread_mutex_unlock(&r->lock);
}

const ServerRole runtime_role = {
    .lasting = true,
    .body_max = PAYLOAD_MAX,
    .too_large = "too large",
    .receive = receive,
    .handle = handle,
    .release = release,
};
