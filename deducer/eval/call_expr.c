// Call expressions: who is called with what `this`, and the arguments.

#include "deducer/eval/run.h"

Str expr_name(Interp *I, const Node *n) {
    switch ((int)n->kind) {
    case N_IDENT:
        return sym_str(I->interner, n->u.ident.name);
    case N_THIS:
        return STR("this");
    case N_SUPER:
        return STR("super");
    case N_MEMBER: {
        Str name = sym_str(I->interner, n->u.member.name);
        int k = n->u.member.object->kind;
        if (k != N_IDENT && k != N_THIS && k != N_MEMBER && k != N_SUPER)
            return name;
        Str object = expr_name(I, n->u.member.object);
        return object.n ? str_fmt(I->a, "%.*s.%.*s", STR_ARG(object), STR_ARG(name)) : name;
    }
    case N_CHAIN:
        return expr_name(I, n->u.unary.operand);
    default:
        return STR_EMPTY;
    }
}

static Str note_for(Interp *I, const char *verb, const Node *callee) {
    Str name = expr_name(I, callee);
    if (!name.n)
        return str_fmt(I->a, "%s a function", verb);
    return str_fmt(I->a, "%s %.*s", verb, STR_ARG(name));
}

void eval_args(Interp *I, Env *env, Node **args, uint32_t count, Call *c) {
    Items *items = items_new(I);
    for (uint32_t i = 0; i < count && !I->dead; i++) {
        if (args[i]->kind != N_SPREAD) {
            items_push(I, items, eval_expr(I, env, args[i]));
            continue;
        }
        Value v = eval_expr(I, env, args[i]->u.unary.operand);
        if (I->dead)
            return;
        Items *more = interp_iterate(I, v, args[i]->span);
        for (uint32_t k = 0; k < more->n; k++)
            items_push(I, items, more->at[k]);
        if (more->open)
            items_open(I, items, more->rest, more->why);
    }
    c->args = items->at;
    c->n = items->n;
    c->open = items->open;
    c->rest = items->rest.tag == V_ABSENT ? UNDEFINED : items->rest;
}

static Value call_super(Interp *I, Env *env, Node *n) {
    Frame *f = I->frame;
    Call c = {.span = n->span};
    eval_args(I, env, n->u.call.args, n->u.call.arg_count, &c);
    if (I->dead)
        return UNDEFINED;
    if (!f->home || !f->self_cell) {
        interp_throw_error(I, "SyntaxError", n->span, "`super` is called outside of a constructor");
        return UNDEFINED;
    }
    Value cls = interp_get(I, value_object(f->home), sym_lit(I->interner, "constructor"), n->span);
    c.new_target = f->new_target;
    if (cls.tag != V_OBJECT)
        return UNDEFINED;
    Cell *self_cell = f->self_cell;
    Value parent = cls.u.obj->proto ? value_object(cls.u.obj->proto) : UNDEFINED;
    Value self = interp_construct(I, parent, &c, STR("calls super"));
    if (I->dead)
        return UNDEFINED;
    interp_write(I, self_cell, self);
    if (self.tag == V_OBJECT)
        init_fields(I, cls.u.obj, self.u.obj);
    return self;
}

static Value super_get(Interp *I, Sym key, Span span) {
    Obj *home = I->frame->home;
    Obj *parent = home ? home->proto : NULL;
    if (!parent)
        return UNDEFINED;
    return interp_get(I, value_object(parent), key, span);
}

// The callee of a call: gives the function, and `this` in *self_out.
static Value eval_callee(Interp *I, Env *env, Node *n, Value *self_out, Sym *name_out) {
    *self_out = UNDEFINED;
    if (n->kind == N_MEMBER) {
        *name_out = n->u.member.name;
        if (n->u.member.object->kind == N_SUPER) {
            *self_out = eval_this(I, n->span);
            return I->dead ? UNDEFINED : super_get(I, n->u.member.name, n->span);
        }
        *self_out = eval_expr(I, env, n->u.member.object);
        if (I->dead)
            return UNDEFINED;
        if (n->flags & NF_OPTIONAL)
            *self_out = chain_link(I, *self_out, n->span);
        return I->dead ? UNDEFINED : interp_get(I, *self_out, n->u.member.name, n->span);
    }
    if (n->kind == N_INDEX) {
        *self_out = eval_expr(I, env, n->u.index.object);
        if (!I->dead && (n->flags & NF_OPTIONAL))
            *self_out = chain_link(I, *self_out, n->span);
        Value key = I->dead ? UNDEFINED : eval_expr(I, env, n->u.index.key);
        if (I->dead)
            return UNDEFINED;
        Sym sym;
        if (interp_to_key(I, key, &sym))
            *name_out = sym;
        return interp_get_index(I, *self_out, key, n->span);
    }
    return eval_expr(I, env, n);
}

