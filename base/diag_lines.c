// One source line with what is marked in it. In: a line, marks in bytes. Out:
//
//      5 | let a = foo(x, y);
//        |         ^^^ -  - third
//        |         |   |
//        |         |   second
//        |         first
//
// A line that is wider than WINDOW is shown in part, around its first mark; marks that this part
// does not reach get a part of their own.
//
// Invariant: columns are cells of the terminal, counted by the same glyphs that are printed, so
// that marks stand below what they mark whatever the script.

#include "base/diag_lines.h"

#include <string.h>

enum {
    WINDOW = 160,
    LEAD = 40, // what is shown before the mark of a part
    DOTS = 3,
    STACKED_MOST = 8, // combining marks on one letter, the rest is noise
};

// The cells [start, end) of a line that are shown.
typedef struct Part {
    uint32_t start, end;
    bool cut_left, cut_right;
} Part;

void paint(Painter *p, Style style) {
    static const char *const codes[] = {
        [STYLE_PLAIN] = "\x1b[0m",    [STYLE_STRONG] = "\x1b[0m\x1b[1m",
        [STYLE_ERROR] = "\x1b[1;31m", [STYLE_WARNING] = "\x1b[1;33m",
        [STYLE_POINT] = "\x1b[1;32m", [STYLE_GUTTER] = "\x1b[1;34m",
    };
    if (p->color)
        buf_puts(p->out, codes[style]);
}

void put_gutter(Painter *p, uint32_t number, bool bare) {
    paint(p, STYLE_GUTTER);
    if (number > 0)
        buf_printf(p->out, " %*u |", (int)p->gutter, (unsigned)number);
    else
        buf_printf(p->out, " %*s |", (int)p->gutter, "");
    paint(p, STYLE_PLAIN);
    if (!bare)
        buf_putc(p->out, ' ');
}

static uint32_t width_of(Str line) {
    uint32_t column = 0;
    for (uint32_t at = 0; at < line.n;)
        column += glyph_next(line, &at, column).width;
    return column;
}

// From bytes to cells. A mark is at least one cell wide, also at the line's end.
static void place_mark(Str line, Mark *m) {
    uint32_t column = 0, at = 0;
    m->left = m->right = UINT32_MAX;
    while (at < line.n && m->right == UINT32_MAX) {
        Glyph g = glyph_next(line, &at, column);
        if (at > m->from && m->left == UINT32_MAX)
            m->left = column;
        column += g.width;
        if (at >= m->to && m->left != UINT32_MAX)
            m->right = column;
    }
    if (m->left == UINT32_MAX)
        m->left = column;
    if (m->right == UINT32_MAX || m->to <= m->from || m->right <= m->left)
        m->right = m->left + 1;
}

// A part of WINDOW cells that begins a little before the seed, since what leads up to it explains
// it.
static Part part_around(uint32_t width, const Mark *seed) {
    if (width <= WINDOW)
        return (Part){0, width, false, false};
    uint32_t start = seed && seed->left > LEAD ? seed->left - LEAD : 0;
    // A mark that fits should be seen whole; near the line's end there is no use in a half empty
    // part.
    if (seed && seed->right <= WINDOW)
        start = 0;
    if (start > width - WINDOW)
        start = width - WINDOW;
    uint32_t end = start + WINDOW < width ? start + WINDOW : width;
    return (Part){start, end, start > 0, end < width};
}

static void put_text(Painter *p, Str line, Part part) {
    if (part.cut_left)
        buf_puts(p->out, "...");
    uint32_t column = 0, stacked = 0, put = part.start;
    bool begun = part.start == 0;
    for (uint32_t at = 0; at < line.n && column <= part.end;) {
        Glyph g = glyph_next(line, &at, column);
        bool fits = column >= part.start && column + g.width <= part.end;
        begun = begun || (fits && g.width > 0);
        stacked = g.width > 0 ? 0 : stacked + 1;
        if (fits && begun && stacked <= STACKED_MOST) {
            // What a wide character leaves at the cut is blank.
            buf_pad(p->out, ' ', column > put ? column - put : 0);
            buf_put(p->out, (Str){g.text, g.size});
            put = column + g.width;
        }
        column += g.width;
    }
    if (part.cut_right) {
        buf_pad(p->out, ' ', part.end > put ? part.end - put : 0);
        buf_puts(p->out, "...");
    }
}

static Style style_of(const Painter *p, bool primary) {
    return primary ? p->primary : STYLE_GUTTER;
}

// Cells hold what the mark rows are made of: ' ', '^' and '-', '!' for a dot of a primary mark that
// goes on, '.' for one of another.
static void put_cells(Painter *p, const char *cells, uint32_t n) {
    Style now = STYLE_PLAIN;
    for (uint32_t i = 0; i < n; i++) {
        char c = cells[i];
        Style style = c == ' ' ? now : style_of(p, c == '^' || c == '!');
        if (style != now)
            paint(p, style);
        buf_putc(p->out, c == '!' ? '.' : c);
        now = style;
    }
    paint(p, STYLE_PLAIN);
}

