// One slot's life: ask for an invocation, hand it to the worker, bring back what it answers. See
// slot.h. Invariant: every invocation is answered exactly once, whatever the worker does:
// `answered` says whether it has been. What a worker says after its deadline is read and dropped.

#include "runtime/bootstrap/slot.h"

#include "runtime/bootstrap/frames.h"
#include "runtime/bootstrap/wire.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

// Lambda itself ends what is late; this is for where it doesn't.
enum { GRACE_MS = 500, TRIES_MAX = 10, SLOW_MS = 1000 };

typedef enum Outcome { ANSWERED, ENDED, OUT_OF_TURN } Outcome;

// ---- reports ------------------------------------------------------------------------------------

static void path_of(const Slot *s, const char *what, char out[REPORT_ID_MAX + 32]) {
    snprintf(out, REPORT_ID_MAX + 32, "invocation/%s/%s", s->now.id, what);
}

// What the API says to an answer. Refused or not, the invocation is over for us: too large (413),
// too late or not ours (400, 403). Payloads never go to the log.
static void noted(Slot *s, unsigned status) {
    s->answered = true;
    if (status >= 200 && status < 300) {
        return;
    }
    fprintf(stderr, "pluto: RequestId: %s the Runtime API did not take the answer (%u)\n",
            s->now.id, status);
    if (status == 500) {
        pool_abandon(s->pool);
    }
}

// `json` may have a zero in it: what stands behind that is for X-Ray, and streams have no place for
// it.
static void post_error(Slot *s, const char *type, const char *json, size_t size) {
    const char *zero = size ? memchr(json, 0, size) : NULL;
    ApiError error = {.type = type};
    if (zero) {
        error.cause = zero + 1;
        error.cause_size = size - (size_t)(zero + 1 - json);
        size = (size_t)(zero - json);
    }
    if (s->answered) {
        return;
    }
    if (s->streams) {
        char found[REPORT_TYPE_MAX];
        report_type(json, size, "Function.Unknown", found);
        bool ok = report_short(&s->payload, json, size) &&
                  report_base64(&s->coded, s->payload.at, s->payload.size);
        s->streams = false;
        noted(s, api_stream_end(&s->api, found, s->coded.at, ok ? s->coded.size : 0));
        return;
    }
    char path[REPORT_ID_MAX + 32];
    path_of(s, "error", path);
    noted(s, api_post(&s->api, path, &error, json, size));
}

static void fail(Slot *s, const char *type, const char *message) {
    if (!s->answered && report_body(&s->json, type, s->now.id, message)) {
        post_error(s, type, s->json.at, s->json.size);
    }
}

static void timed_out(Slot *s) {
    char message[64];
    long long ms = (long long)(s->now.deadline - s->began);
    snprintf(message, sizeof message, "Task timed out after %.2f seconds",
             ms > 0 ? (double)ms / 1000 : 0.0);
    fail(s, "Sandbox.Timedout", message);
}

// ---- the socket to the worker -------------------------------------------------------------------

// Waits until the worker can be heard or spoken to. Past the deadline the API is told so, and from
// then on there is no limit: the worker ends, or answers something nobody waits for.
static void wait_for(Slot *s, short events) {
    for (;;) {
        int timeout = -1;
        if (s->limit) {
            int64_t left = s->limit - pool_now();
            timeout = left <= 0 ? 0 : left > 3600000 ? 3600000 : (int)left;
        }
        struct pollfd p = {s->fd, events, 0};
        int n = poll(&p, 1, timeout);
        if (n > 0 || (n < 0 && errno != EINTR)) {
            return;
        }
        if (n == 0 && s->limit && pool_now() >= s->limit) {
            s->limit = 0;
            s->late = true;
            pool_late(s->pool, s->generation);
            timed_out(s);
        }
    }
}

static bool again(void) {
    return errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK;
}

// False: the worker has ended.
static bool fill(Slot *s) {
    api_stream_flush(&s->api); // what is held lies where the next bytes go
    s->in_at = 0;
    s->in_size = 0;
    for (;;) {
        ssize_t n = recv(s->fd, s->in, sizeof s->in, MSG_DONTWAIT);
        if (n > 0) {
            s->in_size = (size_t)n;
            return true;
        }
        if (n == 0 || !again()) {
            return false;
        }
        wait_for(s, POLLIN);
    }
}

// The next piece of at most `most` bytes; 0: the worker has ended.
static size_t piece(Slot *s, size_t most, const char **at) {
    if (s->in_at == s->in_size && !fill(s)) {
        return 0;
    }
    size_t there = s->in_size - s->in_at;
    size_t n = there < most ? there : most;
    *at = s->in + s->in_at;
    s->in_at += n;
    return n;
}

// Reads a payload into `to`, or to nowhere.
static bool payload(Slot *s, size_t size, Bytes *to) {
    const char *at = NULL;
    for (size_t n = 0; size > 0; size -= n) {
        n = piece(s, size, &at);
        if (n == 0 || (to && !bytes_add(to, at, n))) {
            return false;
        }
    }
    return true;
}