// obj.method(…) where obj is one of several: each with its own method, so that `this` goes with it.
static Value call_methods(Interp *I, Node *callee, Value self, Call *c, Sym name, Str note) {
    Fork f;
    Value v = UNDEFINED;
    bool first = true;
    fork_begin(I, &f, callee->span, value_unknown(self), false);
    for (uint32_t i = 0; i < value_count(self); i++) {
        Value alt = value_at(self, i);
        if (alt.tag == V_UNDEFINED || alt.tag == V_NULL) {
            I->may_throw = true;
            continue;
        }
        if (!first)
            fork_next(I, &f, v);
        first = false;
        Value fn = interp_get(I, alt, name, callee->span);
        Call one = *c;
        one.self = alt;
        // One that has no such method throws; the others go on.
        if (fn.tag == V_UNDEFINED)
            I->dead = true;
        v = I->dead ? UNDEFINED : interp_call(I, fn, &one, note);
    }
    return fork_end(I, &f, v);
}

Value eval_call(Interp *I, Env *env, Node *n) {
    Node *callee = n->u.call.callee;
    if (callee->kind == N_SUPER)
        return call_super(I, env, n);
    Call c = {.span = n->span, .node = n};
    // The parentheses' own chain: (a?.b)() keeps `this`.
    Node *inner = callee->kind == N_CHAIN ? callee->u.unary.operand : callee;
    Value fn =
        inner == callee ? eval_callee(I, env, callee, &c.self, &c.name) : eval_expr(I, env, callee);
    if (I->dead)
        return UNDEFINED;
    if (n->flags & NF_OPTIONAL)
        fn = chain_link(I, fn, n->span);
    if (I->dead)
        return UNDEFINED;
    Value self = c.self;
    eval_args(I, env, n->u.call.args, n->u.call.arg_count, &c);
    if (I->dead)
        return UNDEFINED;
    Str note = note_for(I, "calls", callee);
    if (c.name && self.tag == V_UNION && callee->kind == N_MEMBER)
        return call_methods(I, callee, self, &c, c.name, note);
    return interp_call(I, fn, &c, note);
}

Value eval_new(Interp *I, Env *env, Node *n) {
    Call c = {.span = n->span, .node = n};
    Value cls = eval_expr(I, env, n->u.call.callee);
    if (I->dead)
        return UNDEFINED;
    eval_args(I, env, n->u.call.args, n->u.call.arg_count, &c);
    if (I->dead)
        return UNDEFINED;
    return interp_construct(I, cls, &c, note_for(I, "creates", n->u.call.callee));
}

Value eval_tagged(Interp *I, Env *env, Node *n) {
    Node *t = n->u.tagged.tmpl;
    Call c = {.span = n->span};
    Value fn = eval_callee(I, env, n->u.tagged.tag, &c.self, &c.name);
    if (I->dead)
        return UNDEFINED;
    Items *strings = items_new(I), *raw = items_new(I);
    for (uint32_t i = 0; i <= t->u.tmpl.count; i++) {
        items_push(I, strings, value_string(t->u.tmpl.strings[i]));
        items_push(I, raw, value_string(t->u.tmpl.raw[i]));
    }
    Obj *array = array_from(I, strings, n->span);
    Obj *raws = array_from(I, raw, t->span);
    obj_define(I, array, sym_lit(I->interner, "raw"), value_object(raws), PROP_HIDDEN);
    Value *args = arena_array(I->a, Value, t->u.tmpl.count + 1);
    args[0] = value_object(array);
    for (uint32_t i = 0; i < t->u.tmpl.count && !I->dead; i++)
        args[i + 1] = eval_expr(I, env, t->u.tmpl.exprs[i]);
    c.args = args;
    c.n = t->u.tmpl.count + 1;
    return interp_call(I, fn, &c, note_for(I, "calls", n->u.tagged.tag));
}
