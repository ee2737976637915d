// A comparison for a pull request.
//
// Input: a Diff. Output: Markdown as GitHub reads it: a verdict of one line, tables that fold where
// they are long, a picture of what changed and its neighbours where it is small enough.
// Invariant: whatever the program calls its things is shown as code and as nothing else: no table
// breaks, no HTML is read, nobody is mentioned.
#include "generator/diff/words.h"

enum { ROWS_OPEN = 12, PICTURE_NODES = 30, PICTURE_EDGES = 60 };

typedef struct Page {
    Arena *a;
    Buf out;
} Page;

// ---- Code ---------------------------------------------------------------------------------------

// What would end or escape a code span, or a cell of a table.
static bool is_tame(Str s) {
    for (uint32_t i = 0; i < s.n; i++)
        if (s.p[i] == '`' || s.p[i] == '|' || s.p[i] == '\\')
            return false;
    return s.n && s.p[0] != ' ' && s.p[s.n - 1] != ' ';
}

// Between HTML's tags Markdown still means something: all that is no letter or digit is an entity.
static void put_entities(Buf *b, Str s) {
    for (uint32_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (plain || c >= 0x80)
            buf_putc(b, s.p[i]);
        else
            buf_printf(b, "&#%u;", c);
    }
}

static void put_code(Page *p, Str s) {
    Str shown = str_visible(p->a, s);
    if (!shown.n)
        return;
    if (is_tame(shown)) {
        buf_printf(&p->out, "`%.*s`", STR_ARG(shown));
        return;
    }
    buf_puts(&p->out, "<code>");
    put_entities(&p->out, shown);
    buf_puts(&p->out, "</code>");
}

static void put_place(Page *p, ArchPlace place, bool gone) {
    if (!place.line)
        return;
    buf_puts(&p->out, gone ? "was " : "");
    put_code(p, words_place(p->a, place));
}

// ---- Tables -------------------------------------------------------------------------------------

typedef struct Table {
    const char *title;
    const char *columns; // "| change | what |\n| --- | --- |\n"
    bool folded;         // even where it is short
} Table;

static void open_table(Page *p, const Table *t, uint32_t rows) {
    bool folded = t->folded || rows > ROWS_OPEN;
    if (folded)
        buf_printf(&p->out, "<details><summary>%s (%u)</summary>\n\n", t->title, rows);
    else
        buf_printf(&p->out, "#### %s\n\n", t->title);
    buf_puts(&p->out, t->columns);
}

static void close_table(Page *p, const Table *t, uint32_t rows) {
    buf_puts(&p->out, t->folded || rows > ROWS_OPEN ? "\n</details>\n\n" : "\n");
}

static void put_ways(Page *p, const Diff *d, WayIn way, const char *title) {
    const Table table = {title, "| who | way in | where |\n| --- | --- | --- |\n", false};
    uint32_t rows = 0;
    for (uint32_t i = 0; i < d->exposures.n; i++)
        rows += words_way(&d->exposures.at[i]) == way;
    if (!rows)
        return;
    open_table(p, &table, rows);
    for (uint32_t i = 0; i < d->exposures.n; i++) {
        const DiffExposure *e = &d->exposures.at[i];
        if (words_way(e) != way)
            continue;
        buf_puts(&p->out, "| ");
        put_code(p, words_id(p->a, e->exposure->id));
        buf_puts(&p->out, " | ");
        put_code(p, words_exposure(p->a, e));
        buf_puts(&p->out, " | ");
        put_place(p, words_exposure_place(p->a, d, e), !e->after);
        buf_puts(&p->out, " |\n");
    }
    close_table(p, &table, rows);
}

