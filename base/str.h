#pragma once
// Str: a borrowed slice of bytes (UTF-8 by convention), never owned, not NUL-terminated.
// Buf: a byte string under construction, in an arena; buf_str gives what it holds so far.

#include "base/arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Str {
    const char *p;
    uint32_t n;
} Str;

#define STR(lit) ((Str){(lit), (uint32_t)(sizeof(lit) - 1)})
#define STR_EMPTY ((Str){"", 0})
// For printf: printf("%.*s", STR_ARG(s)).
#define STR_ARG(s) (int)(s).n, (s).p

Str str_of(const char *cstr);                     // NULL gives the empty slice
Str str_slice(Str s, uint32_t from, uint32_t to); // clamped to the slice
bool str_eq(Str a, Str b);
bool str_is(Str a, const char *cstr);
int str_cmp(Str a, Str b); // by bytes, never by locale
bool str_starts(Str s, const char *prefix);
bool str_ends(Str s, const char *suffix);
// Index of the first `needle` at or after `from`, or -1.
int64_t str_find(Str s, Str needle, uint32_t from);
int64_t str_rfind_char(Str s, char c);
bool str_contains(Str s, const char *needle);
Str str_trim(Str s);      // ASCII white space
uint64_t str_hash(Str s); // FNV-1a, the same on every machine

Str str_dup(Arena *a, Str s);
char *str_cstr(Arena *a, Str s); // NUL-terminated copy
Str str_cat(Arena *a, Str x, Str y);
Str str_fmt(Arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
Str str_vfmt(Arena *a, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

// The candidate nearest to `word` by edit distance, or the empty slice where none is near enough to
// be what was meant (more than a third of the longer word's length, at least 1 and at most 3 edits;
// letter case is free).
Str str_suggest(Str word, const Str *candidates, size_t count);

// Valid UTF-8 as RFC 3629 says (no surrogates, no overlong forms); the first bad byte's offset in
// *bad_out otherwise.
bool utf8_valid(Str s, uint32_t *bad_out);
// Decodes the code point at s.p[*at] and moves *at behind it; invalid bytes give U+FFFD one by one.
uint32_t utf8_next(Str s, uint32_t *at);
// Writes cp as UTF-8 (1 to 4 bytes), gives the count.
unsigned utf8_put(uint32_t cp, char out[4]);
// Cells that a terminal uses for cp: 0 for combining marks, 2 for wide East Asian and emoji,
// else 1.
unsigned utf8_width(uint32_t cp);

// The text with what a terminal would obey shown instead: control characters and those that turn
// the direction of writing become `\u{1b}`; bytes that are not UTF-8 become U+FFFD.
Str str_visible(Arena *a, Str s);
// The same of each line: the ends of lines stay.
Str lines_visible(Arena *a, Str s);
// The same of JSON, which says the same afterwards: such characters are escaped as JSON does.
Str json_visible(Arena *a, Str json);

typedef struct Buf {
    Arena *arena;
    char *p;
    uint32_t n, cap;
} Buf;

Buf buf_new(Arena *a);
void buf_putc(Buf *b, char c);
void buf_puts(Buf *b, const char *cstr);
void buf_put(Buf *b, Str s);
void buf_printf(Buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_pad(Buf *b, char c, unsigned count);
Str buf_str(const Buf *b);
