// Where there is no edge: what was looked at, and what comes nearest to what was asked for.
//
// Input: two resources without an edge, or without one of that operation. Output: facts from the
// graph and the program's text, for text.c's and json.c's pages.
// Invariant: what is told comes from edges that exist; only mentions of the variable are found by
// searching the text, and are called mentions.

#include "cli/why/why.h"

enum { MENTIONS_MAX = 5 };

// ---- Edges around the two -----------------------------------------------------------------------

static void sort_edges(const Why *w, NoEdge *n) {
    for (uint32_t i = 0; i < w->arch->edges.n; i++) {
        const ArchEdge *e = &w->arch->edges.at[i];
        bool leaves = str_eq(e->from, w->from->id), arrives = str_eq(e->to, w->to->id);
        if (leaves && arrives)
            vec_push(w->a, &n->between, e);
        if (leaves && e->type != EDGE_TRIGGER)
            vec_push(w->a, &n->uses, e);
        if (arrives && e->type != EDGE_TRIGGER)
            vec_push(w->a, &n->used_by, e);
        if (str_eq(e->to, w->from->id) && e->type != EDGE_READ)
            vec_push(w->a, &n->callers, e);
        const ArchResource *to = arch_resource(w->arch, e->to);
        if (leaves && !arrives && to && !n->nearest && str_eq(to->kind, w->to->kind))
            n->nearest = to;
    }
}

// Values of a resource that the program puts into arguments reach a function without any code of
// its handler: they are no edges, and still the answer to the question.
static void find_given(const Why *w, NoEdge *n, const ArchValue *v, Str path) {
    if (!v)
        return;
    if ((v->type == ARCH_PROPERTY || v->type == ARCH_SECRET) && str_eq(v->text, w->to->id))
        vec_push(w->a, &n->given, path);
    bool items = v->type == ARCH_ARRAY || v->type == ARCH_CONCAT || v->type == ARCH_OR;
    for (uint32_t i = 0; items && i < v->count; i++)
        find_given(w, n, v->items[i], path);
    for (uint32_t i = 0; v->type == ARCH_OBJECT && i < v->count; i++) {
        Str key = v->members[i].key;
        Str inner = path.n ? str_fmt(w->a, "%.*s.%.*s", STR_ARG(path), STR_ARG(key)) : key;
        find_given(w, n, v->members[i].value, inner);
    }
}

// Breadth first; `came` is the edge that led to each.
EdgeList why_way(const Why *w, const ArchResource *from, const ArchResource *to) {
    Map came = map_new(w->a);
    StrVec queue = {0};
    vec_push(w->a, &queue, from->id);
    for (uint32_t next = 0; next < queue.n && !map_has(&came, to->id); next++)
        for (uint32_t i = 0; i < w->arch->edges.n; i++) {
            const ArchEdge *e = &w->arch->edges.at[i];
            bool leads = str_eq(e->from, queue.at[next]) && e->type != EDGE_READ;
            if (!leads || map_has(&came, e->to) || str_eq(e->to, from->id))
                continue;
            map_set(&came, e->to, (void *)(uintptr_t)e);
            vec_push(w->a, &queue, e->to);
        }
    EdgeList back = {0}, way = {0};
    Str at = to->id;
    for (const ArchEdge *e = map_find(&came, at); e; e = map_find(&came, at)) {
        vec_push(w->a, &back, e);
        at = e->from;
    }
    while (back.n)
        vec_push(w->a, &way, vec_pop(&back));
    return way;
}

// ---- The program's text -------------------------------------------------------------------------

static bool in_name(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
           c == '$' || (unsigned char)c >= 0x80;
}

Str why_variable(const Why *w, const ArchResource *r) {
    ArchPlace at = r->source;
    FileId file = sources_find(w->sources, at.file);
    if (!file || !at.line)
        return STR_EMPTY;
    uint32_t begin = source_offset(w->sources, file, (LineCol){at.line, 1});
    uint32_t end = source_offset(w->sources, file, (LineCol){at.line, at.column});
    Str before = str_slice(sources_get(w->sources, file)->text, begin, end);
    static const char *const starts[] = {"const ", "let ", "var "};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        int64_t found = str_find(before, str_of(starts[i]), 0);
        if (found < 0)
            continue;
        uint32_t from = (uint32_t)found + str_of(starts[i]).n, to = from;
        while (to < before.n && in_name(before.p[to]))
            to++;
        return str_slice(before, from, to);
    }
    return STR_EMPTY;
}

// Whether a name stands there, and not a part of one, a property, a text or a comment.
static bool is_mention(Str text, Str line, uint32_t from, uint32_t to) {
    char before = from ? text.p[from - 1] : ' ', after = to < text.n ? text.p[to] : ' ';
    if (in_name(before) || in_name(after) || str_contains(STR("./'\"`"), (char[]){before, 0}))
        return false;
    Str start = str_trim(line);
    return !str_starts(start, "//") && !str_starts(start, "*") && !str_starts(start, "/*");
}

static void find_mentions(const Why *w, NoEdge *n, FileId file) {
    const Source *s = sources_get(w->sources, file);
    for (int64_t at = str_find(s->text, n->variable, 0); at >= 0;) {
        uint32_t from = (uint32_t)at, to = from + n->variable.n;
        at = str_find(s->text, n->variable, to);
        LineCol place = source_line_col(w->sources, file, from);
        bool own = place.line == w->to->source.line && str_eq(s->path, w->to->source.file);
        if (own || !is_mention(s->text, source_line(w->sources, file, place.line), from, to))
            continue;
        n->mention_count++;
        if (n->mentions.n < MENTIONS_MAX)
            vec_push(w->a, &n->mentions, (ArchPlace){s->path, place.line, place.column});
    }
}

