// Evidence: why an edge is believed. The chain of calls from the handler to the use, kept at its
// shortest.

#include "deducer/explore/explore.h"

static Str key_of(Interp *I, EdgeType type, Str to, Str operation) {
    return str_fmt(I->a, "%.*s\n%s\n%.*s", STR_ARG(to), edge_type_name(type), STR_ARG(operation));
}

static Str frame_note(Interp *I, const Frame *f) {
    if (f->call_note.n)
        return f->call_note;
    Str name = STR_EMPTY;
    if (f->fn && f->fn->cls == O_FUNCTION && f->fn->u.fn.info)
        name = sym_str(I->interner, f->fn->u.fn.info->name);
    return name.n ? str_fmt(I->a, "calls %.*s", STR_ARG(name)) : STR("calls a function");
}

// Frames between the handler and here, the handler's own not among them.
static uint32_t chain_length(const Interp *I) {
    uint32_t n = 0;
    for (const Frame *f = I->frame; f && f->outer && f->outer->outer; f = f->outer)
        n++;
    return n;
}

static uint32_t via_length(const Interp *I) {
    uint32_t n = 0;
    for (const Via *via = I->explorer->via; via; via = via->before)
        n++;
    return n;
}

static bool is_same_place(const ArchPlace *a, const ArchPlace *b) {
    return a->line == b->line && a->column == b->column && str_eq(a->file, b->file);
}

typedef struct Found {
    ArchEdge edge;
    uint32_t chain; // steps before the last one
} Found;

static void fill_chain(Interp *I, Found *e, Span span, Str note) {
    uint32_t calls = chain_length(I), n = calls + via_length(I), i = n;
    ArchStep *steps = arena_array(I->a, ArchStep, n + 1);
    for (const Via *via = I->explorer->via; via; via = via->before)
        steps[--i] = (ArchStep){place_of(I, via->span), via->note};
    for (const Frame *f = I->frame; i > 0; f = f->outer)
        steps[--i] = (ArchStep){place_of(I, f->call_span), frame_note(I, f)};
    steps[n] = (ArchStep){place_of(I, span), note};
    e->edge.evidence.n = 0;
    e->chain = n;
    for (i = 0; i <= n; i++) {
        // A callback's call stands where the function it was handed to is called: once is enough.
        if (i < n && is_same_place(&steps[i].place, &steps[i + 1].place))
            continue;
        vec_push(I->a, &e->edge.evidence, steps[i]);
    }
}

void evidence_edge(Interp *I, EdgeType type, const Resource *to, Str operation, Span span,
                   Str note) {
    Explorer *x = I->explorer;
    if (!x || !x->from)
        return;
    Str key = key_of(I, type, to->id, operation);
    Found *e = map_find(&x->edges, key);
    uint32_t length = chain_length(I) + via_length(I);
    if (e && length >= e->chain)
        return;
    if (!e) {
        e = arena_new(I->a, Found);
        e->edge =
            (ArchEdge){.from = x->from_id, .to = to->id, .type = type, .operation = operation};
        map_set(&x->edges, key, e);
    }
    fill_chain(I, e, span, note);
}

void evidence_flush(Interp *I, Explorer *x) {
    for (uint32_t i = 0; i < x->edges.n; i++)
        vec_push(I->a, &I->arch->edges, ((Found *)x->edges.at[i].value)->edge);
}
