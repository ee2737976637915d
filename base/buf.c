// Buf: a byte string under construction. In: pieces. Out: one slice of the arena.
//
// Invariant: p holds `cap` bytes of the arena, the first n of them are the text. Growing doubles,
// and is free where the Buf is the arena's newest allocation.

#include "base/bug.h"
#include "base/str.h"

#include <stdio.h>
#include <string.h>

enum { BUF_FIRST = 64 };

static char *room(Buf *b, size_t more) {
    size_t need = (size_t)b->n + more;
    if (need > b->cap) {
        // size_t, so that doubling cannot wrap round before it is checked.
        size_t cap = b->cap ? b->cap : BUF_FIRST;
        while (cap < need)
            cap *= 2;
        if (cap > UINT32_MAX)
            cap = UINT32_MAX;
        if (need > cap)
            BUG("a text of %zu bytes does not fit a Buf", need);
        b->p = arena_grow(b->arena, b->p, b->cap, cap);
        b->cap = (uint32_t)cap;
    }
    return b->p + b->n;
}

Buf buf_new(Arena *a) {
    return (Buf){.arena = a};
}

void buf_putc(Buf *b, char c) {
    *room(b, 1) = c;
    b->n++;
}

void buf_puts(Buf *b, const char *cstr) {
    buf_put(b, str_of(cstr));
}

void buf_put(Buf *b, Str s) {
    if (s.n == 0)
        return;
    memcpy(room(b, s.n), s.p, s.n);
    b->n += s.n;
}

void buf_printf(Buf *b, const char *fmt, ...) {
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    // Straight into the buffer; only what does not fit is formatted twice.
    char *to = room(b, BUF_FIRST);
    size_t space = b->cap - b->n;
    int n = vsnprintf(to, space, fmt, ap);
    BUG_IF(n < 0);
    if ((size_t)n >= space)
        vsnprintf(room(b, (size_t)n + 1), (size_t)n + 1, fmt, again);
    b->n += (uint32_t)n;
    va_end(again);
    va_end(ap);
}

void buf_pad(Buf *b, char c, unsigned count) {
    if (count == 0)
        return;
    memset(room(b, count), c, count);
    b->n += count;
}

Str buf_str(const Buf *b) {
    return b->n ? (Str){b->p, b->n} : STR_EMPTY;
}
