// What a terminal may see of a text. In: any bytes. Out: cells.
//
// Invariant: what comes out is valid UTF-8 without control characters, without characters that turn
// the direction of writing, and without invisible ones: they appear as escapes. A source file must
// not be able to move the cursor, recolour the screen or show code in another order than the
// compiler reads it.

#include "base/diag_rows.h"

#include <stdio.h>
#include <string.h>

enum { TAB = 4 };

bool glyph_is_hidden(uint32_t cp) {
    static const struct {
        uint32_t first, last;
    } hidden[] = {
        {0x00, 0x1F},     {0x7F, 0x9F},     {0xAD, 0xAD},     {0x61C, 0x61C},
        {0x180E, 0x180E}, {0x200B, 0x200B}, {0x200E, 0x200F}, {0x2028, 0x202E},
        {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F},
    };
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        if (cp >= hidden[i].first && cp <= hidden[i].last)
            return true;
    return false;
}

static Glyph escape(uint32_t cp) {
    Glyph g = {0};
    int n = cp == '\n'   ? snprintf(g.text, sizeof g.text, "\\n")
            : cp == '\r' ? snprintf(g.text, sizeof g.text, "\\r")
                         : snprintf(g.text, sizeof g.text, "\\u{%x}", (unsigned)cp);
    g.size = g.width = (uint32_t)n;
    return g;
}

Glyph glyph_next(Str s, uint32_t *at, uint32_t column) {
    uint32_t cp = utf8_next(s, at);
    if (cp >= ' ' && cp < 0x7F)
        return (Glyph){.text = {(char)cp}, .size = 1, .width = 1};
    if (cp == '\t') {
        uint32_t width = TAB - column % TAB;
        Glyph g = {.size = width, .width = width};
        memset(g.text, ' ', width);
        return g;
    }
    if (glyph_is_hidden(cp))
        return escape(cp);
    Glyph g = {.width = utf8_width(cp)};
    g.size = utf8_put(cp, g.text);
    return g;
}

void glyph_put(Buf *out, Str s) {
    uint32_t column = 0;
    for (uint32_t at = 0; at < s.n;) {
        Glyph g = glyph_next(s, &at, column);
        buf_put(out, (Str){g.text, g.size});
        column += g.width;
    }
}
