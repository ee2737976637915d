// Loops. As long as the condition is known they run as they would; from the first condition that
// can't be decided on, the rest of the loop is a fixpoint: the body is run again until the state no
// longer changes, each time joined with not running it. So it is where every round may be the last
// because some path has left the loop, and the rounds are many or, as in `while (true)`, without
// end.

#include "deducer/eval/effects.h"

enum { ROUNDS_MAX = 60, WIDEN_FROM = 2, DOUBTFUL_MAX = 64, ENDLESS_MAX = 100 };

void run_fixpoint(Interp *I, Span where, const Reason *why, RoundBody body, void *state) {
    bool widened = I->widen;
    I->fixpoint++;
    for (uint32_t round = 0; !I->dead; round++) {
        Fork f;
        I->widen = widened || round >= WIDEN_FROM;
        fixpoint_round(I);
        fork_begin(I, &f, where, why, true);
        f.rounds = true;
        fork_next(I, &f, UNDEFINED);
        body(I, state);
        fork_end(I, &f, UNDEFINED);
        if (!f.changed)
            break;
        if (round > ROUNDS_MAX) {
            interp_too_complex(I, where);
            break;
        }
    }
    I->fixpoint--;
    I->widen = widened;
}

// ---- One round ----------------------------------------------------------------------------------

typedef struct Loop {
    Node *node;
    Env *env; // around the loop, or with its let-bindings
    Target *brk;
    Label label;
    Value element; // for-of, for-in: of this round
    uint64_t context;
    uint32_t doubtful; // rounds that ended after some path had left the loop
    Obj *array;        // for-of over an array of the program …
    uint32_t from;     // … from here on in any order
} Loop;

static void run_loop_body(Interp *I, Loop *l, Env *env, Node *body) {
    Target cont;
    target_begin(I, &cont);
    l->label.on_continue = &cont;
    exec_stmt(I, env, body);
    l->label.on_continue = NULL;
    target_end(I, &cont, UNDEFINED, NULL);
}

// After a round: whether to go on one by one.
static bool is_worth_counting(Interp *I, Loop *l, uint32_t most) {
    if (I->fork_depth > l->brk->fork_depth)
        l->doubtful++;
    return l->doubtful < most;
}

static void enter_round(Interp *I, const Loop *l, uint64_t round) {
    I->frame->context = context_mix(l->context, l->node, round + 1);
}

// ---- for, while, do -----------------------------------------------------------------------------

static Truth test_loop(Interp *I, Loop *l, const Reason **why_out) {
    Node *test = l->node->u.loop.test;
    if (!test)
        return TRUTH_YES;
    Value v = eval_expr(I, l->env, test);
    *why_out = value_unknown(v);
    effects_use(I, v, false);
    return I->dead ? TRUTH_NO : interp_truth(v);
}

static void plain_round(Interp *I, Loop *l) {
    run_loop_body(I, l, l->env, l->node->u.loop.body);
    if (I->dead || l->node->kind != N_FOR)
        return;
    if (l->node->u.loop.scope && l->node->u.loop.scope->count)
        l->env = env_copy(I, l->env);
    if (l->node->u.loop.update)
        eval_expr(I, l->env, l->node->u.loop.update);
}

static void undecided_round(Interp *I, void *state) {
    Loop *l = state;
    const Reason *why;
    plain_round(I, l);
    if (!I->dead)
        test_loop(I, l, &why);
}

static void exec_plain_loop(Interp *I, Loop *l) {
    Node *n = l->node;
    bool skip_test = n->kind == N_DO;
    if (n->kind == N_FOR) {
        l->env = env_enter(I, n->u.loop.scope, l->env);
        if (n->u.loop.init) {
            if (n->u.loop.init->kind == N_VAR)
                exec_stmt(I, l->env, n->u.loop.init);
            else
                eval_expr(I, l->env, n->u.loop.init);
        }
    }
    Node *test = n->u.loop.test;
    bool endless = !test || test->kind == N_TRUE;
    bool one_by_one = true;
    for (uint64_t round = 0; !I->dead; round++) {
        const Reason *why = NULL;
        Truth t = skip_test ? TRUTH_YES : test_loop(I, l, &why);
        skip_test = false;
        if (I->dead || t == TRUTH_NO)
            break;
        if (t == TRUTH_MAYBE || !one_by_one) {
            if (t == TRUTH_YES && I->doubt)
                why = I->doubt->why;
            run_fixpoint(I, test ? test->span : n->span, why, undecided_round, l);
            if (endless && !I->frame->generator)
                I->dead = true; // only those that left go on
            break;
        }
        enter_round(I, l, round);
        plain_round(I, l);
        one_by_one = is_worth_counting(I, l, endless ? 1 : DOUBTFUL_MAX);
        if (endless && I->exploring && round == ENDLESS_MAX)
            one_by_one = false;
    }
}

// ---- for-of, for-in -----------------------------------------------------------------------------

static void bind_element(Interp *I, Env *env, Node *target, Value v) {
    if (target->kind == N_VAR) {
        Node *d = target->u.var.at[0];
        BindMode mode = target->op == VAR_VAR ? BIND_ASSIGN : BIND_DECLARE;
        bind_pattern(I, env, d->u.binary.left, v, mode);
    } else {
        bind_pattern(I, env, target, v, BIND_ASSIGN);
    }
}

static bool is_there(Value v) {
    return v.tag != V_ABSENT;
}

// What the array holds from `from` on, joined; V_ABSENT where there is nothing. Where paths left it
// with different lengths, everything that it holds.
static Value elements_from(Interp *I, Obj *array, uint32_t from) {
    double length;
    if (!known_number(array->u.array.length.v, &length))
        return value_filter(I->a, array_join(I, array), is_there);
    Value v = array->rest ? array->rest->v : ABSENT;
    for (uint32_t i = from; i < length; i++) {
        Value e = array_at(I, array, i);
        v = v.tag == V_ABSENT ? e : join(I, v, e);
    }
    return v;
}

