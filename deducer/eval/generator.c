// Generators: a body that runs between its consumer's steps.
//
// It is run to its end when the first value is asked for, and what it yields is kept as Items. It
// runs again, as one side of a fork, when the consumer sends or throws something into it that it
// has not been given before: then the order of what it yields is no longer known.
//
// Its consumer may stop at any yield: a body that throws, or that never ends, still gives what it
// has yielded until then.

#include "deducer/eval/run.h"

enum { YIELDS_MAX = 2000 };

Value generator_new(Interp *I, Obj *fn, const Call *c) {
    Obj *g = obj_new(I, O_ITERATOR, I->realm.generator, c->span);
    Call *copy = arena_copy(I->a, c, sizeof *c);
    copy->args = arena_copy(I->a, c->args, c->n * sizeof *c->args);
    g->u.iter.fn = fn;
    g->u.iter.call = copy;
    cell_init(I, &g->u.iter.position, value_number(0));
    cell_init(I, &g->u.iter.ran, value_bool(false));
    cell_init(I, &g->u.iter.result, UNDEFINED);
    cell_init(I, &g->u.iter.sent, ABSENT);
    cell_init(I, &g->u.iter.thrown, ABSENT);
    if (fn->u.fn.node->flags & NF_ASYNC)
        g->flags |= OF_ASYNC;
    return value_object(g);
}

static void run_generator(Interp *I, Obj *g) {
    Target caught, *outer = I->catcher;
    const Items *before = g->u.iter.items;
    g->u.iter.items = items_new(I); // one that iterates itself finds nothing
    interp_write(I, &g->u.iter.ran, value_bool(true));
    target_begin(I, &caught);
    I->catcher = &caught;
    Value v = call_generator(I, g);
    I->catcher = outer;
    if (!I->dead)
        interp_write(I, &g->u.iter.result, v);
    if (caught.exits || (I->dead && I->direct == &caught))
        I->may_throw = true;
    target_end(I, &caught, UNDEFINED, NULL);
    if (I->exploring)
        interp_defer_generator(I, g);
    if (before && (g->flags & OF_SUMMARY)) // it stands for those of earlier rounds, too
        items_open(I, g->u.iter.items, items_join(I, before), before->why);
}

Items *iterator_items(Interp *I, Obj *o) {
    if (o->u.iter.fn && interp_truth(o->u.iter.ran.v) == TRUTH_NO)
        run_generator(I, o);
    return o->u.iter.items;
}

// What it may do with what it has just been given, beside what it did without.
static void run_again(Interp *I, Obj *g) {
    const Reason *why =
        reason_new(I, g->site, NULL, "the generator is given values by its consumer");
    const Items *before = iterator_items(I, g);
    Fork f;
    if (I->dead)
        return;
    fork_begin(I, &f, g->site, why, false);
    fork_next(I, &f, UNDEFINED);
    run_generator(I, g);
    fork_end(I, &f, UNDEFINED);
    Items *both = items_new(I);
    items_open(I, both, items_join(I, before), why);
    items_open(I, both, items_join(I, g->u.iter.items), why);
    g->u.iter.items = both;
}

static void give(Interp *I, Obj *g, Cell *at, Value v) {
    Value all = at->v.tag == V_ABSENT ? v : join(I, at->v, v);
    if (!g->u.iter.fn || value_same(all, at->v))
        return;
    interp_write(I, at, all);
    run_again(I, g);
}

void generator_send(Interp *I, Obj *g, Value v) {
    if (v.tag != V_UNDEFINED)
        give(I, g, &g->u.iter.sent, v);
}

void generator_throw(Interp *I, Obj *g, Value v) {
    give(I, g, &g->u.iter.thrown, v);
}

// ---- yield --------------------------------------------------------------------------------------

// What a generator that `yield*` ran has returned.
static Value returned(Interp *I, Value v) {
    Value out = UNDEFINED;
    for (uint32_t i = 0; i < value_count(v); i++) {
        Value alt = value_at(v, i);
        if (alt.tag == V_OBJECT && alt.u.obj->cls == O_ITERATOR && alt.u.obj->u.iter.fn)
            out = i ? join(I, out, alt.u.obj->u.iter.result.v) : alt.u.obj->u.iter.result.v;
    }
    return out;
}

// Adds to what the generator yields; where this path may not be taken, neither may what follows.
static void collect(Interp *I, const Frame *f, Items *to, const Items *more) {
    bool perhaps = I->fork_depth > f->fork_depth;
    const Reason *why = I->doubt ? I->doubt->why : NULL;
    if (perhaps)
        items_open(I, to, items_join(I, more), why);
    for (uint32_t i = 0; !perhaps && i < more->n; i++)
        items_push(I, to, more->at[i]);
    if (!perhaps && more->open)
        items_open(I, to, more->rest, more->why);
}

Value eval_yield(Interp *I, Env *env, Node *n) {
    Frame *f = I->frame;
    Value v = n->u.unary.operand ? eval_expr(I, env, n->u.unary.operand) : UNDEFINED;
    if (I->dead || !f->generator)
        return UNDEFINED;
    Obj *g = f->generator;
    Items *more = items_new(I);
    if (n->op == OP_YIELD_STAR)
        more = interp_iterate(I, v, n->span);
    else
        items_push(I, more, interp_await(I, v, n->span));
    if (I->dead)
        return UNDEFINED;
    Items *yields = g->u.iter.items;
    collect(I, f, yields, more);
    if (yields->n > YIELDS_MAX) { // one that never ends: so many are as good as any number
        items_open(I, yields, items_join(I, yields),
                   reason_new(I, n->span, NULL, "the generator does not come to an end"));
        target_exit(I, f->ret, UNDEFINED);
        return UNDEFINED;
    }
    if (g->u.iter.thrown.v.tag != V_ABSENT) {
        Fork fork;
        fork_begin(I, &fork, n->span, NULL, false);
        interp_throw(I, g->u.iter.thrown.v, n->span);
        fork_next(I, &fork, UNDEFINED);
        fork_end(I, &fork, UNDEFINED);
    }
    if (n->op == OP_YIELD_STAR)
        return returned(I, v);
    Value sent = interp_prim(I, PT_ANY, n->span, "it is what the generator's consumer sends");
    return g->u.iter.sent.v.tag == V_ABSENT ? sent : join(I, sent, g->u.iter.sent.v);
}
