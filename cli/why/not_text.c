// The answer for people where there is no edge.
//
// Input: the question and what was found around it. Output: a sentence, what was looked at, what
// comes nearest, what to do.
// Invariant: every list is cut at a few rows and says how many it leaves out.

#include "cli/why/why.h"

enum { ROWS_MAX = 6, LINE_MAX_CELLS = 90 };

typedef struct Row {
    Str left, place, right;
} Row;
typedef Vec(Row) Rows;

static void put_padded(const Why *w, Buf *b, Ink ink, Str s, unsigned width) {
    unsigned own = why_width(w->a, s);
    why_put(w, b, ink, s);
    buf_pad(b, ' ', own < width ? width - own : 0);
}

// Columns as wide as their widest cell; the last one is cut to fit.
static void put_rows(const Why *w, Buf *b, Str title, const Rows *rows, uint32_t total) {
    if (!total)
        return;
    buf_putc(b, '\n');
    why_put(w, b, INK_PLAIN, title);
    buf_putc(b, '\n');
    unsigned left = 0, place = 0;
    uint32_t n = rows->n < ROWS_MAX ? rows->n : ROWS_MAX;
    for (uint32_t i = 0; i < n; i++) {
        unsigned l = why_width(w->a, rows->at[i].left), p = why_width(w->a, rows->at[i].place);
        left = l > left ? l : left;
        place = p > place ? p : place;
    }
    for (uint32_t i = 0; i < n; i++) {
        buf_puts(b, "  ");
        if (left)
            put_padded(w, b, INK_BOLD, rows->at[i].left, rows->at[i].place.n ? left + 2 : 0);
        if (rows->at[i].right.n)
            put_padded(w, b, INK_BLUE, rows->at[i].place, place + 2);
        else
            why_put(w, b, INK_BLUE, rows->at[i].place);
        why_put(w, b, INK_DIM, why_cut(w->a, rows->at[i].right, LINE_MAX_CELLS));
        buf_putc(b, '\n');
    }
    if (total > n) {
        why_put(w, b, INK_DIM, str_fmt(w->a, "  and %u more", total - n));
        buf_putc(b, '\n');
    }
}

// The use itself, not the way to it.
static ArchPlace last_place(const ArchEdge *e) {
    return e->evidence.n ? vec_last(&e->evidence).place : (ArchPlace){0};
}

static bool same_place(ArchPlace a, ArchPlace b) {
    return a.line == b.line && a.column == b.column && str_eq(a.file, b.file);
}

// Edges with the resource at their other end, those of one place in one row.
static Rows rows_of(const Why *w, const EdgeList *edges, bool to) {
    Rows rows = {0};
    for (uint32_t i = 0; i < edges->n; i++) {
        const ArchEdge *e = edges->at[i];
        Str what = why_what(w->a, e), other = to ? e->to : e->from;
        ArchPlace at = last_place(e);
        for (; i + 1 < edges->n; i++) {
            const ArchEdge *next = edges->at[i + 1];
            if (!str_eq(to ? next->to : next->from, other) || !same_place(last_place(next), at))
                break;
            what = str_fmt(w->a, "%.*s, %.*s", STR_ARG(what), STR_ARG(next->operation));
        }
        Str name = why_name(w, other);
        Str left = to ? str_fmt(w->a, "%.*s → %.*s", STR_ARG(what), STR_ARG(name))
                      : str_fmt(w->a, "%.*s → %.*s", STR_ARG(name), STR_ARG(what));
        vec_push(w->a, &rows, (Row){left, why_place(w->a, at), why_line(w, at)});
    }
    return rows;
}

static void put_heading(const Why *w, Buf *b, const NoEdge *n) {
    Str from = why_name(w, w->from->id), to = why_name(w, w->to->id);
    bool function = str_is(w->from->kind, "Function");
    why_put(w, b, INK_BOLD, from);
    bool read = w->operation.n && why_is_read(w, w->operation);
    if (w->operation.n && function)
        why_put(w, b, INK_PLAIN,
                str_fmt(w->a, read ? " does not read %.*s of " : " may not %.*s ",
                        STR_ARG(w->operation)));
    else
        why_put(w, b, INK_PLAIN, function ? STR(" may not use ") : STR(" does not reach "));
    why_put(w, b, INK_BOLD, to);
    if (n->between.n)
        why_put(w, b, INK_PLAIN,
                str_fmt(w->a, ": it uses %.*s, never %.*s",
                        STR_ARG(why_operations(w->a, &n->between, 0, n->between.n)),
                        STR_ARG(w->operation)));
    else if (function && n->way.n > 1)
        why_put(w, b, INK_PLAIN,
                str_fmt(w->a, ": %.*s does it instead",
                        STR_ARG(why_name(w, n->way.at[n->way.n - 1]->from))));
    else
        why_put(w, b, INK_PLAIN,
                function   ? STR(": nothing that its handler runs does")
                : n->way.n ? STR(" itself")
                           : STR(""));
    buf_putc(b, '\n');
}

