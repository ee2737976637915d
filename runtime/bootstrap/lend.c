// The connection in the worker's hands: see lend.h. Two processes have the same connection, so
// what matters is whose turn it is: the worker's from LEND to TAKE or to its end, bootstrap's
// otherwise. Invariant: an invocation that the worker noted is answered once: by the worker, or
// here when it has ended without.

#include "runtime/bootstrap/lend.h"

#include "runtime/bootstrap/answer.h"
#include "runtime/bootstrap/frames.h"
#include "runtime/bootstrap/note.h"
#include "runtime/bootstrap/wire.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

// WATCH_MS is at most the grace: then a note is seen before its invocation is late.
enum { WATCH_MS = ANSWER_GRACE_MS, SETTLE_MS = 2, ACCEPT_MS = 200 };

static void note_of(const Slot *s, Note *out) {
    uint8_t bytes[NOTE_SIZE];
    memcpy(bytes, s->pool->note, sizeof bytes);
    note_read(bytes, out);
}

// The invocation that was the worker's becomes the slot's.
static void take_over(Slot *s, const Note *note) {
    memcpy(s->now.id, note->id, sizeof s->now.id);
    s->now.deadline = note->deadline;
    answer_begin(s, note->began);
}

static bool is_late(const Note *note) {
    return (note->state == NOTE_HAS || note->state == NOTE_POSTED) && note->deadline > 0 &&
           pool_now() >= note->deadline + ANSWER_GRACE_MS;
}

// ---- the worker has ended -----------------------------------------------------------------------

// It began to post; whether all of it was sent, the API knows.
static bool accepted(Slot *s) {
    if (!api_speaks(&s->api, ACCEPT_MS)) {
        return false;
    }
    unsigned status = api_post_rest(&s->api, NULL, 0);
    if (status > 0) {
        answer_noted(s, status);
    }
    return status > 0;
}

// Did it read of an invocation without noting it? A connection's end counts as a byte, too.
static bool has_unnoted(const Slot *s, const Note *note) {
    int64_t taken = api_taken(&s->api);
    return s->taken >= 0 && taken >= 0 && taken - s->taken > note->read + 1;
}

// It ended in the few microseconds in which nobody knows what it had. Lambda's own client would be
// gone with it, and so it is here: the platform notices, instead of waiting for an answer.
static void unknown(Slot *s) {
    fprintf(stderr, "pluto: the worker ended while it asked for an invocation\n");
    pool_abandon(s->pool);
}

static Lent ended(Slot *s, bool late) {
    char why[128];
    report_exit(pool_wait_death(s->pool, s->generation), why, sizeof why);
    Note note;
    note_of(s, &note);
    s->rest = 0;
    if (note.state == NOTE_ASKS || (note.state == NOTE_ASKED && has_unnoted(s, &note))) {
        unknown(s);
    }
    if (note.state == NOTE_ASKED) {
        return LENT_ASKED;
    }
    if (note.state == NOTE_HAS || note.state == NOTE_POSTED) {
        take_over(s, &note);
        bool posted = note.state == NOTE_POSTED && accepted(s);
        api_close(&s->api);           // there may be half an answer on it, or half an event
        if (late && is_late(&note)) { // else it was just in time, and this is the one after it
            answer_timed_out(s);
        } else if (!posted) {
            fprintf(stderr, "pluto: RequestId: %s %s\n", s->now.id, why);
            answer_fail(s, "Runtime.ExitError", why);
        }
    }
    return LENT_DONE;
}

// ---- the worker gives back ----------------------------------------------------------------------

static Lent out_of_turn(Slot *s) {
    Note note;
    note_of(s, &note);
    take_over(s, &note);
    s->answered = note.state != NOTE_HAS;
    api_close(&s->api);
    answer_conclude(s, OUTCOME_OUT_OF_TURN, true);
    return LENT_DONE;
}

static Lent took(Slot *s) {
    Note note;
    note_of(s, &note);
    switch ((FrameTake)s->payload.at[0]) {
    case TAKE_ASKED:
        s->rest = s->payload.size - 1;
        return s->in_at == s->in_size ? LENT_ASKED : out_of_turn(s);
    case TAKE_POSTED:
    case TAKE_BROKEN:
        take_over(s, &note);
        answer_noted(s, api_post_rest(&s->api, s->payload.at + 1, s->payload.size - 1));
        if (s->payload.at[0] == TAKE_BROKEN) {
            api_close(&s->api);
        }
        return LENT_DONE;
    case TAKE_ALONE:
    case TAKE_HAS:
        if (!note.id[0]) {
            break;
        }
        if (s->payload.at[0] == TAKE_ALONE) {
            api_close(&s->api);
        }
        take_over(s, &note);
        answer_conclude(s, answer_listen(s), true);
        return LENT_DONE;
    }
    return out_of_turn(s);
}

