// The answer for people: which lines led to an edge, and what followed from it.
//
// Input: the edges between two resources. Output: for each its steps as annotated source, in order
// and across files; then, once, the IAM statement, the role and the variables.
// Invariant: a step that has been drawn for an earlier edge is named and not drawn again, so that
// several operations on one path still fit a screen.

#include "cli/why/why.h"

typedef struct Page {
    const Why *w;
    Buf b;
    Vec(ArchPlace) drawn;
    Vec(Str) said; // statements
    uint32_t widest;
} Page;

static void words(Page *p, Ink ink, const char *s) {
    why_put(p->w, &p->b, ink, str_of(s));
}

static void text(Page *p, Ink ink, Str s) {
    why_put(p->w, &p->b, ink, s);
}

// "it calls store.get", "endpointName reaches SageMakerEndpoint"
static void put_reason(Page *p, const ArchEdge *e) {
    if (!e->evidence.n || e->type == EDGE_READ)
        return;
    Str note = vec_last(&e->evidence).note;
    words(p, INK_PLAIN, " because ");
    if (str_starts(note, "calls ") || str_starts(note, "reads "))
        words(p, INK_PLAIN, "it ");
    text(p, INK_PLAIN, note);
}

static void put_heading(Page *p, uint32_t first, uint32_t count) {
    const ArchEdge *e = p->w->edges.at[first];
    const Why *w = p->w;
    text(p, INK_BOLD, why_name(w, e->from));
    words(p, INK_PLAIN,
          e->type == EDGE_CALL   ? " may "
          : e->type == EDGE_READ ? " reads "
                                 : " calls ");
    if (e->type == EDGE_TRIGGER) {
        text(p, INK_BOLD, why_name(w, e->to));
        words(p, INK_PLAIN, " for ");
        text(p, INK_GREEN, why_what(w->a, e));
        return;
    }
    text(p, INK_GREEN, why_operations(w->a, &w->edges, first, count));
    words(p, INK_PLAIN, e->type == EDGE_READ ? " of " : " ");
    text(p, INK_BOLD, why_name(w, e->to));
    put_reason(p, e);
}

// ---- Steps --------------------------------------------------------------------------------------

// The note may differ, the line is the same.
static bool was_drawn(const Page *p, ArchPlace place) {
    for (uint32_t i = 0; i < p->drawn.n; i++)
        if (p->drawn.at[i].line == place.line && p->drawn.at[i].column == place.column &&
            str_eq(p->drawn.at[i].file, place.file))
            return true;
    return false;
}

// Whether the line may be shown; a neighbour that may not be is left out with the others.
static bool shows(const Page *p, ArchPlace place, int64_t away) {
    FileId file = sources_find(p->w->sources, place.file);
    int64_t line = (int64_t)place.line + away;
    return file && line > 0 && !secret_in(source_line(p->w->sources, file, (uint32_t)line));
}

// In the form `file:line:column`, which terminals and editors make a link of.
static void put_step(Page *p, uint32_t number, const ArchStep *step) {
    const Why *w = p->w;
    ArchPlace at = step->place;
    bool again = was_drawn(p, at), hidden = !again && !shows(p, at, 0);
    buf_printf(&p->b, "%u. ", number);
    text(p, INK_BLUE, why_place(w->a, at));
    if (again || hidden) {
        buf_puts(&p->b, "  ");
        text(p, INK_PLAIN, step->note);
        words(p, INK_DIM, again ? ", as above" : ", in a line that is not shown");
        buf_putc(&p->b, '\n');
        return;
    }
    buf_putc(&p->b, '\n');
    vec_push(w->a, &p->drawn, at);
    Excerpt e = {.file = at.file,
                 .at = {at.line, at.column},
                 .note = step->note,
                 .above = shows(p, at, -1) ? 1 : 0,
                 .below = shows(p, at, 1) ? 1 : 0,
                 .widest = p->widest};
    excerpt_put(&p->b, w->sources, &e, w->color);
}

// Below the steps, as notes stand below a diagnostic.
static void put_actions(Page *p, uint32_t first, uint32_t count) {
    unsigned digits = 1;
    for (uint32_t n = p->widest; n >= 10; n /= 10)
        digits++;
    for (uint32_t i = 0; i < count; i++) {
        const ArchEdge *e = p->w->edges.at[first + i];
        Str actions = why_actions(p->w, e);
        if (!actions.n)
            continue;
        buf_pad(&p->b, ' ', digits + 2);
        words(p, INK_BLUE, "= ");
        text(p, INK_BOLD, e->operation);
        words(p, INK_PLAIN, ": ");
        text(p, INK_PLAIN, actions);
        buf_putc(&p->b, '\n');
    }
}

// Whether drawing its steps would show nothing new.
static bool all_drawn(const Page *p, const ArchEdge *e) {
    for (uint32_t i = 0; i < e->evidence.n; i++)
        if (!was_drawn(p, e->evidence.at[i].place))
            return false;
    return e->evidence.n > 0;
}

