#pragma once
// Where a project keeps what runs on this machine. Private to cli/run.

#include "arch/arch.h"
#include "cli/session.h"

// DIR/.pluto/local of the project that --project names, or this folder.
bool local_folder(Session *s, Str *out, Err *err);

// Which functions take events as they come, for `pluto invoke`: written whenever what runs changes.
bool raw_write(Session *s, Str state, const Arch *arch, Err *err);
// By its name or its id. Where nothing was written none is.
bool raw_read(Session *s, Str state, Str function);

// What is wrong with the command line is found before anybody is asked for anything.
bool event_check(Session *s, Err *err);
// The event that the command line gives, and the answer as people and scripts get it. A `raw`
// function gets its only argument as its event, and its answer is nobody's to open.
bool event_make(Session *s, bool raw, Str *out, Err *err);
int answer_give(Session *s, bool raw, Str body, bool failed);

int ask_run(Session *s);  // pluto invoke
int logs_run(Session *s); // pluto logs
