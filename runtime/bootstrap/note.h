#pragma once
// Note: what a worker that was lent the connection writes down of the invocation it has, in memory
// that bootstrap sees, too: so that nobody needs to be woken for it, and nothing of it is lost when
// the worker ends. No input or output here. The bytes are told in runtime/README.md.

#include "runtime/bootstrap/report.h"

#include <stdbool.h>
#include <stdint.h>

enum { NOTE_SIZE = 168 };

typedef enum NoteState {
    NOTE_NONE,  // it has not asked yet
    NOTE_ASKS,  // it is asking for the next invocation: whether it has yet is not known
    NOTE_ASKED, // it has asked
    NOTE_HAS,   // it has an invocation
    NOTE_POSTED // it began to post its answer
} NoteState;

typedef struct Note {
    NoteState state;
    bool given;       // it has been given an invocation since it was started
    int64_t read;     // bytes of the API that it had seen when it asked
    int64_t deadline; // milliseconds since 1970, 0: none
    int64_t began;
    char id[REPORT_ID_MAX + 1]; // of an invocation; empty where it is none
} Note;

void note_read(const uint8_t bytes[NOTE_SIZE], Note *out);

// Nothing has been asked yet.
void note_clear(uint8_t bytes[NOTE_SIZE]);
// Takes back what was lent, where the worker has not asked yet; false: it has. The worker looks
// after it has noted that it asks, so that one of the two sees the other.
bool note_withdraw(uint8_t bytes[NOTE_SIZE]);
// The worker is another one.
void note_forget(uint8_t bytes[NOTE_SIZE]);
