// Forms for Query services. In: names and values. Out: "Name=value&…", percent-encoded.
//
// Invariant: what is sent has no character but A-Z a-z 0-9 - . _ ~ % = &, so that no server reads
// it in another way; a space is %20, never '+'.

#include "adapters/aws/query.h"

static bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

Str percent_encoded(Arena *a, Str s, bool keep_slash) {
    static const char digits[] = "0123456789ABCDEF";
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (is_unreserved(s.p[i]) || (keep_slash && c == '/')) {
            buf_putc(&b, s.p[i]);
        } else {
            buf_putc(&b, '%');
            buf_putc(&b, digits[c >> 4]);
            buf_putc(&b, digits[c & 15]);
        }
    }
    return buf_str(&b);
}

Query query_new(Arena *a) {
    return (Query){.arena = a};
}

void query_set(Query *q, const char *name, Str value) {
    Str encoded = percent_encoded(q->arena, value, false);
    Str part = str_fmt(q->arena, "%s=%.*s", name, STR_ARG(encoded));
    vec_push(q->arena, &q->parts, part);
}

void query_add(Query *q, const char *name, Str value) {
    if (value.n)
        query_set(q, name, value);
}

void query_flag(Query *q, const char *name, bool value) {
    query_set(q, name, value ? STR("true") : STR("false"));
}

void query_member(Query *q, const char *list, uint32_t index, const char *field, Str value) {
    Str name = str_fmt(q->arena, "%s.member.%u%s%s", list, (unsigned)index, field ? "." : "",
                       field ? field : "");
    query_set(q, str_cstr(q->arena, name), value);
}

Str query_text(const Query *q) {
    Buf b = buf_new(q->arena);
    for (uint32_t i = 0; i < q->parts.n; i++) {
        if (i)
            buf_putc(&b, '&');
        buf_put(&b, q->parts.at[i]);
    }
    return buf_str(&b);
}
