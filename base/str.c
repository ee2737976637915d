// Borrowed slices of bytes: comparing, searching, copying into an arena.
//
// Invariant: nothing here reads beyond s.n, needs a NUL, or depends on the locale.

#include "base/str.h"

#include "base/bug.h"

#include <stdio.h>
#include <string.h>

// Slices have 32-bit lengths to be two words in size. Sources are bounded far below, so a longer
// text is made by us.
static uint32_t length_of(size_t n) {
    if (n > UINT32_MAX)
        BUG("a text of %zu bytes does not fit a Str", n);
    return (uint32_t)n;
}

// Not isspace: that one asks the locale.
static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

Str str_of(const char *cstr) {
    return cstr ? (Str){cstr, length_of(strlen(cstr))} : STR_EMPTY;
}

Str str_slice(Str s, uint32_t from, uint32_t to) {
    if (to > s.n)
        to = s.n;
    if (from > to)
        from = to;
    // An empty slice may have no pointer at all, and NULL + 0 is not C.
    return s.n ? (Str){s.p + from, to - from} : s;
}

bool str_eq(Str a, Str b) {
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_is(Str a, const char *cstr) {
    return str_eq(a, str_of(cstr));
}

int str_cmp(Str a, Str b) {
    // memcmp compares as unsigned bytes, which for UTF-8 is the order of code points.
    uint32_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(Str s, const char *prefix) {
    size_t n = strlen(prefix);
    return n <= s.n && (n == 0 || memcmp(s.p, prefix, n) == 0);
}

bool str_ends(Str s, const char *suffix) {
    size_t n = strlen(suffix);
    return n <= s.n && (n == 0 || memcmp(s.p + (s.n - n), suffix, n) == 0);
}

int64_t str_find(Str s, Str needle, uint32_t from) {
    if (from > s.n || needle.n > s.n - from)
        return -1;
    if (needle.n == 0)
        return from;
    uint32_t last = s.n - needle.n;
    while (from <= last) {
        // memchr finds the first byte many bytes at a time.
        const char *p = memchr(s.p + from, needle.p[0], last - from + 1);
        if (!p)
            return -1;
        if (memcmp(p, needle.p, needle.n) == 0)
            return p - s.p;
        from = (uint32_t)(p - s.p) + 1;
    }
    return -1;
}

int64_t str_rfind_char(Str s, char c) {
    for (int64_t i = (int64_t)s.n - 1; i >= 0; i--)
        if (s.p[i] == c)
            return i;
    return -1;
}

bool str_contains(Str s, const char *needle) {
    return str_find(s, str_of(needle), 0) >= 0;
}

Str str_trim(Str s) {
    uint32_t from = 0, to = s.n;
    while (from < to && is_space(s.p[from]))
        from++;
    while (to > from && is_space(s.p[to - 1]))
        to--;
    return str_slice(s, from, to);
}

// No secret in it: equal texts must meet on every machine, and users can only slow down themselves.
uint64_t str_hash(Str s) {
    uint64_t h = UINT64_C(0xCBF29CE484222325);
    for (uint32_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001B3);
    return h;
}

Str str_dup(Arena *a, Str s) {
    return s.n ? (Str){arena_copy(a, s.p, s.n), s.n} : STR_EMPTY;
}

char *str_cstr(Arena *a, Str s) {
    char *p = arena_alloc(a, (size_t)s.n + 1);
    if (s.n)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return p;
}

Str str_cat(Arena *a, Str x, Str y) {
    if (x.n == 0 || y.n == 0)
        return str_dup(a, x.n ? x : y);
    uint32_t n = length_of((size_t)x.n + y.n);
    char *p = arena_alloc(a, n);
    memcpy(p, x.p, x.n);
    memcpy(p + x.n, y.p, y.n);
    return (Str){p, n};
}

Str str_vfmt(Arena *a, const char *fmt, va_list ap) {
    // Nearly every text fits here and is formatted once.
    char small[256];
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(small, sizeof small, fmt, ap);
    BUG_IF(n < 0);
    char *p = arena_alloc(a, (size_t)n + 1);
    if ((size_t)n < sizeof small)
        memcpy(p, small, (size_t)n + 1);
    else
        vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return (Str){p, (uint32_t)n};
}

Str str_fmt(Arena *a, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    Str s = str_vfmt(a, fmt, ap);
    va_end(ap);
    return s;
}
