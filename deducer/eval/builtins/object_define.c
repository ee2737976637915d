// Object, continued: own properties one by one, definitions with getters and flags, freezing,
// prototypes.
//
// What Reflect has in common with Object is here once and stands under both names.

#include "deducer/eval/builtins/builtins.h"
#include "deducer/eval/effects.h"

static bool key_is_index(Str s, uint32_t *out) {
    uint32_t v = 0;
    if (s.n == 0 || s.n > 9 || (s.n > 1 && s.p[0] == '0'))
        return false;
    for (uint32_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        v = v * 10 + (uint32_t)(s.p[i] - '0');
    }
    *out = v;
    return true;
}

static Truth presence(Value v) {
    if (!value_has(v, V_ABSENT))
        return TRUTH_YES;
    return v.tag == V_ABSENT ? TRUTH_NO : TRUTH_MAYBE;
}

static Truth has_own(Interp *I, Value v, Sym key) {
    Str name = sym_str(I->interner, key), text;
    uint32_t index, n;
    if (known_string(v, &text)) {
        bool has =
            str_is(name, "length") || (key_is_index(name, &index) && index < utf16_length(text));
        return has ? TRUTH_YES : TRUTH_NO;
    }
    if (v.tag != V_OBJECT)
        return v.tag == V_PRIM || v.tag == V_LATE ? TRUTH_MAYBE : TRUTH_NO;
    const Obj *o = v.u.obj;
    if (o->cls == O_OPAQUE || o == I->realm.env)
        return TRUTH_MAYBE;
    if (o->cls == O_NAMESPACE) {
        bool known, has = interp_has(I, v, value_string(name), &known);
        return !known ? TRUTH_MAYBE : has ? TRUTH_YES : TRUTH_NO;
    }
    if (o->cls == O_ARRAY) {
        if (str_is(name, "length"))
            return TRUTH_YES;
        if (key_is_index(name, &index)) {
            if (!array_length_known(o, &n))
                return TRUTH_MAYBE;
            return index < n ? presence(o->u.array.at[index]->v) : TRUTH_NO;
        }
    }
    const Prop *p = obj_find(o, key);
    Truth t = p ? presence(p->cell.v) : TRUTH_NO;
    bool may_hide = (o->rest && o->rest->v.tag != V_ABSENT) || (o->flags & OF_OPAQUE_BASE);
    return t == TRUTH_NO && may_hide ? TRUTH_MAYBE : t;
}

static Value own_test(Interp *I, Value object, Value key, Span span, const char *name) {
    bool yes = false, no = false;
    for (uint32_t k = 0; k < value_count(key); k++) {
        Sym sym;
        if (!interp_to_key(I, value_at(key, k), &sym))
            return I->dead ? UNDEFINED : unknown_from(I, PT_BOOL, key, span, name);
        for (uint32_t i = 0; i < value_count(object); i++) {
            Truth t = has_own(I, value_at(object, i), sym);
            yes = yes || t != TRUTH_NO;
            no = no || t != TRUTH_YES;
        }
    }
    if (yes && no)
        return unknown_from(I, PT_BOOL, object, span, name);
    return value_bool(yes);
}

static Value has_own_static(Interp *I, const Call *c) {
    return own_test(I, call_arg(I, c, 0), call_arg(I, c, 1), c->span, "hasOwn");
}

static Value has_own_property(Interp *I, const Call *c) {
    return own_test(I, c->self, call_arg(I, c, 0), c->span, "hasOwnProperty");
}

static Value is_enumerable(Interp *I, const Call *c) {
    Value has = has_own_property(I, c);
    Sym key;
    if (has.tag != V_BOOL || !has.u.b || c->self.tag != V_OBJECT)
        return has;
    if (!interp_to_key(I, call_arg(I, c, 0), &key))
        return has;
    const Prop *p = obj_find(c->self.u.obj, key);
    bool is_length = !p && str_is(sym_str(I->interner, key), "length");
    return value_bool(p ? !(p->flags & PROP_HIDDEN) : !is_length);
}

// ---- Names --------------------------------------------------------------------------------------

typedef enum NameKind { NAMES_STRINGS, NAMES_SYMBOLS, NAMES_ALL } NameKind;