static Lent heard(Slot *s) {
    Frame f;
    FrameTalk talk = TALK_LENT;
    bytes_clear(&s->payload);
    switch (answer_frame(s, &talk, &f)) {
    case OUTCOME_ANSWERED:
        return answer_payload(s, f.size, &s->payload) ? took(s) : ended(s, false);
    case OUTCOME_OUT_OF_TURN:
        return out_of_turn(s);
    case OUTCOME_ENDED:
        break;
    }
    return ended(s, false);
}

// ---- watching -----------------------------------------------------------------------------------

static void settle(int ms) {
    struct timespec t = {0, ms * 1000000L};
    nanosleep(&t, NULL);
}

// It may be writing right now: only what stays is so.
static bool stays(const Slot *s, const Note *note) {
    Note again;
    // The API may take its time to accept an answer, and the machine may have been stopped since.
    settle(note->state == NOTE_POSTED ? ACCEPT_MS : SETTLE_MS);
    note_of(s, &again);
    return again.state == note->state && again.began == note->began && is_late(&again) &&
           strcmp(again.id, note->id) == 0;
}

// A worker that is busy with something else does not ask: bootstrap does. What it was writing while
// it could not see that is there a moment later.
static bool withdrew(Slot *s) {
    Note again;
    if (!note_withdraw(s->pool->note)) {
        return false;
    }
    settle(SETTLE_MS);
    note_of(s, &again);
    return again.state == NOTE_NONE;
}

// An invocation that is there and past its time, while the worker is busy with something else.
static bool is_unread(Slot *s) {
    ApiInvocation waits;
    return api_speaks(&s->api, 0) && api_peek(&s->api, &waits) && waits.deadline > 0 &&
           pool_now() >= waits.deadline + ANSWER_GRACE_MS;
}

static int patience(const Note *note) {
    int64_t left = note->deadline + ANSWER_GRACE_MS - pool_now();
    bool runs = note->state == NOTE_HAS && note->deadline > 0;
    return runs && left < WATCH_MS ? left > 0 ? (int)left : 0 : WATCH_MS;
}

static Lent watch(Slot *s) {
    int timeout = WATCH_MS;
    for (;;) {
        struct pollfd p = {s->fd, POLLIN, 0};
        if (poll(&p, 1, timeout) > 0) {
            return heard(s);
        }
        Note note;
        note_of(s, &note);
        if ((is_late(&note) && stays(s, &note)) || (note.state == NOTE_ASKED && is_unread(s))) {
            pool_late(s->pool, s->generation);
            return ended(s, true);
        }
        if (note.state == NOTE_NONE && withdrew(s)) {
            s->withdrawn = s->generation;
            return LENT_NOT;
        }
        timeout = patience(&note);
    }
}

// ---- public -------------------------------------------------------------------------------------

static bool hand_over(Slot *s) {
    uint8_t header[FRAME_HEADER];
    struct pollfd p = {s->fd, POLLIN, 0};
    if (poll(&p, 1, 0) != 0) {
        return false; // who speaks unasked is not lent anything
    }
    note_clear(s->pool->note);
    s->taken = api_taken(&s->api);
    frame_write(header, FRAME_LEND, 0);
    WireParts parts = {0};
    wire_add(&parts, header, sizeof header);
    s->limit = 0;
    s->in_at = 0;
    s->in_size = 0;
    s->api.used = true; // whatever is sent on it now may find it ended
    return answer_send(s, &parts);
}

Lent lend(Slot *s) {
    unsigned shared = 0;
    int fd = pool_connection(s->pool, &shared);
    if (fd >= 0) {
        api_share(&s->api, fd);
        s->shared = shared;
    }
    if (!api_lends(&s->api) || !pool_lend(s->pool, s->number, &s->fd, &s->generation)) {
        return LENT_NOT;
    }
    Lent lent = LENT_NOT;
    if (s->generation == s->shared && s->generation != s->withdrawn) {
        pool_begin(s->pool);
        lent = hand_over(s) ? watch(s) : LENT_NOT;
        pool_end(s->pool);
    }
    pool_return(s->pool, s->number, s->fd, s->generation);
    return lent;
}
