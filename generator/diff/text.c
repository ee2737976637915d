// A comparison for the terminal: what becomes public first, then what widens, the rest behind it.
//
// Input: a Diff. Output: sections of lines, each with its place, and a verdict as the last line.
// Invariant: UTF-8 whatever the locale; names are shown, never obeyed.
#include "generator/diff/words.h"

typedef enum Style { PLAIN, BOLD, DIM, GREEN, RED, YELLOW } Style;

typedef struct Page {
    Arena *a;
    Buf out;
    bool color;
} Page;

static const char *const SIGNS[] = {
    [MARK_NONE] = " ", [MARK_ADDED] = "+", [MARK_REMOVED] = "-", [MARK_CHANGED] = "~"};
static const Style STYLES[] = {
    [MARK_NONE] = PLAIN, [MARK_ADDED] = GREEN, [MARK_REMOVED] = RED, [MARK_CHANGED] = YELLOW};

static void put(Page *p, Style style, Str s) {
    static const char *const codes[] = {
        [PLAIN] = "",         [BOLD] = "\033[1m", [DIM] = "\033[2m",
        [GREEN] = "\033[32m", [RED] = "\033[31m", [YELLOW] = "\033[33m"};
    bool colored = p->color && style != PLAIN && s.n;
    if (colored)
        buf_puts(&p->out, codes[style]);
    buf_put(&p->out, str_visible(p->a, s));
    if (colored)
        buf_puts(&p->out, "\033[0m");
}

static void put_words(Page *p, Style style, const char *words) {
    put(p, style, str_of(words));
}

// A section's title before its first line.
static void put_title(Page *p, bool *open, const char *title) {
    if (*open)
        return;
    *open = true;
    put_words(p, BOLD, title);
    buf_putc(&p->out, '\n');
}

static void put_sign(Page *p, ViewMark mark) {
    buf_puts(&p->out, "  ");
    put_words(p, STYLES[mark], SIGNS[mark]);
    buf_putc(&p->out, ' ');
}

// What only the older side has stood there once.
static void put_place(Page *p, ArchPlace place, bool gone) {
    if (!place.line)
        return;
    put_words(p, DIM, gone ? "  was " : "  ");
    put(p, DIM, words_place(p->a, place));
}

static void end_section(Page *p, bool open) {
    if (open)
        buf_putc(&p->out, '\n');
}

// ---- Sections -----------------------------------------------------------------------------------

static void put_ways(Page *p, const Diff *d, WayIn way, const char *title) {
    bool open = false;
    for (uint32_t i = 0; i < d->exposures.n; i++) {
        const DiffExposure *e = &d->exposures.at[i];
        if (words_way(e) != way)
            continue;
        put_title(p, &open, title);
        put_sign(p, e->before && e->after ? MARK_CHANGED : e->added ? MARK_ADDED : MARK_REMOVED);
        put(p, BOLD, words_id(p->a, e->exposure->id));
        buf_puts(&p->out, "  ");
        put(p, way == WAY_OPENS ? RED : PLAIN, words_exposure(p->a, e));
        put_place(p, words_exposure_place(p->a, d, e), !e->after);
        buf_putc(&p->out, '\n');
    }
    end_section(p, open);
}

static void put_power(Page *p, const PowerLine *line) {
    put_sign(p, line->added ? MARK_ADDED : MARK_REMOVED);
    put(p, BOLD, words_id(p->a, line->principal));
    buf_puts(&p->out, "  ");
    put(p, PLAIN, line->actions);
    put_words(p, DIM, " on ");
    put(p, PLAIN, line->on);
    if (line->condition.n) {
        put_words(p, DIM, " only where ");
        put(p, PLAIN, line->condition);
    }
    buf_putc(&p->out, '\n');
    if (!line->place.line)
        return;
    put_words(p, DIM, line->added ? "      " : "      was ");
    put(p, DIM, words_place(p->a, line->place));
    buf_puts(&p->out, line->note.n ? "  " : "");
    put(p, DIM, line->note);
    buf_putc(&p->out, '\n');
}

