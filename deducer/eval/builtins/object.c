// Object: keys, values and entries, copying, grouping, and the prototype that all objects end in.
// Definitions of properties, freezing and prototypes are in object_define.c.
//
// An object whose keys are not all known gives what is known and, among the rest, whatever any key
// gives.

#include "deducer/eval/builtins/builtins.h"

#include <math.h>

// ---- Own enumerable properties ------------------------------------------------------------------

static Value as_wanted(Interp *I, Want want, Value key, Value value, Span span) {
    if (want == WANT_KEYS)
        return key;
    return want == WANT_VALUES ? value : pair_value(I, key, value, span);
}

static void add_text(Interp *I, Items *out, Str s, Want want, Span span) {
    uint32_t n = utf16_length(s);
    for (uint32_t i = 0; i < n; i++)
        items_push(I, out,
                   as_wanted(I, want, value_string(number_to_str(I->a, i)),
                             value_string(utf16_slice(I->a, s, i, i + 1)), span));
}

static void add_unknown_keys(Interp *I, Items *out, Value v, Want want, Span span) {
    const Reason *why = value_unknown(v);
    why = reason_new(I, span, why, "not all of its keys are known");
    Value key = value_prim(PT_STRING, why);
    Value any = want == WANT_KEYS ? UNDEFINED : interp_get_index(I, v, key, span);
    if (!I->dead)
        items_open(I, out, as_wanted(I, want, key, any, span), why);
}

static void add_object(Interp *I, Items *out, Value v, Want want, Span span, bool sure) {
    bool exact;
    uint32_t n;
    Sym *keys = obj_keys(I, v.u.obj, &n, &exact);
    const Reason *why = reason_new(I, span, value_unknown(v), "not all of its keys are known");
    for (uint32_t i = 0; i < n && !I->dead; i++) {
        Value value = want == WANT_KEYS ? UNDEFINED : interp_get(I, v, keys[i], span);
        if (I->dead)
            return;
        Value key = value_string(sym_str(I->interner, keys[i]));
        items_add(I, out, as_wanted(I, want, key, value, span), sure && exact, why);
    }
    if (!exact && !I->dead)
        add_unknown_keys(I, out, v, want, span);
    if (!sure)
        items_open(I, out, ABSENT, why);
}

static void nothing_to_object(Interp *I, Span span) {
    interp_throw_error(I, "TypeError", span, "cannot convert undefined or null to object");
}

Items *object_items(Interp *I, Value v, Want want, Span span) {
    Items *out = items_new(I);
    bool sure = value_count(v) == 1;
    for (uint32_t i = 0; i < value_count(v) && !I->dead; i++) {
        Value alt = value_at(v, i);
        Str s;
        if (alt.tag == V_OBJECT) {
            add_object(I, out, alt, want, span, sure);
        } else if (known_string(alt, &s)) {
            if (sure)
                add_text(I, out, s, want, span);
            else
                add_unknown_keys(I, out, alt, want, span);
        } else if (alt.tag == V_PRIM || alt.tag == V_LATE) {
            add_unknown_keys(I, out, alt, want, span);
        } else if (sure && (alt.tag == V_UNDEFINED || alt.tag == V_NULL)) {
            nothing_to_object(I, span);
        }
    }
    return out;
}

static Value listed(Interp *I, const Call *c, Want want) {
    Items *it = object_items(I, call_arg(I, c, 0), want, c->span);
    return I->dead ? UNDEFINED : array_of(I, it, c->span);
}

static Value keys(Interp *I, const Call *c) {
    return listed(I, c, WANT_KEYS);
}

static Value values(Interp *I, const Call *c) {
    return listed(I, c, WANT_VALUES);
}

static Value entries(Interp *I, const Call *c) {
    return listed(I, c, WANT_PAIRS);
}

// ---- Copying ------------------------------------------------------------------------------------

// Sets a property that may or may not be set.
static void set_maybe(Interp *I, Value target, Sym key, Value v, Span span) {
    Value old = interp_get(I, target, key, span);
    if (!I->dead)
        interp_set(I, target, key, value_join(I->a, old, v), span);
}