static bool send_all(Slot *s, WireParts *parts) {
    Wire wire = wire_send(s->fd, parts);
    while (wire == WIRE_FULL) {
        wait_for(s, POLLOUT);
        wire = wire_send(s->fd, parts);
    }
    return wire == WIRE_DONE;
}

// ---- the worker's answer ------------------------------------------------------------------------

static void too_large(Slot *s, uint32_t size) {
    char message[128];
    snprintf(message, sizeof message,
             "Response payload size (%lu bytes) exceeded maximum allowed payload size (%d bytes).",
             (unsigned long)size, (int)API_PAYLOAD_MAX);
    if (!s->answered && report_body(&s->json, "Function.ResponseSizeTooLarge", NULL, message)) {
        post_error(s, "Function.ResponseSizeTooLarge", s->json.at, s->json.size);
    }
}

static bool whole_answer(Slot *s, const Frame *f) {
    bool fits = f->size <= API_PAYLOAD_MAX;
    if (!payload(s, f->size, fits && !s->answered ? &s->payload : NULL)) {
        return false;
    }
    if (s->answered) {
        return true;
    }
    if (!fits) {
        too_large(s, f->size);
    } else if (f->type == FRAME_ERROR) {
        post_error(s, NULL, s->payload.at, s->payload.size);
    } else {
        char path[REPORT_ID_MAX + 32];
        path_of(s, "response", path);
        noted(s, api_post(&s->api, path, NULL, s->payload.at, s->payload.size));
    }
    return true;
}

static void stream_start(Slot *s) {
    static const char otherwise[] = "application/octet-stream";
    if (s->answered) {
        return;
    }
    char path[REPORT_ID_MAX + 32];
    path_of(s, "response", path);
    bool ok = api_header_fits(s->payload.at, s->payload.size);
    api_stream_begin(&s->api, path, ok ? s->payload.at : otherwise,
                     ok ? s->payload.size : sizeof otherwise - 1);
    s->streams = true;
}

static bool stream_data(Slot *s, size_t size) {
    const char *at = NULL;
    for (size_t n = 0; size > 0; size -= n) {
        n = piece(s, size, &at);
        if (n == 0) {
            return false;
        }
        if (s->streams) {
            api_stream_data(&s->api, at, n);
        }
    }
    return true;
}

static bool stream_end(Slot *s) {
    if (s->streams) {
        s->streams = false;
        noted(s, api_stream_end(&s->api, NULL, NULL, 0));
    }
    return true;
}

// Takes the payload of a frame and does what it says. False: the worker ended in the middle of it.
static bool obey(Slot *s, const Frame *f) {
    bytes_clear(&s->payload);
    switch (f->type) {
    case FRAME_RESULT:
    case FRAME_ERROR:
        return whole_answer(s, f);
    case FRAME_STREAM_START:
        if (!payload(s, f->size, &s->payload)) {
            return false;
        }
        stream_start(s);
        return true;
    case FRAME_STREAM_DATA:
        return stream_data(s, f->size);
    case FRAME_STREAM_END:
        return stream_end(s);
    case FRAME_STREAM_ERROR:
        bytes_clear(&s->json);
        if (!payload(s, f->size, &s->json)) {
            return false;
        }
        post_error(s, NULL, s->json.at, s->json.size);
        return true;
    case FRAME_READY:
    case FRAME_INIT_ERROR:
    case FRAME_INVOKE:
        break;
    }
    return false;
}

static Outcome listen_to(Slot *s) {
    FrameTalk talk = TALK_INVOKED;
    while (talk != TALK_IDLE) {
        uint8_t header[FRAME_HEADER];
        for (size_t got = 0; got < FRAME_HEADER;) {
            const char *at = NULL;
            size_t n = piece(s, FRAME_HEADER - got, &at);
            if (n == 0) {
                return ENDED;
            }
            memcpy(header + got, at, n);
            got += n;
        }
        Frame f;
        if (!frame_read(header, &f) || !frame_follows(&talk, &f)) {
            return OUT_OF_TURN;
        }
        if (!obey(s, &f)) {
            return ENDED;
        }
    }
    return s->in_at == s->in_size ? ANSWERED : OUT_OF_TURN;
}

// ---- an invocation ------------------------------------------------------------------------------

// The head of the INVOKE: the Runtime API's own headers.
static bool head_of(Slot *s) {
    static const char ours[] = "lambda-runtime-";
    static const char type[] = "content-type:";
    const Reply *r = &s->api.reply;
    bytes_clear(&s->head);
    for (size_t at = 0; at < r->head_size;) {
        const char *line = r->head + at;
        size_t n = (size_t)((const char *)memchr(line, '\n', r->head_size - at) - line) + 1;
        bool wanted = (n > sizeof ours && memcmp(line, ours, sizeof ours - 1) == 0) ||
                      (n > sizeof type && memcmp(line, type, sizeof type - 1) == 0);
        if (wanted && !bytes_add(&s->head, line, n)) {
            return false;
        }
        at += n;
    }
    // The event moves here as a whole: the connection's own buffer takes the next answer.
    Bytes event = s->event;
    s->event = s->api.body;
    s->api.body = event;
    return true;
}

