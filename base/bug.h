#pragma once
// What must not happen: our fault, never the user's. Prints the place and exits with EXIT_BUG
// (aborts in fuzzing and sanitizer builds, so that it becomes a finding).

#include <stdnoreturn.h>

enum {
    EXIT_DONE = 0,
    EXIT_REJECTED = 1,
    EXIT_USAGE = 2,
    EXIT_WORLD = 3,
    EXIT_WIDENS = 4, // a comparison: permissions widen, or something becomes public
    EXIT_BUG = 70,
};

noreturn void bug_at(const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#define BUG(...) bug_at(__FILE__, __LINE__, __VA_ARGS__)
#define BUG_IF(cond)                                                                               \
    do {                                                                                           \
        if (cond)                                                                                  \
            BUG("%s", #cond);                                                                      \
    } while (0)
