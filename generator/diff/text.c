// A comparison for the terminal: what becomes public first, then what widens, the rest behind it.
//
// Input: a Diff. Output: sections of lines, each with its place, and a verdict as the last line.
// Invariant: UTF-8 whatever the locale; names are shown, never obeyed.
#include "generator/diff/words.h"
#include "generator/sheet.h"

static const char *const SIGNS[] = {
    [MARK_NONE] = " ", [MARK_ADDED] = "+", [MARK_REMOVED] = "-", [MARK_CHANGED] = "~"};
static const SheetStyle STYLES[] = {[MARK_NONE] = SHEET_PLAIN,
                                    [MARK_ADDED] = SHEET_GREEN,
                                    [MARK_REMOVED] = SHEET_RED,
                                    [MARK_CHANGED] = SHEET_YELLOW};

static void put_sign(Sheet *p, ViewMark mark) {
    buf_puts(&p->out, "  ");
    sheet_words(p, STYLES[mark], SIGNS[mark]);
    buf_putc(&p->out, ' ');
}

// What only the older side has stood there once.
static void put_place(Sheet *p, ArchPlace place, bool gone) {
    if (!place.line)
        return;
    sheet_words(p, SHEET_DIM, gone ? "  was " : "  ");
    sheet_put(p, SHEET_DIM, words_place(p->a, place));
}

// ---- Sections -----------------------------------------------------------------------------------

static void put_ways(Sheet *p, const Diff *d, WayIn way, const char *title) {
    bool open = false;
    for (uint32_t i = 0; i < d->exposures.n; i++) {
        const DiffExposure *e = &d->exposures.at[i];
        if (words_way(e) != way)
            continue;
        sheet_title(p, &open, title);
        put_sign(p, e->before && e->after ? MARK_CHANGED : e->added ? MARK_ADDED : MARK_REMOVED);
        sheet_put(p, SHEET_BOLD, words_id(p->a, e->exposure->id));
        buf_puts(&p->out, "  ");
        sheet_put(p, way == WAY_OPENS ? SHEET_RED : SHEET_PLAIN, words_exposure(p->a, e));
        put_place(p, words_exposure_place(p->a, d, e), !e->after);
        buf_putc(&p->out, '\n');
    }
    sheet_end(p, open);
}

static void put_power(Sheet *p, const PowerLine *line) {
    put_sign(p, line->added ? MARK_ADDED : MARK_REMOVED);
    sheet_put(p, SHEET_BOLD, words_id(p->a, line->principal));
    buf_puts(&p->out, "  ");
    sheet_put(p, SHEET_PLAIN, line->actions);
    sheet_words(p, SHEET_DIM, " on ");
    sheet_put(p, SHEET_PLAIN, line->on);
    if (line->condition.n) {
        sheet_words(p, SHEET_DIM, " only where ");
        sheet_put(p, SHEET_PLAIN, line->condition);
    }
    buf_putc(&p->out, '\n');
    if (!line->place.line)
        return;
    sheet_words(p, SHEET_DIM, line->added ? "      " : "      was ");
    sheet_put(p, SHEET_DIM, words_place(p->a, line->place));
    buf_puts(&p->out, line->note.n ? "  " : "");
    sheet_put(p, SHEET_DIM, line->note);
    buf_putc(&p->out, '\n');
}

static void put_powers(Sheet *p, const Diff *d, bool widening, const char *title) {
    PowerLineVec lines = words_powers(p->a, d, widening);
    bool open = false;
    for (uint32_t i = 0; i < lines.n; i++) {
        sheet_title(p, &open, title);
        put_power(p, lines.at[i]);
    }
    sheet_end(p, open);
}

static bool writes_logs(const Diff *d, Str id) {
    for (uint32_t i = 0; i < d->permissions.n; i++)
        if (words_own_log(&d->permissions.at[i]) &&
            str_eq(d->permissions.at[i].permission->principal, id))
            return true;
    return false;
}

