// What all answers share: names, places, lines of the program, what follows from an edge.
//
// Input: edges of the graph and the trace. Output: slices in the question's arena.
// Invariant: no line that looks as if it held a secret is shown, not even the user's own; what the
// program says is shown, never obeyed.

#include "cli/why/why.h"

#include <stdint.h>

// Permissions and variables of one resource stand together: the first is enough.
void why_open(Why *w, const GenerateSettings *settings) {
    trace(w->a, w->arch, &kind_table, settings, &w->trace);
    w->permissions = map_new(w->a);
    w->variables = map_new(w->a);
    for (uint32_t i = 0; i < w->trace.permissions.n; i++)
        if (!map_has(&w->permissions, w->trace.permissions.at[i].principal))
            map_set(&w->permissions, w->trace.permissions.at[i].principal,
                    (void *)(uintptr_t)(i + 1));
    for (uint32_t i = 0; i < w->trace.variables.n; i++)
        if (!map_has(&w->variables, w->trace.variables.at[i].function))
            map_set(&w->variables, w->trace.variables.at[i].function, (void *)(uintptr_t)(i + 1));
}

void why_put(const Why *w, Buf *b, Ink ink, Str s) {
    static const char *const codes[] = {[INK_PLAIN] = "",
                                        [INK_BOLD] = "\033[1m",
                                        [INK_DIM] = "\033[2m",
                                        [INK_BLUE] = "\033[36m",
                                        [INK_GREEN] = "\033[32m"};
    bool colored = w->color && ink != INK_PLAIN && s.n;
    if (colored)
        buf_puts(b, codes[ink]);
    buf_put(b, str_visible(w->a, s));
    if (colored)
        buf_puts(b, "\033[0m");
}

// ---- Words --------------------------------------------------------------------------------------

Str why_name(const Why *w, Str id) {
    const ArchResource *r = arch_resource(w->arch, id);
    return r ? str_fmt(w->a, "%.*s %.*s", STR_ARG(r->kind), STR_ARG(r->name)) : id;
}

Str why_place(Arena *a, ArchPlace p) {
    return p.line ? str_fmt(a, "%.*s:%u:%u", STR_ARG(p.file), p.line, p.column) : STR_EMPTY;
}

Str why_what(Arena *a, const ArchEdge *e) {
    Buf b = buf_new(a);
    buf_put(&b, e->operation);
    for (uint32_t i = 0; e->type == EDGE_TRIGGER && e->arguments && i < e->arguments->count; i++) {
        const ArchValue *v = e->arguments->members[i].value;
        Str text = v->type == ARCH_STRING ? v->text : arch_value_to_json(a, v);
        buf_printf(&b, " %.*s", STR_ARG(text));
    }
    return buf_str(&b);
}

Str why_line(const Why *w, ArchPlace p) {
    FileId file = p.line ? sources_find(w->sources, p.file) : 0;
    Str line = file ? str_trim(source_line(w->sources, file, p.line)) : STR_EMPTY;
    return secret_in(line) ? STR_EMPTY : line;
}

// A library that is handed a name may do several things with it: edges of one origin.
static bool same_steps(const ArchEdge *a, const ArchEdge *b) {
    bool same = a->type == b->type && a->type != EDGE_TRIGGER && a->evidence.n == b->evidence.n &&
                str_eq(a->from, b->from) && str_eq(a->to, b->to);
    for (uint32_t i = 0; same && i < a->evidence.n; i++) {
        const ArchStep *x = &a->evidence.at[i], *y = &b->evidence.at[i];
        same = x->place.line == y->place.line && x->place.column == y->place.column &&
               str_eq(x->place.file, y->place.file) && str_eq(x->note, y->note);
    }
    return same;
}

uint32_t why_group(const EdgeList *edges, uint32_t first) {
    uint32_t count = 1;
    while (first + count < edges->n && same_steps(edges->at[first], edges->at[first + count]))
        count++;
    return count;
}