// So that whoever doubts the answer sees whether the file and handler in question were read.
static void put_looked_at(const Why *w, Buf *b, const NoEdge *n) {
    buf_puts(b, "\nlooked at\n  ");
    buf_printf(b, "%u module%s and the handler%s of %u function%s", n->modules,
               n->modules == 1 ? "" : "s", n->functions == 1 ? "" : "s", n->functions,
               n->functions == 1 ? "" : "s");
    if (w->from->handler.present) {
        why_put(w, b, INK_PLAIN,
                str_fmt(w->a, "; that of %.*s starts at ", STR_ARG(w->from->name)));
        why_put(w, b, INK_BLUE, why_place(w->a, w->from->handler.place));
    }
    buf_putc(b, '\n');
    why_put(w, b, INK_PLAIN, str_fmt(w->a, "  %.*s is made at ", STR_ARG(why_name(w, w->to->id))));
    why_put(w, b, INK_BLUE, why_place(w->a, w->to->source));
    buf_putc(b, '\n');
}

// Who makes the function run at all.
static void put_callers(const Why *w, Buf *b, const NoEdge *n) {
    if (!str_is(w->from->kind, "Function"))
        return;
    Rows rows = rows_of(w, &n->callers, false);
    if (n->url) {
        Str who = n->url->anyone ? STR("whoever has its URL") : STR("whom IAM lets call its URL");
        vec_push(w->a, &rows, (Row){who, STR_EMPTY, STR_EMPTY});
    }
    Str name = why_name(w, w->from->id);
    put_rows(w, b, str_fmt(w->a, "%.*s is called by", STR_ARG(name)), &rows, rows.n);
    if (!rows.n) {
        buf_printf(b, "\nnothing calls %.*s: no route or event, no URL, no other function\n",
                   STR_ARG(str_visible(w->a, name)));
    }
}

// What arguments carry needs no permission, and explains most questions that find no edge.
static void put_given(const Why *w, Buf *b, const NoEdge *n) {
    Rows rows = {0};
    for (uint32_t i = 0; i < n->given.n; i++)
        vec_push(w->a, &rows, (Row){n->given.at[i], STR_EMPTY, STR_EMPTY});
    put_rows(
        w, b,
        str_fmt(w->a, "arguments of %.*s hold something of it", STR_ARG(why_name(w, w->from->id))),
        &rows, rows.n);
}

static void put_mentions(const Why *w, Buf *b, const NoEdge *n) {
    Rows rows = {0};
    for (uint32_t i = 0; i < n->mentions.n; i++) {
        Row row = {STR_EMPTY, why_place(w->a, n->mentions.at[i]), why_line(w, n->mentions.at[i])};
        vec_push(w->a, &rows, row);
    }
    put_rows(w, b, str_fmt(w->a, "`%.*s` is mentioned at", STR_ARG(n->variable)), &rows,
             n->mention_count);
}

static void put_advice(const Why *w, Buf *b, const NoEdge *n) {
    StrVec advice = why_advice(w, n);
    if (advice.n)
        buf_putc(b, '\n');
    for (uint32_t i = 0; i < advice.n; i++) {
        why_put(w, b, INK_GREEN, STR("help"));
        why_put(w, b, INK_PLAIN, str_cat(w->a, STR(": "), advice.at[i]));
        buf_putc(b, '\n');
    }
}

Str why_not_text(const Why *w, const NoEdge *n) {
    Buf b = buf_new(w->a);
    put_heading(w, &b, n);
    put_looked_at(w, &b, n);
    Rows uses = rows_of(w, &n->uses, true), used_by = rows_of(w, &n->used_by, false);
    Str from = why_name(w, w->from->id), to = why_name(w, w->to->id);
    put_rows(w, &b, str_fmt(w->a, "%.*s uses", STR_ARG(from)), &uses, uses.n);
    if (!uses.n && str_is(w->from->kind, "Function"))
        buf_printf(&b, "\n%.*s uses no resource at all\n", STR_ARG(str_visible(w->a, from)));
    put_rows(w, &b, str_fmt(w->a, "%.*s is used by", STR_ARG(to)), &used_by, used_by.n);
    if (!used_by.n)
        buf_printf(&b, "\n%.*s is used by no function\n", STR_ARG(str_visible(w->a, to)));
    put_given(w, &b, n);
    put_callers(w, &b, n);
    put_mentions(w, &b, n);
    put_advice(w, &b, n);
    return buf_str(&b);
}
