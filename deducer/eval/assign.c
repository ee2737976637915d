// Assignment: to variables, properties and patterns, with and without an operator.

#include "deducer/eval/effects.h"

static void assign_global(Interp *I, Node *ident) {
    Str name = sym_str(I->interner, ident->u.ident.name);
    interp_throw_error(I, "ReferenceError", ident->span, "`%.*s` is not defined", STR_ARG(name));
}

void assign_ident(Interp *I, Env *env, Node *ident, Value v) {
    if (ident->u.ident.ref == REF_LOCAL) {
        env_assign(I, env, ident, v);
    } else if (ident->u.ident.ref == REF_IMPORT) {
        interp_throw_error(I, "TypeError", ident->span,
                           "an imported binding cannot be assigned to");
    } else {
        assign_global(I, ident);
    }
}

void assign_to(Interp *I, Env *env, Node *t, Value v) {
    if (t->kind == N_IDENT) {
        assign_ident(I, env, t, v);
    } else if (t->kind == N_MEMBER) {
        Value object = t->u.member.object->kind == N_SUPER ? eval_this(I, t->span)
                                                           : eval_expr(I, env, t->u.member.object);
        if (!I->dead)
            interp_set(I, object, t->u.member.name, v, t->span);
    } else if (t->kind == N_INDEX) {
        Value object = eval_expr(I, env, t->u.index.object);
        Value key = I->dead ? UNDEFINED : eval_expr(I, env, t->u.index.key);
        if (!I->dead)
            interp_set_index(I, object, key, v, t->span);
    } else if (t->kind == N_CHAIN) {
        assign_to(I, env, t->u.unary.operand, v);
    } else {
        bind_pattern(I, env, t, v, BIND_ASSIGN);
    }
}

// A target whose object and key are evaluated once, for reading and then writing.
typedef struct Place {
    Node *node;
    Value object, key;
} Place;

static Place place_of(Interp *I, Env *env, Node *t) {
    Place p = {.node = t, .object = UNDEFINED, .key = UNDEFINED};
    if (t->kind == N_MEMBER) {
        p.object = t->u.member.object->kind == N_SUPER ? eval_this(I, t->span)
                                                       : eval_expr(I, env, t->u.member.object);
    } else if (t->kind == N_INDEX) {
        p.object = eval_expr(I, env, t->u.index.object);
        if (!I->dead)
            p.key = eval_expr(I, env, t->u.index.key);
    }
    return p;
}

static Value place_read(Interp *I, Env *env, const Place *p) {
    Node *t = p->node;
    if (t->kind == N_MEMBER)
        return interp_get(I, p->object, t->u.member.name, t->span);
    if (t->kind == N_INDEX)
        return interp_get_index(I, p->object, p->key, t->span);
    return eval_expr(I, env, t);
}

static void place_write(Interp *I, Env *env, const Place *p, Value v) {
    Node *t = p->node;
    if (I->dead)
        return;
    if (t->kind == N_MEMBER)
        interp_set(I, p->object, t->u.member.name, v, t->span);
    else if (t->kind == N_INDEX)
        interp_set_index(I, p->object, p->key, v, t->span);
    else
        assign_to(I, env, t, v);
}

static Truth nullish(Value v) {
    uint32_t yes = 0, maybe = 0, n = value_count(v);
    for (uint32_t i = 0; i < n; i++) {
        Value alt = value_at(v, i);
        if (alt.tag == V_UNDEFINED || alt.tag == V_NULL || alt.tag == V_ABSENT)
            yes++;
        else if (alt.tag == V_PRIM && (alt.n & (PT_UNDEFINED | PT_NULL)))
            maybe++;
        else if (alt.tag == V_OBJECT && alt.u.obj->cls == O_OPAQUE)
            maybe++;
        else if (alt.tag == V_LATE && alt.u.late->kind == LATE_ENV)
            maybe++;
    }
    return yes == n ? TRUTH_YES : yes + maybe == 0 ? TRUTH_NO : TRUTH_MAYBE;
}

