// Map, Set, WeakMap, WeakSet and WeakRef.
//
// An entry is made once and never moves; whether it is there is in its cell (V_ABSENT: not there),
// so that forks see it. Keys that are not known go to a common rest. A key deleted and set again
// gets a new entry at the end, as the order of iteration asks, except while loops are repeated.

#include "deducer/eval/builtins/builtins.h"

static bool is_definite(Value k) {
    if (k.tag == V_LATE)
        return true; // equal to itself
    return k.tag != V_UNION && k.tag != V_PRIM && !is_opaque(k) &&
           !(k.tag == V_OBJECT && (k.u.obj->flags & OF_SUMMARY));
}

// Most keys are strings and numbers that differ at first sight.
static Truth keys_equal(Value a, Value b) {
    if (a.tag <= V_SYMBOL && b.tag <= V_SYMBOL && (a.tag != b.tag || a.n != b.n))
        return TRUTH_NO;
    if (a.tag == V_NUMBER && b.tag == V_NUMBER && a.u.num == a.u.num)
        return a.u.num == b.u.num ? TRUTH_YES : TRUTH_NO;
    return values_equal(a, b, false);
}

static const Reason *map_reason(Interp *I, const Obj *o, Span span) {
    const Reason *why = o->u.map.rest_key ? value_unknown(o->u.map.rest_key->v) : NULL;
    return reason_new(I, span, why, "not all of its keys are known");
}

static Entry *entry_add(Interp *I, Obj *o, Value k) {
    if (o->u.map.n == o->u.map.cap) {
        uint32_t cap = o->u.map.cap ? o->u.map.cap * 2 : 8;
        o->u.map.at =
            arena_grow(I->a, o->u.map.at, o->u.map.cap * sizeof(Entry *), cap * sizeof(Entry *));
        o->u.map.cap = cap;
    }
    Entry *e = arena_new(I->a, Entry);
    e->key = k;
    e->value = (Cell){.v = ABSENT, .birth = o->birth}; // absent on every path but this one
    o->u.map.at[o->u.map.n++] = e;
    return e;
}

static void put_rest(Interp *I, Obj *o, Value k, Value v) {
    if (!o->u.map.rest_key) {
        o->u.map.rest_key = arena_alloc(I->a, sizeof *o->u.map.rest_key);
        *o->u.map.rest_key = (Cell){.v = ABSENT, .birth = o->birth};
    }
    Cell *keys = o->u.map.rest_key;
    interp_write(I, keys, keys->v.tag == V_ABSENT ? k : value_join(I->a, keys->v, k));
    obj_add_rest(I, o, v);
}

void map_put(Interp *I, Obj *o, Value k, Value v) {
    bool weak = o->flags & OF_SUMMARY;
    if (!is_definite(k)) {
        for (uint32_t i = 0; i < o->u.map.n; i++) {
            Entry *e = o->u.map.at[i];
            if (e->value.v.tag != V_ABSENT && keys_equal(e->key, k) != TRUTH_NO)
                interp_write_weak(I, &e->value, o->cls == O_SET ? e->key : v);
        }
        put_rest(I, o, k, v);
        return;
    }
    for (uint32_t i = 0; i < o->u.map.n; i++) {
        Entry *e = o->u.map.at[i];
        Truth t = keys_equal(e->key, k);
        bool gone = e->value.v.tag == V_ABSENT;
        if (t == TRUTH_YES && (!gone || I->fixpoint)) {
            if (weak)
                interp_write_weak(I, &e->value, v);
            else
                interp_write(I, &e->value, v);
            return;
        }
        if (t == TRUTH_MAYBE && !gone)
            interp_write_weak(I, &e->value, o->cls == O_SET ? e->key : v);
    }
    Entry *e = entry_add(I, o, k);
    if (weak)
        interp_write_weak(I, &e->value, v);
    else
        interp_write(I, &e->value, v);
}

