// Decorators: calling them with what they stand before, and putting what they give in its place.
//
// Input: a class whose members are defined. Output: the class, or what a decorator made of it.
// Where tsconfig.json says `experimentalDecorators`, they are what TypeScript had before the
// language:
// `(target, key, descriptor)`, member by member, the class last.

#include "deducer/eval/run.h"

// The member that a decorator stands before; NULL for one of the class itself.
static Node *decorated_member(const Node *cls, const Node *decorator) {
    const Node *name = cls->u.cls.decl ? cls->u.cls.decl : cls->u.cls.self;
    if (name && decorator->span.end <= name->span.start)
        return NULL;
    for (uint32_t i = 0; i < cls->u.cls.member_count; i++)
        if (cls->u.cls.members[i]->span.end > decorator->span.start)
            return cls->u.cls.members[i];
    return NULL;
}

static Value apply_decorator(Interp *I, Value decorator, Value target, Span span) {
    const Reason *why = reason_new(I, span, NULL, "it is a decorator's context");
    Value args[2] = {target, interp_unknown(I, why, STR("context"))};
    return interp_call_values(I, decorator, UNDEFINED, args, 2, span);
}

static bool is_function(Value v) {
    return v.tag == V_OBJECT &&
           (v.u.obj->cls == O_FUNCTION || v.u.obj->cls == O_BOUND || v.u.obj->cls == O_OPAQUE);
}

// What a decorator gives takes the method's place, or the class's.
static Value decorate_now(Interp *I, Env *env, Node *n, Value cls) {
    for (uint32_t i = n->u.cls.decorator_count; i-- > 0 && !I->dead;) {
        Node *d = n->u.cls.decorators[i], *member = decorated_member(n, d);
        Value fn = eval_expr(I, env, d);
        Sym key = 0;
        if (I->dead)
            break;
        if (!member) {
            Value v = apply_decorator(I, fn, cls, d->span);
            if (v.tag == V_OBJECT && v.u.obj->cls == O_FUNCTION)
                cls = v;
            continue;
        }
        bool method = member->kind == N_METHOD && !(member->flags & NF_COMPUTED);
        Obj *made = cls.tag == V_OBJECT && cls.u.obj->cls == O_FUNCTION ? cls.u.obj : NULL,
            *on = NULL;
        if (method && made)
            on = (member->flags & NF_STATIC) ? made : made->u.fn.home;
        if (on)
            interp_to_key(I, eval_key(I, env, member), &key);
        Prop *p = key ? obj_find(on, key) : NULL;
        Value v = apply_decorator(I, fn, p ? p->cell.v : UNDEFINED, d->span);
        if (p && is_function(v))
            obj_define(I, on, key, v, p->flags);
    }
    return cls;
}

// ---- Before the language had them ---------------------------------------------------------------

typedef struct Legacy {
    Env *env;
    Node *cls;
    Obj *made;
} Legacy;

static void set(Interp *I, Obj *o, const char *name, Value v) {
    obj_define(I, o, sym_lit(I->interner, name), v, 0);
}

static Value get(Interp *I, Value from, const char *name, Span span) {
    return interp_get(I, from, sym_lit(I->interner, name), span);
}

static Obj *accessor_in(const Prop *p) {
    Obj *o = p->cell.v.tag == V_OBJECT ? p->cell.v.u.obj : NULL;
    return o && o->cls == O_ACCESSOR ? o : NULL;
}

static Obj *descriptor_of(Interp *I, const Prop *p, Span span) {
    Obj *descriptor = obj_plain(I, span);
    const Obj *pair = accessor_in(p);
    if (pair) {
        set(I, descriptor, "get", pair->u.accessor.get);
        set(I, descriptor, "set", pair->u.accessor.set);
    } else {
        set(I, descriptor, "value", p->cell.v);
        set(I, descriptor, "writable", value_bool(true));
    }
    set(I, descriptor, "enumerable", value_bool(false));
    set(I, descriptor, "configurable", value_bool(true));
    return descriptor;
}

