// Text that strangers wrote, made fit for a terminal.
//
// Input: any bytes. Output: valid UTF-8 without a character that a terminal obeys. Invariant: text
// that holds none of these comes out as it went in, without a copy.

#include "base/str.h"

static bool is_obeyed(uint32_t cp) {
    bool turns_direction = (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069) ||
                           cp == 0x200E || cp == 0x200F || cp == 0x061C;
    bool breaks_line = cp == 0x2028 || cp == 0x2029;
    return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || turns_direction || breaks_line;
}

static bool is_harmless(Str s) {
    for (uint32_t i = 0; i < s.n; i++)
        if (s.p[i] < 0x20 || s.p[i] == 0x7F || (unsigned char)s.p[i] >= 0x80)
            return false;
    return true;
}

Str str_visible(Arena *a, Str s) {
    if (is_harmless(s))
        return s;
    Buf b = buf_new(a);
    for (uint32_t at = 0; at < s.n;) {
        uint32_t cp = utf8_next(s, &at);
        char bytes[4];
        if (is_obeyed(cp))
            buf_printf(&b, "\\u{%x}", (unsigned)cp);
        else
            buf_put(&b, (Str){bytes, utf8_put(cp, bytes)});
    }
    return buf_str(&b);
}
