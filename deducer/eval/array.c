// Arrays and Items: ordered elements, known or not.
//
// An array's length is a known number, and then each element has its cell; or it is not known, and
// then whatever may be in the array is joined in its `rest`.

#include "deducer/eval/run.h"

static const Reason length_unknown = {.what = {"the array's length is not known", 31}};

Items *items_new(Interp *I) {
    Items *it = arena_new(I->a, Items);
    it->rest = ABSENT;
    return it;
}

void items_push(Interp *I, Items *it, Value v) {
    if (it->open) { // order is lost once the number is
        it->rest = join(I, it->rest, v);
        return;
    }
    if (it->n == it->cap) {
        uint32_t cap = it->cap ? it->cap * 2 : 8;
        it->at = arena_grow(I->a, it->at, it->cap * sizeof *it->at, cap * sizeof *it->at);
        it->cap = cap;
    }
    it->at[it->n++] = v;
}

void items_open(Interp *I, Items *it, Value rest, const Reason *why) {
    it->open = true;
    if (!it->why)
        it->why = why;
    if (rest.tag != V_ABSENT)
        it->rest = it->rest.tag == V_ABSENT ? rest : join(I, it->rest, rest);
}

Value items_join(Interp *I, const Items *it) {
    Value v = it->rest;
    for (uint32_t i = 0; i < it->n; i++)
        v = v.tag == V_ABSENT ? it->at[i] : join(I, v, it->at[i]);
    return v;
}

static Cell *rest_cell(Interp *I, Obj *o) {
    if (!o->rest) {
        o->rest = arena_alloc(I->a, sizeof *o->rest);
        *o->rest = (Cell){.v = ABSENT, .birth = o->birth};
    }
    return o->rest;
}

void obj_add_rest(Interp *I, Obj *o, Value v) {
    Cell *c = rest_cell(I, o);
    if (c->v.tag == V_ABSENT)
        interp_write(I, c, v);
    else
        interp_write_weak(I, c, v);
}

static bool known_length(const Obj *array, uint32_t *out) {
    if (array->u.array.length.v.tag != V_NUMBER)
        return false;
    *out = (uint32_t)array->u.array.length.v.u.num;
    return true;
}

// How many cells may hold elements: where the length is not known (paths left different ones), all.
static uint32_t cell_count(const Obj *array) {
    uint32_t n;
    return known_length(array, &n) ? n : array->u.array.cap;
}

// From now on the array's length is not known: all its elements go to the rest.
void array_open(Interp *I, Obj *array, const Reason *why) {
    uint32_t n = cell_count(array);
    if (array->u.array.length.v.tag != V_PRIM)
        for (uint32_t i = 0; i < n; i++)
            if (array->u.array.at[i]->v.tag != V_ABSENT)
                obj_add_rest(I, array, array->u.array.at[i]->v);
    if (array->u.array.length.v.tag != V_PRIM)
        interp_write(I, &array->u.array.length, value_prim(PT_NUMBER, why ? why : &length_unknown));
}

static Cell *element(Interp *I, Obj *array, uint32_t i) {
    uint32_t cap = array->u.array.cap;
    if (i >= cap) {
        uint32_t grown = cap ? cap * 2 : 4;
        if (grown <= i)
            grown = i + 1;
        array->u.array.at =
            arena_grow(I->a, array->u.array.at, cap * sizeof(Cell *), grown * sizeof(Cell *));
        for (uint32_t k = cap; k < grown; k++) {
            Cell *c = arena_alloc(I->a, sizeof *c);
            *c = (Cell){.v = ABSENT, .birth = array->birth};
            array->u.array.at[k] = c;
        }
        array->u.array.cap = grown;
    }
    return array->u.array.at[i];
}

