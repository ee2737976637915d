// Encodings of text.
//
// Input: bytes of any kind. Output: text in an arena. Invariant: what text_quote writes is valid
// UTF-8 and valid JSON whatever comes in; decoding what was encoded gives the same bytes.
#include "adapters/run/text.h"

// What goes into a JSON string as it is. The rest is rare, so texts are copied in long stretches.
static bool plain(unsigned char c) {
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

static void quote_special(Buf *b, Str s, uint32_t *at) {
    static const char NAMES[] = "btnvfr"; // \b is 8, \r is 13; \v has no name in JSON
    unsigned char c = (unsigned char)s.p[*at];
    if (c == '"' || c == '\\') {
        buf_putc(b, '\\');
        buf_putc(b, (char)c);
        ++*at;
    } else if (c >= 8 && c <= 13 && c != 11) {
        buf_putc(b, '\\');
        buf_putc(b, NAMES[c - 8]);
        ++*at;
    } else if (c < 0x20 || c == 0x7F) {
        buf_printf(b, "\\u%04x", c);
        ++*at;
    } else {
        // Decoded and encoded again: this is where bytes that are not UTF-8 become U+FFFD.
        char out[4];
        buf_put(b, (Str){out, utf8_put(utf8_next(s, at), out)});
    }
}

void text_quote(Buf *b, Str s) {
    buf_putc(b, '"');
    for (uint32_t at = 0; at < s.n;) {
        uint32_t start = at;
        while (at < s.n && plain((unsigned char)s.p[at]))
            at++;
        buf_put(b, str_slice(s, start, at));
        if (at < s.n)
            quote_special(b, s, &at);
    }
    buf_putc(b, '"');
}

void text_member(Buf *b, const char *key, Str value) {
    if (b->n && b->p[b->n - 1] != '{')
        buf_putc(b, ',');
    text_quote(b, str_of(key));
    buf_putc(b, ':');
    text_quote(b, value);
}

// ---- Base 64 ------------------------------------------------------------------------------------

static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

Str text_base64(Arena *a, Str s) {
    char *out = arena_alloc(a, ((size_t)s.n + 2) / 3 * 4), *p = out;
    for (uint32_t i = 0; i < s.n; i += 3) {
        uint32_t left = s.n - i, bits = (uint32_t)(unsigned char)s.p[i] << 16;
        if (left > 1)
            bits |= (uint32_t)(unsigned char)s.p[i + 1] << 8;
        if (left > 2)
            bits |= (unsigned char)s.p[i + 2];
        *p++ = DIGITS[bits >> 18];
        *p++ = DIGITS[bits >> 12 & 63];
        *p++ = left > 1 ? DIGITS[bits >> 6 & 63] : '=';
        *p++ = left > 2 ? DIGITS[bits & 63] : '=';
    }
    return (Str){out, (uint32_t)(p - out)};
}

// Both alphabets: the one for URLs is taken, too, as AWS takes it.
static int digit(char c) {
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

bool text_unbase64(Arena *a, Str s, Str *out) {
    char *bytes = arena_alloc(a, (size_t)s.n / 4 * 3 + 3);
    uint32_t n = 0, bits = 0, count = 0, padding = 0;
    for (uint32_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == ' ' || (c >= '\t' && c <= '\r'))
            continue;
        int d = digit(c);
        padding += c == '=';
        // Padding ends it: at most two, and no digit behind.
        if (d < 0 ? c != '=' || padding > 2 : padding != 0)
            return false;
        if (d < 0)
            continue;
        bits = bits << 6 | (uint32_t)d;
        if (++count % 4 != 1) // the first digit of four completes nothing
            bytes[n++] = (char)(bits >> (2 * (4 - (count - 1) % 4 - 1)) & 0xFF);
    }
    *out = (Str){bytes, n};
    return count % 4 != 1;
}

// ---- Percent ------------------------------------------------------------------------------------

static int hex(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

Str text_unpercent(Arena *a, Str s, bool plus) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < s.n; i++) {
        int high = s.p[i] == '%' && i + 2 < s.n ? hex(s.p[i + 1]) : -1;
        int low = high >= 0 ? hex(s.p[i + 2]) : -1;
        if (low >= 0) {
            buf_putc(&b, (char)(high << 4 | low));
            i += 2;
        } else {
            buf_putc(&b, plus && s.p[i] == '+' ? ' ' : s.p[i]);
        }
    }
    return buf_str(&b);
}

// ---- Case ---------------------------------------------------------------------------------------

// Not tolower: what is a letter must not depend on the locale.
static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

Str text_lower(Arena *a, Str s) {
    char *out = arena_alloc(a, s.n);
    for (uint32_t i = 0; i < s.n; i++)
        out[i] = lower(s.p[i]);
    return (Str){out, s.n};
}

bool text_same(Str x, Str y) {
    if (x.n != y.n)
        return false;
    for (uint32_t i = 0; i < x.n; i++)
        if (lower(x.p[i]) != lower(y.p[i]))
            return false;
    return true;
}

Str text_id(Arena *a, Str seed, unsigned length) {
    static const char ALPHABET[] = "abcdefghijklmnopqrstuvwxyz234567";
    Buf b = buf_new(a);
    uint64_t h = 0;
    for (unsigned i = 0; i < length; i++, h >>= 5) {
        if (i % 8 == 0) {
            h = str_hash(str_fmt(a, "%.*s/%u", STR_ARG(seed), i));
            // Seeds that are alike in all but a character should not be seen to be.
            h = (h ^ h >> 29) * 0xBF58476D1CE4E5B9u;
            h ^= h >> 32;
        }
        buf_putc(&b, ALPHABET[h & 31]);
    }
    return buf_str(&b);
}
