// Literals: numbers, strings, templates and regular expressions, from their text to their values.
//
// In: leaves of the concrete tree. Out: N_NUMBER, N_BIGINT, N_STRING, N_REGEX, N_TEMPLATE.
// Values without an escape are slices of the source.

#include "deducer/load/parse.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int digit_of(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 99;
}

// Up to `max` digits of base 16 or 8; moves *at behind them.
static uint32_t digits(Str s, uint32_t *at, unsigned base, uint32_t max) {
    uint32_t value = 0;
    for (uint32_t i = 0; i < max && *at < s.n && digit_of(s.p[*at]) < (int)base; i++, ++*at) {
        if (value < 0x1000000)
            value = value * base + (uint32_t)digit_of(s.p[*at]);
    }
    return value;
}

// What follows `\u`: four digits or any number of them in braces.
static uint32_t unicode_escape(Str s, uint32_t *at) {
    if (*at < s.n && s.p[*at] == '{') {
        ++*at;
        uint32_t cp = digits(s, at, 16, UINT32_MAX);
        if (*at < s.n && s.p[*at] == '}')
            ++*at;
        return cp > 0x10FFFF ? 0xFFFD : cp;
    }
    return digits(s, at, 16, 4);
}

static bool is_high(uint32_t cp) {
    return cp >= 0xD800 && cp < 0xDC00;
}
static bool is_low(uint32_t cp) {
    return cp >= 0xDC00 && cp < 0xE000;
}

// A code unit that was written as an escape; the second half of a pair may follow as one, too.
static uint32_t join_surrogates(Str s, uint32_t *at, uint32_t cp) {
    if (is_high(cp) && *at + 1 < s.n && s.p[*at] == '\\' && s.p[*at + 1] == 'u') {
        uint32_t next = *at + 2;
        uint32_t low = unicode_escape(s, &next);
        if (is_low(low)) {
            *at = next;
            return 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
        }
    }
    return is_high(cp) || is_low(cp) ? 0xFFFD : cp;
}

static void put_cp(Buf *b, uint32_t cp) {
    char utf8[4];
    unsigned n = utf8_put(cp, utf8);
    buf_put(b, (Str){utf8, n});
}

// The escape whose backslash stands before *at.
static void put_escape(Buf *b, Str s, uint32_t *at) {
    static const char plain[] = "nrtbfv";
    static const char values[] = "\n\r\t\b\f\v";
    char c = s.p[(*at)++];
    const char *known = c == '\0' ? NULL : strchr(plain, c);
    if (known != NULL) {
        buf_putc(b, values[known - plain]);
    } else if (c == 'x') {
        put_cp(b, digits(s, at, 16, 2));
    } else if (c == 'u') {
        uint32_t cp = unicode_escape(s, at);
        put_cp(b, join_surrogates(s, at, cp));
    } else if (c >= '0' && c <= '7') {
        --*at;
        put_cp(b, digits(s, at, 8, c <= '3' ? 3 : 2));
    } else if (c == '\r') { // a line that goes on
        if (*at < s.n && s.p[*at] == '\n')
            ++*at;
    } else if (c != '\n') {
        uint32_t start = *at - 1;
        *at = start;
        uint32_t cp = utf8_next(s, at);
        bool line_end = cp == 0x2028 || cp == 0x2029;
        if (!line_end)
            buf_put(b, str_slice(s, start, *at));
    }
}

// Resolves escapes; in templates, CR and CRLF count as LF even without one.
static Str cook(Parse *p, Str s, bool escapes, bool template) {
    bool odd = (escapes && memchr(s.p, '\\', s.n)) || (template && memchr(s.p, '\r', s.n));
    if (!odd)
        return s;
    Buf b = buf_new(p->a);
    for (uint32_t at = 0; at < s.n;) {
        uint32_t run = at;
        while (at < s.n && s.p[at] != '\\' && s.p[at] != '\r')
            at++;
        buf_put(&b, str_slice(s, run, at));
        if (at == s.n)
            break;
        char c = s.p[at++];
        if (c == '\\' && escapes && at < s.n) {
            put_escape(&b, s, &at);
        } else if (c == '\r' && template) {
            if (at < s.n && s.p[at] == '\n')
                at++;
            buf_putc(&b, '\n');
        } else {
            buf_putc(&b, c);
        }
    }
    return buf_str(&b);
}

Str parse_string(Parse *p, Cst n) {
    Str s = parse_text(p, n);
    if (s.n < 2)
        return STR_EMPTY;
    return cook(p, str_slice(s, 1, s.n - 1), true, false);
}

Node *parse_string_node(Parse *p, Cst n) {
    Node *node = parse_node(p, N_STRING, n);
    node->u.text = parse_string(p, n);
    return node;
}