static void put_powers(Page *p, const Diff *d, bool widening, const char *title) {
    PowerLineVec lines = words_powers(p->a, d, widening);
    bool open = false;
    for (uint32_t i = 0; i < lines.n; i++) {
        put_title(p, &open, title);
        put_power(p, lines.at[i]);
    }
    end_section(p, open);
}

static bool writes_logs(const Diff *d, Str id) {
    for (uint32_t i = 0; i < d->permissions.n; i++)
        if (words_own_log(&d->permissions.at[i]) &&
            str_eq(d->permissions.at[i].permission->principal, id))
            return true;
    return false;
}

static void put_resource(Page *p, const Diff *d, const DiffResource *r) {
    const ArchResource *shown = r->after ? r->after : r->before;
    put_sign(p, r->mark);
    put(p, BOLD, words_id(p->a, shown->id));
    if (r->renamed) {
        put_words(p, PLAIN, "  renamed from ");
        put(p, BOLD, r->before->name);
    }
    put_place(p, shown->source, !r->after);
    if (r->mark == MARK_ADDED && writes_logs(d, shown->id))
        put_words(p, DIM, "  writes its own logs");
    buf_putc(&p->out, '\n');
    for (uint32_t i = 0; i < r->members.n; i++) {
        buf_puts(&p->out, "      ");
        put(p, PLAIN, words_member(p->a, &r->members.at[i]));
        buf_putc(&p->out, '\n');
    }
}

static void put_resources(Page *p, const Diff *d) {
    bool open = false;
    for (uint32_t i = 0; i < d->resources.n; i++) {
        put_title(p, &open, "resources");
        put_resource(p, d, &d->resources.at[i]);
    }
    end_section(p, open);
}

static void put_edge(Page *p, const DiffEdge *e) {
    const ArchEdge *shown = e->after ? e->after : e->before;
    put_sign(p, e->mark);
    put(p, BOLD, words_id(p->a, shown->from));
    put_words(p, DIM, " → ");
    put(p, BOLD, words_id(p->a, shown->to));
    buf_puts(&p->out, "  ");
    if (e->mark == MARK_CHANGED) {
        put(p, PLAIN, words_operation(p->a, e->before));
        put_words(p, DIM, " → ");
    }
    put(p, PLAIN, words_operation(p->a, shown));
    put_place(p, words_edge_place(e), !e->after);
    buf_putc(&p->out, '\n');
}

static void put_edges(Page *p, const Diff *d) {
    bool open = false;
    for (uint32_t i = 0; i < d->edges.n; i++) {
        put_title(p, &open, "connections");
        put_edge(p, &d->edges.at[i]);
    }
    end_section(p, open);
}

static void put_settings(Page *p, const Diff *d) {
    bool open = false;
    for (uint32_t i = 0; i < d->settings.n; i++) {
        put_title(p, &open, "settings");
        put_sign(p, MARK_CHANGED);
        put(p, PLAIN, words_member(p->a, &d->settings.at[i]));
        buf_putc(&p->out, '\n');
    }
    end_section(p, open);
}

Str diff_text(Arena *a, const Diff *d, bool color) {
    Page p = {.a = a, .out = buf_new(a), .color = color};
    put(&p, BOLD, d->after.arch->project);
    buf_puts(&p.out, " (");
    put(&p, PLAIN, d->after.arch->stack);
    buf_puts(&p.out, "): ");
    put(&p, PLAIN, d->before.name);
    put_words(&p, DIM, " → ");
    put(&p, PLAIN, d->after.name);
    buf_puts(&p.out, "\n\n");
    put_ways(&p, d, WAY_OPENS, "becomes public");
    put_powers(&p, d, true, "permissions that widen");
    put_ways(&p, d, WAY_CLOSES, "no longer public");
    put_ways(&p, d, WAY_SIGNED, "ways in behind IAM");
    put_powers(&p, d, false, "permissions that narrow");
    put_resources(&p, d);
    put_edges(&p, d);
    put_settings(&p, d);
    put_words(&p, d->widens || d->publishes ? RED : GREEN, words_headline(d));
    buf_puts(&p.out, ": ");
    put(&p, PLAIN, words_counts(a, d));
    buf_putc(&p.out, '\n');
    return buf_str(&p.out);
}
