// Strings as JavaScript counts them. Ours are UTF-8, JavaScript's indexes count UTF-16 units: a
// code point beyond U+FFFF counts twice. ASCII text, nearly all of it, takes the short way.
//
// A cut in the middle of a surrogate pair gives U+FFFD for the half: a lone surrogate has no UTF-8.

#include "deducer/eval/builtins/builtins.h"

#include <string.h>

bool text_is_ascii(Str s) {
    for (uint32_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return false;
    return true;
}

uint32_t utf16_length(Str s) {
    uint32_t units = 0;
    for (uint32_t at = 0; at < s.n;) {
        if ((unsigned char)s.p[at] < 0x80) {
            at++;
            units++;
        } else {
            units += utf8_next(s, &at) > 0xFFFF ? 2 : 1;
        }
    }
    return units;
}

Str utf16_slice(Arena *a, Str s, uint32_t from, uint32_t to) {
    if (from >= to)
        return STR_EMPTY;
    if (text_is_ascii(s))
        return str_slice(s, from, to);
    Buf b = buf_new(a);
    uint32_t unit = 0;
    for (uint32_t at = 0; at < s.n && unit < to;) {
        uint32_t start = at, cp = utf8_next(s, &at);
        uint32_t width = cp > 0xFFFF ? 2 : 1;
        if (unit >= from && unit + width <= to) {
            buf_put(&b, str_slice(s, start, at));
        } else if (width == 2 && (unit + 1 == from || unit + 1 == to)) {
            buf_puts(&b, "\xEF\xBF\xBD");
        }
        unit += width;
    }
    return buf_str(&b);
}

uint32_t utf16_offset(Str s, uint32_t index) {
    uint32_t at = 0, unit = 0;
    while (at < s.n && unit < index)
        unit += utf8_next(s, &at) > 0xFFFF ? 2 : 1;
    return at;
}

int32_t utf16_unit(Str s, uint32_t index) {
    uint32_t unit = 0;
    for (uint32_t at = 0; at < s.n;) {
        uint32_t cp = utf8_next(s, &at);
        if (cp <= 0xFFFF) {
            if (unit++ == index)
                return (int32_t)cp;
            continue;
        }
        if (unit == index)
            return (int32_t)(0xD800 + ((cp - 0x10000) >> 10));
        if (unit + 1 == index)
            return (int32_t)(0xDC00 + ((cp - 0x10000) & 0x3FF));
        unit += 2;
    }
    return -1;
}

// Where UTF-16 order puts a code point: surrogates stand before U+E000.
static uint32_t rank(uint32_t cp) {
    return cp >= 0x10000 ? cp - 0x10000 + 0xD800 : cp >= 0xE000 ? cp + 0x200000 : cp;
}

int utf16_cmp(Str a, Str b) {
    uint32_t i = 0, j = 0;
    while (i < a.n && j < b.n) {
        uint32_t x = rank(utf8_next(a, &i)), y = rank(utf8_next(b, &j));
        if (x != y)
            return x < y ? -1 : 1;
    }
    return i < a.n ? 1 : j < b.n ? -1 : 0;
}

bool is_js_space(uint32_t cp) {
    return (cp >= 9 && cp <= 13) || cp == ' ' || cp == 0xA0 || cp == 0x1680 ||
           (cp >= 0x2000 && cp <= 0x200A) || cp == 0x2028 || cp == 0x2029 || cp == 0x202F ||
           cp == 0x205F || cp == 0x3000 || cp == 0xFEFF;
}

Items *text_chars(Interp *I, Str s) {
    Items *it = items_new(I);
    for (uint32_t at = 0; at < s.n;) {
        uint32_t start = at;
        utf8_next(s, &at);
        items_push(I, it, value_string(str_slice(s, start, at)));
    }
    return it;
}

Value text_checked(Interp *I, Str s, Span span) {
    if (s.n <= TEXT_LIMIT)
        return value_string(s);
    interp_throw_error(I, "RangeError", span, "invalid string length");
    return UNDEFINED;
}