static void put_powers(Page *p, const Diff *d, bool widening, const char *title) {
    const Table table = {title, "| | who | may | on | because |\n| --- | --- | --- | --- | --- |\n",
                         !widening};
    PowerLineVec lines = words_powers(p->a, d, widening);
    if (!lines.n)
        return;
    open_table(p, &table, lines.n);
    for (uint32_t i = 0; i < lines.n; i++) {
        const PowerLine *line = lines.at[i];
        buf_printf(&p->out, "| %s | ", line->added ? "+" : "−");
        put_code(p, words_id(p->a, line->principal));
        buf_puts(&p->out, " | ");
        put_code(p, line->actions);
        buf_puts(&p->out, " | ");
        put_code(p, line->on);
        if (line->condition.n) {
            buf_puts(&p->out, " only where ");
            put_code(p, line->condition);
        }
        buf_puts(&p->out, " | ");
        put_place(p, line->place, !line->added);
        buf_puts(&p->out, line->note.n ? " " : "");
        put_code(p, line->note);
        buf_puts(&p->out, " |\n");
    }
    close_table(p, &table, lines.n);
}

static const char *const CHANGES[] = {[MARK_NONE] = "",
                                      [MARK_ADDED] = "added",
                                      [MARK_REMOVED] = "removed",
                                      [MARK_CHANGED] = "changed"};

static void put_members(Page *p, const DiffMemberVec *members) {
    for (uint32_t i = 0; i < members->n; i++) {
        buf_puts(&p->out, i ? "<br>" : "");
        put_code(p, words_member(p->a, &members->at[i]));
    }
}

static void put_resources(Page *p, const Diff *d) {
    const Table table = {"Resources", "| | resource | what | where |\n| --- | --- | --- | --- |\n",
                         false};
    if (!d->resources.n)
        return;
    open_table(p, &table, d->resources.n);
    for (uint32_t i = 0; i < d->resources.n; i++) {
        const DiffResource *r = &d->resources.at[i];
        const ArchResource *shown = r->after ? r->after : r->before;
        buf_printf(&p->out, "| %s | ", r->renamed ? "renamed" : CHANGES[r->mark]);
        put_code(p, words_id(p->a, shown->id));
        buf_puts(&p->out, " | ");
        if (r->renamed) {
            buf_puts(&p->out, "was ");
            put_code(p, r->before->name);
            buf_puts(&p->out, r->members.n ? "<br>" : "");
        }
        put_members(p, &r->members);
        buf_puts(&p->out, " | ");
        put_place(p, shown->source, !r->after);
        buf_puts(&p->out, " |\n");
    }
    close_table(p, &table, d->resources.n);
}

static void put_edges(Page *p, const Diff *d) {
    const Table table = {"Connections",
                         "| | from | to | operation | where |\n| --- | --- | --- | --- | --- |\n",
                         true};
    if (!d->edges.n)
        return;
    open_table(p, &table, d->edges.n);
    for (uint32_t i = 0; i < d->edges.n; i++) {
        const DiffEdge *e = &d->edges.at[i];
        const ArchEdge *shown = e->after ? e->after : e->before;
        buf_printf(&p->out, "| %s | ", CHANGES[e->mark]);
        put_code(p, words_id(p->a, shown->from));
        buf_puts(&p->out, " | ");
        put_code(p, words_id(p->a, shown->to));
        buf_puts(&p->out, " | ");
        if (e->mark == MARK_CHANGED) {
            put_code(p, words_operation(p->a, e->before));
            buf_puts(&p->out, " → ");
        }
        put_code(p, words_operation(p->a, shown));
        buf_puts(&p->out, " | ");
        put_place(p, words_edge_place(e), !e->after);
        buf_puts(&p->out, " |\n");
    }
    close_table(p, &table, d->edges.n);
}

static void put_settings(Page *p, const Diff *d) {
    if (!d->settings.n)
        return;
    buf_puts(&p->out, "#### Settings\n\n");
    for (uint32_t i = 0; i < d->settings.n; i++) {
        buf_puts(&p->out, "- ");
        put_code(p, words_member(p->a, &d->settings.at[i]));
        buf_putc(&p->out, '\n');
    }
    buf_putc(&p->out, '\n');
}

// ---- The picture --------------------------------------------------------------------------------

typedef struct Picture {
    Arch arch;
    ViewMark *resources, *edges;
} Picture;

