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

Str lines_visible(Arena *a, Str s) {
    Buf b = buf_new(a);
    for (uint32_t at = 0; at < s.n;) {
        int64_t end = str_find(s, STR("\n"), at);
        uint32_t to = end < 0 ? s.n : (uint32_t)end;
        glyph_put(&b, str_slice(s, at, to));
        if (end >= 0)
            buf_putc(&b, '\n');
        at = to + 1;
    }
    return buf_str(&b);
}

// Only strings hold such characters: what stands between them is ASCII.
Str json_visible(Arena *a, Str json) {
    Buf b = buf_new(a);
    for (uint32_t at = 0; at < json.n;) {
        char bytes[4];
        uint32_t cp = utf8_next(json, &at);
        if (cp < 0x7F || !glyph_is_hidden(cp))
            buf_put(&b, (Str){bytes, utf8_put(cp, bytes)});
        else if (cp < 0x10000)
            buf_printf(&b, "\\u%04x", (unsigned)cp);
        else
            buf_printf(&b, "\\u%04x\\u%04x", (unsigned)(0xD7C0 + (cp >> 10)),
                       (unsigned)(0xDC00 + (cp & 0x3FF)));
    }
    return buf_str(&b);
}
