#pragma once
// Diagnostics: what pluto has to say of the user's program. One model, three renderers.
//
//     Diag *d = diag_error(ds, P0203, span, "this %s is created who knows how often", kind);
//     diag_label(d, loop_span, "the bound `n` is only known at run time");
//     diag_help(d, "loop over a literal array, or declare each %s", kind);
//
// A diagnostic is recorded when it is made; nothing needs to be emitted.
//
// Wording: lower case, no full stop, names in back-ticks; `message` says what, labels say where
// and why, `help` alone proposes a fix.
//
// Thread-safe: everything that records (the parser runs in threads). A Diag is its maker's, who
// finishes it before another thread prints.

#include "base/source.h"

#include <stdio.h>

typedef enum Code {
#define CODE(id, title) id,
#include "base/codes.def"
#undef CODE
    CODE_COUNT
} Code;

const char *code_name(Code c);  // "P0203"
const char *code_title(Code c); // one line of what it means
bool code_find(Str name, Code *out);

typedef enum Severity { SEV_ERROR, SEV_WARNING } Severity;

typedef struct DiagLabel {
    Span span;
    Str text;
} DiagLabel;

typedef struct Diag Diag;
typedef struct Diags Diags;

Diags *diags_open(Sources *sources);
void diags_close(Diags *ds);

Diag *diag_error(Diags *ds, Code code, Span span, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
Diag *diag_warning(Diags *ds, Code code, Span span, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
// For what knows its place from arch.json only: the file's path, line and column.
Diag *diag_error_at(Diags *ds, Code code, Str file, LineCol at, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

// The text at the primary span's carets; without it the carets stand alone.
void diag_primary(Diag *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void diag_label(Diag *d, Span span, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void diag_note(Diag *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void diag_help(Diag *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

// The source lines are not shown, only their place: they hold what must not reach a log.
void diag_hide_source(Diag *d);

bool diags_has_errors(const Diags *ds);
// Without duplicates, as they are printed; each call goes through all of them.
unsigned diags_error_count(const Diags *ds);
unsigned diags_warning_count(const Diags *ds);

typedef enum DiagFormat { DIAG_HUMAN, DIAG_SHORT, DIAG_JSON } DiagFormat;

// Prints all of it: sorted by (path, place, code, message), duplicates dropped, at most `limit`
// diagnostics (0: all), errors before warnings, with a line that counts the rest (none in JSON).
// Control characters in texts and source lines are shown, not sent to the terminal.
void diags_print(Diags *ds, FILE *to, DiagFormat format, bool color, unsigned limit);
