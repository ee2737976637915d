// Words of a shell and what they mean.
//
// Input: a word as it was typed, or text that is to become one. Output: the other. Invariant: what
// is made for bash is one word that means the text, whatever the text holds; nothing in it is
// expanded or run.

#include "cli/complete/complete.h"

#include <string.h>

Str quote_strip(Arena *a, Str word, char *quote) {
    Buf b = buf_new(a);
    char open = 0;
    for (uint32_t i = 0; i < word.n; i++) {
        char c = word.p[i];
        bool escapes = c == '\\' && open != '\'' && i + 1 < word.n;
        if (escapes && (!open || strchr("\\\"$`", word.p[i + 1])))
            buf_putc(&b, word.p[++i]);
        else if (open ? c == open : c == '"' || c == '\'')
            open = open ? 0 : c;
        else
            buf_putc(&b, c);
    }
    *quote = open;
    return buf_str(&b);
}

static bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (unsigned char)c >= 0x80 || strchr("%+,-./@_", c);
}

Str quote_for_bash(Arena *a, Str text, char quote) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (quote == '\'' && c == '\'')
            buf_puts(&b, "'\\'");
        else if (quote == '"' ? strchr("\\\"$`", c) != NULL : !quote && !is_plain(c))
            buf_putc(&b, '\\');
        buf_putc(&b, c);
    }
    return buf_str(&b);
}
