// Everything at once: who may do what, and why, resource by resource.
//
// Input: all edges, or those that touch one resource. Output: a page of text, one block for each
// resource that uses, calls or is given something.
// Invariant: the order is the graph's; what follows from no edge is named, too, so that the page
// accounts for every permission.

#include "cli/why/why.h"

enum { CODE_CELLS = 80, PLACE_CELLS = 44 };

typedef struct Page {
    const Why *w;
    Buf b;
} Page;

static void put(Page *p, Ink ink, Str s) {
    why_put(p->w, &p->b, ink, s);
}

static unsigned width_of(Arena *a, Str s) {
    Str shown = str_visible(a, s);
    unsigned width = 0;
    for (uint32_t at = 0; at < shown.n;)
        width += utf8_width(utf8_next(shown, &at));
    return width;
}

static Str cut(const Why *w, Str line) {
    Str shown = str_visible(w->a, line);
    unsigned width = 0;
    for (uint32_t at = 0; at < shown.n;) {
        uint32_t from = at;
        width += utf8_width(utf8_next(shown, &at));
        if (width > CODE_CELLS)
            return str_cat(w->a, str_slice(shown, 0, from), STR("..."));
    }
    return shown;
}

static void put_steps(Page *p, const ArchEdge *e) {
    const Why *w = p->w;
    unsigned width = 0;
    for (uint32_t i = 0; i < e->evidence.n; i++) {
        unsigned own = width_of(w->a, why_place(w->a, e->evidence.at[i].place));
        width = own > width && own <= PLACE_CELLS ? own : width;
    }
    for (uint32_t i = 0; i < e->evidence.n; i++) {
        const ArchStep *step = &e->evidence.at[i];
        Str place = why_place(w->a, step->place), line = why_line(w, step->place);
        unsigned own = width_of(w->a, place);
        buf_puts(&p->b, "    ");
        put(p, INK_BLUE, place);
        buf_pad(&p->b, ' ', own < width ? width - own + 2 : 2);
        put(p, INK_PLAIN, step->note);
        buf_putc(&p->b, '\n');
        if (!line.n)
            continue;
        buf_pad(&p->b, ' ', 6 + width);
        put(p, INK_DIM, cut(w, line));
        buf_putc(&p->b, '\n');
    }
}

static void put_edge(Page *p, const ArchEdge *e, bool leaves) {
    const Why *w = p->w;
    buf_puts(&p->b, "  ");
    if (!leaves) {
        put(p, INK_BOLD, why_name(w, e->from));
        buf_putc(&p->b, ' ');
    }
    static const char *const verbs[] = {
        [EDGE_CALL] = "may ", [EDGE_READ] = "reads ", [EDGE_TRIGGER] = "for "};
    put(p, INK_PLAIN, str_of(verbs[e->type]));
    put(p, INK_GREEN, why_what(w->a, e));
    static const char *const links[] = {
        [EDGE_CALL] = " ", [EDGE_READ] = " of ", [EDGE_TRIGGER] = " calls "};
    put(p, INK_PLAIN, str_of(links[e->type]));
    put(p, INK_BOLD, why_name(w, e->to));
    Str actions = why_actions(w, e);
    if (actions.n) {
        buf_puts(&p->b, ": ");
        put(p, INK_PLAIN, actions);
    }
    buf_putc(&p->b, '\n');
    put_steps(p, e);
}

// What a role may do without an edge: writing logs, fetching a model's image.
static void put_own(Page *p, const ArchResource *r) {
    const Why *w = p->w;
    uintptr_t first = (uintptr_t)map_find(&w->permissions, r->id);
    Str last = STR_EMPTY;
    bool begun = false;
    for (uintptr_t i = first; first && i <= w->trace.permissions.n; i++) {
        const TracePermission *x = &w->trace.permissions.at[i - 1];
        if (!str_eq(x->principal, r->id))
            break;
        if (x->edge || str_eq(x->action, last))
            continue;
        put(p, INK_PLAIN, begun ? STR(", ") : STR("  to run: "));
        put(p, INK_PLAIN, x->action);
        last = x->action;
        begun = true;
    }
    if (begun)
        buf_putc(&p->b, '\n');
}