static Value own_names(Interp *I, const Call *c, NameKind kind) {
    Value v = call_arg(I, c, 0);
    Items *out = items_new(I);
    if (v.tag != V_OBJECT || is_opaque(v) || v.u.obj == I->realm.env)
        return array_of(I, object_items(I, v, WANT_KEYS, c->span), c->span);
    const Obj *o = v.u.obj;
    uint32_t n;
    bool exact = true;
    Sym *listed = obj_keys(I, v.u.obj, &n, &exact);
    const Reason *why = reason_new(I, c->span, NULL, "not all of its keys are known");
    for (uint32_t i = 0; i < n && kind != NAMES_SYMBOLS; i++)
        items_add(I, out, value_string(sym_str(I->interner, listed[i])), exact, why);
    if (o->cls == O_ARRAY && kind != NAMES_SYMBOLS)
        items_add(I, out, lit("length"), exact, why);
    for (uint32_t i = 0; i < o->prop_count; i++) {
        const Prop *p = o->props[i];
        Str name = sym_str(I->interner, p->key);
        bool symbol = str_starts(name, "@@");
        if (str_starts(name, "#") || p->cell.v.tag == V_ABSENT)
            continue;
        if (symbol ? kind == NAMES_STRINGS : kind == NAMES_SYMBOLS || !(p->flags & PROP_HIDDEN))
            continue;
        items_add(I, out, symbol ? value_symbol(p->key) : value_string(name),
                  exact && presence(p->cell.v) == TRUTH_YES, why);
    }
    if (!exact)
        items_open(I, out, value_prim(PT_STRING, why), why);
    return array_of(I, out, c->span);
}

static Value own_property_names(Interp *I, const Call *c) {
    return own_names(I, c, NAMES_STRINGS);
}

static Value own_property_symbols(Interp *I, const Call *c) {
    return own_names(I, c, NAMES_SYMBOLS);
}

static Value own_keys(Interp *I, const Call *c) {
    return own_names(I, c, NAMES_ALL);
}

// ---- Definitions --------------------------------------------------------------------------------

static Truth flag(Interp *I, Value descriptor, const char *name, Span span) {
    Value v = interp_get(I, descriptor, key_of(I, name), span);
    return I->dead ? TRUTH_NO : interp_truth(v);
}

static bool has_member(Interp *I, Value descriptor, const char *name) {
    bool known;
    return interp_has(I, descriptor, lit(name), &known) || !known;
}

static void define(Interp *I, Value target, Value key, Value descriptor, Span span) {
    Sym sym;
    Value v = interp_get(I, descriptor, key_of(I, "value"), span);
    if (I->dead)
        return;
    if (target.tag != V_OBJECT || is_opaque(target) || !interp_to_key(I, key, &sym) ||
        is_opaque(descriptor)) {
        interp_set_index(I, target, key, v, span);
        return;
    }
    Prop *old = obj_find(target.u.obj, sym);
    uint32_t flags = old && old->cell.v.tag != V_ABSENT ? old->flags : PROP_HIDDEN | PROP_READONLY;
    if (has_member(I, descriptor, "enumerable"))
        flags = flag(I, descriptor, "enumerable", span) == TRUTH_NO
                    ? flags | PROP_HIDDEN
                    : flags & ~(uint32_t)PROP_HIDDEN;
    if (has_member(I, descriptor, "writable"))
        flags = flag(I, descriptor, "writable", span) == TRUTH_NO
                    ? flags | PROP_READONLY
                    : flags & ~(uint32_t)PROP_READONLY;
    if (has_member(I, descriptor, "get") || has_member(I, descriptor, "set")) {
        Obj *accessor = obj_new(I, O_ACCESSOR, NULL, span);
        accessor->u.accessor.get = interp_get(I, descriptor, key_of(I, "get"), span);
        accessor->u.accessor.set = interp_get(I, descriptor, key_of(I, "set"), span);
        v = value_object(accessor);
        flags &= ~(uint32_t)PROP_READONLY;
    } else if (old && !has_member(I, descriptor, "value")) {
        v = old->cell.v;
    }
    uint32_t index;
    if (target.u.obj->cls == O_ARRAY && key_is_index(sym_str(I->interner, sym), &index))
        interp_set(I, target, sym, v, span);
    else if (!I->dead)
        obj_define(I, target.u.obj, sym, v, flags);
}

static void define_all(Interp *I, Value target, Value descriptors, Span span) {
    Items *it = object_items(I, descriptors, WANT_PAIRS, span);
    for (uint32_t i = 0; i < it->n && !I->dead; i++) {
        Value key = interp_get_index(I, it->at[i], value_number(0), span);
        define(I, target, key, interp_get_index(I, it->at[i], value_number(1), span), span);
    }
    if (it->open && !I->dead)
        interp_escape(I, descriptors, NULL, span);
}