// What is under the key; V_ABSENT among it where it may not be there.
static Value map_look(Interp *I, const Obj *o, Value k) {
    Value out = ABSENT;
    bool some = false, sure = false;
    for (uint32_t i = 0; i < o->u.map.n && !sure; i++) {
        const Entry *e = o->u.map.at[i];
        if (e->value.v.tag == V_ABSENT)
            continue;
        Truth t = keys_equal(e->key, k);
        if (t == TRUTH_NO)
            continue;
        sure = t == TRUTH_YES && !value_has(e->value.v, V_ABSENT);
        Value v = present_only(I, e->value.v);
        out = some ? value_join(I->a, out, v) : v;
        some = true;
    }
    if (o->rest && o->rest->v.tag != V_ABSENT && o->u.map.rest_key &&
        values_equal(o->u.map.rest_key->v, k, false) != TRUTH_NO)
        out = some ? value_join(I->a, out, o->rest->v) : o->rest->v, some = true;
    if (!some)
        return ABSENT;
    return sure ? out : value_join(I->a, out, ABSENT);
}

static Value look_all(Interp *I, const Obj *o, Value k) {
    Value out = map_look(I, o, value_at(k, 0));
    for (uint32_t i = 1; i < value_count(k); i++)
        out = value_join(I->a, out, map_look(I, o, value_at(k, i)));
    return out;
}

Items *map_items(Interp *I, Obj *o, Want want, Span span) {
    Items *out = items_new(I);
    bool sure = !(o->flags & OF_SUMMARY);
    const Reason *why = NULL;
    for (uint32_t i = 0; i < o->u.map.n; i++) {
        const Entry *e = o->u.map.at[i];
        if (e->value.v.tag == V_ABSENT)
            continue;
        bool here = sure && !value_has(e->value.v, V_ABSENT);
        Value v = present_only(I, e->value.v);
        if (!here && !why)
            why = map_reason(I, o, span);
        v = want == WANT_KEYS ? e->key : want == WANT_VALUES ? v : pair_value(I, e->key, v, span);
        items_add(I, out, v, here, why);
    }
    if (o->rest && o->rest->v.tag != V_ABSENT && o->u.map.rest_key) {
        Value k = o->u.map.rest_key->v, v = o->rest->v;
        v = want == WANT_KEYS ? k : want == WANT_VALUES ? v : pair_value(I, k, v, span);
        items_open(I, out, v, map_reason(I, o, span));
    }
    if (!sure)
        items_open(I, out, ABSENT, map_reason(I, o, span));
    return out;
}

// ---- Methods ------------------------------------------------------------------------------------

static Obj *self_map(Interp *I, const Call *c, Value *out) {
    *out = UNDEFINED;
    if (is_object(c->self, O_MAP) || is_object(c->self, O_SET))
        return c->self.u.obj;
    *out = wrong_self(I, c, "Map or Set");
    return NULL;
}

static Value get(Interp *I, const Call *c) {
    Value out;
    Obj *o = self_map(I, c, &out);
    return o ? without_absent(I, look_all(I, o, call_arg(I, c, 0))) : out;
}

static Value has(Interp *I, const Call *c) {
    Value out, k = call_arg(I, c, 0);
    Obj *o = self_map(I, c, &out);
    if (!o)
        return out;
    Value v = look_all(I, o, k);
    if (!value_has(v, V_ABSENT))
        return value_bool(true);
    return v.tag == V_ABSENT ? value_bool(false) : unknown_from(I, PT_BOOL, k, c->span, "has");
}

static Value set(Interp *I, const Call *c) {
    Value out, k = call_arg(I, c, 0), v = call_arg(I, c, 1);
    Obj *o = self_map(I, c, &out);
    if (o)
        map_put(I, o, k, v);
    return o ? c->self : out;
}

static Value add(Interp *I, const Call *c) {
    Value out, k = call_arg(I, c, 0);
    Obj *o = self_map(I, c, &out);
    if (o)
        map_put(I, o, k, k);
    return o ? c->self : out;
}

static Value delete (Interp *I, const Call *c) {
    Value was = has(I, c), k = call_arg(I, c, 0), out;
    Obj *o = self_map(I, c, &out);
    for (uint32_t i = 0; o && i < o->u.map.n; i++) {
        Entry *e = o->u.map.at[i];
        if (e->value.v.tag == V_ABSENT)
            continue;
        Truth t = keys_equal(e->key, k);
        if (t == TRUTH_MAYBE || (t == TRUTH_YES && (o->flags & OF_SUMMARY)))
            interp_write_weak(I, &e->value, ABSENT);
        else if (t == TRUTH_YES)
            interp_write(I, &e->value, ABSENT);
    }
    return was;
}