static void each_round(Interp *I, void *state) {
    Loop *l = state;
    Env *env = env_enter(I, l->node->u.each.scope, l->env);
    Value v = l->array ? elements_from(I, l->array, l->from) : l->element;
    if (l->node->flags & NF_AWAIT)
        v = interp_await(I, v, l->node->span);
    if (!I->dead)
        bind_element(I, env, l->node->u.each.target, v);
    if (!I->dead)
        run_loop_body(I, l, env, l->node->u.each.body);
}

// The loop itself, over an array that its body may change: elements are read as they come.
static void each_of_array(Interp *I, Loop *l, Obj *array) {
    double length;
    for (bool one_by_one = true; !I->dead && one_by_one; l->from++) {
        if (!known_number(array->u.array.length.v, &length) || l->from >= length)
            break;
        l->element = array_at(I, array, l->from);
        enter_round(I, l, l->from);
        each_round(I, l);
        one_by_one = is_worth_counting(I, l, DOUBTFUL_MAX);
    }
    Value rest = I->dead ? ABSENT : elements_from(I, array, l->from);
    if (rest.tag == V_ABSENT)
        return;
    const Reason *why = value_unknown(array->u.array.length.v);
    l->array = array;
    run_fixpoint(I, l->node->u.each.iter->span, why ? why : value_unknown(rest), each_round, l);
}

static void each_of_items(Interp *I, Loop *l, const Items *items) {
    uint32_t i = 0;
    Value rest = items->open ? items->rest : ABSENT;
    for (bool one_by_one = true; i < items->n && !I->dead && one_by_one; i++) {
        l->element = items->at[i];
        enter_round(I, l, i);
        each_round(I, l);
        one_by_one = is_worth_counting(I, l, DOUBTFUL_MAX);
    }
    for (; i < items->n; i++)
        rest = rest.tag == V_ABSENT ? items->at[i] : join(I, rest, items->at[i]);
    if (I->dead || rest.tag == V_ABSENT)
        return;
    l->element = rest;
    run_fixpoint(I, l->node->u.each.iter->span, items->why, each_round, l);
}

static Items *keys_of(Interp *I, Value v, Span span) {
    Items *it = items_new(I);
    for (uint32_t k = 0; k < value_count(v); k++) {
        Value alt = value_at(v, k);
        if (alt.tag != V_OBJECT)
            continue;
        uint32_t n;
        bool exact;
        Sym *keys = obj_keys(I, alt.u.obj, &n, &exact);
        if (k)
            items_open(I, it, items_join(I, it), value_unknown(v));
        for (uint32_t i = 0; i < n; i++)
            items_push(I, it, value_string(sym_str(I->interner, keys[i])));
        if (!exact)
            items_open(I, it, interp_prim(I, PT_STRING, span, "the keys are not known"),
                       reason_new(I, span, value_unknown(alt), "the keys are not known"));
    }
    return it;
}

static void exec_each_loop(Interp *I, Loop *l) {
    Node *n = l->node;
    Value v = eval_expr(I, l->env, n->u.each.iter);
    if (I->dead)
        return;
    if (n->kind == N_FOR_IN)
        each_of_items(I, l, keys_of(I, v, n->u.each.iter->span));
    else if (v.tag == V_OBJECT && v.u.obj->cls == O_ARRAY)
        each_of_array(I, l, v.u.obj);
    else
        each_of_items(I, l, interp_iterate(I, v, n->u.each.iter->span));
}

void exec_loop(Interp *I, Env *env, Node *n, Sym label) {
    Target brk;
    Loop l = {.node = n, .env = env, .brk = &brk, .context = I->frame->context};
    l.label = (Label){.name = label, .on_break = &brk, .plain = true, .outer = I->labels};
    Span outer_loop = I->loop;
    Node *body = n->kind == N_FOR_OF || n->kind == N_FOR_IN ? n->u.each.body : n->u.loop.body;
    I->loop = (Span){n->span.file, n->span.start,
                     body->span.start > n->span.start ? body->span.start : n->span.end};
    target_begin(I, &brk);
    I->labels = &l.label;
    if (n->kind == N_FOR_OF || n->kind == N_FOR_IN)
        exec_each_loop(I, &l);
    else
        exec_plain_loop(I, &l);
    I->labels = l.label.outer;
    I->loop = outer_loop;
    I->frame->context = l.context;
    target_end(I, &brk, UNDEFINED, NULL);
}

// ---- For natives --------------------------------------------------------------------------------

typedef struct NativeLoop {
    LoopBody body;
    void *state;
    Value element;
    Span span;
} NativeLoop;

static void native_round(Interp *I, void *state) {
    NativeLoop *l = state;
    l->body(I, l->state, l->element, interp_prim(I, PT_NUMBER, l->span, "it is an index"));
}

void interp_for_each(Interp *I, const Items *items, Span span, LoopBody body, void *state) {
    uint64_t context = I->frame ? I->frame->context : 0;
    bool go_on = true;
    for (uint32_t i = 0; i < items->n && !I->dead && go_on; i++) {
        if (I->frame)
            I->frame->context = context_mix(context, (void *)((uintptr_t)span.start + 1), i + 1);
        go_on = body(I, state, items->at[i], value_number(i));
    }
    if (I->frame)
        I->frame->context = context;
    if (I->dead || !go_on || !items->open || items->rest.tag == V_ABSENT)
        return;
    NativeLoop l = {body, state, items->rest, span};
    run_fixpoint(I, span, items->why, native_round, &l);
}
