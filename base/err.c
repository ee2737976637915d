// Filling an Err. In: a kind and a format. Out: a message that fits its array.
//
// Invariant: the texts are NUL-terminated and are never cut within a UTF-8 sequence; a cut is
// shown.

#include "base/err.h"

#include <stdio.h>
#include <string.h>

// Ends `text`, which vsnprintf has cut at `cap`, with dots in place of its last whole characters.
static void end_with_dots(char *text, size_t cap) {
    size_t at = cap - sizeof "...";
    while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80)
        at--;
    memcpy(text + at, "...", sizeof "...");
}

static __attribute__((format(printf, 3, 0))) void fill(char *text, size_t cap, const char *fmt,
                                                       va_list ap) {
    int n = vsnprintf(text, cap, fmt, ap);
    if (n < 0)
        text[0] = '\0';
    else if ((size_t)n >= cap)
        end_with_dots(text, cap);
}

bool err_set(Err *err, ErrKind kind, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    err->kind = kind;
    err->hint[0] = '\0';
    fill(err->message, sizeof err->message, fmt, ap);
    va_end(ap);
    return false;
}

void err_hint(Err *err, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    fill(err->hint, sizeof err->hint, fmt, ap);
    va_end(ap);
}
