// UTF-8: checking, decoding, encoding. In: any bytes. Out: code points.
//
// Invariant: exactly the sequences of RFC 3629 are valid: no overlong forms, no surrogates, nothing
// above U+10FFFF. What is not valid decodes to U+FFFD one byte at a time, so decoding always moves
// on.

#include "base/str.h"

#include <string.h>

enum { REPLACEMENT = 0xFFFD };

// The length of the valid sequence at p with `left` bytes, 0 where there is none.
static unsigned sequence(const unsigned char *p, uint32_t left, uint32_t *cp) {
    unsigned char lead = p[0];
    if (lead < 0x80) {
        *cp = lead;
        return 1;
    }
    unsigned n = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || left < n)
        return 0;
    uint32_t c = lead & (0x7Fu >> n);
    for (unsigned i = 1; i < n; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3Fu);
    }
    // The smallest code point that needs this many bytes: below it the form is overlong.
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (c < least[n] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return 0;
    *cp = c;
    return n;
}

bool utf8_valid(Str s, uint32_t *bad_out) {
    const unsigned char *p = (const unsigned char *)s.p;
    uint32_t i = 0;
    while (i < s.n) {
        // Sources are nearly all ASCII: eight bytes at once.
        uint64_t word;
        if (s.n - i >= sizeof word) {
            memcpy(&word, p + i, sizeof word);
            if (!(word & UINT64_C(0x8080808080808080))) {
                i += (uint32_t)sizeof word;
                continue;
            }
        }
        uint32_t cp;
        unsigned n = sequence(p + i, s.n - i, &cp);
        if (n == 0) {
            if (bad_out)
                *bad_out = i;
            return false;
        }
        i += n;
    }
    return true;
}

uint32_t utf8_next(Str s, uint32_t *at) {
    uint32_t cp = REPLACEMENT;
    if (*at >= s.n)
        return cp;
    unsigned n = sequence((const unsigned char *)s.p + *at, s.n - *at, &cp);
    *at += n ? n : 1;
    return cp;
}

unsigned utf8_put(uint32_t cp, char out[4]) {
    // What UTF-8 has no form for is written as what decoding such bytes would give.
    if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
        cp = REPLACEMENT;
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    unsigned n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (unsigned i = n - 1; i > 0; i--, cp >>= 6)
        out[i] = (char)(0x80u | (cp & 0x3F));
    out[0] = (char)((0xF00u >> n & 0xFFu) | cp);
    return n;
}
