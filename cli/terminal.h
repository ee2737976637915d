#pragma once
// Standard output and standard error as POSIX has them. Private to cli/.

#include "base/base.h"
#include "cli/args.h"

// Before anything else: the three standard descriptors exist (so that no file of ours gets their
// numbers), and a closed pipe or a file that may not grow is an error of a write instead of a
// signal.
void terminal_init(void);
// Whether to colour what goes to `to`, which is stdout or stderr.
bool terminal_color(Arena *a, Host *host, FILE *to, ColorMode mode);
// Writes to the standard output. False, and err, where not all of it arrived; a reader that went
// away leaves err->message empty: nobody is there to tell.
bool terminal_write(Str text, Err *err);
double terminal_clock_ms(void); // since some fixed moment