static Value clear(Interp *I, const Call *c) {
    Value out;
    Obj *o = self_map(I, c, &out);
    if (!o)
        return out;
    bool weak = o->flags & OF_SUMMARY;
    for (uint32_t i = 0; i < o->u.map.n; i++)
        if (weak)
            interp_write_weak(I, &o->u.map.at[i]->value, ABSENT);
        else
            interp_write(I, &o->u.map.at[i]->value, ABSENT);
    if (o->rest && !weak)
        interp_write(I, o->rest, ABSENT);
    if (o->u.map.rest_key && !weak)
        interp_write(I, o->u.map.rest_key, ABSENT);
    return UNDEFINED;
}

static Value iterate(Interp *I, const Call *c, Want want) {
    Value out;
    Obj *o = self_map(I, c, &out);
    return o ? iterator_of(I, map_items(I, o, want, c->span), c->span) : out;
}

static Value keys(Interp *I, const Call *c) {
    return iterate(I, c, WANT_KEYS);
}

static Value values(Interp *I, const Call *c) {
    return iterate(I, c, WANT_VALUES);
}

static Value entries(Interp *I, const Call *c) {
    return iterate(I, c, WANT_PAIRS);
}

static bool each_body(Interp *I, void *state, Value pair, Value index) {
    const Call *c = state;
    (void)index;
    Value k = interp_get_index(I, pair, value_number(0), c->span);
    Value v = interp_get_index(I, pair, value_number(1), c->span);
    call_3(I, call_arg(I, c, 0), call_arg(I, c, 1), v, k, c->self, c->span);
    return !I->dead;
}

static Value for_each(Interp *I, const Call *c) {
    Value out;
    Obj *o = self_map(I, c, &out);
    if (!o)
        return out;
    Call copy = *c;
    interp_for_each(I, map_items(I, o, WANT_PAIRS, c->span), c->span, each_body, &copy);
    return UNDEFINED;
}

// ---- Operations on sets -------------------------------------------------------------------------

// Puts those elements of `from` into `to` of which being in `other` is as wanted.
static void pour(Interp *I, Obj *to, Items *from, const Obj *other, bool wanted, Span span) {
    const Reason *why = reason_new(I, span, NULL, "which elements it holds is not known");
    Value maybe = value_prim(PT_ANY, why);
    for (uint32_t i = 0; i < from->n; i++) {
        Value k = from->at[i], there = other ? look_all(I, other, k) : ABSENT;
        bool in = there.tag != V_ABSENT, out = !other || value_has(there, V_ABSENT);
        if (!other || (wanted ? in && !out : out && !in))
            map_put(I, to, k, k);
        else if (wanted ? in : out)
            put_rest(I, to, value_join(I->a, k, maybe), k);
    }
    if (from->open && from->rest.tag != V_ABSENT)
        put_rest(I, to, from->rest, from->rest);
}

static Obj *as_set(Interp *I, Value v, Span span) {
    if (is_object(v, O_SET) || is_object(v, O_MAP))
        return v.u.obj;
    Obj *o = obj_map(I, O_SET, span);
    Value all = items_join(I, interp_iterate(I, v, span));
    if (all.tag != V_ABSENT)
        put_rest(I, o, value_join(I->a, all, v), value_join(I->a, all, v));
    return o;
}

static Value set_operation(Interp *I, const Call *c, int mine, int theirs) {
    Value out;
    Obj *a = self_map(I, c, &out);
    if (!a)
        return out;
    Obj *b = as_set(I, call_arg(I, c, 0), c->span), *result = obj_map(I, O_SET, c->span);
    if (I->dead)
        return UNDEFINED;
    pour(I, result, map_items(I, a, WANT_KEYS, c->span), mine < 0 ? NULL : b, mine == 1, c->span);
    if (theirs >= -1)
        pour(I, result, map_items(I, b, WANT_KEYS, c->span), theirs < 0 ? NULL : a, false, c->span);
    return value_object(result);
}