Str why_operations(Arena *a, const EdgeList *edges, uint32_t first, uint32_t count) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < count; i++)
        buf_printf(&b, "%s%.*s",
                   i == 0           ? ""
                   : i + 1 == count ? " and "
                                    : ", ",
                   STR_ARG(why_what(a, edges->at[first + i])));
    return buf_str(&b);
}

unsigned why_width(Arena *a, Str s) {
    Str shown = str_visible(a, s);
    unsigned width = 0;
    for (uint32_t at = 0; at < shown.n;)
        width += utf8_width(utf8_next(shown, &at));
    return width;
}

// In cells, so that wide characters do not push a line over the edge.
Str why_cut(Arena *a, Str line, unsigned cells) {
    Str shown = str_visible(a, line);
    if (why_width(a, line) <= cells)
        return shown;
    unsigned width = 3; // of the dots
    for (uint32_t at = 0; at < shown.n;) {
        uint32_t from = at;
        width += utf8_width(utf8_next(shown, &at));
        if (width > cells)
            return str_cat(a, str_slice(shown, 0, from), STR("..."));
    }
    return shown;
}

bool why_is_module(Str path) {
    static const char *const ends[] = {".ts",  ".tsx", ".js",  ".jsx",
                                       ".mts", ".cts", ".mjs", ".cjs"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (str_ends(path, ends[i]))
            return true;
    return false;
}

// ---- What follows from an edge ------------------------------------------------------------------

// Permissions know the first edge that asks for them only, statements are shared by all.
static bool asks(const Why *w, const ArchEdge *e, const TracePermission *p) {
    const ArchResource *to = arch_resource(w->arch, e->to);
    const Kind *kind = to ? kind_find(&kind_table, to->kind) : NULL;
    const Op *op = kind && e->type == EDGE_CALL ? kind_op(kind, e->operation) : NULL;
    const char *const *action = op ? op->actions : NULL;
    while (action && *action && !str_is(p->action, *action))
        action++;
    // An edge that asks first is named; one that asks, too, leads to the same resource.
    return p->edge && (p->edge == e || (action && *action && str_eq(p->edge->to, e->to) &&
                                        p->edge->type == EDGE_CALL));
}

PermissionList why_permissions(const Why *w, const ArchEdge *e) {
    PermissionList all = {0};
    uintptr_t first = (uintptr_t)map_find(&w->permissions, e->from);
    for (uintptr_t i = first; first && i <= w->trace.permissions.n; i++) {
        const TracePermission *p = &w->trace.permissions.at[i - 1];
        if (!str_eq(p->principal, e->from))
            break;
        if (asks(w, e, p))
            vec_push(w->a, &all, p);
    }
    return all;
}

// Whatever edge asked first: a variable leads to the resource, not to one operation.
VariableList why_variables(const Why *w, const ArchEdge *e) {
    VariableList all = {0};
    uintptr_t first = (uintptr_t)map_find(&w->variables, e->from);
    for (uintptr_t i = first; first && i <= w->trace.variables.n; i++) {
        const TraceVariable *v = &w->trace.variables.at[i - 1];
        if (!str_eq(v->function, e->from))
            break;
        if (v->edge && str_eq(v->edge->to, e->to))
            vec_push(w->a, &all, v);
    }
    return all;
}

Str why_role(const Why *w, const ArchEdge *e) {
    PermissionList all = why_permissions(w, e);
    return all.n ? all.at[0]->role : STR_EMPTY;
}

Str why_actions(const Why *w, const ArchEdge *e) {
    PermissionList all = why_permissions(w, e);
    Buf b = buf_new(w->a);
    for (uint32_t i = 0; i < all.n; i++) {
        bool said = false;
        for (uint32_t k = 0; k < i && !said; k++)
            said = str_eq(all.at[k]->action, all.at[i]->action);
        if (!said)
            buf_printf(&b, "%s%.*s", b.n ? ", " : "", STR_ARG(all.at[i]->action));
    }
    return buf_str(&b);
}
