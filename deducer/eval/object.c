// Objects: making them, and their own properties.
//
// Properties are found by symbol; few are searched in a row, many through a hash index. A property
// is never removed: deleting writes V_ABSENT into its cell, so that the trail can bring it back.

#include "deducer/eval/run.h"

#include <string.h>

enum { INDEXED_FROM = 12 }; // properties from which on an index pays

Obj *obj_new(Interp *I, ObjClass cls, Obj *proto, Span site) {
    Obj *o = site_find(I, site, cls);
    if (o)
        return o;
    o = arena_new(I->a, Obj);
    o->cls = (uint8_t)cls;
    o->id = ++I->next_id;
    o->birth = I->epoch;
    o->proto = proto;
    o->site = site;
    if (cls == O_ARRAY)
        cell_init(I, &o->u.array.length, value_number(0));
    site_add(I, site, cls, o);
    return o;
}

Obj *obj_plain(Interp *I, Span site) {
    return obj_new(I, O_PLAIN, I->realm.object, site);
}

Obj *obj_array(Interp *I, Span site) {
    return obj_new(I, O_ARRAY, I->realm.array, site);
}

Obj *obj_map(Interp *I, ObjClass cls, Span site) {
    return obj_new(I, cls, cls == O_MAP ? I->realm.map : I->realm.set, site);
}

Obj *obj_native(Interp *I, const Native *row) {
    Obj *o = arena_new(I->a, Obj);
    o->cls = O_NATIVE;
    o->id = ++I->next_id;
    o->proto = I->realm.function;
    o->u.native.row = row;
    o->u.native.data = UNDEFINED;
    return o;
}

Obj *obj_native_of(Interp *I, const Native *row, const Obj *owner) {
    // The owner made again in the next round of a fixpoint is the same one, and so is its function.
    Span site = {owner->id, (uint32_t)((uintptr_t)row >> 32), (uint32_t)(uintptr_t)row};
    Obj *o = site_find(I, site, O_NATIVE);
    if (o)
        return o;
    o = obj_native(I, row);
    site_add(I, site, O_NATIVE, o);
    return o;
}

// The first value of an object's cell; of an object that a loop has made before, one more.
void obj_init_cell(Interp *I, Obj *o, Cell *c, Value v) {
    if (o->flags & OF_SUMMARY)
        interp_write_weak(I, c, v);
    else
        cell_init(I, c, v);
}

Obj *obj_promise(Interp *I, Value value, Span site) {
    if (value.tag == V_OBJECT && value.u.obj->cls == O_PROMISE)
        return value.u.obj;
    Obj *o = obj_new(I, O_PROMISE, I->realm.promise, site);
    if (o->flags & OF_SUMMARY) {
        interp_write_weak(I, &o->u.box.value, value);
    } else {
        cell_init(I, &o->u.box.value, value);
        o->u.box.rejected = false;
    }
    return o;
}

Obj *obj_opaque(Interp *I, const Reason *why, Str label) {
    Obj *o = obj_new(I, O_OPAQUE, NULL, why->where);
    if (o->u.opaque.why)
        return o;
    o->u.opaque.why = why;
    o->u.opaque.label = label;
    return o;
}

// A promise that is rejected. Made at a place of its own: in loops that are repeated it is never
// the same object as one that is fulfilled.
Obj *obj_rejected(Interp *I, Value error, Span site) {
    Obj *o = obj_new(I, O_PROMISE, I->realm.promise, (Span){site.file, site.start, ~site.end});
    o->site = site;
    obj_init_cell(I, o, &o->u.box.value, error);
    o->u.box.rejected = true;
    if (!I->exploring && !I->doubt)
        vec_push(I->a, &I->rejected, o);
    return o;
}

static bool same_items(const Items *a, const Items *b) {
    if (a->n != b->n || a->open != b->open || !value_same(a->rest, b->rest))
        return false;
    for (uint32_t i = 0; i < a->n; i++)
        if (!value_same(a->at[i], b->at[i]))
            return false;
    return true;
}

Obj *obj_iterator(Interp *I, Items *items, Span site) {
    Obj *o = obj_new(I, O_ITERATOR, I->realm.iterator, site);
    const Items *old = o->u.iter.items;
    if (old && (o->flags & OF_SUMMARY) && !same_items(old, items)) { // it stands for both
        Items *both = items_new(I);
        items_open(I, both, items_join(I, old), old->why ? old->why : items->why);
        items_open(I, both, items_join(I, items), items->why);
        items = both;
    }
    o->u.iter.items = items;
    cell_init(I, &o->u.iter.position, value_number(0));
    cell_init(I, &o->u.iter.result, UNDEFINED);
    return o;
}

// ---- Own properties -----------------------------------------------------------------------------

static uint32_t slot_of(const Obj *o, Sym key) {
    uint32_t i = (key * 2654435769u) & (o->prop_index_cap - 1);
    while (o->prop_index[i] && o->props[o->prop_index[i] - 1]->key != key)
        i = (i + 1) & (o->prop_index_cap - 1);
    return i;
}

