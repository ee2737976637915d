// One place of the program with the lines around it. In: a place as arch.json names it. Out: lines
// as in a diagnostic, drawn by diag_lines.c.
//
// Invariant: lines that are blank at the edges of the excerpt are left out; the marked line always
// stands.

#include "base/excerpt.h"

#include "base/diag_lines.h"

static bool is_word(Str text, uint32_t at) {
    unsigned char c = at < text.n ? (unsigned char)text.p[at] : 0;
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
           c == '$' || c >= 0x80;
}

// Where the name goes on behind `at`: after a dot, or after a word that only leads to a name.
static uint32_t next_part(Str text, Str word, uint32_t at) {
    bool leads = str_is(word, "new") || str_is(word, "await");
    if (leads && at < text.n && text.p[at] == ' ')
        return at + 1;
    Str rest = str_slice(text, at, text.n);
    if (!leads && str_starts(rest, "?."))
        return at + 2;
    return !leads && str_starts(rest, ".") ? at + 1 : at;
}

Span excerpt_span(Sources *sources, Str file, LineCol at) {
    FileId id = sources_find(sources, file);
    if (!id)
        return SPAN_NONE;
    Str text = sources_get(sources, id)->text;
    uint32_t start = source_offset(sources, id, at), from = start;
    uint32_t end = diag_word_end(text, from);
    while (is_word(text, from)) {
        uint32_t next = next_part(text, str_slice(text, from, end), end);
        if (next == end || !is_word(text, next))
            break;
        from = next;
        end = diag_word_end(text, from);
    }
    return (Span){id, start, end};
}

static unsigned digits(uint32_t n) {
    return n < 10 ? 1 : 1 + digits(n / 10);
}

static bool is_blank(Sources *sources, FileId file, uint32_t line) {
    return str_trim(source_line(sources, file, line)).n == 0;
}

void excerpt_put(Buf *out, Sources *sources, const Excerpt *e, bool color) {
    Span span = excerpt_span(sources, e->file, e->at);
    if (!span.file || !e->at.line)
        return;
    Arena a;
    arena_init(&a);
    uint32_t from = e->at.line > e->above ? e->at.line - e->above : 1, to = e->at.line + e->below;
    while (from < e->at.line && is_blank(sources, span.file, from))
        from++;
    while (to > e->at.line && is_blank(sources, span.file, to))
        to--;
    unsigned gutter = digits(e->widest > to ? e->widest : to);
    Painter p = {.out = out,
                 .arena = &a,
                 .sources = sources,
                 .gutter = gutter,
                 .primary = STYLE_POINT,
                 .color = color};
    uint32_t begin = source_offset(sources, span.file, (LineCol){e->at.line, 1});
    Mark mark = {.line = e->at.line,
                 .from = span.start - begin,
                 .to = span.end - begin,
                 .text = e->note,
                 .primary = true};
    put_gutter(&p, 0, true);
    buf_putc(out, '\n');
    for (uint32_t line = from; line <= to; line++)
        put_line(&p, span.file, line, line == e->at.line ? &mark : NULL, line == e->at.line);
    arena_release(&a);
}