void array_push(Interp *I, Obj *array, Value v) {
    uint32_t n;
    if (I->dead)
        return;
    if (array->flags & OF_ESCAPED)
        interp_escape(I, v, NULL, array->site);
    if ((array->flags & OF_SUMMARY) || !known_length(array, &n)) {
        array_open(I, array, NULL);
        obj_add_rest(I, array, v);
        return;
    }
    interp_write(I, element(I, array, n), v);
    interp_write(I, &array->u.array.length, value_number(n + 1));
}

void array_set(Interp *I, Obj *array, uint32_t i, Value v) {
    uint32_t n;
    if ((array->flags & OF_SUMMARY) || !known_length(array, &n) || i > n + 10000) {
        array_open(I, array, NULL);
        obj_add_rest(I, array, v);
        return;
    }
    interp_write(I, element(I, array, i), v);
    if (i >= n)
        interp_write(I, &array->u.array.length, value_number(i + 1));
}

// The alternatives of an element's cell, absence as undefined.
static Value element_value(Interp *I, Value v) {
    Value out = UNDEFINED;
    uint32_t kept = 0;
    if (v.tag != V_UNION)
        return v.tag == V_ABSENT ? UNDEFINED : v;
    for (uint32_t i = 0; i < value_count(v); i++)
        if (value_at(v, i).tag != V_ABSENT)
            out = kept++ ? join(I, out, value_at(v, i)) : value_at(v, i);
    return kept < value_count(v) ? join(I, out, UNDEFINED) : v;
}

Value array_at(Interp *I, const Obj *array, uint32_t i) {
    Value v = UNDEFINED;
    if (array->u.array.length.v.tag == V_PRIM) {
        Value any = array_join(I, array); // any element may stand at any index
        return any.tag == V_ABSENT ? v : join(I, v, element_value(I, any));
    }
    if (i < cell_count(array))
        v = element_value(I, array->u.array.at[i]->v);
    if (array->rest && array->rest->v.tag != V_ABSENT)
        v = join(I, v, array->rest->v);
    return v;
}

// Everything that an element may be, undefined not among it; V_ABSENT for an empty array.
Value array_join(Interp *I, const Obj *array) {
    uint32_t n = cell_count(array);
    Value v = array->rest ? array->rest->v : ABSENT;
    for (uint32_t i = 0; i < n; i++) {
        Value e = array->u.array.at[i]->v;
        v = v.tag == V_ABSENT ? e : e.tag == V_ABSENT ? v : join(I, v, e);
    }
    return v;
}

void array_set_length(Interp *I, Obj *array, Value length) {
    double d;
    uint32_t n;
    if (!known_number(length, &d) || !known_length(array, &n) || d < 0 || d > n) {
        array_open(I, array, NULL);
        return;
    }
    for (uint32_t i = (uint32_t)d; i < n; i++)
        interp_write(I, element(I, array, i), ABSENT);
    interp_write(I, &array->u.array.length, value_number(d));
}

void array_assign(Interp *I, Obj *array, const Items *items) {
    uint32_t old;
    bool summary = array->flags & OF_SUMMARY;
    if (summary && !items->open && known_length(array, &old) && old == items->n) {
        for (uint32_t i = 0; i < old; i++) // the same shape in every round
            interp_write_weak(I, array->u.array.at[i], items->at[i]);
        return;
    }
    if (summary || items->open || !known_length(array, &old)) {
        array_open(I, array, items->why);
        Value all = items_join(I, items);
        if (all.tag != V_ABSENT)
            obj_add_rest(I, array, all);
        return;
    }
    for (uint32_t i = 0; i < items->n; i++)
        interp_write(I, element(I, array, i), items->at[i]);
    for (uint32_t i = items->n; i < old; i++)
        interp_write(I, element(I, array, i), ABSENT);
    interp_write(I, &array->u.array.length, value_number(items->n));
}

Obj *array_from(Interp *I, const Items *items, Span site) {
    Obj *array = obj_array(I, site);
    array_assign(I, array, items);
    return array;
}