// The member becomes what one descriptor says, or one of several.
static void take_descriptor(Interp *I, Obj *on, Prop *p, Sym key, Value descriptor, Span span) {
    Obj *pair = accessor_in(p);
    if (!pair) {
        Value v = get(I, descriptor, "value", span);
        if (!I->dead && v.tag != V_UNDEFINED)
            obj_define(I, on, key, v, p->flags);
        return;
    }
    Obj *now = obj_new(I, O_ACCESSOR, NULL, span);
    now->u.accessor.get = get(I, descriptor, "get", span);
    now->u.accessor.set = I->dead ? UNDEFINED : get(I, descriptor, "set", span);
    if (!I->dead)
        obj_define(I, on, key, value_object(now), p->flags);
}

static bool is_object(Value v) {
    return v.tag == V_OBJECT;
}

static void decorate_member(Interp *I, const Legacy *l, Node *d, Node *member, Value fn) {
    bool fixed = (member->flags & NF_STATIC) != 0;
    Obj *on = fixed ? l->made : l->made->u.fn.home;
    Value name = eval_key(I, l->env, member);
    Sym key;
    if (I->dead)
        return;
    Prop *p = member->kind == N_METHOD && interp_to_key(I, name, &key) ? obj_find(on, key) : NULL;
    bool parameter = d->span.start > member->u.prop.key->span.end;
    Value third = UNDEFINED;
    if (parameter)
        third = interp_prim(I, PT_NUMBER, d->span, "it is the index of a parameter");
    else if (p)
        third = value_object(descriptor_of(I, p, d->span));
    Value args[3] = {value_object(on), name, third};
    Value given = interp_call_values(I, fn, UNDEFINED, args, 3, d->span);
    if (I->dead || !p || parameter)
        return;
    // An object takes the descriptor's place; who gives none may have changed it.
    Value objects = value_filter(I->a, given, is_object), result = third;
    bool surely = objects.tag == V_OBJECT && given.tag == V_OBJECT && given.u.obj->cls != O_OPAQUE;
    if (objects.tag != V_ABSENT)
        result = surely ? given : value_join(I->a, third, objects);
    take_descriptor(I, on, p, key, result, d->span);
}

// In the constructor's parameters.
static bool is_of_constructor(const Node *cls, const Node *d) {
    const Node *ctor = cls->u.cls.ctor;
    return ctor && d->span.start >= ctor->span.start && d->span.end <= ctor->span.end;
}

static Value decorate_class(Interp *I, const Legacy *l, Node *d, Value fn, Value cls) {
    bool parameter = is_of_constructor(l->cls, d);
    Value index = interp_prim(I, PT_NUMBER, d->span, "it is the index of a parameter");
    Value args[3] = {cls, UNDEFINED, index};
    Value v = interp_call_values(I, fn, UNDEFINED, args, parameter ? 3 : 1, d->span);
    bool replaced = v.tag == V_OBJECT && v.u.obj->cls == O_FUNCTION && !parameter;
    return replaced ? v : cls;
}

// Decorators of one member run from the last to the first, members as they are written.
static Value decorate_legacy(Interp *I, Env *env, Node *n, Obj *made) {
    Legacy l = {env, n, made};
    Value cls = value_object(made);
    uint32_t count = n->u.cls.decorator_count;
    for (int of_class = 0; of_class < 2; of_class++)
        for (uint32_t from = 0, to; from < count; from = to) {
            Node *member = decorated_member(n, n->u.cls.decorators[from]);
            bool whole = !member || is_of_constructor(n, n->u.cls.decorators[from]);
            for (to = from + 1; to < count; to++)
                if (decorated_member(n, n->u.cls.decorators[to]) != member)
                    break;
            for (uint32_t i = to; i-- > from && whole == of_class && !I->dead;) {
                Node *d = n->u.cls.decorators[i];
                Value fn = eval_expr(I, env, d);
                if (I->dead)
                    break;
                if (whole || is_of_constructor(n, d))
                    cls = decorate_class(I, &l, d, fn, cls);
                else
                    decorate_member(I, &l, d, member, fn);
            }
        }
    return cls;
}

Value class_decorate(Interp *I, Env *env, Node *n, Obj *cls) {
    if (n->u.cls.decorator_count && I->frame->module->legacy_decorators)
        return decorate_legacy(I, env, n, cls);
    return decorate_now(I, env, n, value_object(cls));
}
