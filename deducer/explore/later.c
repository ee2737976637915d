// Later: what happens at any time after its call.
//
// A call is run to its end at once. What of it stands behind an `await` runs later, when others may
// have changed what it reads; so do callbacks in the hands of unseen code. Calls whose promise is
// not awaited where they stand are therefore kept, with the calls around them, and made again after
// the handler: there every variable may have any value that it has had, on whatever path.
//
// Variables that were there before the handler keep all these values in any case: a call that
// fails, or that the platform ends, leaves them as they are at that moment.

#include "deducer/explore/explore.h"

enum { PASSES = 3 };

struct Later {
    Obj *fn;
    Call call;
    Str note;
    Obj *generator; // instead: its body
    Frame *frame;   // a copy of those around it
};

// ---- Keeping ------------------------------------------------------------------------------------

static bool is_same(const Later *l, const Obj *fn, const Call *c) {
    if (l->fn != fn || l->call.n != c->n || !value_same(l->call.self, c->self))
        return false;
    for (uint32_t i = 0; i < c->n; i++)
        if (!value_same(l->call.args[i], c->args[i]))
            return false;
    return true;
}

static Frame *copy_frames(Interp *I, const Frame *f) {
    Frame *first = NULL, **at = &first;
    for (; f; f = f->outer) {
        Frame *copy = arena_copy(I->a, f, sizeof *f);
        copy->ret = NULL;
        copy->recursion = NULL;
        *at = copy;
        at = &copy->outer;
    }
    return first;
}

static Later *keep(Interp *I, Later l) {
    Later *kept = arena_copy(I->a, &l, sizeof l);
    kept->frame = copy_frames(I, I->frame);
    vec_push(I->a, &I->explorer->later, kept);
    return kept;
}

void interp_defer(Interp *I, Obj *fn, const Call *c, Str note) {
    Explorer *x = I->explorer;
    if (!x || x->ending)
        return;
    for (uint32_t i = 0; i < x->later.n; i++)
        if (is_same(x->later.at[i], fn, c))
            return;
    Later *l = keep(I, (Later){.fn = fn, .call = *c, .note = note});
    l->call.args = arena_copy(I->a, c->args, c->n * sizeof *c->args);
    l->call.callee = fn;
}

void interp_defer_generator(Interp *I, Obj *generator) {
    Explorer *x = I->explorer;
    if (!x || x->ending)
        return;
    for (uint32_t i = 0; i < x->later.n; i++)
        if (x->later.at[i]->generator == generator)
            return;
    keep(I, (Later){.generator = generator});
}

// ---- Running ------------------------------------------------------------------------------------

// True where some variable may have a value that it does not have now. `own`: the handler's, too.
static bool recall(Interp *I, bool own) {
    Explorer *x = I->explorer;
    bool news = false;
    uint32_t most = I->history.n;
    I->history_epoch = 0; // recalling is no history
    for (; x->recalled < most; x->recalled++) {
        TrailEntry *e = &I->history.at[x->recalled];
        if (!own && e->cell->birth >= x->epoch)
            continue;
        Value before = e->cell->v;
        interp_write_weak(I, e->cell, e->old);
        news |= !value_same(before, e->cell->v);
    }
    I->history_epoch = x->epoch;
    return news;
}

static void run_generator(Interp *I, Obj *g) {
    Items *items = g->u.iter.items;
    g->u.iter.items = items_new(I);
    call_generator(I, g);
    if (items)
        items_open(I, items, items_join(I, g->u.iter.items), items->why);
    g->u.iter.items = items;
}

static void run_one(Interp *I, const Later *l) {
    Frame *base = I->frame;
    Span span = l->generator ? l->generator->site : l->call.span;
    Fork f;
    I->frame = l->frame;
    fork_begin(I, &f, span, NULL, false);
    fork_next(I, &f, UNDEFINED);
    if (l->generator) {
        run_generator(I, l->generator);
    } else {
        Call c = l->call;
        Value v = l->fn->cls == O_FUNCTION ? call_function(I, l->fn, &c, l->note)
                                           : l->fn->u.native.row->fn(I, &c);
        if (!I->dead)
            interp_await(I, v, span);
    }
    fork_end(I, &f, UNDEFINED);
    I->frame = base;
}

void later_run(Interp *I) {
    Explorer *x = I->explorer;
    bool any = x->callbacks.n || x->later.n;
    for (uint32_t pass = 0; pass < PASSES && !I->dead; pass++) {
        bool news = recall(I, any);
        if (!any || (pass && !news))
            return;
        x->ending = true;
        escape_run_callbacks(I);
        for (uint32_t i = 0; i < x->later.n && !I->dead; i++)
            run_one(I, x->later.at[i]);
        x->ending = false;
    }
}
