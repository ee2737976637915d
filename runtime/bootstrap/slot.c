// One slot's life: ask for an invocation, hand it to the worker, bring back what it answers. See
// slot.h. Invariant: every invocation is answered exactly once, whatever the worker does:
// `answered` says whether it has been. What a worker says after its deadline is read and dropped.

#include "runtime/bootstrap/slot.h"

#include "runtime/bootstrap/answer.h"
#include "runtime/bootstrap/lend.h"
#include "runtime/bootstrap/wire.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { TRIES_MAX = 10, SLOW_MS = 1000 };

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
    return answer_send(s, &parts);
}

// Tries with the worker that was lent. False: it had ended before it was given the invocation, so
// that another may be asked.
static bool try_worker(Slot *s) {
    struct pollfd p = {s->fd, POLLIN, 0};
    bool given = poll(&p, 1, 0) == 0 && send_invoke(s); // who speaks unasked is not asked
    s->in_at = 0;
    s->in_size = 0;
    Outcome outcome = OUTCOME_ENDED;
    if (given) {
        pool_given(s->pool);
        outcome = answer_listen(s);
        s->withdrawn = 0; // it has read what came before
    }
    answer_conclude(s, outcome, given);
    pool_return(s->pool, s->number, s->fd, s->generation);
    return given || s->answered;
}

static void serve(Slot *s) {
    answer_begin(s, pool_now());
    if (!head_of(s)) {
        answer_fail(s, "Runtime.OutOfMemory", "out of memory");
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
            answer_fail(s, "Runtime.ExitError", why);
            return;
        }
        case POOL_LATE:
            if (pool_slow(s->pool, s->generation)) {
                pool_wait_death(s->pool, s->generation);
            }
            answer_timed_out(s);
            return;
        case POOL_FAILED:
            answer_error(s, NULL, s->pool->init_error.at, s->pool->init_error.size);
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
    if (!s->pool->note) {
        api_connect(&s->api); // while the worker loads; where it fails, asking tries again
    }
    pool_wait_open(s->pool);
    if (s->pool->snapshot) {
        wait_restored(s);
    }
    for (;;) {
        int64_t from = pool_now();
        ApiNext next = API_TRY_AGAIN;
        switch (lend(s)) {
        case LENT_NOT:
            next = api_next(&s->api, &s->now);
            break;
        case LENT_ASKED:
            next = api_next_rest(&s->api, &s->now, s->rest ? s->payload.at + 1 : NULL, s->rest);
            break;
        case LENT_DONE:
            failures = 0;
            continue;
        }
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