// What changed, what its edges lead to, and the edges between that touch a change. False where that
// is nothing, or too much to look at.
static bool picture_of(Arena *a, const Diff *d, Picture *out) {
    const Arch *all = &d->merged;
    Map kept = map_new(a), changed = map_new(a);
    for (uint32_t i = 0; i < all->resources.n; i++)
        if (d->marks.resources[i] != MARK_NONE)
            map_set(&changed, all->resources.at[i].id, &all->resources.at[i]);
    *out = (Picture){.arch = {.project = all->project, .stack = all->stack}};
    out->resources = arena_array(a, ViewMark, all->resources.n);
    out->edges = arena_array(a, ViewMark, all->edges.n);
    for (uint32_t i = 0; i < all->edges.n; i++) {
        ArchEdge *e = &all->edges.at[i];
        if (d->marks.edges[i] == MARK_NONE && !map_has(&changed, e->from) &&
            !map_has(&changed, e->to))
            continue;
        map_set(&kept, e->from, e);
        map_set(&kept, e->to, e);
        out->edges[out->arch.edges.n] = d->marks.edges[i];
        vec_push(a, &out->arch.edges, *e);
    }
    for (uint32_t i = 0; i < all->resources.n; i++) {
        const ArchResource *r = &all->resources.at[i];
        if (!map_has(&kept, r->id) && !map_has(&changed, r->id))
            continue;
        out->resources[out->arch.resources.n] = d->marks.resources[i];
        vec_push(a, &out->arch.resources, *r);
    }
    return out->arch.resources.n && out->arch.resources.n <= PICTURE_NODES &&
           out->arch.edges.n <= PICTURE_EDGES;
}

// A fence that is longer than every run of its character in the text.
static unsigned fence_of(Str text) {
    unsigned longest = 2, run = 0;
    for (uint32_t i = 0; i < text.n; i++) {
        run = text.p[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest + 1;
}

static void put_picture(Page *p, const Diff *d, const KindTable *kinds) {
    Picture picture;
    if (!picture_of(p->a, d, &picture))
        return;
    ViewMarks marks = {.resources = picture.resources, .edges = picture.edges};
    Str text = view_mermaid(p->a, &picture.arch, kinds, &marks);
    unsigned fence = fence_of(text);
    buf_pad(&p->out, '`', fence);
    buf_printf(&p->out, "mermaid\n%.*s%s", STR_ARG(text), str_ends(text, "\n") ? "" : "\n");
    buf_pad(&p->out, '`', fence);
    buf_puts(&p->out, "\n\n");
}

// ---- Public -------------------------------------------------------------------------------------

Str diff_markdown(Arena *a, const Diff *d, const KindTable *kinds) {
    Page p = {.a = a, .out = buf_new(a)};
    Str counts = words_counts(a, d);
    buf_puts(&p.out, "### Architecture of ");
    put_code(&p, d->after.arch->project);
    buf_puts(&p.out, ", stack ");
    put_code(&p, d->after.arch->stack);
    const char *headline = words_headline(d);
    buf_printf(&p.out, "\n\n> [!%s]\n> **%c%s**: %.*s.\n\n",
               d->widens || d->publishes ? "WARNING" : "NOTE", headline[0] - 'a' + 'A',
               headline + 1, STR_ARG(counts));
    buf_puts(&p.out, "From ");
    put_code(&p, d->before.name);
    buf_puts(&p.out, " to ");
    put_code(&p, d->after.name);
    buf_puts(&p.out, ".\n\n");
    put_ways(&p, d, WAY_OPENS, "Becomes public");
    put_powers(&p, d, true, "Permissions that widen");
    put_picture(&p, d, kinds);
    put_ways(&p, d, WAY_CLOSES, "No longer public");
    put_ways(&p, d, WAY_SIGNED, "Ways in behind IAM");
    put_powers(&p, d, false, "Permissions that narrow");
    put_resources(&p, d);
    put_edges(&p, d);
    put_settings(&p, d);
    while (p.out.n > 1 && p.out.p[p.out.n - 1] == '\n' && p.out.p[p.out.n - 2] == '\n')
        p.out.n--;
    return buf_str(&p.out);
}
