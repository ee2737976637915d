// Diagnostics for people. In: one row. Out: the message, the lines it is about with what is marked
// in them, notes and help:
//
//     error[P0203]: message
//       --> src/main.ts:7:15
//        |
//      5 |   for (let i = 0; i < n; i++) {
//        |                       - only known at run time
//      …
//        = help: text
//
// This file puts the parts in order; diag_lines.c draws one source line with its marks.
//
// Invariant: lines of one file appear once and in order, those of the primary's file first.

#include "base/diag_lines.h"

#include <stdlib.h>

static void put_headline(Painter *p, const Diag *d) {
    paint(p, p->primary);
    buf_printf(p->out, "%s[%s]", severity_name(d->severity), code_name(d->code));
    paint(p, STYLE_STRONG);
    buf_puts(p->out, ": ");
    glyph_put(p->out, d->message);
    paint(p, STYLE_PLAIN);
    buf_putc(p->out, '\n');
}

static void put_arrow(Painter *p, const char *arrow, Str path, LineCol at) {
    paint(p, STYLE_GUTTER);
    buf_pad(p->out, ' ', p->gutter + 1);
    buf_puts(p->out, arrow);
    paint(p, STYLE_PLAIN);
    glyph_put(p->out, path);
    buf_printf(p->out, ":%u:%u\n", (unsigned)at.line, (unsigned)at.column);
}

// A note may have several lines; they stand below each other.
static void put_note(Painter *p, const char *kind, Str text) {
    paint(p, STYLE_GUTTER);
    buf_pad(p->out, ' ', p->gutter + 2);
    buf_puts(p->out, "= ");
    paint(p, STYLE_STRONG);
    buf_puts(p->out, kind);
    paint(p, STYLE_PLAIN);
    buf_puts(p->out, ": ");
    unsigned indent = p->gutter + 6 + str_of(kind).n;
    for (uint32_t at = 0;;) {
        int64_t end = str_find(text, STR("\n"), at);
        glyph_put(p->out, str_slice(text, at, end < 0 ? text.n : (uint32_t)end));
        buf_putc(p->out, '\n');
        if (end < 0)
            return;
        at = (uint32_t)end + 1;
        buf_pad(p->out, ' ', indent);
    }
}

static int compare_marks(const void *pa, const void *pb) {
    const Mark *a = pa, *b = pb;
    uint32_t x[] = {a->line, a->from, a->to, b->primary, a->order};
    uint32_t y[] = {b->line, b->from, b->to, a->primary, b->order};
    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    return 0;
}

// The part of a span that lies in its first line.
static Mark mark_of(Sources *sources, Span span, Str text, bool primary, uint32_t order) {
    LineCol at = source_line_col(sources, span.file, span.start);
    Str line = source_line(sources, span.file, at.line);
    uint32_t begin = source_offset(sources, span.file, (LineCol){at.line, 1});
    uint32_t next = source_offset(sources, span.file, (LineCol){at.line + 1, 1});
    Mark m = {.line = at.line, .primary = primary, .text = text, .order = order};
    m.from = span.start - begin;
    m.goes_on = span.end > next && next > span.start;
    if (m.from > line.n)
        m.from = line.n;
    m.to = span.end > begin + line.n ? line.n : span.end - begin;
    // Blanks at a line's end are not shown, so they are not marked either.
    while (m.to > m.from + 1 && (line.p[m.to - 1] == ' ' || line.p[m.to - 1] == '\t'))
        m.to--;
    if (m.to < m.from)
        m.to = m.from;
    return m;
}

typedef struct Marks {
    Mark *at;
    uint32_t n;
} Marks;

static Span clamped(Sources *sources, Span span) {
    uint32_t n = sources_get(sources, span.file)->text.n;
    if (span.start > n)
        span.start = n;
    if (span.end > n)
        span.end = n;
    if (span.end < span.start)
        span.end = span.start;
    return span;
}

