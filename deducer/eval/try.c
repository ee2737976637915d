// try, catch and finally.
//
// The handler starts from the join of the states in which something was thrown. Where unseen code
// ran in the block, something may have been thrown at any point in it: then from every state in
// between. A `finally` block is run by every path that leaves, at the place where it leaves.

#include "deducer/eval/run.h"

static void dispose(Interp *I, Value v, Span span) {
    if (v.tag == V_UNDEFINED || v.tag == V_NULL)
        return;
    Value fn = interp_get(I, v, sym_lit(I->interner, "@@asyncDispose"), span);
    if (!I->dead && fn.tag == V_UNDEFINED)
        fn = interp_get(I, v, sym_lit(I->interner, "@@dispose"), span);
    if (I->dead)
        return;
    Call c = {.self = v, .span = span};
    Value done = interp_call(I, fn, &c, STR("disposes of what `using` holds"));
    if (!I->dead)
        interp_await(I, done, span);
}

void run_final(Interp *I, Finally *f) {
    if (f->block)
        exec_stmt(I, f->env, f->block);
    else
        dispose(I, f->resource, f->span);
}

void run_finals(Interp *I, Finally *until) {
    Finally *finals = I->finals;
    Label *labels = I->labels;
    Target *catcher = I->catcher;
    Frame *frame = I->frame;
    for (Finally *f = finals; f && f != until && !I->dead; f = f->outer) {
        I->finals = f->outer;
        I->labels = f->labels;
        I->catcher = f->catcher;
        I->frame = f->frame;
        run_final(I, f);
    }
    I->finals = finals;
    I->labels = labels;
    I->catcher = catcher;
    I->frame = frame;
}

static Snapshot *prepend(Snapshot *s, Snapshot *list) {
    s->next = list;
    return s;
}

static void run_handler(Interp *I, Env *env, Node *n, Value error) {
    Env *inner = env_enter(I, n->u.try_.scope, env);
    if (n->u.try_.param)
        bind_pattern(I, inner, n->u.try_.param, error, BIND_DECLARE);
    if (!I->dead)
        exec_stmt(I, inner, n->u.try_.handler);
}

// From the base state: joins what was thrown, runs the handler, and joins with the block's own end.
static void handle(Interp *I, Env *env, Node *n, Snapshot *thrown, Snapshot *normal, bool certain) {
    uint32_t mark, last, exits_before = I->exit_count, depth = I->fork_depth;
    uint32_t fork_epoch = I->fork_epoch;
    Doubt doubt = {n->u.try_.block->span, NULL, false, 0, I->doubt};
    uint32_t epoch = mark_push(I, &mark, &last);
    if (!certain) {
        I->doubt = &doubt;
        I->fork_depth++;
        I->fork_epoch = epoch;
    }
    Value error = snapshots_join(I, thrown, NULL);
    run_handler(I, env, n, error);
    if (!certain) {
        I->doubt = doubt.outer;
        I->fork_depth = depth;
        I->fork_epoch = fork_epoch;
    }
    if (normal) {
        normal->next = NULL;
        if (!I->dead)
            normal->next = snapshot_take(I, mark, epoch, UNDEFINED);
        trail_undo(I, mark, epoch);
        I->dead = I->gave_up;
        mark_pop(I, last, exits_before);
        snapshots_join(I, normal, NULL);
    } else {
        mark_pop(I, last, exits_before);
    }
}

static void exec_try_catch(Interp *I, Env *env, Node *n) {
    Target caught, *outer = I->catcher;
    bool may_before = I->may_throw;
    uint32_t exits = exits_watch(I);
    Doubt doubt = {n->u.try_.block->span, NULL, false, 0, NULL};
    I->may_throw = false;
    I->fork_depth++; // paths that leave the block for good leave a snapshot: the handler runs after
                     // them
    target_begin(I, &caught);
    uint32_t fork_epoch = I->fork_epoch;
    I->fork_epoch = caught.epoch;
    I->catcher = &caught;
    exec_stmt(I, env, n->u.try_.block);
    I->catcher = outer;
    I->fork_epoch = fork_epoch;
    bool direct = I->dead && I->direct == &caught, may = I->may_throw;
    I->may_throw = may_before;
    if ((!direct && !caught.exits && !may) || I->gave_up) {
        target_close(I, &caught);
        I->fork_depth--;
        exits_settle(I, exits, &doubt);
        return;
    }
    Snapshot *normal = I->dead ? NULL : snapshot_take(I, caught.mark, caught.epoch, UNDEFINED);
    bool certain = direct && !caught.exits && !may;
    Snapshot *thrown = caught.exits;
    if (direct)
        thrown = prepend(snapshot_take(I, caught.mark, caught.epoch, I->direct_value), thrown);
    if (may) {
        const Reason *why = reason_new(I, n->u.try_.block->span, NULL,
                                       "it is an error thrown by code that "
                                       "cannot be seen");
        thrown = prepend(
            snapshot_anytime(I, caught.mark, caught.epoch, interp_unknown(I, why, STR("error"))),
            thrown);
    }
    if (direct)
        I->direct = NULL;
    trail_undo(I, caught.mark, caught.epoch);
    I->dead = false;
    target_close(I, &caught);
    I->fork_depth--;
    handle(I, env, n, thrown, normal, certain);
    exits_settle(I, exits, &doubt);
}

void exec_try(Interp *I, Env *env, Node *n) {
    Finally f = {.block = n->u.try_.finalizer,
                 .env = env,
                 .frame = I->frame,
                 .labels = I->labels,
                 .catcher = I->catcher,
                 .outer = I->finals};
    if (f.block)
        I->finals = &f;
    if (n->u.try_.handler)
        exec_try_catch(I, env, n);
    else
        exec_stmt(I, env, n->u.try_.block);
    I->finals = f.outer;
    if (f.block && !I->dead)
        exec_stmt(I, env, f.block);
}
