#pragma once
// Where a project keeps what runs on this machine. Private to cli/run.

#include "cli/session.h"

// DIR/.pluto/local of the project that --project names, or this folder.
bool local_folder(Session *s, Str *out, Err *err);

// The event that the command line gives, and the answer as people and scripts get it.
bool event_make(Session *s, Str *out, Err *err);
int answer_give(Session *s, Str body, bool failed);

int ask_run(Session *s);  // pluto invoke
int logs_run(Session *s); // pluto logs
