#pragma once
// What `pluto run` says: events as they are, or as lines for people. Private to cli/run.

#include "adapters/adapters.h"
#include "cli/run/outlet.h"
#include "cli/session.h"

typedef struct Show {
    bool json, color, quiet;
    Str project, stack;
    Outlet *outlet;
} Show;

// A RunSink whose context is a Show: one event, to the outlet.
void show_event(void *state, Str line);
// {"event":"error",…} of the diagnostics, or of err where that says something. People have read
// both on the standard error already.
void show_problem(const Show *show, Diags *diags, const Err *err);
// {"event":"reload",…}
void show_reload(const Show *show, double ms, uint32_t functions);

// A line of a function's log as Lambda's clients for Node.js write it: `time TAB id TAB LEVEL TAB
// message`. Gives the message and the level; a line that is none is all message.
Str show_message(Str line, Str *level);
