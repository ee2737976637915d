#pragma once
// Other people's programs that hand out credentials. Private to creds/.

#include "adapters/aws/creds/shlex.h"
#include "adapters/aws/http.h"

enum { PROCESS_REPLY_MAX = 1 << 20, PROCESS_SAID_MAX = 4096 };

typedef struct ProcessEnd {
    Str out;  // what it wrote to standard output
    Str said; // the end of what it wrote to standard error
    int code; // its exit code; -1: it was ended by a signal
    bool timed_out, too_much, stopped;
} ProcessEnd;

// Runs the program without a shell: standard input is empty, and after `ms`, or where `http` (may
// be NULL) is stopped, it is ended with all that it started. False where it cannot be started.
bool process_run(Arena *a, const WordVec *words, unsigned ms, const Http *http, ProcessEnd *out,
                 Err *err);
