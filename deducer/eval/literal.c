// Literals: objects, arrays, JSX, and the keys of members.

#include "deducer/eval/run.h"

Value eval_key(Interp *I, Env *env, Node *member) {
    Node *key = member->u.prop.key;
    if (key->kind == N_STRING)
        return value_string(key->u.text);
    if (key->kind == N_NUMBER)
        return value_number(key->u.number);
    Value v = eval_expr(I, env, key);
    return v;
}

static bool is_taken(Interp *I, Sym key, const Value *taken, uint32_t count) {
    Sym sym;
    for (uint32_t i = 0; i < count; i++)
        if (interp_to_key(I, taken[i], &sym) && sym == key)
            return true;
    return false;
}

// On some path the object has no such property.
static bool may_lack(const Obj *o, Sym key) {
    const Prop *p = obj_find(o, key);
    for (uint32_t i = 0; p && i < value_count(p->cell.v); i++)
        if (value_at(p->cell.v, i).tag == V_ABSENT)
            return true;
    return false;
}

void copy_properties(Interp *I, Obj *o, Value v, const Value *taken, uint32_t count, Span span) {
    for (uint32_t k = 0; k < value_count(v) && !I->dead; k++) {
        Value alt = value_at(v, k);
        bool maybe = value_count(v) > 1;
        if (alt.tag == V_STRING && alt.n) {
            Items *chars = interp_iterate(I, alt, span);
            for (uint32_t i = 0; i < chars->n; i++)
                obj_define(I, o, sym_of(I->interner, number_to_str(I->a, i)), chars->at[i], 0);
        }
        if (alt.tag != V_OBJECT)
            continue;
        Obj *from = alt.u.obj;
        if (from->cls == O_OPAQUE || from == I->realm.env || from->cls == O_RESOURCE) {
            obj_add_rest(I, o, alt);
            continue;
        }
        if (from->cls == O_NAMESPACE) {
            obj_add_rest(I, o, namespace_any(I, from, span));
            continue;
        }
        uint32_t n;
        bool exact;
        Sym *keys = obj_keys(I, from, &n, &exact);
        for (uint32_t i = 0; i < n && !I->dead; i++) {
            if (is_taken(I, keys[i], taken, count))
                continue;
            Value e = interp_get(I, alt, keys[i], span);
            Prop *old = obj_find(o, keys[i]);
            if (maybe || may_lack(from, keys[i]))
                e = join(I, old ? old->cell.v : ABSENT, e);
            obj_define(I, o, keys[i], e, 0);
        }
        if (from->rest)
            obj_add_rest(I, o, from->rest->v);
        else if (!exact && from->cls == O_ARRAY)
            obj_add_rest(I, o, array_join(I, from));
    }
}

static void define_member(Interp *I, Env *env, Obj *o, Node *m) {
    Value key = eval_key(I, env, m);
    Sym sym;
    if (I->dead)
        return;
    Node *value = m->u.prop.value;
    if (value->kind == N_FUNCTION && (value->flags & NF_METHOD)) {
        define_method(I, env, o, m, key, 0);
        return;
    }
    Value v = eval_expr(I, env, value);
    if (I->dead)
        return;
    if (!interp_to_key(I, key, &sym)) {
        if (value_count(key) > 1 && value_count(key) <= 16) { // one of few: each may be it
            for (uint32_t i = 0; i < value_count(key); i++)
                if (interp_to_key(I, value_at(key, i), &sym)) {
                    Prop *old = obj_find(o, sym);
                    obj_define(I, o, sym, join(I, old ? old->cell.v : ABSENT, v), 0);
                }
            return;
        }
        obj_add_rest(I, o, v);
    } else if (str_is(sym_str(I->interner, sym), "__proto__") && !(m->flags & NF_COMPUTED) &&
               !(m->flags & NF_SHORTHAND)) {
        if (v.tag == V_OBJECT)
            o->proto = v.u.obj;
        else if (v.tag == V_NULL)
            o->proto = NULL;
    } else {
        obj_define(I, o, sym, v, 0);
    }
}

Value eval_object(Interp *I, Env *env, Node *n) {
    Obj *o = obj_plain(I, n->span);
    for (uint32_t i = 0; i < n->u.list.count && !I->dead; i++) {
        Node *m = n->u.list.at[i];
        if (m->kind == N_SPREAD) {
            Value v = eval_expr(I, env, m->u.unary.operand);
            if (!I->dead)
                copy_properties(I, o, v, NULL, 0, m->span);
        } else {
            define_member(I, env, o, m);
        }
    }
    return value_object(o);
}

Value eval_array(Interp *I, Env *env, Node *n) {
    Items *items = items_new(I);
    for (uint32_t i = 0; i < n->u.list.count && !I->dead; i++) {
        Node *e = n->u.list.at[i];
        if (!e) {
            items_push(I, items, ABSENT);
        } else if (e->kind == N_SPREAD) {
            Value v = eval_expr(I, env, e->u.unary.operand);
            if (I->dead)
                break;
            Items *more = interp_iterate(I, v, e->span);
            for (uint32_t k = 0; k < more->n; k++)
                items_push(I, items, more->at[k]);
            if (more->open)
                items_open(I, items, more->rest, more->why);
        } else {
            items_push(I, items, eval_expr(I, env, e));
        }
    }
    return I->dead ? UNDEFINED : value_object(array_from(I, items, n->span));
}

// JSX is a call of a factory that isn't seen: its parts go there.
Value eval_jsx(Interp *I, Env *env, Node *n) {
    Value *args = arena_array(I->a, Value, n->u.jsx.count + 1);
    uint32_t count = 0;
    if (n->u.jsx.tag)
        args[count++] = eval_expr(I, env, n->u.jsx.tag);
    for (uint32_t i = 0; i < n->u.jsx.count && !I->dead; i++) {
        Node *e = n->u.jsx.at[i];
        args[count++] = eval_expr(I, env, e->kind == N_SPREAD ? e->u.unary.operand : e);
    }
    if (I->dead)
        return UNDEFINED;
    const Reason *why = reason_new(I, n->span, NULL, "it is a JSX element");
    Obj *factory = obj_opaque(I, why, STR("JSX"));
    Call c = {.args = args, .n = count, .span = n->span};
    return interp_call_unseen(I, factory, &c, STR("JSX"));
}
