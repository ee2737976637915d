#pragma once
// Answer: how an invocation ends. What the worker says of it in frames goes on to the Runtime API;
// where the worker cannot say it, this does. Once the API has been told, nothing more is.

#include "runtime/bootstrap/frames.h"
#include "runtime/bootstrap/slot.h"

// How listening to the worker ended.
typedef enum Outcome { OUTCOME_ANSWERED, OUTCOME_ENDED, OUTCOME_OUT_OF_TURN } Outcome;

// Lambda itself ends what is late; this is for where it doesn't.
enum { ANSWER_GRACE_MS = 500 };

// The slot has the invocation `s->now` since `began`.
void answer_begin(Slot *s, int64_t began);

// Sends to the worker; false: it has ended.
bool answer_send(Slot *s, WireParts *parts);
// The worker's next frame, where it may come now; its payload is read by answer_payload, false: the
// worker ended in the middle of it.
Outcome answer_frame(Slot *s, FrameTalk *talk, Frame *f);
bool answer_payload(Slot *s, size_t size, Bytes *to);
// Everything the worker says of its invocation.
Outcome answer_listen(Slot *s);
// Tells the API of a worker that did not answer. `given`: it had the invocation.
void answer_conclude(Slot *s, Outcome outcome, bool given);

// What the API said to an answer.
void answer_noted(Slot *s, unsigned status);
void answer_error(Slot *s, const char *type, const char *json, size_t size);
void answer_fail(Slot *s, const char *type, const char *message);
void answer_timed_out(Slot *s);