static Value set_union(Interp *I, const Call *c) {
    return set_operation(I, c, -1, -1);
}

static Value intersection(Interp *I, const Call *c) {
    return set_operation(I, c, 1, -2);
}

static Value difference(Interp *I, const Call *c) {
    return set_operation(I, c, 0, -2);
}

static Value symmetric_difference(Interp *I, const Call *c) {
    return set_operation(I, c, 0, 0);
}

// Whether every element of `from` is (not) in `other`.
static Value all_in(Interp *I, Items *from, const Obj *other, bool wanted, Span span,
                    const char *name) {
    bool maybe = from->open;
    for (uint32_t i = 0; i < from->n; i++) {
        Value there = look_all(I, other, from->at[i]);
        bool in = there.tag != V_ABSENT, out = value_has(there, V_ABSENT);
        if (wanted ? !in : !out)
            return value_bool(false);
        maybe = maybe || (in && out);
    }
    return maybe ? interp_prim(I, PT_BOOL, span, "the result of `%s` is not known", name)
                 : value_bool(true);
}

static Value is_subset(Interp *I, const Call *c) {
    Value out;
    Obj *a = self_map(I, c, &out);
    if (!a)
        return out;
    return all_in(I, map_items(I, a, WANT_KEYS, c->span), as_set(I, call_arg(I, c, 0), c->span),
                  true, c->span, "isSubsetOf");
}

static Value is_superset(Interp *I, const Call *c) {
    Value out;
    Obj *a = self_map(I, c, &out);
    if (!a)
        return out;
    Obj *b = as_set(I, call_arg(I, c, 0), c->span);
    return all_in(I, map_items(I, b, WANT_KEYS, c->span), a, true, c->span, "isSupersetOf");
}

static Value is_disjoint(Interp *I, const Call *c) {
    Value out;
    Obj *a = self_map(I, c, &out);
    if (!a)
        return out;
    return all_in(I, map_items(I, a, WANT_KEYS, c->span), as_set(I, call_arg(I, c, 0), c->span),
                  false, c->span, "isDisjointFrom");
}

// ---- Construction -------------------------------------------------------------------------------

static bool fill_map(Interp *I, void *state, Value pair, Value index) {
    Obj *o = state;
    Value k = interp_get_index(I, pair, value_number(0), o->site);
    if (I->dead)
        return false;
    Value v = interp_get_index(I, pair, value_number(1), o->site);
    if (I->dead)
        return false;
    if (index.tag == V_NUMBER)
        map_put(I, o, k, v);
    else
        put_rest(I, o, k, v);
    return true;
}

static bool fill_set(Interp *I, void *state, Value v, Value index) {
    v = without_absent(I, v);
    if (index.tag == V_NUMBER)
        map_put(I, state, v, v);
    else
        put_rest(I, state, v, v);
    return true;
}

static Value construct(Interp *I, const Call *c, ObjClass cls, Obj *base) {
    if (!c->new_target) {
        interp_throw_error(I, "TypeError", c->span, "constructor %s requires 'new'",
                           c->callee->u.native.row->name);
        return UNDEFINED;
    }
    Obj *o = obj_map(I, cls, c->span);
    o->proto = proto_for(I, c, base);
    Value from = call_arg(I, c, 0);
    if (from.tag == V_UNDEFINED || from.tag == V_NULL)
        return value_object(o);
    Items *it = interp_iterate(I, from, c->span);
    if (!I->dead)
        interp_for_each(I, it, c->span, cls == O_MAP ? fill_map : fill_set, o);
    return value_object(o);
}

static Value new_map(Interp *I, const Call *c) {
    return construct(I, c, O_MAP, I->realm.map);
}

static Value new_set(Interp *I, const Call *c) {
    return construct(I, c, O_SET, I->realm.set);
}

static Value deref(Interp *I, const Call *c) {
    return c->self.tag == V_OBJECT ? interp_get(I, c->self, key_of(I, "#target"), c->span)
                                   : wrong_self(I, c, "WeakRef");
}

