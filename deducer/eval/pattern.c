// Destructuring: taking a value apart into bindings or targets.

#include "deducer/eval/effects.h"

static void bind_target(Interp *I, Env *env, Node *target, Value v, BindMode mode);

static bool is_defined(Value v) {
    return v.tag != V_UNDEFINED && v.tag != V_ABSENT;
}

// `target = fallback`: the fallback stands in for undefined.
static Value with_default(Interp *I, Env *env, Node *fallback, Value v) {
    Value defined = value_filter(I->a, v, is_defined);
    const Reason *why = value_unknown(v);
    bool maybe_undefined = value_count(defined) < value_count(v) || defined.tag == V_ABSENT;
    for (uint32_t i = 0; i < value_count(defined); i++) {
        Value alt = value_at(defined, i);
        if (alt.tag == V_PRIM && (alt.n & PT_UNDEFINED))
            maybe_undefined = true;
        if (alt.tag == V_OBJECT && alt.u.obj->cls == O_OPAQUE)
            maybe_undefined = true;
        if (alt.tag == V_LATE && alt.u.late->kind == LATE_ENV)
            maybe_undefined = true;
    }
    if (!maybe_undefined)
        return v;
    if (defined.tag == V_ABSENT)
        return eval_expr(I, env, fallback);
    Fork f;
    fork_begin(I, &f, fallback->span, why, false);
    fork_next(I, &f, defined);
    uint32_t exits = I->exit_count;
    Value other = eval_expr(I, env, fallback);
    decision_default(I, defined, OP_NULLISH, exits);
    bool returns = !I->dead;
    Value both = fork_end(I, &f, other);
    Value late = returns ? logical_late(I, OP_NULLISH, defined, other) : ABSENT;
    return late.tag == V_ABSENT ? both : late;
}

static void bind_array(Interp *I, Env *env, Node *p, Value v, BindMode mode) {
    Items *items = interp_iterate(I, v, p->span);
    for (uint32_t i = 0; i < p->u.list.count && !I->dead; i++) {
        Node *t = p->u.list.at[i];
        if (!t)
            continue;
        if (t->kind == N_REST) {
            Items *rest = items_new(I);
            for (uint32_t k = i; k < items->n; k++)
                items_push(I, rest, items->at[k]);
            if (items->open)
                items_open(I, rest, items->rest, items->why);
            bind_target(I, env, t->u.unary.operand, value_object(array_from(I, rest, t->span)),
                        mode);
            return;
        }
        Value e = i < items->n ? items->at[i] : UNDEFINED;
        if (items->open && items->rest.tag != V_ABSENT)
            e = join(I, e, items->rest);
        bind_target(I, env, t, e, mode);
    }
}

// What `...rest` takes: a copy without the keys that were named before it.
static Value object_rest(Interp *I, Value v, const Value *taken, uint32_t count, Span span) {
    bool whole = v.tag == V_OBJECT && (v.u.obj->cls == O_OPAQUE || v.u.obj == I->realm.env ||
                                       v.u.obj->cls == O_RESOURCE);
    if (whole)
        return v;
    Obj *copy = obj_plain(I, span);
    copy_properties(I, copy, v, taken, count, span);
    return value_object(copy);
}

static void bind_object(Interp *I, Env *env, Node *p, Value v, BindMode mode) {
    Value *taken = arena_array(I->a, Value, p->u.list.count + 1);
    uint32_t count = 0;
    if (v.tag == V_UNDEFINED || v.tag == V_NULL) {
        interp_throw_error(I, "TypeError", p->span, "cannot take %s apart",
                           v.tag == V_NULL ? "null" : "undefined");
        return;
    }
    for (uint32_t i = 0; i < p->u.list.count && !I->dead; i++) {
        Node *m = p->u.list.at[i];
        if (m->kind == N_REST) {
            bind_target(I, env, m->u.unary.operand, object_rest(I, v, taken, count, m->span), mode);
            return;
        }
        Value key = taken[count++] = eval_key(I, env, m);
        if (I->dead)
            return;
        Value e = interp_get_index(I, v, key, m->span);
        if (!I->dead)
            bind_target(I, env, m->u.prop.value, e, mode);
    }
}

static void bind_target(Interp *I, Env *env, Node *t, Value v, BindMode mode) {
    if (I->dead)
        return;
    switch ((int)t->kind) {
    case N_IDENT:
        if (mode == BIND_DECLARE)
            env_declare(I, env, t, v);
        else
            assign_ident(I, env, t, v);
        break;
    case N_DEFAULT:
        v = with_default(I, env, t->u.binary.right, v);
        bind_target(I, env, t->u.binary.left, v, mode);
        break;
    case N_ARRAY_PATTERN:
        bind_array(I, env, t, v, mode);
        break;
    case N_OBJECT_PATTERN:
        bind_object(I, env, t, v, mode);
        break;
    default:
        assign_to(I, env, t, v);
        break;
    }
}

void bind_pattern(Interp *I, Env *env, Node *target, Value v, BindMode mode) {
    bind_target(I, env, target, v, mode);
}
