// Promise. A promise holds what it is settled with from the start, and handlers run when they are
// attached. Those that may run later than that run again at the end (explore/later.c).
//
// Where a promise may be rejected on some path, its "#rejection" holds with what. In handlers
// everything that is awaited may fail, so `catch` callbacks are run there too, as one side of a
// fork.

#include "deducer/eval/builtins/builtins.h"
#include "deducer/eval/effects.h"

#include <string.h>

Value promise_rejected(Interp *I, Value error, Span span) {
    return value_object(obj_rejected(I, error, span));
}

static Value join_present(Interp *I, Value a, Value b) {
    if (a.tag == V_ABSENT)
        return b;
    return b.tag == V_ABSENT ? a : value_join(I->a, a, b);
}

// A promise of a result that is `v` or (where not V_ABSENT) rejected with `error`.
static Value settled(Interp *I, Value v, Value error, Span span) {
    if (I->dead)
        return UNDEFINED;
    if (v.tag == V_ABSENT && error.tag == V_ABSENT)
        return value_object(obj_promise(I, UNDEFINED, span));
    if (v.tag == V_ABSENT)
        return promise_rejected(I, error, span);
    Obj *p = obj_promise(I, v, span);
    if (error.tag != V_ABSENT) {
        I->may_throw = true;
        obj_define_lit(I, p, "#rejection", error);
    }
    return value_object(p);
}

typedef struct AwaitState {
    Value v;
    Span span;
} AwaitState;

static Value run_await(Interp *I, void *state) {
    const AwaitState *s = state;
    return interp_await(I, s->v, s->span);
}

// What awaiting `v` gives, and what it throws.
static Value await_caught(Interp *I, Value v, Span span, Value *error_out) {
    AwaitState s = {v, span};
    Value got = run_caught(I, run_await, &s, error_out);
    for (uint32_t i = 0; i < value_count(v); i++) {
        Value alt = value_at(v, i);
        if (!is_object(alt, O_PROMISE))
            continue;
        const Prop *p = obj_find(alt.u.obj, key_of(I, "#rejection"));
        if (p)
            *error_out = join_present(I, *error_out, present_only(I, p->cell.v));
    }
    return got;
}

// ---- Handlers -----------------------------------------------------------------------------------

static bool may_be_called(Value fn) {
    for (uint32_t i = 0; i < value_count(fn); i++)
        if (is_callable(value_at(fn, i)))
            return true;
    return false;
}

static Value unknown_error(Interp *I, Span span) {
    const Reason *why = reason_new(I, span, NULL, "it is an error that may happen at run time");
    return interp_unknown(I, why, STR("error"));
}

static bool holds_opaque(Value v) {
    for (uint32_t i = 0; i < value_count(v); i++)
        if (is_opaque(value_at(v, i)))
            return true;
    return false;
}

// Runs both handlers on what a promise may be settled with. The results and errors are joined.
static Value handled(Interp *I, Value on_value, Value on_error, Value v, Value error, Span span) {
    bool both = v.tag != V_ABSENT && error.tag != V_ABSENT;
    Value result = ABSENT, thrown = ABSENT, later = ABSENT;
    Fork f;
    if (both)
        fork_begin(I, &f, span,
                   reason_new(I, span, NULL, "whether the promise is rejected is not known"),
                   false);
    if (v.tag != V_ABSENT) {
        result =
            may_be_called(on_value) ? call_caught(I, on_value, UNDEFINED, &v, 1, span, &thrown) : v;
        if (I->dead)
            result = thrown = ABSENT;
    }
    if (both)
        fork_next(I, &f, UNDEFINED);
    if (error.tag != V_ABSENT && may_be_called(on_error)) {
        Value other = call_caught(I, on_error, UNDEFINED, &error, 1, span, &later);
        if (!I->dead) {
            result = join_present(I, result, other);
            thrown = join_present(I, thrown, later);
        }
    } else {
        thrown = join_present(I, thrown, error);
    }
    if (both)
        fork_end(I, &f, UNDEFINED);
    return settled(I, result, thrown, span);
}

static Value then_both(Interp *I, const Call *c, Value on_value, Value on_error) {
    if (!is_object(c->self, O_PROMISE))
        return wrong_self(I, c, "Promise");
    if (I->exploring && !call_is_settled(I, c))
        interp_defer(I, c->callee, c, c->note);
    Value error, v = await_caught(I, c->self, c->span, &error);
    if (I->dead)
        return UNDEFINED;
    bool may_fail = I->exploring || holds_opaque(v);
    if (may_fail && v.tag != V_ABSENT && may_be_called(on_error))
        error = join_present(I, error, unknown_error(I, c->span));
    return handled(I, on_value, on_error, v, error, c->span);
}

static Value then(Interp *I, const Call *c) {
    return then_both(I, c, call_arg(I, c, 0), call_arg(I, c, 1));
}