static void put_resource(Sheet *p, const Diff *d, const DiffResource *r) {
    const ArchResource *shown = r->after ? r->after : r->before;
    put_sign(p, r->mark);
    sheet_put(p, SHEET_BOLD, words_id(p->a, shown->id));
    if (r->renamed) {
        sheet_words(p, SHEET_PLAIN, "  renamed from ");
        sheet_put(p, SHEET_BOLD, r->before->name);
    }
    put_place(p, shown->source, !r->after);
    if (r->mark == MARK_ADDED && writes_logs(d, shown->id))
        sheet_words(p, SHEET_DIM, "  writes its own logs");
    buf_putc(&p->out, '\n');
    for (uint32_t i = 0; i < r->members.n; i++) {
        buf_puts(&p->out, "      ");
        sheet_put(p, SHEET_PLAIN, words_member(p->a, &r->members.at[i]));
        buf_putc(&p->out, '\n');
    }
}

static void put_resources(Sheet *p, const Diff *d) {
    bool open = false;
    for (uint32_t i = 0; i < d->resources.n; i++) {
        sheet_title(p, &open, "resources");
        put_resource(p, d, &d->resources.at[i]);
    }
    sheet_end(p, open);
}

static void put_edge(Sheet *p, const DiffEdge *e) {
    const ArchEdge *shown = e->after ? e->after : e->before;
    put_sign(p, e->mark);
    sheet_put(p, SHEET_BOLD, words_id(p->a, shown->from));
    sheet_words(p, SHEET_DIM, " → ");
    sheet_put(p, SHEET_BOLD, words_id(p->a, shown->to));
    buf_puts(&p->out, "  ");
    if (e->mark == MARK_CHANGED) {
        sheet_put(p, SHEET_PLAIN, words_operation(p->a, e->before));
        sheet_words(p, SHEET_DIM, " → ");
    }
    sheet_put(p, SHEET_PLAIN, words_operation(p->a, shown));
    put_place(p, words_edge_place(e), !e->after);
    buf_putc(&p->out, '\n');
}

static void put_edges(Sheet *p, const Diff *d) {
    bool open = false;
    for (uint32_t i = 0; i < d->edges.n; i++) {
        sheet_title(p, &open, "connections");
        put_edge(p, &d->edges.at[i]);
    }
    sheet_end(p, open);
}

static void put_settings(Sheet *p, const Diff *d) {
    bool open = false;
    for (uint32_t i = 0; i < d->settings.n; i++) {
        sheet_title(p, &open, "settings");
        put_sign(p, MARK_CHANGED);
        sheet_put(p, SHEET_PLAIN, words_member(p->a, &d->settings.at[i]));
        buf_putc(&p->out, '\n');
    }
    sheet_end(p, open);
}

Str diff_text(Arena *a, const Diff *d, bool color) {
    Sheet p = sheet_new(a, color);
    sheet_put(&p, SHEET_BOLD, d->after.arch->project);
    buf_puts(&p.out, " (");
    sheet_put(&p, SHEET_PLAIN, d->after.arch->stack);
    buf_puts(&p.out, "): ");
    sheet_put(&p, SHEET_PLAIN, d->before.name);
    sheet_words(&p, SHEET_DIM, " → ");
    sheet_put(&p, SHEET_PLAIN, d->after.name);
    buf_puts(&p.out, "\n\n");
    put_ways(&p, d, WAY_OPENS, "becomes public");
    put_powers(&p, d, true, "permissions that widen");
    put_ways(&p, d, WAY_CLOSES, "no longer public");
    put_ways(&p, d, WAY_SIGNED, "ways in behind IAM");
    put_powers(&p, d, false, "permissions that narrow");
    put_resources(&p, d);
    put_edges(&p, d);
    put_settings(&p, d);
    sheet_words(&p, d->widens || d->publishes ? SHEET_RED : SHEET_GREEN, words_headline(d));
    buf_puts(&p.out, ": ");
    sheet_put(&p, SHEET_PLAIN, words_counts(a, d));
    buf_putc(&p.out, '\n');
    return buf_str(&p.out);
}
