// Text in other alphabets: URI escapes and base64, as global functions.
//
// Known text in, known text out; what is not well formed is an error of the program, as in the
// language. The conversions of bytes are also Buffer's (bytes.h).

#include "deducer/eval/builtins/bytes.h"

#include <string.h>

static const char always_kept[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

static Value escaped(Interp *I, Str s, const char *kept) {
    Buf b = buf_new(I->a);
    for (uint32_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c && (strchr(always_kept, c) || strchr(kept, c)))
            buf_putc(&b, c);
        else
            buf_printf(&b, "%%%02X", (unsigned)(unsigned char)c);
    }
    return value_string(buf_str(&b));
}

static Value encode_component(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)n, (void)span;
    return escaped(I, a[1].s, "-_.!~*'()");
}

static Value encode_uri(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)n, (void)span;
    return escaped(I, a[1].s, "-_.!~*'();/?:@&=+$,#");
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static Value unescaped(Interp *I, Str s, const char *kept, Span span) {
    Buf b = buf_new(I->a);
    uint32_t bad;
    for (uint32_t i = 0; i < s.n; i++) {
        if (s.p[i] != '%') {
            buf_putc(&b, s.p[i]);
            continue;
        }
        int high = i + 2 < s.n ? hex_digit(s.p[i + 1]) : -1,
            low = high < 0 ? -1 : hex_digit(s.p[i + 2]);
        if (low < 0) {
            interp_throw_error(I, "URIError", span, "URI malformed");
            return UNDEFINED;
        }
        char c = (char)(high * 16 + low);
        if (c && strchr(kept, c))
            buf_put(&b, str_slice(s, i, i + 3));
        else
            buf_putc(&b, c);
        i += 2;
    }
    if (!utf8_valid(buf_str(&b), &bad)) {
        interp_throw_error(I, "URIError", span, "URI malformed");
        return UNDEFINED;
    }
    return value_string(buf_str(&b));
}

static Value decode_component(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)n;
    return unescaped(I, a[1].s, "", span);
}

static Value decode_uri(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)n;
    return unescaped(I, a[1].s, ";/?:@&=+$,#", span);
}

// ---- Base64 and hexadecimal ---------------------------------------------------------------------

Str bytes_to_base64(Arena *a, Str s, bool url) {
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < s.n; i += 3) {
        uint32_t left = s.n - i, v = (uint32_t)(unsigned char)s.p[i] << 16;
        if (left > 1)
            v |= (uint32_t)(unsigned char)s.p[i + 1] << 8;
        if (left > 2)
            v |= (uint32_t)(unsigned char)s.p[i + 2];
        for (uint32_t k = 0; k < 4; k++) {
            char c = plain[(v >> (18 - 6 * k)) & 63];
            if (k > left)
                c = url ? 0 : '=';
            else if (url && c == '+')
                c = '-';
            else if (url && c == '/')
                c = '_';
            if (c)
                buf_putc(&b, c);
        }
    }
    return buf_str(&b);
}

bool bytes_from_base64(Arena *a, Str s, Str *out) {
    Buf b = buf_new(a);
    uint32_t v = 0, bits = 0;
    for (uint32_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        uint32_t d;
        if (c >= 'A' && c <= 'Z')
            d = (uint32_t)(c - 'A');
        else if (c >= 'a' && c <= 'z')
            d = (uint32_t)(c - 'a' + 26);
        else if (c >= '0' && c <= '9')
            d = (uint32_t)(c - '0' + 52);
        else if (c == '+' || c == '-')
            d = 62;
        else if (c == '/' || c == '_')
            d = 63;
        else if (c == '=')
            break;
        else if (c == ' ' || (c >= '\t' && c <= '\r'))
            continue;
        else
            return false;
        v = (v << 6 | d) & 0xFFFFFF;
        bits += 6;
        if (bits >= 8)
            buf_putc(&b, (char)(v >> (bits -= 8) & 0xFF));
    }
    *out = buf_str(&b);
    return true;
}

Str bytes_to_hex(Arena *a, Str s) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < s.n; i++)
        buf_printf(&b, "%02x", (unsigned)(unsigned char)s.p[i]);
    return buf_str(&b);
}

Str bytes_from_hex(Arena *a, Str s) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i + 1 < s.n; i += 2) {
        int high = hex_digit(s.p[i]), low = hex_digit(s.p[i + 1]);
        if (high < 0 || low < 0)
            break;
        buf_putc(&b, (char)(high * 16 + low));
    }
    return buf_str(&b);
}

// Each byte as the code point of its number, and back.
Str bytes_to_latin1(Arena *a, Str s) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < s.n; i++) {
        char text[4];
        buf_put(&b, (Str){text, utf8_put((unsigned char)s.p[i], text)});
    }
    return buf_str(&b);
}

bool bytes_from_latin1(Arena *a, Str s, Str *out) {
    Buf b = buf_new(a);
    bool fits = true;
    for (uint32_t i = 0; i < s.n;) {
        uint32_t cp = utf8_next(s, &i);
        fits = fits && cp < 256;
        buf_putc(&b, (char)(cp & 0xFF));
    }
    *out = buf_str(&b);
    return fits;
}

static Value btoa(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)n;
    Str bytes;
    if (bytes_from_latin1(I->a, a[1].s, &bytes))
        return value_string(bytes_to_base64(I->a, bytes, false));
    interp_throw_error(I, "Error", span, "invalid character");
    return UNDEFINED;
}

static Value atob(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)n;
    Str bytes;
    if (bytes_from_base64(I->a, a[1].s, &bytes))
        return value_string(bytes_to_latin1(I->a, bytes));
    interp_throw_error(I, "Error", span, "the string to be decoded is not correctly encoded");
    return UNDEFINED;
}

static const Pure encoding_globals[] = {
    {"atob", "-s", PT_STRING | MAY_THROW, 1, atob},
    {"btoa", "-s", PT_STRING | MAY_THROW, 1, btoa},
    {"decodeURI", "-s", PT_STRING | MAY_THROW, 1, decode_uri},
    {"decodeURIComponent", "-s", PT_STRING | MAY_THROW, 1, decode_component},
    {"encodeURI", "-s", PT_STRING, 1, encode_uri},
    {"encodeURIComponent", "-s", PT_STRING, 1, encode_component},
    {NULL, NULL, 0, 0, NULL},
};

void install_encoding(Interp *I) {
    Obj *holder = obj_plain(I, SPAN_NONE);
    pure_install(I, holder, encoding_globals);
    for (uint32_t i = 0; encoding_globals[i].name; i++)
        global_set(I, encoding_globals[i].name,
                   obj_find(holder, key_of(I, encoding_globals[i].name))->cell.v);
}
