#pragma once
// Lend: with one slot, the worker that can is lent the connection to the Runtime API. It asks for
// invocations and posts ordinary results itself, so that on their way nobody is woken but who does
// the work. Bootstrap watches: deadlines, the worker's end. Whatever is not ordinary the worker
// gives back (TAKE), and it goes the way of frames.

#include "runtime/bootstrap/slot.h"

typedef enum Lent {
    LENT_NOT,   // it cannot be lent now
    LENT_ASKED, // the next invocation has been asked for; s->rest bytes of it are in s->payload
    LENT_DONE   // whatever there was has been answered
} Lent;

// Lends the connection until it comes back.
Lent lend(Slot *s);