static void copy_one(Interp *I, Value target, Value from, Span span, bool sure) {
    Str s;
    if (known_string(from, &s)) {
        Items *it = items_new(I);
        add_text(I, it, s, WANT_VALUES, span);
        for (uint32_t i = 0; i < it->n; i++)
            interp_set_index(I, target, value_number(i), it->at[i], span);
    }
    if (from.tag != V_OBJECT)
        return;
    bool exact;
    uint32_t n;
    Sym *names = obj_keys(I, from.u.obj, &n, &exact);
    for (uint32_t i = 0; i < n && !I->dead; i++) {
        Value v = interp_get(I, from, names[i], span);
        if (I->dead)
            return;
        if (sure && exact)
            interp_set(I, target, names[i], v, span);
        else
            set_maybe(I, target, names[i], v, span);
    }
    if (exact || I->dead)
        return;
    Value key = interp_prim(I, PT_STRING, span, "not all of the keys copied here are known");
    Value any = interp_get_index(I, from, key, span);
    if (!I->dead)
        interp_set_index(I, target, key, any, span);
}

static Value assign(Interp *I, const Call *c) {
    Value target = call_arg(I, c, 0);
    if (target.tag == V_UNDEFINED || target.tag == V_NULL)
        nothing_to_object(I, c->span);
    Items *sources = call_items(I, c, 1);
    for (uint32_t i = 0; i < sources->n && !I->dead; i++) {
        Value from = sources->at[i];
        for (uint32_t k = 0; k < value_count(from) && !I->dead; k++)
            copy_one(I, target, value_at(from, k), c->span, value_count(from) == 1);
    }
    if (sources->open)
        for (uint32_t k = 0; k < value_count(sources->rest) && !I->dead; k++)
            copy_one(I, target, value_at(sources->rest, k), c->span, false);
    return target;
}

// Puts a value under a key that may not be known, or not be set at all.
static void put(Interp *I, Obj *o, Value key, Value v, bool sure) {
    for (uint32_t i = 0; i < value_count(key) && !I->dead; i++) {
        Sym sym;
        if (!interp_to_key(I, value_at(key, i), &sym)) {
            obj_add_rest(I, o, v);
            continue;
        }
        const Prop *p = obj_find(o, sym);
        bool weak = !sure || value_count(key) > 1;
        obj_define(I, o, sym, weak ? value_join(I->a, p ? p->cell.v : ABSENT, v) : v, 0);
    }
}

static bool put_entry(Interp *I, void *state, Value entry, Value index) {
    Obj *o = state;
    Value key = interp_get_index(I, entry, value_number(0), o->site);
    if (I->dead)
        return false;
    Value v = interp_get_index(I, entry, value_number(1), o->site);
    if (I->dead)
        return false;
    put(I, o, key, v, index.tag == V_NUMBER);
    return true;
}

static Value from_entries(Interp *I, const Call *c) {
    Items *it = interp_iterate(I, call_arg(I, c, 0), c->span);
    Obj *o = obj_plain(I, c->span);
    if (!I->dead)
        interp_for_each(I, it, c->span, put_entry, o);
    return value_object(o);
}

typedef struct Grouping {
    const Call *c;
    Obj *groups;
} Grouping;

static bool group_one(Interp *I, void *state, Value element, Value index) {
    Grouping *g = state;
    Value args[] = {element, index};
    Value key = interp_call_values(I, call_arg(I, g->c, 1), UNDEFINED, args, 2, g->c->span);
    if (I->dead)
        return false;
    for (uint32_t i = 0; i < value_count(key); i++) {
        Sym sym;
        if (!interp_to_key(I, value_at(key, i), &sym)) {
            Items any = {.open = true, .rest = element, .why = value_unknown(key)};
            obj_add_rest(I, g->groups, array_of(I, &any, g->c->span));
            continue;
        }
        const Prop *p = obj_find(g->groups, sym);
        Value group = p ? present_only(I, p->cell.v) : ABSENT;
        if (group.tag != V_OBJECT) {
            group = value_object(obj_array(I, g->c->span));
            obj_define(I, g->groups, sym, group, 0);
        }
        if (value_count(key) > 1)
            array_open(I, group.u.obj, value_unknown(key));
        array_push(I, group.u.obj, element);
    }
    return true;
}

static Value group_by(Interp *I, const Call *c) {
    Items *it = interp_iterate(I, call_arg(I, c, 0), c->span);
    Grouping g = {c, obj_new(I, O_PLAIN, NULL, c->span)};
    if (!I->dead)
        interp_for_each(I, it, c->span, group_one, &g);
    return value_object(g.groups);
}

static Value same_value(Interp *I, const Call *c) {
    Value a = call_arg(I, c, 0), b = call_arg(I, c, 1);
    double x, y;
    if (known_number(a, &x) && known_number(b, &y) && x == 0 && y == 0)
        return value_bool(!signbit(x) == !signbit(y));
    return truth_value(I, values_equal(a, b, false), c->span, "Object.is");
}