// Everything that is marked in one file, in order of place.
static Marks marks_in(Arena *a, Sources *sources, const DiagRow *row, FileId file) {
    const Diag *d = row->diag;
    Marks ms = {arena_array(a, Mark, d->labels.n + 1), 0};
    if (row->span.file == file)
        ms.at[ms.n++] = mark_of(sources, row->span, d->primary, true, 0);
    for (uint32_t i = 0; i < d->labels.n; i++) {
        if (d->labels.at[i].span.file != file)
            continue;
        Span span = clamped(sources, d->labels.at[i].span);
        ms.at[ms.n++] = mark_of(sources, span, d->labels.at[i].text, false, i + 1);
    }
    qsort(ms.at, ms.n, sizeof *ms.at, compare_marks);
    return ms;
}

static void put_marks(Painter *p, FileId file, Marks ms) {
    put_gutter(p, 0, true);
    buf_putc(p->out, '\n');
    uint32_t shown = 0;
    for (uint32_t i = 0; i < ms.n;) {
        uint32_t line = ms.at[i].line, end = i;
        while (end < ms.n && ms.at[end].line == line)
            end++;
        // One line between two is shown, more are left out.
        if (shown > 0 && line == shown + 2) {
            put_line(p, file, shown + 1, NULL, 0);
        } else if (shown > 0 && line > shown + 2) {
            paint(p, STYLE_GUTTER);
            buf_puts(p->out, "...");
            paint(p, STYLE_PLAIN);
            buf_putc(p->out, '\n');
        }
        put_line(p, file, line, ms.at + i, end - i);
        shown = line;
        i = end;
    }
}

static unsigned digits(uint32_t n) {
    unsigned count = 1;
    while (n >= 10) {
        n /= 10;
        count++;
    }
    return count;
}

// The files that are shown, each once: the primary's, then those of labels as they come.
static uint32_t files_of(Arena *a, Sources *sources, const DiagRow *row, FileId **out) {
    const DiagLabels *labels = &row->diag->labels;
    FileId *files = arena_array(a, FileId, labels->n + 1);
    uint32_t n = 0;
    if (row->span.file)
        files[n++] = row->span.file;
    for (uint32_t i = 0; i < labels->n; i++) {
        FileId file = labels->at[i].span.file;
        bool known = !sources_get(sources, file);
        for (uint32_t j = 0; j < n && !known; j++)
            known = files[j] == file;
        if (!known)
            files[n++] = file;
    }
    *out = files;
    return n;
}

void diag_human(Buf *out, Sources *sources, const DiagRow *row, bool color) {
    Arena a;
    arena_init(&a);
    const Diag *d = row->diag;
    Painter p = {.out = out, .arena = &a, .sources = sources, .color = color, .gutter = 1};
    p.primary = d->severity == SEV_ERROR ? STYLE_ERROR : STYLE_WARNING;
    FileId *files;
    uint32_t n = d->source_hidden ? 0 : files_of(&a, sources, row, &files);
    Marks *marks = arena_array(&a, Marks, n);
    for (uint32_t i = 0; i < n; i++) {
        marks[i] = marks_in(&a, sources, row, files[i]);
        unsigned wide = digits(marks[i].at[marks[i].n - 1].line);
        p.gutter = wide > p.gutter ? wide : p.gutter;
    }
    put_headline(&p, d);
    if (row->path.n > 0)
        put_arrow(&p, "--> ", row->path, row->at);
    for (uint32_t i = 0; i < n; i++) {
        if (files[i] != row->span.file) {
            LineCol at = {marks[i].at[0].line, 1};
            uint32_t begin = source_offset(sources, files[i], at);
            at = source_line_col(sources, files[i], begin + marks[i].at[0].from);
            put_arrow(&p, "::: ", sources_get(sources, files[i])->path, at);
        }
        put_marks(&p, files[i], marks[i]);
    }
    // What cannot stand at a source line stands below.
    if (d->source_hidden && d->primary.n > 0)
        put_note(&p, "note", d->primary);
    for (uint32_t i = 0; i < d->labels.n; i++)
        if (d->source_hidden || !sources_get(sources, d->labels.at[i].span.file))
            put_note(&p, "note", d->labels.at[i].text);
    for (uint32_t i = 0; i < d->notes.n; i++)
        put_note(&p, "note", d->notes.at[i]);
    for (uint32_t i = 0; i < d->helps.n; i++)
        put_note(&p, "help", d->helps.at[i]);
    arena_release(&a);
}
