#pragma once
// Err: why something in the outside world failed (a file, the network, another program).
// Rule for `bool f(…, Err *err)`: true and err untouched, or false and err complete. The message is
// for the user: what was tried, on what, what the system answered.

#include "base/str.h"

typedef enum ErrKind {
    ERR_NONE,
    ERR_NOT_FOUND,
    ERR_ACCESS,
    ERR_NOT_REGULAR,
    ERR_TOO_LARGE,
    ERR_EXISTS,
    ERR_IO,
    ERR_USAGE
} ErrKind;

typedef struct Err {
    ErrKind kind;
    char message[512];
    char hint[256]; // what to do, may be empty
} Err;

// Fills err and gives false, so that a caller can `return err_set(…)`.
bool err_set(Err *err, ErrKind kind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void err_hint(Err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
