// What a worker writes down: see note.h. Invariant: whatever the bytes are, what is read of them
// can go into a path and into arithmetic.

#include "runtime/bootstrap/note.h"

#include <stdatomic.h>
#include <string.h>

enum {
    AT_STATE = 0,
    AT_GIVEN = 4,
    AT_READ = 8,
    AT_DEADLINE = 16,
    AT_BEGAN = 24,
    AT_ID_SIZE = 32,
    AT_ID = 36,
    AT_WITHDRAWN = AT_ID + REPORT_ID_MAX
};

static uint32_t number(const uint8_t *at) {
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

// Milliseconds and bytes, as JavaScript has numbers.
static int64_t count(const uint8_t *at) {
    double n = 0;
    memcpy(&n, at, sizeof n);
    return n > 0 && n < 1e15 ? (int64_t)n : 0;
}

void note_read(const uint8_t bytes[NOTE_SIZE], Note *out) {
    uint32_t state = number(bytes + AT_STATE);
    uint32_t size = number(bytes + AT_ID_SIZE);
    memset(out, 0, sizeof *out);
    out->state = state <= NOTE_POSTED ? (NoteState)state : NOTE_NONE;
    out->given = number(bytes + AT_GIVEN) > 0;
    out->read = count(bytes + AT_READ);
    out->deadline = count(bytes + AT_DEADLINE);
    out->began = count(bytes + AT_BEGAN);
    if (size <= REPORT_ID_MAX && report_id_fits((const char *)bytes + AT_ID, size)) {
        memcpy(out->id, bytes + AT_ID, size);
    }
}

void note_clear(uint8_t bytes[NOTE_SIZE]) {
    memset(bytes + AT_STATE, 0, 4);
    memset(bytes + AT_WITHDRAWN, 0, 4);
}

bool note_withdraw(uint8_t bytes[NOTE_SIZE]) {
    bytes[AT_WITHDRAWN] = 1;
    atomic_thread_fence(memory_order_seq_cst);
    return number(bytes + AT_STATE) == NOTE_NONE;
}

void note_forget(uint8_t bytes[NOTE_SIZE]) {
    memset(bytes + AT_GIVEN, 0, 4);
}