static Value catch (Interp *I, const Call *c) {
    return then_both(I, c, UNDEFINED, call_arg(I, c, 0));
}

static Value finally(Interp *I, const Call *c) {
    if (!is_object(c->self, O_PROMISE))
        return wrong_self(I, c, "Promise");
    if (I->exploring && !call_is_settled(I, c))
        interp_defer(I, c->callee, c, c->note);
    Value error, thrown = ABSENT, v = await_caught(I, c->self, c->span, &error),
                 fn = call_arg(I, c, 0);
    if (I->dead)
        return UNDEFINED;
    if (may_be_called(fn)) {
        Value r = call_caught(I, fn, UNDEFINED, NULL, 0, c->span, &thrown);
        if (!I->dead && r.tag == V_ABSENT)
            return promise_rejected(I, thrown, c->span);
    }
    return settled(I, v, join_present(I, error, thrown), c->span);
}

// ---- Making promises ----------------------------------------------------------------------------

typedef struct Resolver {
    Obj *promise;
    Value pending; // its value until it is resolved
    Cell *error;   // V_ABSENT until it is rejected
} Resolver;

static Value do_resolve(Interp *I, const Call *c) {
    Resolver *r = c->callee->u.native.ptr;
    Value error, v = await_caught(I, call_arg(I, c, 0), c->span, &error);
    Cell *cell = &r->promise->u.box.value;
    effects_touch(I, value_object(r->promise));
    if (I->dead)
        return UNDEFINED;
    if (error.tag != V_ABSENT)
        interp_write(I, r->error, error);
    if (v.tag == V_ABSENT)
        return UNDEFINED;
    if (value_same(cell->v, r->pending))
        interp_write(I, cell, v);
    else if (value_has(cell->v, V_OBJECT))
        interp_write_weak(I, cell, v); // called twice, or later
    return UNDEFINED;
}

static Value do_reject(Interp *I, const Call *c) {
    Resolver *r = c->callee->u.native.ptr;
    effects_touch(I, value_object(r->promise));
    if (r->error->v.tag == V_ABSENT)
        interp_write(I, r->error, call_arg(I, c, 0));
    else
        interp_write_weak(I, r->error, call_arg(I, c, 0));
    return UNDEFINED;
}

static const Native resolve_row = {"resolve", do_resolve, 1}, reject_row = {"reject", do_reject, 1};

bool promise_is_resolver(Value fn) {
    return is_object(fn, O_NATIVE) &&
           (fn.u.obj->u.native.row == &resolve_row || fn.u.obj->u.native.row == &reject_row);
}

static Resolver *resolver_new_promise(Interp *I, Span span) {
    Resolver *r = arena_new(I->a, Resolver);
    const Reason *why = reason_new(I, span, NULL, "it is what the promise is resolved with later");
    r->pending = interp_unknown(I, why, STR("the promise's value"));
    r->promise = obj_promise(I, r->pending, span);
    r->error = cell_new(I, ABSENT);
    return r;
}

static Obj *resolver_function(Interp *I, const Native *row, Resolver *r) {
    Obj *fn = obj_native_of(I, row, r->promise);
    fn->u.native.ptr = r;
    return fn;
}

static void settle_resolver(Interp *I, Resolver *r) {
    Value error = present_only(I, r->error->v);
    Obj *p = r->promise;
    if (error.tag == V_ABSENT || I->dead)
        return;
    if (value_same(p->u.box.value.v, r->pending) && !value_has(r->error->v, V_ABSENT)) {
        interp_write(I, &p->u.box.value, error);
        p->u.box.rejected = true;
        if (!I->exploring && !I->doubt)
            vec_push(I->a, &I->rejected, p);
    } else {
        I->may_throw = true;
        obj_define_lit(I, p, "#rejection", error);
    }
}

static Value construct(Interp *I, const Call *c) {
    Value executor = call_arg(I, c, 0), error;
    if (!c->new_target || !may_be_called(executor)) {
        interp_throw_error(I, "TypeError", c->span, "Promise needs `new` and a function");
        return UNDEFINED;
    }
    Resolver *r = resolver_new_promise(I, c->span);
    Value args[] = {value_object(resolver_function(I, &resolve_row, r)),
                    value_object(resolver_function(I, &reject_row, r))};
    call_caught(I, executor, UNDEFINED, args, 2, c->span, &error);
    if (!I->dead && error.tag != V_ABSENT)
        interp_write(I, r->error, error);
    settle_resolver(I, r);
    return value_object(r->promise);
}

static Value with_resolvers(Interp *I, const Call *c) {
    Resolver *r = resolver_new_promise(I, c->span);
    Obj *o = obj_plain(I, c->span);
    obj_define(I, o, key_of(I, "promise"), value_object(r->promise), 0);
    obj_define(I, o, key_of(I, "resolve"), value_object(resolver_function(I, &resolve_row, r)), 0);
    obj_define(I, o, key_of(I, "reject"), value_object(resolver_function(I, &reject_row, r)), 0);
    return value_object(o);
}