// The program's files are those that the compile has read, settings among them.
static void search(const Why *w, NoEdge *n) {
    n->variable = why_variable(w, w->to);
    for (FileId file = 1; sources_get(w->sources, file); file++) {
        if (!why_is_module(sources_get(w->sources, file)->path))
            continue;
        n->modules++;
        if (n->variable.n)
            find_mentions(w, n, file);
    }
}

NoEdge why_not(const Why *w) {
    NoEdge n = {0};
    for (uint32_t i = 0; i < w->arch->resources.n; i++)
        n.functions += w->arch->resources.at[i].handler.present;
    for (uint32_t i = 0; i < w->trace.exposures.n; i++)
        if (str_eq(w->trace.exposures.at[i].id, w->from->id) &&
            str_is(w->trace.exposures.at[i].what, "function URL"))
            n.url = &w->trace.exposures.at[i];
    sort_edges(w, &n);
    find_given(w, &n, w->from->arguments, STR_EMPTY);
    if (!n.between.n)
        n.way = why_way(w, w->from, w->to);
    search(w, &n);
    return n;
}

// ---- Advice -------------------------------------------------------------------------------------

bool why_is_read(const Why *w, Str operation) {
    const Kind *kind = kind_find(&kind_table, w->to->kind);
    const Op *op = kind ? kind_op(kind, operation) : NULL;
    return op ? op->role == OP_LATE : kind && kind_property(kind, operation);
}

// "`users.get(…)`, `users.set(…)`"; of those that read a value "`api.url()`".
static Str calls(const Why *w, const NoEdge *n, const Kind *kind, OpRole role) {
    Buf b = buf_new(w->a);
    Str object = n->variable.n ? n->variable : w->to->name;
    for (const Op *op = kind->ops; op && op->name; op++)
        if (op->role == role && (!w->operation.n || str_is(w->operation, op->name)))
            buf_printf(&b, "%s`%.*s.%s(%s)`", b.n ? ", " : "", STR_ARG(object), op->name,
                       role == OP_LATE ? "" : "…");
    return buf_str(&b);
}

// The property by which libraries reach resources of the kind.
static const char *identity(const Kind *kind) {
    for (const Property *p = kind->properties; p && p->name; p++)
        if (p->permits)
            return p->name;
    return NULL;
}

static Str way_text(const Why *w, const NoEdge *n) {
    Buf b = buf_new(w->a);
    buf_put(&b, why_name(w, w->from->id));
    for (uint32_t i = 0; i < n->way.n; i++)
        buf_printf(&b, " → %.*s", STR_ARG(why_name(w, n->way.at[i]->to)));
    return buf_str(&b);
}

// Client operations first; what else a kind has is for reading, or for libraries.
static void advise_use(const Why *w, const NoEdge *n, StrVec *all) {
    const Kind *kind = kind_find(&kind_table, w->to->kind);
    Str possible = kind ? calls(w, n, kind, OP_CLIENT) : STR_EMPTY;
    if (!possible.n && kind)
        possible = calls(w, n, kind, OP_LATE);
    Str from = w->from->name, object = n->variable.n ? n->variable : w->to->name;
    if (possible.n)
        vec_push(w->a, all,
                 str_fmt(w->a, "call %.*s in what the handler of %.*s runs", STR_ARG(possible),
                         STR_ARG(from)));
    else if (w->operation.n && kind && kind_property(kind, w->operation))
        vec_push(w->a, all,
                 str_fmt(w->a, "read `%.*s.%.*s` in what the handler of %.*s runs", STR_ARG(object),
                         STR_ARG(w->operation), STR_ARG(from)));
    else if (!w->operation.n)
        vec_push(w->a, all,
                 str_fmt(w->a, "a %.*s has no operations for functions", STR_ARG(w->to->kind)));
    const Op *op = kind && w->operation.n ? kind_op(kind, w->operation) : NULL;
    const char *name = kind ? identity(kind) : NULL;
    if (name && op && op->role == OP_LIBRARY)
        vec_push(w->a, all,
                 str_fmt(w->a,
                         "%s is what libraries do that are known to need it, and are handed "
                         "`%.*s.%s`",
                         op->name, STR_ARG(object), name));
    else if (name && !w->operation.n)
        vec_push(w->a, all,
                 str_fmt(w->a,
                         "a library reaches it where it is handed `%.*s.%s`; a name that a library "
                         "makes up itself is not seen",
                         STR_ARG(object), name));
}

// The nearest true thing first: another way there, another resource, then what to write.
StrVec why_advice(const Why *w, const NoEdge *n) {
    StrVec all = {0};
    if (n->way.n > 1) {
        Str holder = n->way.at[n->way.n - 1]->from;
        vec_push(w->a, &all,
                 str_fmt(w->a, "it gets there by others: %.*s", STR_ARG(way_text(w, n))));
        vec_push(w->a, &all,
                 str_fmt(w->a, "the permission is that of %.*s: `pluto why %.*s %.*s`",
                         STR_ARG(why_name(w, holder)), STR_ARG(holder), STR_ARG(w->to->id)));
    }
    if (n->nearest && !n->between.n)
        vec_push(w->a, &all,
                 str_fmt(w->a, "it uses %.*s, not %.*s: `pluto why %.*s %.*s`",
                         STR_ARG(why_name(w, n->nearest->id)), STR_ARG(w->to->name),
                         STR_ARG(w->from->id), STR_ARG(n->nearest->id)));
    if (str_is(w->from->kind, "Function"))
        advise_use(w, n, &all);
    else if (!n->way.n)
        vec_push(w->a, &all, STR("only functions use resources: ask for the one that is meant"));
    return all;
}