static void put_words(Painter *p, const Mark *m) {
    paint(p, style_of(p, m->primary));
    glyph_put(p->out, m->text);
    paint(p, STYLE_PLAIN);
    buf_putc(p->out, '\n');
}

// The row of ^ and -, which ends in the text of the mark that reaches farthest. Gives that mark.
// Primary marks are drawn last, over the others.
static const Mark *put_underlines(Painter *p, const Mark *marks, uint32_t n) {
    const Mark *far = &marks[0];
    uint32_t width = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t right = marks[i].right + (marks[i].goes_on ? DOTS : 0);
        width = right > width ? right : width;
        if (marks[i].text.n > 0 && (far->text.n == 0 || marks[i].right >= far->right))
            far = &marks[i];
    }
    char *cells = arena_alloc(p->arena, width);
    memset(cells, ' ', width);
    for (uint32_t i = 0; i < n; i++)
        if (marks[i].goes_on)
            memset(cells + marks[i].right, marks[i].primary ? '!' : '.', DOTS);
    for (int primary = 0; primary <= 1; primary++)
        for (uint32_t i = 0; i < n; i++)
            if (marks[i].primary == (bool)primary)
                memset(cells + marks[i].left, primary ? '^' : '-', marks[i].right - marks[i].left);
    put_gutter(p, 0, false);
    put_cells(p, cells, width);
    if (far->text.n == 0) {
        buf_putc(p->out, '\n');
        return far;
    }
    buf_putc(p->out, ' ');
    put_words(p, far);
    return far;
}

// A row of bars below the first n marks, as far as `width` cells.
static void put_bars(Painter *p, const Mark **hung, uint32_t n, uint32_t width) {
    put_gutter(p, 0, false);
    uint32_t column = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (hung[i]->left >= width || hung[i]->left < column)
            continue;
        buf_pad(p->out, ' ', hung[i]->left - column);
        paint(p, style_of(p, hung[i]->primary));
        buf_putc(p->out, '|');
        paint(p, STYLE_PLAIN);
        column = hung[i]->left + 1;
    }
    if (width != UINT32_MAX)
        buf_pad(p->out, ' ', width - column);
}

// Texts that found no room beside their mark hang below it, the rightmost first, so that no bar
// crosses a text.
static void put_underlined(Painter *p, const Mark *marks, uint32_t n) {
    const Mark *far = put_underlines(p, marks, n);
    const Mark **hung = arena_array(p->arena, const Mark *, n);
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; i++)
        if (&marks[i] != far && marks[i].text.n > 0)
            hung[count++] = &marks[i];
    if (count == 0)
        return;
    put_bars(p, hung, count, UINT32_MAX);
    buf_putc(p->out, '\n');
    for (uint32_t i = count; i > 0; i--) {
        put_bars(p, hung, i - 1, hung[i - 1]->left);
        put_words(p, hung[i - 1]);
    }
}

// Cuts a mark to the part that is shown and counts its cells from there.
static void move_into(Mark *m, Part part) {
    uint32_t shift = part.cut_left ? DOTS : 0;
    if (m->left < part.start)
        m->left = part.start;
    if (part.cut_right && m->right > part.end) {
        m->right = part.end;
        m->goes_on = true;
    }
    m->left = m->left - part.start + shift;
    m->right = m->right - part.start + shift;
}

static bool is_in(const Mark *m, Part part) {
    return m->left < part.end + !part.cut_right && m->right > part.start;
}

void put_line(Painter *p, FileId file, uint32_t number, Mark *marks, uint32_t n) {
    Str line = source_line(p->sources, file, number);
    while (line.n > 0 && (line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\t'))
        line.n--;
    uint32_t width = width_of(line);
    const Mark *seed = n ? &marks[0] : NULL;
    for (uint32_t i = 0; i < n; i++) {
        place_mark(line, &marks[i]);
        if (marks[i].primary)
            seed = &marks[i];
    }
    do {
        Part part = part_around(width, seed);
        put_gutter(p, number, line.n == 0);
        put_text(p, line, part);
        buf_putc(p->out, '\n');
        // Those of this part are drawn, the others wait for the next one.
        Mark *drawn = arena_array(p->arena, Mark, n);
        uint32_t count = 0, left = 0;
        for (uint32_t i = 0; i < n; i++) {
            if (&marks[i] == seed || is_in(&marks[i], part)) {
                drawn[count] = marks[i];
                move_into(&drawn[count++], part);
            } else {
                marks[left++] = marks[i];
            }
        }
        if (count > 0)
            put_underlined(p, drawn, count);
        n = left;
        seed = marks;
    } while (n > 0);
}