static void put_variables(Page *p, const ArchResource *r) {
    const Why *w = p->w;
    uintptr_t first = (uintptr_t)map_find(&w->variables, r->id);
    for (uintptr_t i = first; first && i <= w->trace.variables.n; i++) {
        const TraceVariable *v = &w->trace.variables.at[i - 1];
        if (!str_eq(v->function, r->id))
            break;
        put(p, INK_PLAIN, i == first ? STR("  environment: ") : STR(", "));
        put(p, INK_PLAIN, v->name);
    }
    if (first)
        buf_putc(&p->b, '\n');
}

static void put_title(Page *p, const ArchResource *r) {
    const Why *w = p->w;
    buf_putc(&p->b, '\n');
    put(p, INK_BOLD, why_name(w, r->id));
    buf_puts(&p->b, "  ");
    put(p, INK_BLUE, why_place(w->a, r->source));
    uintptr_t first = (uintptr_t)map_find(&w->permissions, r->id);
    Str role = first ? w->trace.permissions.at[first - 1].role : STR_EMPTY;
    if (role.n) {
        put(p, INK_DIM, STR("  role "));
        put(p, INK_DIM, role);
    }
    for (uint32_t i = 0; i < w->trace.exposures.n; i++) {
        const TraceExposure *x = &w->trace.exposures.at[i];
        if (!str_eq(x->id, r->id) || str_starts(x->what, "route "))
            continue;
        buf_puts(&p->b, "  ");
        put(p, INK_GREEN, x->what);
        put(p, INK_GREEN, x->anyone ? STR(" for anyone") : STR(" for IAM"));
    }
    buf_putc(&p->b, '\n');
}

// Edges of the answer are in the graph's order, so those that leave one resource stand together.
static void put_resource(Page *p, const ArchResource *r, bool everything) {
    const Why *w = p->w;
    bool leaves = false, arrives = false;
    for (uint32_t i = 0; i < w->edges.n && !(leaves && arrives); i++) {
        leaves = leaves || str_eq(w->edges.at[i]->from, r->id);
        arrives = arrives || str_eq(w->edges.at[i]->to, r->id);
    }
    bool own = map_has(&w->permissions, r->id);
    if (everything ? !leaves && !own : r != w->from)
        return;
    put_title(p, r);
    for (uint32_t i = 0; leaves && i < w->edges.n; i++)
        if (str_eq(w->edges.at[i]->from, r->id))
            put_edge(p, w->edges.at[i], true);
    for (uint32_t i = 0; !everything && arrives && i < w->edges.n; i++)
        if (str_eq(w->edges.at[i]->to, r->id) && !str_eq(w->edges.at[i]->from, r->id))
            put_edge(p, w->edges.at[i], false);
    put_own(p, r);
    put_variables(p, r);
}

Str why_report(const Why *w) {
    Page p = {.w = w, .b = buf_new(w->a)};
    uint32_t functions = 0, uses = 0;
    for (uint32_t i = 0; i < w->arch->resources.n; i++)
        functions += w->arch->resources.at[i].handler.present;
    for (uint32_t i = 0; i < w->edges.n; i++)
        uses += w->edges.at[i]->type != EDGE_TRIGGER;
    put(&p, INK_BOLD, w->arch->project);
    buf_puts(&p.b, " (");
    put(&p, INK_PLAIN, w->arch->stack);
    buf_printf(&p.b, ") · %u function%s · %u use%s\n", functions, functions == 1 ? "" : "s", uses,
               uses == 1 ? "" : "s");
    for (uint32_t i = 0; i < w->arch->resources.n; i++)
        put_resource(&p, &w->arch->resources.at[i], !w->from);
    return buf_str(&p.b);
}
