// The one spelling of a request that both sides sign. In: path, query and headers as they are sent.
// Out: the lines of the canonical request.
//
// Invariant: what comes out depends on what the other side can read from the wire alone.

#include "adapters/aws/query.h"
#include "adapters/aws/sign/sign.h"

#include <stdlib.h>

// ---- Paths -------------------------------------------------------------------------------------

// Without ".", ".." and empty parts; the slash at the end stays.
static Str normal_path(Arena *a, Str path) {
    Vec(Str) parts = {0};
    bool open = true; // the last part is empty or a dot: a slash stands at the end
    for (uint32_t from = 0; from <= path.n;) {
        int64_t slash = str_find(path, STR("/"), from);
        uint32_t to = slash < 0 ? path.n : (uint32_t)slash;
        Str part = str_slice(path, from, to);
        open = part.n == 0 || str_is(part, ".") || str_is(part, "..");
        if (str_is(part, "..") && parts.n)
            parts.n--;
        if (!open)
            vec_push(a, &parts, part);
        from = to + 1;
    }
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < parts.n; i++) {
        buf_putc(&b, '/');
        buf_put(&b, parts.at[i]);
    }
    if (open)
        buf_putc(&b, '/');
    return buf_str(&b);
}

Str canonical_path(Arena *a, Str path, bool verbatim, bool normalize) {
    if (path.n == 0)
        return STR("/");
    if (normalize)
        path = normal_path(a, path);
    return verbatim ? path : percent_encoded(a, path, true);
}

// ---- Queries -----------------------------------------------------------------------------------

static int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static Str percent_decoded(Arena *a, Str s) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < s.n; i++) {
        int high = s.p[i] == '%' && i + 2 < s.n ? hex_digit(s.p[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(s.p[i + 2]) : -1;
        if (low >= 0) {
            buf_putc(&b, (char)(high << 4 | low));
            i += 2;
        } else {
            buf_putc(&b, s.p[i]);
        }
    }
    return buf_str(&b);
}

static Str encoded_once(Arena *a, Str s) {
    return percent_encoded(a, percent_decoded(a, s), false);
}

typedef struct Pair {
    Str name, value;
} Pair;

static int pair_order(const void *x, const void *y) {
    const Pair *a = x, *b = y;
    int by_name = str_cmp(a->name, b->name);
    return by_name ? by_name : str_cmp(a->value, b->value);
}

Str canonical_query(Arena *a, Str query) {
    Vec(Pair) pairs = {0};
    for (uint32_t from = 0; from < query.n;) {
        int64_t amp = str_find(query, STR("&"), from);
        uint32_t to = amp < 0 ? query.n : (uint32_t)amp;
        Str part = str_slice(query, from, to);
        int64_t equal = str_find(part, STR("="), 0);
        Str name = equal < 0 ? part : str_slice(part, 0, (uint32_t)equal);
        Str value = equal < 0 ? STR_EMPTY : str_slice(part, (uint32_t)equal + 1, part.n);
        if (part.n)
            vec_push(a, &pairs, (Pair){encoded_once(a, name), encoded_once(a, value)});
        from = to + 1;
    }
    if (pairs.n)
        qsort(pairs.at, pairs.n, sizeof *pairs.at, pair_order);
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < pairs.n; i++)
        buf_printf(&b, "%s%.*s=%.*s", i ? "&" : "", STR_ARG(pairs.at[i].name),
                   STR_ARG(pairs.at[i].value));
    return buf_str(&b);
}

// ---- Headers -----------------------------------------------------------------------------------

static Str small_letters(Arena *a, Str s) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        buf_putc(&b, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
    }
    return buf_str(&b);
}

// Spaces and line breaks in a row are one space, and none at the ends.
static void put_value(Buf *b, Str value) {
    value = str_trim(value);
    for (uint32_t i = 0; i < value.n; i++) {
        bool space = value.p[i] == ' ' || (value.p[i] >= '\t' && value.p[i] <= '\r');
        bool again = space && i &&
                     (value.p[i - 1] == ' ' || (value.p[i - 1] >= '\t' && value.p[i - 1] <= '\r'));
        if (!again)
            buf_putc(b, space ? ' ' : value.p[i]);
    }
}

typedef struct Line {
    Str name, value;
    uint32_t order; // values of one name stay in their order
} Line;

static int line_order(const void *x, const void *y) {
    const Line *a = x, *b = y;
    int by_name = str_cmp(a->name, b->name);
    return by_name ? by_name : (a->order > b->order) - (a->order < b->order);
}

Str canonical_headers(Arena *a, const HttpHeaderVec *headers, Str *names) {
    Vec(Line) lines = {0};
    Buf b = buf_new(a), list = buf_new(a);
    for (uint32_t i = 0; i < headers->n; i++) {
        Str name = small_letters(a, str_trim(headers->at[i].name));
        vec_push(a, &lines, (Line){name, headers->at[i].value, i});
    }
    if (lines.n)
        qsort(lines.at, lines.n, sizeof *lines.at, line_order);
    for (uint32_t i = 0; i < lines.n; i++) {
        bool same = i && str_eq(lines.at[i].name, lines.at[i - 1].name);
        if (!same) {
            buf_puts(&b, i ? "\n" : "");
            buf_puts(&list, i ? ";" : "");
            buf_put(&b, lines.at[i].name);
            buf_put(&list, lines.at[i].name);
        }
        buf_putc(&b, same ? ',' : ':');
        put_value(&b, lines.at[i].value);
    }
    buf_puts(&b, "\n");
    *names = buf_str(&list);
    return buf_str(&b);
}
