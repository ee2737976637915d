// JSON for an HTML <script>: see html_json.h.
//
// Input: texts of any bytes. Output: ASCII-safe markup-free JSON in UTF-8; bytes that are not UTF-8
// become U+FFFD. Invariant: outside of the structure it writes itself, `<`, `>`, `&`, U+2028 and
// U+2029 occur inside strings only, where \uXXXX means the same.
#include "generator/views/html_json.h"

Html html_json(Arena *a) {
    return (Html){.out = buf_new(a)};
}

static void separate(Html *j) {
    if (j->more)
        buf_putc(&j->out, ',');
    j->more = true;
}

void html_open(Html *j, char bracket) {
    separate(j);
    buf_putc(&j->out, bracket);
    j->more = false;
}

void html_close(Html *j, char bracket) {
    buf_putc(&j->out, bracket);
    j->more = true;
}

void html_key(Html *j, const char *key) {
    separate(j);
    buf_printf(&j->out, "\"%s\":", key);
    j->more = false;
}

static bool is_markup(uint32_t cp) {
    return cp == '<' || cp == '>' || cp == '&' || cp == 0x2028 || cp == 0x2029;
}

static void put(Buf *b, uint32_t cp) {
    char bytes[4];
    buf_put(b, (Str){bytes, utf8_put(cp, bytes)});
}

void html_text(Html *j, Str s) {
    separate(j);
    buf_putc(&j->out, '"');
    for (uint32_t at = 0; at < s.n;) {
        uint32_t cp = utf8_next(s, &at);
        if (cp == '"' || cp == '\\') {
            buf_putc(&j->out, '\\');
            buf_putc(&j->out, (char)cp);
        } else if (cp == '\n') {
            buf_puts(&j->out, "\\n");
        } else if (cp < 0x20 || is_markup(cp)) {
            buf_printf(&j->out, "\\u%04x", (unsigned)cp);
        } else {
            put(&j->out, cp);
        }
    }
    buf_putc(&j->out, '"');
}

void html_number(Html *j, int64_t n) {
    separate(j);
    buf_printf(&j->out, "%lld", (long long)n);
}

void html_raw(Html *j, Str json) {
    separate(j);
    for (uint32_t at = 0; at < json.n;) {
        uint32_t cp = utf8_next(json, &at);
        if (is_markup(cp))
            buf_printf(&j->out, "\\u%04x", (unsigned)cp);
        else
            put(&j->out, cp);
    }
}
