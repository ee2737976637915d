// Classes and closures: from definitions to function objects.
//
// A class is an O_FUNCTION whose node is its constructor (or the class itself where it has none),
// whose prototype carries the methods and whose fields are evaluated for every new instance.

#include "deducer/eval/run.h"

static Obj *closure(Interp *I, Env *env, Node *node, Obj *home) {
    Obj *fn = obj_new(I, O_FUNCTION, I->realm.function, node->span);
    fn->u.fn.node = node;
    fn->u.fn.info = node->u.fn;
    fn->u.fn.env = env;
    fn->u.fn.module = I->frame->module;
    fn->u.fn.home = home;
    return fn;
}

Value eval_function(Interp *I, Env *env, Node *n) {
    // The name of a named function expression is a binding of its own, around the function.
    Env *inner = env;
    Obj *fn = closure(I, inner, n, NULL);
    if (n->flags & NF_ARROW) {
        const Frame *f = I->frame;
        fn->u.fn.self = f->self;
        fn->u.fn.self_cell = f->self_cell;
        fn->u.fn.home = f->home;
        fn->u.fn.new_target = f->new_target;
    }
    return value_object(fn);
}

Value run_in_class(Interp *I, Env *env, Obj *home, Value self, Node *expr, Scope *scope) {
    Frame f = *I->frame;
    Target ret;
    Value v = UNDEFINED;
    f.outer = I->frame;
    f.fn = NULL;
    f.self = self;
    f.self_cell = NULL;
    f.home = home;
    f.ret = &ret;
    f.call_span = expr->span;
    f.call_note = STR("initialises a field");
    I->frame = &f;
    target_begin(I, &ret);
    Env *inner = env_enter(I, scope, env);
    if (expr->kind == N_BLOCK)
        exec_stmt(I, inner, expr);
    else
        v = eval_expr(I, inner, expr);
    target_end(I, &ret, v, &v);
    I->frame = f.outer;
    return v;
}

void init_fields(Interp *I, Obj *cls, Obj *instance) {
    Node *n = cls->u.fn.cls;
    if (!n)
        return;
    for (uint32_t i = 0; i < n->u.cls.member_count && !I->dead; i++) {
        Node *m = n->u.cls.members[i];
        Sym key;
        if (m->kind != N_FIELD || (m->flags & NF_STATIC))
            continue;
        Value home = interp_get(I, value_object(cls), sym_lit(I->interner, "prototype"), m->span);
        Value v = UNDEFINED;
        if (m->u.prop.value)
            v = run_in_class(I, cls->u.fn.cls_env, home.tag == V_OBJECT ? home.u.obj : NULL,
                             value_object(instance), m->u.prop.value, m->u.prop.scope);
        if (I->dead)
            return;
        if (interp_to_key(I, cls->u.fn.field_keys[i], &key))
            obj_define(I, instance, key, v,
                       sym_str(I->interner, key).p[0] == '#' ? PROP_HIDDEN : 0);
        else
            obj_add_rest(I, instance, v);
    }
}

static void define_accessor(Interp *I, Obj *on, Sym key, Obj *fn, bool getter, uint32_t flags) {
    Prop *p = obj_find(on, key);
    Obj *pair = obj_new(I, O_ACCESSOR, NULL, fn->site);
    pair->u.accessor.get = pair->u.accessor.set = UNDEFINED;
    if (p && p->cell.v.tag == V_OBJECT && p->cell.v.u.obj->cls == O_ACCESSOR)
        pair->u.accessor = p->cell.v.u.obj->u.accessor;
    if (getter)
        pair->u.accessor.get = value_object(fn);
    else
        pair->u.accessor.set = value_object(fn);
    obj_define(I, on, key, value_object(pair), flags);
}

// A method, getter or setter, on a class's prototype, a class or an object literal.
void define_method(Interp *I, Env *env, Obj *on, Node *m, Value key, uint32_t flags) {
    Obj *fn = closure(I, env, m->u.prop.value, on);
    Sym sym;
    if (!interp_to_key(I, key, &sym)) {
        obj_add_rest(I, on, value_object(fn));
        return;
    }
    if (m->flags & (NF_GETTER | NF_SETTER))
        define_accessor(I, on, sym, fn, (m->flags & NF_GETTER) != 0, flags);
    else
        obj_define(I, on, sym, value_object(fn), flags);
}

static void define_static(Interp *I, Env *env, Obj *cls, Node *m, Value key) {
    Value self = value_object(cls);
    if (m->kind == N_STATIC_BLOCK) {
        run_in_class(I, env, cls, self, m->u.static_.block, m->u.static_.scope);
        return;
    }
    Sym sym;
    Value v = UNDEFINED;
    if (m->u.prop.value)
        v = run_in_class(I, env, cls, self, m->u.prop.value, m->u.prop.scope);
    if (I->dead)
        return;
    if (interp_to_key(I, key, &sym))
        obj_define(I, cls, sym, v, 0);
    else
        obj_add_rest(I, cls, v);
}

static bool is_class(Value v) {
    return v.tag == V_OBJECT &&
           (v.u.obj->cls == O_FUNCTION || v.u.obj->cls == O_NATIVE || v.u.obj->cls == O_OPAQUE ||
            v.u.obj->cls == O_KIND || v.u.obj->cls == O_BOUND);
}