// Decimal digits of a number in base 2, 8 or 16. Quadratic, so numbers are cut at a length that no
// program needs.
static Str to_decimal(Parse *p, Str s, unsigned base) {
    enum { DIGITS_MAX = 2000 };
    uint8_t out[DIGITS_MAX] = {0}; // least significant first
    uint32_t used = 1;
    for (uint32_t i = 0; i < s.n; i++) {
        unsigned carry = (unsigned)digit_of(s.p[i]);
        for (uint32_t k = 0; k < used; k++) {
            carry += out[k] * base;
            out[k] = (uint8_t)(carry % 10);
            carry /= 10;
        }
        for (; carry > 0 && used < DIGITS_MAX; carry /= 10)
            out[used++] = (uint8_t)(carry % 10);
    }
    Buf b = buf_new(p->a);
    while (used > 0)
        buf_putc(&b, (char)('0' + out[--used]));
    return buf_str(&b);
}

static Str without_separators(Parse *p, Str s) {
    if (memchr(s.p, '_', s.n) == NULL)
        return s;
    Buf b = buf_new(p->a);
    for (uint32_t i = 0; i < s.n; i++) {
        if (s.p[i] != '_')
            buf_putc(&b, s.p[i]);
    }
    return buf_str(&b);
}

static unsigned radix_of(Str s) {
    if (s.n < 2 || s.p[0] != '0')
        return 10;
    switch (s.p[1]) {
    case 'x':
    case 'X':
        return 16;
    case 'o':
    case 'O':
        return 8;
    case 'b':
    case 'B':
        return 2;
    default:
        return 10;
    }
}

// strtod needs an end; number literals of any length are cut where no digit matters any more.
static double decimal_value(Str s) {
    char text[400];
    uint32_t n = s.n < sizeof text ? s.n : (uint32_t)sizeof text - 1;
    memcpy(text, s.p, n);
    text[n] = '\0';
    return strtod(text, NULL);
}

Node *parse_number(Parse *p, Cst n) {
    Str s = without_separators(p, parse_text(p, n));
    unsigned radix = radix_of(s);
    if (s.n > 1 && s.p[s.n - 1] == 'n') {
        Node *node = parse_node(p, N_BIGINT, n);
        Str value = str_slice(s, radix == 10 ? 0 : 2, s.n - 1);
        node->u.text = radix == 10 ? value : to_decimal(p, value, radix);
        return node;
    }
    Node *node = parse_node(p, N_NUMBER, n);
    if (radix != 10) {
        for (uint32_t i = 2; i < s.n; i++)
            node->u.number = node->u.number * radix + digit_of(s.p[i]);
        return node;
    }
    if (s.n > 1 && s.p[0] == '0' && s.p[1] >= '0' && s.p[1] <= '9') {
        Diag *d = parse_error(p, node->span, "a number may not begin with `0`");
        if (d != NULL)
            diag_help(d, "write `0o` before the digits of an octal number");
    }
    node->u.number = decimal_value(s);
    return node;
}

Node *parse_regex(Parse *p, Cst n) {
    Node *node = parse_node(p, N_REGEX, n);
    Str s = parse_text(p, n);
    int64_t end = str_rfind_char(s, '/');
    uint32_t last = end > 0 ? (uint32_t)end : s.n;
    node->u.regex.pattern = str_slice(s, 1, last);
    node->u.regex.flags = str_slice(s, last + 1, s.n);
    return node;
}

Node *parse_template(Parse *p, Cst n) {
    Node *node = parse_node(p, N_TEMPLATE, n);
    uint32_t count = 0;
    CST_EACH(c, n) count += c->kind == CST_SUBSTITUTION;
    node->u.tmpl.exprs = arena_array(p->a, Node *, count);
    node->u.tmpl.strings = arena_array(p->a, Str, count + 1);
    node->u.tmpl.raw = arena_array(p->a, Str, count + 1);
    uint32_t start = n->start + 1;
    uint32_t i = 0;
    CST_EACH(c, n) {
        if (c->kind != CST_SUBSTITUTION)
            continue;
        Str raw = str_slice(p->text, start, c->start);
        node->u.tmpl.raw[i] = cook(p, raw, false, true);
        node->u.tmpl.strings[i] = cook(p, raw, true, true);
        node->u.tmpl.exprs[i++] = parse_inner(p, c);
        start = c->end;
    }
    Str raw = str_slice(p->text, start, n->end > start ? n->end - 1 : start);
    node->u.tmpl.raw[i] = cook(p, raw, false, true);
    node->u.tmpl.strings[i] = cook(p, raw, true, true);
    node->u.tmpl.count = count;
    return node;
}
