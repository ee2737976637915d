#pragma once
// Where a project keeps what runs on this machine. Private to cli/run.

#include "cli/session.h"

// DIR/.pluto/local of the project that --project names, or this folder.
bool local_folder(Session *s, Str *out, Err *err);

int ask_run(Session *s);  // pluto invoke
int logs_run(Session *s); // pluto logs