static Value resolve(Interp *I, const Call *c) {
    return value_object(obj_promise(I, call_arg(I, c, 0), c->span));
}

static Value reject(Interp *I, const Call *c) {
    return promise_rejected(I, call_arg(I, c, 0), c->span);
}

static Value try_call(Interp *I, const Call *c) {
    Value error;
    const Value *rest = c->n > 1 ? c->args + 1 : NULL;
    Value v = call_caught(I, call_arg(I, c, 0), UNDEFINED, rest, c->n > 1 ? c->n - 1 : 0, c->span,
                          &error);
    return settled(I, v, error, c->span);
}

// ---- Many at once -------------------------------------------------------------------------------

typedef struct Gathering {
    const Items *source;
    Items *out;
    Value value, error; // joins of what they are fulfilled and rejected with
    Span span;
    bool settle; // allSettled: an object for each
} Gathering;

static Value outcome(Interp *I, Value v, Value error, Span span) {
    Obj *o = obj_plain(I, span);
    const Reason *why = reason_new(I, span, NULL, "whether the promise is rejected is not known");
    bool may_fail = error.tag != V_ABSENT || I->exploring || holds_opaque(v);
    if (v.tag == V_ABSENT)
        obj_define(I, o, key_of(I, "status"), lit("rejected"), 0);
    else if (!may_fail)
        obj_define(I, o, key_of(I, "status"), lit("fulfilled"), 0);
    else
        obj_define(I, o, key_of(I, "status"), value_prim(PT_STRING, why), 0);
    if (v.tag != V_ABSENT)
        obj_define(I, o, key_of(I, "value"), v, 0);
    if (may_fail) {
        if (error.tag == V_ABSENT)
            error = unknown_error(I, span);
        obj_define(I, o, key_of(I, "reason"), error, 0);
    }
    return value_object(o);
}

static bool gather_one(Interp *I, void *state, Value element, Value index) {
    Gathering *g = state;
    Value error, v = await_caught(I, without_absent(I, element), g->span, &error);
    if (I->dead)
        return false;
    g->value = join_present(I, g->value, v);
    g->error = join_present(I, g->error, error);
    Value out = g->settle ? outcome(I, v, error, g->span) : v;
    if (out.tag != V_ABSENT)
        items_add(I, g->out, out, index.tag == V_NUMBER, g->source->why);
    return true;
}

static bool gather(Interp *I, const Call *c, Gathering *g, bool settle) {
    *g = (Gathering){interp_iterate(I, call_arg(I, c, 0), c->span),
                     items_new(I),
                     ABSENT,
                     ABSENT,
                     c->span,
                     settle};
    if (!I->dead)
        interp_for_each(I, g->source, c->span, gather_one, g);
    if (g->source->open)
        items_open(I, g->out, ABSENT, g->source->why);
    return !I->dead;
}

static Value all(Interp *I, const Call *c) {
    Gathering g;
    if (!gather(I, c, &g, false))
        return UNDEFINED;
    bool certain =
        g.error.tag != V_ABSENT && g.out->n < g.source->n; // one of them is surely rejected
    return settled(I, certain ? ABSENT : array_of(I, g.out, c->span), g.error, c->span);
}

static Value all_settled(Interp *I, const Call *c) {
    Gathering g;
    return gather(I, c, &g, true) ? settled(I, array_of(I, g.out, c->span), ABSENT, c->span)
                                  : UNDEFINED;
}

static Value first_of(Interp *I, const Call *c, bool errors_count) {
    Gathering g;
    if (!gather(I, c, &g, false))
        return UNDEFINED;
    if (g.value.tag == V_ABSENT && g.error.tag == V_ABSENT)
        g.value = opaque_from(I, UNDEFINED, c->span, "Promise.race");
    bool fails = errors_count || g.value.tag == V_ABSENT;
    return settled(I, g.value, fails ? g.error : ABSENT, c->span);
}

static Value race(Interp *I, const Call *c) {
    return first_of(I, c, true);
}

static Value any(Interp *I, const Call *c) {
    return first_of(I, c, false);
}

void install_promise(Interp *I) {
    static const Native row = {"Promise", construct, 1};
    static const Native statics[] = {
        {"all", all, 1},       {"allSettled", all_settled, 1},
        {"any", any, 1},       {"race", race, 1},
        {"reject", reject, 1}, {"resolve", resolve, 1},
        {"try", try_call, 1},  {"withResolvers", with_resolvers, 0},
        {NULL, NULL, 0},
    };
    static const Native methods[] = {
        {"catch", catch, 1}, {"finally", finally, 1}, {"then", then, 2}, {NULL, NULL, 0}};
    constructor_new(I, &row, I->realm.promise, statics);
    obj_natives(I, I->realm.promise, methods);
    obj_define_lit(I, I->realm.promise, "@@toStringTag", lit("Promise"));
}
