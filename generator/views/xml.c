// Text and numbers as XML holds them.
//
// Input: any bytes. Output: well-formed XML 1.0 that means the same in HTML. Invariant: nothing
// that is put here ends the text or the attribute that it stands in.
#include "generator/views/xml.h"

static bool is_xml(uint32_t cp) {
    if (cp < 0x20)
        return cp == '\t' || cp == '\n' || cp == '\r';
    return cp != 0x7F && cp != 0xFFFE && cp != 0xFFFF;
}

void xml_put(Buf *b, Str s) {
    for (uint32_t at = 0; at < s.n;) {
        uint32_t cp = utf8_next(s, &at);
        char bytes[4];
        if (cp == '&')
            buf_puts(b, "&amp;");
        else if (cp == '<')
            buf_puts(b, "&lt;");
        else if (cp == '>')
            buf_puts(b, "&gt;");
        else if (cp == '"')
            buf_puts(b, "&quot;");
        else if (!is_xml(cp))
            buf_puts(b, "\xEF\xBF\xBD");
        else if (cp < 0x20)
            buf_printf(b, "&#%u;", cp);
        else
            buf_put(b, (Str){bytes, utf8_put(cp, bytes)});
    }
}

void xml_attribute(Buf *b, const char *name, Str value) {
    buf_printf(b, " %s=\"", name);
    xml_put(b, value);
    buf_putc(b, '"');
}

void xml_number(Buf *b, double x) {
    int64_t tenths = (int64_t)(x * 10 + (x < 0 ? -0.5 : 0.5));
    if (tenths < 0) {
        buf_putc(b, '-');
        tenths = -tenths;
    }
    buf_printf(b, "%lld", (long long)(tenths / 10));
    if (tenths % 10)
        buf_printf(b, ".%lld", (long long)(tenths % 10));
}
