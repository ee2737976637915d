#pragma once
// One turn of a command that follows the sources: a session of its own, which remembers what it
// asked the host for and leaves nothing behind. Private to cli/.
//
//     Turn turn;
//     Session *t = turn_begin(&turn, s, recorder);
//     …
//     turn_end(&turn);

#include "cli/recorder.h"
#include "cli/session.h"

typedef struct Turn {
    Arena arena;
    Session session;
} Turn;

// `out` stays where it is until turn_end.
Session *turn_begin(Turn *out, const Session *s, Recorder *recorder);
void turn_end(Turn *t);
