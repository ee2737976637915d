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

// What runs, though not as it may be meant.
typedef struct Warning {
    Str message, help; // help may be empty
    Str file;          // empty: no place
    uint32_t line, column;
} Warning;

// A RunSink whose context is a Show: one event, to the outlet.
void show_event(void *state, Str line);
// {"event":"error",…} of the diagnostics, or of err where that says something. People have read
// both on the standard error already. `serving`: whether an earlier version of the program runs.
void show_problem(const Show *show, Diags *diags, const Err *err, bool serving);
// {"event":"warning",…}, and the same on the standard error.
void show_warning(const Show *show, const Session *s, const Warning *w);
// {"event":"reload",…}
void show_reload(const Show *show, double ms, uint32_t functions);

// A line of a function's log as Lambda's clients for Node.js write it: `time TAB id TAB LEVEL TAB
// message`. Gives the message and the level; a line that is none is all message.
Str show_message(Str line, Str *level);
