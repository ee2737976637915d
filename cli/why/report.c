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

// One line for the place and the note, one for the code: a page that can be searched.
static void put_steps(Page *p, const ArchEdge *e) {
    const Why *w = p->w;
    unsigned width = 0;
    for (uint32_t i = 0; i < e->evidence.n; i++) {
        unsigned own = why_width(w->a, why_place(w->a, e->evidence.at[i].place));
        width = own > width && own <= PLACE_CELLS ? own : width;
    }
    for (uint32_t i = 0; i < e->evidence.n; i++) {
        const ArchStep *step = &e->evidence.at[i];
        Str place = why_place(w->a, step->place), line = why_line(w, step->place);
        unsigned own = why_width(w->a, place);
        buf_puts(&p->b, "    ");
        put(p, INK_BLUE, place);
        buf_pad(&p->b, ' ', own < width ? width - own + 2 : 2);
        put(p, INK_PLAIN, step->note);
        buf_putc(&p->b, '\n');
        if (!line.n)
            continue;
        buf_pad(&p->b, ' ', 6 + width);
        put(p, INK_DIM, why_cut(w->a, line, CODE_CELLS));
        buf_putc(&p->b, '\n');
    }
}

// The edges of one use: "may get and set KVStore users: dynamodb:GetItem, dynamodb:PutItem".
static void put_edges(Page *p, uint32_t first, uint32_t count, bool leaves) {
    const Why *w = p->w;
    const ArchEdge *e = w->edges.at[first];
    buf_puts(&p->b, "  ");
    if (!leaves) {
        put(p, INK_BOLD, why_name(w, e->from));
        buf_putc(&p->b, ' ');
    }
    static const char *const verbs[] = {
        [EDGE_CALL] = "may ", [EDGE_READ] = "reads ", [EDGE_TRIGGER] = "for "};
    put(p, INK_PLAIN, str_of(verbs[e->type]));
    put(p, INK_GREEN, why_operations(w->a, &w->edges, first, count));
    static const char *const links[] = {
        [EDGE_CALL] = " ", [EDGE_READ] = " of ", [EDGE_TRIGGER] = " calls "};
    put(p, INK_PLAIN, str_of(links[e->type]));
    put(p, INK_BOLD, why_name(w, e->to));
    bool begun = false;
    for (uint32_t i = 0; i < count; i++) {
        Str actions = why_actions(w, w->edges.at[first + i]);
        if (!actions.n)
            continue;
        buf_puts(&p->b, begun ? ", " : ": ");
        put(p, INK_PLAIN, actions);
        begun = true;
    }
    buf_putc(&p->b, '\n');
    put_steps(p, e);
}

// Edges that leave the resource, or those that arrive; one to itself is told once.
static void put_all_edges(Page *p, const ArchResource *r, bool leaves) {
    const EdgeList *edges = &p->w->edges;
    uint32_t count;
    for (uint32_t i = 0; i < edges->n; i += count) {
        const ArchEdge *e = edges->at[i];
        bool from = str_eq(e->from, r->id), to = str_eq(e->to, r->id);
        count = why_group(edges, i);
        if (leaves ? from : to && !from)
            put_edges(p, i, count, leaves);
    }
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

// Names only: values stand in the template, and in the answer about one resource.
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

// Who it is, as whom it runs, and who may reach it.
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
    if (leaves)
        put_all_edges(p, r, true);
    if (arrives && !everything)
        put_all_edges(p, r, false);
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