static Value new_ref(Interp *I, const Call *c) {
    Value proto = interp_get(I, value_object(c->callee), key_of(I, "prototype"), c->span);
    Obj *o = obj_new(I, O_PLAIN, proto.tag == V_OBJECT ? proto.u.obj : NULL, c->span);
    obj_define(I, o, key_of(I, "#target"), call_arg(I, c, 0), PROP_HIDDEN);
    return value_object(o);
}

typedef struct MapGroups {
    const Call *c;
    Obj *map;
} MapGroups;

static bool group_one(Interp *I, void *state, Value element, Value index) {
    MapGroups *g = state;
    Value args[] = {element, index};
    Value k = interp_call_values(I, call_arg(I, g->c, 1), UNDEFINED, args, 2, g->c->span);
    if (I->dead)
        return false;
    Value group = present_only(I, look_all(I, g->map, k));
    if (group.tag == V_ABSENT || !is_definite(k)) {
        Value fresh = value_object(obj_array(I, g->c->span));
        group = group.tag == V_ABSENT ? fresh : value_join(I->a, group, fresh);
        map_put(I, g->map, k, fresh);
    }
    for (uint32_t i = 0; i < value_count(group); i++) {
        Value one = value_at(group, i);
        if (!is_object(one, O_ARRAY))
            continue;
        if (value_count(group) > 1)
            array_open(I, one.u.obj, value_unknown(k));
        array_push(I, one.u.obj, element);
    }
    return true;
}

static Value group_by(Interp *I, const Call *c) {
    Items *it = interp_iterate(I, call_arg(I, c, 0), c->span);
    MapGroups g = {c, obj_map(I, O_MAP, c->span)};
    if (!I->dead)
        interp_for_each(I, it, c->span, group_one, &g);
    return value_object(g.map);
}

static const Native map_methods[] = {
    {"clear", clear, 0},   {"delete", delete, 1}, {"entries", entries, 0}, {"forEach", for_each, 1},
    {"get", get, 1},       {"has", has, 1},       {"keys", keys, 0},       {"set", set, 2},
    {"values", values, 0}, {NULL, NULL, 0},
};

static const Native set_methods[] = {
    {"add", add, 1},
    {"clear", clear, 0},
    {"delete", delete, 1},
    {"difference", difference, 1},
    {"entries", entries, 0},
    {"forEach", for_each, 1},
    {"has", has, 1},
    {"intersection", intersection, 1},
    {"isDisjointFrom", is_disjoint, 1},
    {"isSubsetOf", is_subset, 1},
    {"isSupersetOf", is_superset, 1},
    {"keys", values, 0},
    {"symmetricDifference", symmetric_difference, 1},
    {"union", set_union, 1},
    {"values", values, 0},
    {NULL, NULL, 0},
};

static const Native ref_methods[] = {{"deref", deref, 0}, {NULL, NULL, 0}};

void install_map_set(Interp *I) {
    static const Native map_row = {"Map", new_map, 0}, set_row = {"Set", new_set, 0};
    static const Native weak_map_row = {"WeakMap", new_map, 0},
                        weak_set_row = {"WeakSet", new_set, 0};
    static const Native ref_row = {"WeakRef", new_ref, 1};
    static const Native map_statics[] = {{"groupBy", group_by, 2}, {NULL, NULL, 0}};
    constructor_new(I, &map_row, I->realm.map, map_statics);
    constructor_new(I, &set_row, I->realm.set, NULL);
    obj_natives(I, I->realm.map, map_methods);
    obj_natives(I, I->realm.set, set_methods);
    method_alias(I, I->realm.map, "entries", "@@iterator");
    method_alias(I, I->realm.set, "values", "@@iterator");
    obj_define_lit(I, I->realm.map, "@@toStringTag", lit("Map"));
    obj_define_lit(I, I->realm.set, "@@toStringTag", lit("Set"));
    constructor_new(I, &weak_map_row, proto_new(I, I->realm.map), NULL);
    constructor_new(I, &weak_set_row, proto_new(I, I->realm.set), NULL);
    Obj *ref = proto_new(I, I->realm.object);
    constructor_new(I, &ref_row, ref, NULL);
    obj_natives(I, ref, ref_methods);
}
