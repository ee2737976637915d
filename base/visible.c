// Text that strangers wrote, made fit for a terminal. In: any bytes. Out: valid UTF-8 without a
// character that a terminal obeys.
//
// Invariant: text that holds none of these comes out as it went in, without a copy.

#include "base/diag_rows.h"

static bool is_plain(Str s) {
    for (uint32_t i = 0; i < s.n; i++)
        if (s.p[i] < 0x20 || s.p[i] > 0x7E)
            return false;
    return true;
}

Str str_visible(Arena *a, Str s) {
    if (is_plain(s))
        return s;
    Buf b = buf_new(a);
    glyph_put(&b, s);
    return buf_str(&b);
}