static Value construct(Interp *I, const Call *c) {
    Value v = call_arg(I, c, 0);
    if (c->new_target && c->new_target != c->callee)
        return value_object(obj_new(I, O_PLAIN, proto_for(I, c, I->realm.object), c->span));
    if (v.tag == V_UNDEFINED || v.tag == V_NULL)
        return value_object(obj_plain(I, c->span));
    if (v.tag == V_OBJECT || v.tag == V_UNION || v.tag == V_PRIM || v.tag == V_LATE)
        return v;
    Obj *const protos[] = {I->realm.boolean, I->realm.number, I->realm.bigint, I->realm.string,
                           I->realm.symbol};
    const ValueTag tags[] = {V_BOOL, V_NUMBER, V_BIGINT, V_STRING, V_SYMBOL};
    Obj *box = obj_new(I, O_BOX, I->realm.object, c->span);
    for (int i = 0; i < 5; i++)
        if (v.tag == tags[i])
            box->proto = protos[i];
    obj_init_cell(I, box, &box->u.box.value, v);
    return value_object(box);
}

// ---- The prototype ------------------------------------------------------------------------------

static const char *class_name(Value v) {
    switch ((ValueTag)v.tag) {
    case V_ABSENT:
    case V_TDZ:
    case V_UNDEFINED:
        return "Undefined";
    case V_NULL:
        return "Null";
    case V_BOOL:
        return "Boolean";
    case V_NUMBER:
        return "Number";
    case V_STRING:
    case V_LATE:
        return "String";
    case V_BIGINT:
    case V_SYMBOL:
    case V_PRIM:
    case V_UNION:
    case V_OBJECT:
        break;
    }
    if (v.tag != V_OBJECT)
        return "Object";
    if (is_object(v, O_ARRAY))
        return "Array";
    if (is_object(v, O_ERROR))
        return "Error";
    if (is_object(v, O_DATE))
        return "Date";
    if (is_object(v, O_REGEXP))
        return "RegExp";
    return is_callable(v) && !is_opaque(v) ? "Function" : "Object";
}

static Value to_string(Interp *I, const Call *c) {
    if (c->self.tag == V_PRIM)
        return unknown_from(I, PT_STRING, c->self, c->span, "toString");
    Str tag = str_of(class_name(c->self));
    if (c->self.tag == V_OBJECT && !is_opaque(c->self)) {
        Value custom = interp_get(I, c->self, key_of(I, "@@toStringTag"), c->span);
        if (I->dead)
            return UNDEFINED;
        known_string(custom, &tag);
    }
    return value_string(str_fmt(I->a, "[object %.*s]", STR_ARG(tag)));
}

static Value to_locale_string(Interp *I, const Call *c) {
    Value method = interp_get(I, c->self, key_of(I, "toString"), c->span);
    return I->dead ? UNDEFINED : interp_call_values(I, method, c->self, NULL, 0, c->span);
}

static Value value_of(Interp *I, const Call *c) {
    (void)I;
    return c->self;
}

static Value is_prototype_of(Interp *I, const Call *c) {
    Value v = call_arg(I, c, 0);
    if (is_opaque(v) || v.tag == V_UNION || is_opaque(c->self))
        return unknown_from(I, PT_BOOL, v, c->span, "isPrototypeOf");
    if (v.tag == V_OBJECT && c->self.tag == V_OBJECT)
        for (const Obj *o = v.u.obj->proto; o; o = o->proto)
            if (o == c->self.u.obj)
                return value_bool(true);
    return value_bool(false);
}

static const Native object_statics[] = {
    {"assign", assign, 2},    {"entries", entries, 1}, {"fromEntries", from_entries, 1},
    {"groupBy", group_by, 2}, {"is", same_value, 2},   {"keys", keys, 1},
    {"values", values, 1},    {NULL, NULL, 0},
};

static const Native object_methods[] = {
    {"isPrototypeOf", is_prototype_of, 1},
    {"toLocaleString", to_locale_string, 0},
    {"toString", to_string, 0},
    {"valueOf", value_of, 0},
    {NULL, NULL, 0},
};

void install_object(Interp *I) {
    static const Native row = {"Object", construct, 1};
    constructor_new(I, &row, I->realm.object, object_statics);
    obj_natives(I, I->realm.object, object_methods);
}