// Edges that the same steps led to, from `first` on; gives how many.
static uint32_t put_edges(Page *p, uint32_t first) {
    const ArchEdge *e = p->w->edges.at[first];
    uint32_t count = why_group(&p->w->edges, first);
    put_heading(p, first, count);
    // Whoever hands on a name reads it at the same place: saying so is enough.
    if (e->type == EDGE_READ && all_drawn(p, e)) {
        words(p, INK_DIM, " by the same steps");
        buf_puts(&p->b, "\n\n");
        return count;
    }
    buf_puts(&p->b, "\n\n");
    for (uint32_t i = 0; i < e->evidence.n; i++)
        put_step(p, i + 1, &e->evidence.at[i]);
    if (!e->evidence.n)
        buf_puts(&p->b, "the graph has no evidence for it\n");
    put_actions(p, first, count);
    buf_putc(&p->b, '\n');
    return count;
}

// ---- What follows -------------------------------------------------------------------------------

static void put_indented(Page *p, Str lines) {
    for (uint32_t at = 0; at < lines.n;) {
        int64_t end = str_find(lines, STR("\n"), at);
        uint32_t to = end < 0 ? lines.n : (uint32_t)end;
        buf_puts(&p->b, "  ");
        text(p, INK_PLAIN, str_slice(lines, at, to));
        buf_putc(&p->b, '\n');
        at = to + 1;
    }
}

// All operations on one resource share a statement: it stands once.
static void put_statement(Page *p, const ArchEdge *e) {
    const Why *w = p->w;
    Str statement = trace_statement(w->a, &w->trace, e), role = why_role(w, e);
    for (uint32_t i = 0; i < p->said.n; i++)
        if (str_eq(p->said.at[i], statement))
            return;
    vec_push(w->a, &p->said, statement);
    if (!statement.n)
        return;
    if (role.n) {
        words(p, INK_PLAIN, "so its role ");
        text(p, INK_BOLD, role);
        buf_puts(&p->b, " allows\n\n");
    } else {
        const ArchResource *to = arch_resource(w->arch, e->to);
        words(p, INK_PLAIN, "so its role would allow (a ");
        text(p, INK_PLAIN, to->kind);
        buf_puts(&p->b, " has no template yet, its id stands for the ARN)\n\n");
    }
    put_indented(p, statement);
    buf_putc(&p->b, '\n');
}

// By which the running code learns what the resource is called.
static void put_variables(Page *p, const ArchEdge *e) {
    VariableList all = why_variables(p->w, e);
    if (!all.n)
        return;
    buf_printf(&p->b, "and finds it by the environment variable%s\n\n", all.n == 1 ? "" : "s");
    for (uint32_t i = 0; i < all.n; i++) {
        buf_puts(&p->b, "  ");
        text(p, INK_BOLD, all.at[i]->name);
        words(p, INK_PLAIN, " = ");
        text(p, INK_PLAIN, all.at[i]->value);
        buf_putc(&p->b, '\n');
    }
    buf_putc(&p->b, '\n');
}

// The permission by which a service may call the function.
static void put_service_permissions(Page *p, const ArchEdge *e) {
    const Why *w = p->w;
    Str function = STR_EMPTY;
    for (uint32_t i = 0; i < w->trace.resources.n && !function.n; i++)
        if (str_eq(w->trace.resources.at[i].owner, e->to) &&
            str_is(w->trace.resources.at[i].type, "AWS::Lambda::Function"))
            function = w->trace.resources.at[i].id;
    Str quoted = str_fmt(w->a, "\"%.*s\"", STR_ARG(function));
    for (uint32_t i = 0; i < w->trace.resources.n; i++) {
        const TraceResource *r = &w->trace.resources.at[i];
        if (!str_eq(r->owner, e->from) || !str_is(r->type, "AWS::Lambda::Permission") ||
            !function.n || str_find(r->json, quoted, 0) < 0)
            continue;
        words(p, INK_PLAIN, "so it may call the function, by ");
        text(p, INK_BOLD, r->id);
        buf_puts(&p->b, "\n\n");
        put_indented(p, r->json);
        buf_putc(&p->b, '\n');
    }
}

// Blocks end with a blank line, the page with none.
static Str trimmed(const Buf *b) {
    uint32_t n = b->n;
    while (n > 1 && b->p[n - 1] == '\n' && b->p[n - 2] == '\n')
        n--;
    return (Str){b->p, n};
}

Str why_text(const Why *w) {
    if (!w->edges.n) {
        NoEdge n = why_not(w);
        return why_not_text(w, &n);
    }
    Page p = {.w = w, .b = buf_new(w->a)};
    for (uint32_t i = 0; i < w->edges.n; i++)
        for (uint32_t k = 0; k < w->edges.at[i]->evidence.n; k++) {
            uint32_t line = w->edges.at[i]->evidence.at[k].place.line + 1;
            p.widest = line > p.widest ? line : p.widest;
        }
    for (uint32_t i = 0; i < w->edges.n;)
        i += put_edges(&p, i);
    for (uint32_t i = 0; i < w->edges.n; i++)
        put_statement(&p, w->edges.at[i]);
    if (w->edges.at[0]->type == EDGE_TRIGGER)
        put_service_permissions(&p, w->edges.at[0]);
    else
        put_variables(&p, w->edges.at[0]);
    return trimmed(&p.b);
}