Truth logical_short(Oper op, Value left) {
    if (op == OP_NULLISH) {
        Truth t = nullish(left);
        return t == TRUTH_MAYBE ? t : t == TRUTH_YES ? TRUTH_NO : TRUTH_YES;
    }
    Truth t = interp_truth(left);
    if (op == OP_OR || t == TRUTH_MAYBE)
        return t;
    return t == TRUTH_YES ? TRUTH_NO : TRUTH_YES;
}

static bool not_nullish(Value v) {
    return v.tag != V_UNDEFINED && v.tag != V_NULL && v.tag != V_ABSENT;
}

static bool not_no(Value v) {
    return interp_truth(v) != TRUTH_NO;
}

static bool not_yes(Value v) {
    return interp_truth(v) != TRUTH_YES;
}

// What the left side may be where it is the result.
Value logical_left(Interp *I, Oper op, Value left) {
    return value_filter(I->a, left,
                        op == OP_NULLISH ? not_nullish
                        : op == OP_OR    ? not_no
                                         : not_yes);
}

// `a ?? b` and `a || b` of an environment variable and a string keep both, for the graph.
Value logical_late(Interp *I, Oper op, Value left, Value right) {
    bool env = left.tag == V_LATE && left.u.late->kind == LATE_ENV;
    if (op == OP_AND || !env || right.tag != V_STRING || I->exploring)
        return ABSENT;
    Late *l = arena_new(I->a, Late);
    l->kind = LATE_OR;
    l->parts = arena_alloc(I->a, 2 * sizeof left);
    l->parts[0] = left;
    l->parts[1] = right;
    l->count = 2;
    l->why = left.u.late->why;
    Value v = {V_LATE, 0, {0}};
    v.u.late = l;
    return v;
}

static Value assign_logical(Interp *I, Env *env, Node *n) {
    Place p = place_of(I, env, n->u.binary.left);
    if (I->dead)
        return UNDEFINED;
    Value left = place_read(I, env, &p);
    if (I->dead)
        return UNDEFINED;
    Truth keep = logical_short((Oper)n->op, left);
    if (keep == TRUTH_YES)
        return left;
    Fork f;
    if (keep == TRUTH_MAYBE) {
        fork_begin(I, &f, n->u.binary.left->span, value_unknown(left), false);
        fork_next(I, &f, logical_left(I, (Oper)n->op, left));
    }
    uint32_t exits = I->exit_count;
    Value right = eval_expr(I, env, n->u.binary.right);
    if (keep == TRUTH_MAYBE)
        decision_default(I, left, (Oper)n->op, exits);
    place_write(I, env, &p, right);
    return keep == TRUTH_MAYBE ? fork_end(I, &f, right) : right;
}

Value eval_assign(Interp *I, Env *env, Node *n) {
    Oper op = (Oper)n->op;
    if (op == OP_ASSIGN) {
        Node *left = n->u.binary.left;
        Place p = place_of(I, env, left);
        Value v = I->dead ? UNDEFINED : eval_expr(I, env, n->u.binary.right);
        place_write(I, env, &p, v);
        return v;
    }
    if (op == OP_AND || op == OP_OR || op == OP_NULLISH)
        return assign_logical(I, env, n);
    Place p = place_of(I, env, n->u.binary.left);
    Value left = I->dead ? UNDEFINED : place_read(I, env, &p);
    Value right = I->dead ? UNDEFINED : eval_expr(I, env, n->u.binary.right);
    if (I->dead)
        return UNDEFINED;
    Value v = op_binary(I, op, left, right, n->span);
    place_write(I, env, &p, v);
    return v;
}

Value eval_update(Interp *I, Env *env, Node *n) {
    Place p = place_of(I, env, n->u.unary.operand);
    Value old = I->dead ? UNDEFINED : place_read(I, env, &p);
    if (I->dead)
        return UNDEFINED;
    old = interp_to_number(I, old);
    Value v = op_binary(I, n->op == OP_INC ? OP_ADD : OP_SUB, old, value_number(1), n->span);
    place_write(I, env, &p, v);
    return (n->flags & NF_PREFIX) ? v : old;
}