// The parent's constructor, and its prototype; NULL and Object.prototype for `extends null`.
static Obj *eval_parent(Interp *I, Env *env, Node *n, Obj **proto_out) {
    *proto_out = I->realm.object;
    if (!n->u.cls.super)
        return I->realm.function;
    Value v = eval_expr(I, env, n->u.cls.super);
    if (I->dead)
        return NULL;
    if (v.tag == V_UNION)
        v = value_filter(I->a, v, is_class);
    if (v.tag == V_UNION)
        v = value_at(v, 0);
    if (!is_class(v)) {
        interp_throw_error(I, "TypeError", n->u.cls.super->span,
                           "the class extends what is no class");
        return NULL;
    }
    if (v.u.obj->cls == O_OPAQUE)
        return v.u.obj;
    Value p = interp_get(I, v, sym_lit(I->interner, "prototype"), n->u.cls.super->span);
    if (p.tag == V_OBJECT)
        *proto_out = p.u.obj;
    return v.u.obj;
}

static void define_members(Interp *I, Env *env, Obj *cls, Obj *proto) {
    Node *n = cls->u.fn.cls;
    uint32_t count = n->u.cls.member_count;
    Value *keys = cls->u.fn.field_keys = arena_array(I->a, Value, count);
    for (uint32_t i = 0; i < count && !I->dead; i++) {
        Node *m = n->u.cls.members[i];
        if (m->kind == N_STATIC_BLOCK)
            continue;
        keys[i] = eval_key(I, env, m);
        if (m->kind == N_METHOD && !I->dead)
            define_method(I, env, (m->flags & NF_STATIC) ? cls : proto, m, keys[i], PROP_HIDDEN);
    }
    for (uint32_t i = 0; i < count && !I->dead; i++) { // in order, once all methods are there
        Node *m = n->u.cls.members[i];
        if (m->kind == N_STATIC_BLOCK || (m->kind == N_FIELD && (m->flags & NF_STATIC)))
            define_static(I, env, cls, m, keys[i]);
    }
}

// ---- The class itself ---------------------------------------------------------------------------

Value eval_class(Interp *I, Env *env, Node *n, Sym name) {
    Obj *parent_proto;
    Env *inner = env_enter(I, n->u.cls.scope, env);
    Obj *parent = eval_parent(I, inner, n, &parent_proto);
    if (I->dead)
        return UNDEFINED;
    Obj *cls = obj_new(I, O_FUNCTION, parent, n->span);
    cls->flags |= OF_CLASS;
    cls->u.fn.node = n->u.cls.ctor ? n->u.cls.ctor : n;
    cls->u.fn.info = n->u.cls.ctor ? n->u.cls.ctor->u.fn : NULL;
    cls->u.fn.env = cls->u.fn.cls_env = inner;
    cls->u.fn.module = I->frame->module;
    cls->u.fn.cls = n;
    Obj *proto =
        obj_new(I, O_PLAIN, parent_proto, (Span){n->span.file, n->span.start, n->span.start});
    if (parent->cls == O_OPAQUE || (parent_proto->flags & OF_OPAQUE_BASE)) {
        proto->flags |= OF_OPAQUE_BASE; // instances get it from their constructor
        obj_add_rest(I, cls, value_object(parent));
    }
    cls->u.fn.home = proto;
    obj_define(I, cls, sym_lit(I->interner, "prototype"), value_object(proto), PROP_HIDDEN);
    obj_define(I, proto, sym_lit(I->interner, "constructor"), value_object(cls), PROP_HIDDEN);
    if (name)
        obj_define(I, cls, sym_lit(I->interner, "name"), value_string(sym_str(I->interner, name)),
                   PROP_HIDDEN);
    if (n->u.cls.self)
        env_declare(I, inner, n->u.cls.self, value_object(cls));
    define_members(I, inner, cls, proto);
    return I->dead ? UNDEFINED : class_decorate(I, inner, n, cls);
}

// A plain function's `prototype` is made when it is asked for.
static Value make_prototype(Interp *I, Obj *fn) {
    if (fn->cls != O_FUNCTION || (fn->u.fn.node->flags & (NF_ARROW | NF_METHOD)))
        return UNDEFINED;
    Obj *proto = obj_plain(I, fn->site);
    obj_define(I, proto, sym_lit(I->interner, "constructor"), value_object(fn), PROP_HIDDEN);
    obj_define(I, fn, sym_lit(I->interner, "prototype"), value_object(proto), PROP_HIDDEN);
    return value_object(proto);
}

Value function_property(Interp *I, Obj *fn, Str name) {
    if (str_is(name, "prototype"))
        return make_prototype(I, fn);
    if (str_is(name, "length")) {
        double n = fn->cls == O_NATIVE ? fn->u.native.row->length : 0;
        if (fn->cls == O_FUNCTION && fn->u.fn.info)
            while (n < fn->u.fn.info->param_count &&
                   fn->u.fn.info->params[(uint32_t)n]->kind != N_DEFAULT &&
                   fn->u.fn.info->params[(uint32_t)n]->kind != N_REST)
                n++;
        return value_number(n);
    }
    if (fn->cls == O_NATIVE)
        return value_string(str_of(fn->u.native.row->name));
    if (fn->cls == O_KIND)
        return value_string(str_of(fn->u.kind.kind->name));
    if (fn->cls == O_FUNCTION && (fn->flags & OF_CLASS))
        return value_string(STR_EMPTY);
    if (fn->cls == O_FUNCTION && fn->u.fn.info)
        return value_string(sym_str(I->interner, fn->u.fn.info->name));
    return value_string(STR_EMPTY);
}
