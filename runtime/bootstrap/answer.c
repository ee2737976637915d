// What is told to the Runtime API of an invocation, and the worker's side of it: see answer.h.
// Invariant: an invocation that has been answered is not answered again; what a worker says after
// its deadline is read and dropped.

#include "runtime/bootstrap/answer.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

void answer_begin(Slot *s, int64_t began) {
    s->began = began;
    s->limit = s->now.deadline ? s->now.deadline + ANSWER_GRACE_MS : 0;
    s->answered = false;
    s->streams = false;
    s->late = false;
}

// ---- reports ------------------------------------------------------------------------------------

static void path_of(const Slot *s, const char *what, char out[REPORT_ID_MAX + 32]) {
    snprintf(out, REPORT_ID_MAX + 32, "invocation/%s/%s", s->now.id, what);
}

// What the API says to an answer. Refused or not, the invocation is over for us: too large (413),
// too late or not ours (400, 403). Payloads never go to the log.
void answer_noted(Slot *s, unsigned status) {
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
void answer_error(Slot *s, const char *type, const char *json, size_t size) {
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
        answer_noted(s, api_stream_end(&s->api, found, s->coded.at, ok ? s->coded.size : 0));
        return;
    }
    char path[REPORT_ID_MAX + 32];
    path_of(s, "error", path);
    answer_noted(s, api_post(&s->api, path, &error, json, size));
}

void answer_fail(Slot *s, const char *type, const char *message) {
    if (!s->answered && report_body(&s->json, type, s->now.id, message)) {
        answer_error(s, type, s->json.at, s->json.size);
    }
}

void answer_timed_out(Slot *s) {
    char message[64];
    long long ms = (long long)(s->now.deadline - s->began);
    snprintf(message, sizeof message, "Task timed out after %.2f seconds",
             ms > 0 ? (double)ms / 1000 : 0.0);
    answer_fail(s, "Sandbox.Timedout", message);
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
            answer_timed_out(s);
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
bool answer_payload(Slot *s, size_t size, Bytes *to) {
    const char *at = NULL;
    for (size_t n = 0; size > 0; size -= n) {
        n = piece(s, size, &at);
        if (n == 0 || (to && !bytes_add(to, at, n))) {
            return false;
        }
    }
    return true;
}

bool answer_send(Slot *s, WireParts *parts) {
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
        answer_error(s, "Function.ResponseSizeTooLarge", s->json.at, s->json.size);
    }
}

static bool whole_answer(Slot *s, const Frame *f) {
    bool fits = f->size <= API_PAYLOAD_MAX;
    if (!answer_payload(s, f->size, fits && !s->answered ? &s->payload : NULL)) {
        return false;
    }
    if (s->answered) {
        return true;
    }
    if (!fits) {
        too_large(s, f->size);
    } else if (f->type == FRAME_ERROR) {
        answer_error(s, NULL, s->payload.at, s->payload.size);
    } else {
        char path[REPORT_ID_MAX + 32];
        path_of(s, "response", path);
        answer_noted(s, api_post(&s->api, path, NULL, s->payload.at, s->payload.size));
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
        answer_noted(s, api_stream_end(&s->api, NULL, NULL, 0));
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
        if (!answer_payload(s, f->size, &s->payload)) {
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
        if (!answer_payload(s, f->size, &s->json)) {
            return false;
        }
        answer_error(s, NULL, s->json.at, s->json.size);
        return true;
    case FRAME_READY:
    case FRAME_INIT_ERROR:
    case FRAME_INVOKE:
    case FRAME_LEND:
    case FRAME_TAKE:
    case FRAME_ABLE:
        break;
    }
    return false;
}

Outcome answer_frame(Slot *s, FrameTalk *talk, Frame *f) {
    uint8_t header[FRAME_HEADER];
    for (size_t got = 0; got < FRAME_HEADER;) {
        const char *at = NULL;
        size_t n = piece(s, FRAME_HEADER - got, &at);
        if (n == 0) {
            return OUTCOME_ENDED;
        }
        memcpy(header + got, at, n);
        got += n;
    }
    bool right = frame_read(header, f) && frame_follows(talk, f);
    return right ? OUTCOME_ANSWERED : OUTCOME_OUT_OF_TURN;
}

Outcome answer_listen(Slot *s) {
    FrameTalk talk = TALK_INVOKED;
    while (talk != TALK_IDLE) {
        Frame f;
        Outcome outcome = answer_frame(s, &talk, &f);
        if (outcome != OUTCOME_ANSWERED) {
            return outcome;
        }
        if (!obey(s, &f)) {
            return OUTCOME_ENDED;
        }
    }
    return s->in_at == s->in_size ? OUTCOME_ANSWERED : OUTCOME_OUT_OF_TURN;
}

// ---- the end ------------------------------------------------------------------------------------

void answer_conclude(Slot *s, Outcome outcome, bool given) {
    if (outcome == OUTCOME_ANSWERED && s->late) {
        pool_recovered(s->pool, s->generation);
    }
    if (!given || outcome == OUTCOME_OUT_OF_TURN) {
        pool_kill(s->pool, s->generation);
    }
    if (outcome == OUTCOME_ANSWERED) {
        return;
    }
    int status = pool_wait_death(s->pool, s->generation);
    char why[128];
    report_exit(status, why, sizeof why);
    if (outcome == OUTCOME_OUT_OF_TURN) {
        fprintf(stderr, "pluto: RequestId: %s the worker spoke out of turn and was ended\n",
                s->now.id);
        answer_fail(s, "Runtime.ProtocolError", "the worker spoke out of turn");
    } else if (given) {
        if (!s->answered) {
            fprintf(stderr, "pluto: RequestId: %s %s\n", s->now.id, why);
        }
        answer_fail(s, "Runtime.ExitError", why);
    }
}