static Value define_property(Interp *I, const Call *c) {
    Value target = call_arg(I, c, 0);
    for (uint32_t i = 0; i < value_count(target) && !I->dead; i++)
        define(I, value_at(target, i), call_arg(I, c, 1), call_arg(I, c, 2), c->span);
    return target;
}

static Value reflect_define(Interp *I, const Call *c) {
    define_property(I, c);
    return value_bool(true);
}

static Value define_properties(Interp *I, const Call *c) {
    define_all(I, call_arg(I, c, 0), call_arg(I, c, 1), c->span);
    return call_arg(I, c, 0);
}

static Value descriptor_of(Interp *I, Value v, Sym key, Span span) {
    const Prop *p = v.tag == V_OBJECT ? obj_find(v.u.obj, key) : NULL;
    Truth has = has_own(I, v, key);
    if (has == TRUTH_NO)
        return UNDEFINED;
    if (is_opaque(v))
        return opaque_holding(I, v, span, "getOwnPropertyDescriptor");
    Obj *d = obj_plain(I, span);
    Value at = p ? present_only(I, p->cell.v) : ABSENT;
    uint32_t flags = p ? p->flags : 0;
    if (is_object(at, O_ACCESSOR)) {
        obj_define(I, d, key_of(I, "get"), at.u.obj->u.accessor.get, 0);
        obj_define(I, d, key_of(I, "set"), at.u.obj->u.accessor.set, 0);
    } else {
        obj_define(I, d, key_of(I, "value"), interp_get(I, v, key, span), 0);
        obj_define(I, d, key_of(I, "writable"), value_bool(!(flags & PROP_READONLY)), 0);
    }
    obj_define(I, d, key_of(I, "enumerable"), value_bool(!(flags & PROP_HIDDEN)), 0);
    obj_define(I, d, key_of(I, "configurable"), value_bool(!(flags & PROP_READONLY)), 0);
    return has == TRUTH_YES ? value_object(d) : value_join(I->a, value_object(d), UNDEFINED);
}

static Value own_descriptor(Interp *I, const Call *c) {
    Value v = call_arg(I, c, 0);
    Sym key;
    if (value_count(v) > 1 || !interp_to_key(I, call_arg(I, c, 1), &key))
        return opaque_holding(I, v, c->span, "getOwnPropertyDescriptor");
    return descriptor_of(I, v, key, c->span);
}

static Value own_descriptors(Interp *I, const Call *c) {
    Value v = call_arg(I, c, 0);
    if (v.tag != V_OBJECT || is_opaque(v))
        return opaque_holding(I, v, c->span, "getOwnPropertyDescriptors");
    Obj *all = obj_plain(I, c->span);
    for (uint32_t i = 0; i < v.u.obj->prop_count && !I->dead; i++) {
        Sym key = v.u.obj->props[i]->key;
        Value d = descriptor_of(I, v, key, c->span);
        if (d.tag != V_UNDEFINED)
            obj_define(I, all, key, d, 0);
    }
    return value_object(all);
}

// ---- Freezing -----------------------------------------------------------------------------------

static Value freeze(Interp *I, const Call *c) {
    Value v = call_arg(I, c, 0);
    effects_touch(I, v);
    // Where it is not certain that it is frozen, writes must stay possible.
    if (v.tag == V_OBJECT && !is_opaque(v) && !I->doubt)
        v.u.obj->flags |= OF_FROZEN;
    return v;
}

static Value same_object(Interp *I, const Call *c) {
    effects_touch(I, call_arg(I, c, 0));
    return call_arg(I, c, 0);
}

static Value is_frozen(Interp *I, const Call *c) {
    Value v = call_arg(I, c, 0);
    if (v.tag == V_UNION || v.tag == V_PRIM || is_opaque(v))
        return unknown_from(I, PT_BOOL, v, c->span, "isFrozen");
    return value_bool(v.tag != V_OBJECT || (v.u.obj->flags & OF_FROZEN));
}

static Value is_extensible(Interp *I, const Call *c) {
    Value v = is_frozen(I, c);
    return v.tag == V_BOOL ? value_bool(!v.u.b) : v;
}

// ---- Prototypes ---------------------------------------------------------------------------------