static void index_all(Interp *I, Obj *o) {
    o->prop_index_cap = o->prop_index_cap ? o->prop_index_cap * 4 : 64;
    o->prop_index = arena_array(I->a, uint32_t, o->prop_index_cap);
    for (uint32_t i = 0; i < o->prop_count; i++)
        o->prop_index[slot_of(o, o->props[i]->key)] = i + 1;
}

Prop *obj_find(const Obj *o, Sym key) {
    if (o->prop_index) {
        uint32_t at = o->prop_index[slot_of(o, key)];
        return at ? o->props[at - 1] : NULL;
    }
    for (uint32_t i = 0; i < o->prop_count; i++)
        if (o->props[i]->key == key)
            return o->props[i];
    return NULL;
}

static Prop *prop_add(Interp *I, Obj *o, Sym key) {
    if (o->prop_count == o->prop_cap) {
        uint32_t cap = o->prop_cap ? o->prop_cap * 2 : 4;
        o->props = arena_grow(I->a, o->props, o->prop_cap * sizeof(Prop *), cap * sizeof(Prop *));
        o->prop_cap = cap;
    }
    Prop *p = arena_new(I->a, Prop);
    p->key = key;
    // On every other path the object has it not: its birth is the object's, not now.
    p->cell = (Cell){.v = ABSENT, .birth = o->birth};
    o->props[o->prop_count++] = p;
    if (o->prop_index && o->prop_count * 2 < o->prop_index_cap)
        o->prop_index[slot_of(o, key)] = o->prop_count;
    else if (o->prop_count >= INDEXED_FROM)
        index_all(I, o);
    return p;
}

void obj_define(Interp *I, Obj *o, Sym key, Value v, uint32_t flags) {
    Prop *p = obj_find(o, key);
    if (!p)
        p = prop_add(I, o, key);
    p->flags = flags;
    if (o->flags & OF_SUMMARY)
        interp_write_weak(I, &p->cell, v);
    else
        interp_write(I, &p->cell, v);
}

void obj_define_lit(Interp *I, Obj *o, const char *key, Value v) {
    obj_define(I, o, sym_lit(I->interner, key), v, PROP_HIDDEN);
}

void obj_natives(Interp *I, Obj *o, const Native *rows) {
    for (; rows->name; rows++)
        obj_define_lit(I, o, rows->name, value_object(obj_native(I, rows)));
}

// ---- Keys ---------------------------------------------------------------------------------------

// The array index that a key writes, or -1.
static int64_t index_of(Str key) {
    if (key.n == 0 || key.n > 10 || (key.p[0] == '0' && key.n > 1))
        return -1;
    int64_t v = 0;
    for (uint32_t i = 0; i < key.n; i++) {
        if (key.p[i] < '0' || key.p[i] > '9')
            return -1;
        v = v * 10 + (key.p[i] - '0');
    }
    return v < 4294967295 ? v : -1;
}

static void sort_integer_keys(Interp *I, Sym *keys, uint32_t n) {
    uint32_t ints = 0;
    for (uint32_t i = 0; i < n; i++) { // stable: integers to the front, ascending
        int64_t v = index_of(sym_str(I->interner, keys[i]));
        if (v < 0)
            continue;
        Sym key = keys[i];
        uint32_t at = ints;
        while (at > 0 && index_of(sym_str(I->interner, keys[at - 1])) > v)
            at--;
        memmove(keys + at + 1, keys + at, (i - at) * sizeof *keys);
        keys[at] = key;
        ints++;
    }
}

static bool has_absent(Value v) {
    for (uint32_t i = 0; i < value_count(v); i++)
        if (value_at(v, i).tag == V_ABSENT)
            return true;
    return false;
}

static uint32_t array_keys(Interp *I, Obj *o, Sym **keys, bool *exact) {
    double length;
    if (!known_number(o->u.array.length.v, &length)) {
        *exact = false;
        return 0;
    }
    *keys = arena_alloc(I->a, ((size_t)length + o->prop_count) * sizeof **keys);
    uint32_t n = 0;
    for (uint32_t i = 0; i < (uint32_t)length; i++)
        if (o->u.array.at[i]->v.tag != V_ABSENT)
            (*keys)[n++] = sym_of(I->interner, number_to_str(I->a, i));
    return n;
}

Sym *obj_keys(Interp *I, Obj *o, uint32_t *count_out, bool *exact_out) {
    if (o->cls == O_NAMESPACE) {
        *exact_out = true;
        return namespace_keys(I, o, count_out);
    }
    bool exact = o->cls != O_OPAQUE && !o->rest && o != I->realm.env;
    Sym *keys = NULL;
    uint32_t n = o->cls == O_ARRAY ? array_keys(I, o, &keys, &exact) : 0;
    if (!keys)
        keys = arena_alloc(I->a, o->prop_count * sizeof *keys);
    for (uint32_t i = 0; i < o->prop_count; i++) {
        const Prop *p = o->props[i];
        Str name = sym_str(I->interner, p->key);
        if ((p->flags & PROP_HIDDEN) || p->cell.v.tag == V_ABSENT)
            continue;
        if (name.n && (name.p[0] == '#' || str_starts(name, "@@")))
            continue;
        if (has_absent(p->cell.v))
            exact = false;
        keys[n++] = p->key;
    }
    sort_integer_keys(I, keys, n);
    *count_out = n;
    *exact_out = exact;
    return keys;
}
