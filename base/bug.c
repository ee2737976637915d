// The end of the process where pluto itself is wrong. In: the place and what was not as it should
// be. Out: a message on standard error, exit status EXIT_BUG; in fuzzing and sanitizer builds an
// abort, so that tools catch it with the stack still there.

#include "base/bug.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__) && !defined(PLUTO_ABORT_ON_BUG)
#define PLUTO_ABORT_ON_BUG 1
#endif

noreturn void bug_at(const char *file, int line, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    fprintf(stderr, "pluto: internal error: %s:%d: ", file, line);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputs("\nthis is a fault of pluto, not of your program; please report it with this line,\n"
          "the command and, where possible, the files it was given\n",
          stderr);
#ifdef PLUTO_ABORT_ON_BUG
    abort();
#else
    // Not exit(): other threads may still run, and handlers must not see a state that is known to
    // be bad.
    _Exit(EXIT_BUG);
#endif
}