static bool send_invoke(Slot *s) {
    uint8_t header[FRAME_HEADER + 4];
    uint32_t head = (uint32_t)s->head.size;
    frame_write(header, FRAME_INVOKE, (uint32_t)(4 + s->head.size + s->event.size));
    for (unsigned i = 0; i < 4; i++) {
        header[FRAME_HEADER + i] = (uint8_t)(head >> 8 * i);
    }
    WireParts parts = {0};
    wire_add(&parts, header, sizeof header);
    wire_add(&parts, s->head.at, s->head.size);
    wire_add(&parts, s->event.at, s->event.size);
    return send_all(s, &parts);
}

// Tries with the worker that was lent. False: it had ended before it was given the invocation, so
// that another may be asked.
static bool try_worker(Slot *s) {
    struct pollfd p = {s->fd, POLLIN, 0};
    bool given = poll(&p, 1, 0) == 0 && send_invoke(s); // who speaks unasked is not asked
    s->in_at = 0;
    s->in_size = 0;
    Outcome outcome = ENDED;
    if (given) {
        pool_given(s->pool);
        outcome = listen_to(s);
    }
    if (outcome == ANSWERED && s->late) {
        pool_recovered(s->pool, s->generation);
    }
    if (!given || outcome == OUT_OF_TURN) {
        pool_kill(s->pool, s->generation);
    }
    if (outcome != ANSWERED) {
        int status = pool_wait_death(s->pool, s->generation);
        char why[128];
        report_exit(status, why, sizeof why);
        if (outcome == OUT_OF_TURN) {
            fprintf(stderr, "pluto: RequestId: %s the worker spoke out of turn and was ended\n",
                    s->now.id);
            fail(s, "Runtime.ProtocolError", "the worker spoke out of turn");
        } else if (given) {
            if (!s->answered) {
                fprintf(stderr, "pluto: RequestId: %s %s\n", s->now.id, why);
            }
            fail(s, "Runtime.ExitError", why);
        }
    }
    pool_return(s->pool, s->number, s->fd, s->generation);
    return given || s->answered;
}

static void serve(Slot *s) {
    s->began = pool_now();
    s->limit = s->now.deadline ? s->now.deadline + GRACE_MS : 0;
    s->answered = false;
    s->streams = false;
    s->late = false;
    if (!head_of(s)) {
        fail(s, "Runtime.OutOfMemory", "out of memory");
        return;
    }
    for (;;) {
        switch (pool_borrow(s->pool, s->number, s->limit, &s->fd, &s->generation)) {
        case POOL_LENT:
            if (try_worker(s)) {
                return;
            }
            break;
        case POOL_DIED: {
            char why[128];
            report_exit(pool_wait_death(s->pool, s->generation), why, sizeof why);
            fail(s, "Runtime.ExitError", why);
            return;
        }
        case POOL_LATE:
            if (pool_slow(s->pool, s->generation)) {
                pool_wait_death(s->pool, s->generation);
            }
            timed_out(s);
            return;
        case POOL_FAILED:
            post_error(s, NULL, s->pool->init_error.at, s->pool->init_error.size);
            return;
        }
    }
}

// ---- public -------------------------------------------------------------------------------------

static void pause_for(unsigned failures) {
    unsigned ms = failures < 6 ? 50u << failures : 2000;
    struct timespec t = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};
    nanosleep(&t, NULL);
}

// A connection that ended after a while, as after a freeze, says nothing against the next one.
static void failed_since(Slot *s, int64_t from, ApiNext next, unsigned *failures) {
    *failures = pool_now() - from > SLOW_MS ? 1 : *failures + 1;
    if (next == API_END || *failures > TRIES_MAX) {
        fprintf(stderr, "pluto: the Runtime API gives no invocations\n");
        pool_abandon(s->pool);
    }
    pause_for(*failures);
}

// SnapStart: one slot asks; all of them go on in the copy, with connections of its own.
static void wait_restored(Slot *s) {
    unsigned failures = 0;
    while (s->number == 0) {
        int64_t from = pool_now();
        ApiNext next = api_restore_next(&s->api);
        if (next == API_GOT) {
            pool_restored(s->pool);
            break;
        }
        failed_since(s, from, next, &failures);
    }
    pool_wait_restored(s->pool);
    api_close(&s->api);
    pool_wait_open(s->pool);
}

void *slot_run(void *slot) {
    Slot *s = slot;
    unsigned failures = 0;
    api_connect(&s->api); // while the worker loads; where it fails, asking tries again
    pool_wait_open(s->pool);
    if (s->pool->snapshot) {
        wait_restored(s);
    }
    for (;;) {
        int64_t from = pool_now();
        ApiNext next = api_next(&s->api, &s->now);
        if (next != API_GOT) {
            failed_since(s, from, next, &failures);
            continue;
        }
        failures = 0;
        pool_begin(s->pool);
        serve(s);
        pool_end(s->pool);
        bytes_clear(&s->event);
        bytes_clear(&s->payload);
    }
    return NULL;
}