static Value prototype_of(Interp *I, Value v, Span span) {
    Realm *r = &I->realm;
    switch ((ValueTag)v.tag) {
    case V_BOOL:
        return value_object(r->boolean);
    case V_NUMBER:
        return value_object(r->number);
    case V_BIGINT:
        return value_object(r->bigint);
    case V_STRING:
    case V_LATE:
        return value_object(r->string);
    case V_SYMBOL:
        return value_object(r->symbol);
    case V_OBJECT:
        if (is_opaque(v))
            return opaque_holding(I, v, span, "getPrototypeOf");
        return v.u.obj->proto ? value_object(v.u.obj->proto) : (Value){V_NULL, 0, {0}};
    case V_ABSENT:
    case V_TDZ:
    case V_UNDEFINED:
    case V_NULL:
    case V_PRIM:
    case V_UNION:
        break;
    }
    return opaque_from(I, v, span, "getPrototypeOf");
}

static Value get_prototype_of(Interp *I, const Call *c) {
    Value v = call_arg(I, c, 0), out = ABSENT;
    for (uint32_t i = 0; i < value_count(v); i++) {
        Value p = prototype_of(I, value_at(v, i), c->span);
        out = out.tag == V_ABSENT ? p : value_join(I->a, out, p);
    }
    return out;
}

static void set_prototype(Interp *I, Value v, Value proto, Span span) {
    effects_touch(I, v);
    if (v.tag != V_OBJECT || is_opaque(v))
        return;
    if (proto.tag == V_NULL)
        v.u.obj->proto = NULL;
    if (proto.tag == V_OBJECT) {
        for (const Obj *o = proto.u.obj; o; o = o->proto)
            if (o == v.u.obj) {
                interp_throw_error(I, "TypeError", span, "cyclic __proto__ value");
                return;
            }
        v.u.obj->proto = proto.u.obj;
    }
}

static Value set_prototype_of(Interp *I, const Call *c) {
    set_prototype(I, call_arg(I, c, 0), call_arg(I, c, 1), c->span);
    return call_arg(I, c, 0);
}

static Value get_proto(Interp *I, const Call *c) {
    return prototype_of(I, c->self, c->span);
}

static Value set_proto(Interp *I, const Call *c) {
    set_prototype(I, c->self, call_arg(I, c, 0), c->span);
    return UNDEFINED;
}

static Value create(Interp *I, const Call *c) {
    Value proto = call_arg(I, c, 0);
    if (is_opaque(proto) || proto.tag == V_UNION)
        return opaque_holding(I, proto, c->span, "Object.create");
    Obj *o = obj_new(I, O_PLAIN, proto.tag == V_OBJECT ? proto.u.obj : NULL, c->span);
    Value props = call_arg(I, c, 1);
    if (props.tag != V_UNDEFINED)
        define_all(I, value_object(o), props, c->span);
    return value_object(o);
}

static const Native define_statics[] = {
    {"create", create, 2},
    {"defineProperties", define_properties, 2},
    {"defineProperty", define_property, 3},
    {"freeze", freeze, 1},
    {"getOwnPropertyDescriptor", own_descriptor, 2},
    {"getOwnPropertyDescriptors", own_descriptors, 1},
    {"getOwnPropertyNames", own_property_names, 1},
    {"getOwnPropertySymbols", own_property_symbols, 1},
    {"getPrototypeOf", get_prototype_of, 1},
    {"hasOwn", has_own_static, 2},
    {"isExtensible", is_extensible, 1},
    {"isFrozen", is_frozen, 1},
    {"isSealed", is_frozen, 1},
    {"preventExtensions", same_object, 1},
    {"seal", same_object, 1},
    {"setPrototypeOf", set_prototype_of, 2},
    {NULL, NULL, 0},
};

static const Native define_methods[] = {
    {"hasOwnProperty", has_own_property, 1},
    {"propertyIsEnumerable", is_enumerable, 1},
    {NULL, NULL, 0},
};

static const Native reflect_shared[] = {
    {"defineProperty", reflect_define, 3},
    {"getOwnPropertyDescriptor", own_descriptor, 2},
    {"getPrototypeOf", get_prototype_of, 1},
    {"isExtensible", is_extensible, 1},
    {"ownKeys", own_keys, 1},
    {"setPrototypeOf", set_prototype_of, 2},
    {NULL, NULL, 0},
};

void install_object_define(Interp *I) {
    static const Native getter = {"__proto__", get_proto, 0}, setter = {"__proto__", set_proto, 1};
    obj_natives(I, global_get(I, "Object").u.obj, define_statics);
    obj_natives(I, I->realm.object, define_methods);
    Obj *accessor = obj_new(I, O_ACCESSOR, NULL, SPAN_NONE);
    accessor->u.accessor.get = value_object(obj_native(I, &getter));
    accessor->u.accessor.set = value_object(obj_native(I, &setter));
    obj_define_lit(I, I->realm.object, "__proto__", value_object(accessor));
    namespace_new(I, "Reflect", reflect_shared);
}
