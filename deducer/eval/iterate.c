// Iteration: what a loop, a spread or a destructuring gets out of a value; and awaiting.

#include "deducer/eval/effects.h"

enum { PROTOCOL_MAX = 10000 };

static Value without_absent(Interp *I, Value v) {
    if (v.tag == V_ABSENT)
        return UNDEFINED;
    if (v.tag != V_UNION)
        return v;
    Value out = UNDEFINED;
    bool absent = false;
    for (uint32_t i = 0, n = 0; i < value_count(v); i++) {
        Value alt = value_at(v, i);
        if (alt.tag == V_ABSENT)
            absent = true;
        else
            out = n++ ? join(I, out, alt) : alt;
    }
    return absent ? join(I, out, UNDEFINED) : v;
}

static void iterate_array(Interp *I, Items *it, Obj *array) {
    double n;
    if (known_number(array->u.array.length.v, &n))
        for (uint32_t i = 0; i < (uint32_t)n; i++)
            items_push(I, it, without_absent(I, array->u.array.at[i]->v));
    else
        items_open(I, it, array_join(I, array), value_unknown(array->u.array.length.v));
    if (array->rest && array->rest->v.tag != V_ABSENT)
        items_open(I, it, array->rest->v, value_unknown(array->rest->v));
}

static void iterate_string(Interp *I, Items *it, Str s) {
    for (uint32_t at = 0; at < s.n;) {
        uint32_t from = at;
        utf8_next(s, &at);
        items_push(I, it, value_string(str_slice(s, from, at)));
    }
}

static Value map_pair(Interp *I, Value key, Value value, Span span) {
    Items *pair = items_new(I);
    items_push(I, pair, key);
    items_push(I, pair, value);
    return value_object(array_from(I, pair, span));
}

static bool is_present(Value v) {
    return v.tag != V_ABSENT;
}

static void iterate_map(Interp *I, Items *it, Obj *m, Span span) {
    for (uint32_t i = 0; i < m->u.map.n; i++) {
        Entry *e = m->u.map.at[i];
        Value present = value_filter(I->a, e->value.v, is_present);
        if (present.tag == V_ABSENT)
            continue;
        Value item = m->cls == O_SET ? e->key : map_pair(I, e->key, present, span);
        if (value_count(present) < value_count(e->value.v))
            items_open(I, it, item,
                       reason_new(I, span, NULL, "whether the entry is there is not known"));
        else
            items_push(I, it, item);
    }
    if (!m->rest || m->rest->v.tag == V_ABSENT)
        return;
    Value key = m->u.map.rest_key ? m->u.map.rest_key->v : UNDEFINED;
    Value item = m->cls == O_SET ? m->rest->v : map_pair(I, key, m->rest->v, span);
    items_open(I, it, item, value_unknown(m->rest->v));
}

static void iterate_iterator(Interp *I, Items *it, Obj *o) {
    Items *items = iterator_items(I, o);
    double from = 0;
    if (I->dead)
        return;
    if (known_number(o->u.iter.position.v, &from))
        for (uint32_t i = (uint32_t)from; i < items->n; i++)
            items_push(I, it, items->at[i]);
    else
        items_open(I, it, items_join(I, items), value_unknown(o->u.iter.position.v));
    if (items->open)
        items_open(I, it, items->rest, items->why);
    interp_write(I, &o->u.iter.position, value_number(items->n));
}

// The protocol of the program's own iterables.
static void iterate_protocol(Interp *I, Items *it, Value iterator, Span span) {
    Sym next = sym_lit(I->interner, "next"), done = sym_lit(I->interner, "done");
    Sym value = sym_lit(I->interner, "value");
    for (uint32_t i = 0; i < PROTOCOL_MAX && !I->dead; i++) {
        Value fn = interp_get(I, iterator, next, span);
        Value r = I->dead ? UNDEFINED : interp_call_values(I, fn, iterator, NULL, 0, span);
        if (!I->dead)
            r = interp_await(I, r, span);
        if (I->dead)
            return;
        Value is_done = interp_get(I, r, done, span);
        Truth t = interp_truth(is_done);
        if (t == TRUTH_YES)
            return;
        Value v = interp_get(I, r, value, span);
        if (I->dead)
            return;
        if (t == TRUTH_NO) {
            items_push(I, it, v);
            continue;
        }
        items_open(I, it, v, value_unknown(is_done));
        if (i > 8)
            return;
    }
    if (!I->dead && it->n >= PROTOCOL_MAX)
        items_open(I, it, items_join(I, it),
                   reason_new(I, span, NULL, "the iterator does not come to an end"));
}

static void not_iterable(Interp *I, Value v, Span span) {
    Str type = interp_typeof(v);
    if (v.tag == V_NULL)
        type = STR("null");
    interp_throw_error(I, "TypeError", span, "%.*s is not iterable", STR_ARG(type));
}

static void iterate_object(Interp *I, Items *it, Obj *o, Span span) {
    Value self = value_object(o);
    switch ((int)o->cls) {
    case O_ARRAY:
        iterate_array(I, it, o);
        return;
    case O_MAP:
    case O_SET:
        iterate_map(I, it, o, span);
        return;
    case O_ITERATOR:
        iterate_iterator(I, it, o);
        return;
    case O_OPAQUE: {
        Value rest = self;
        if (o->rest && o->rest->v.tag != V_ABSENT)
            rest = join(I, rest, o->rest->v);
        items_open(I, it, rest, o->u.opaque.why);
        return;
    }
    case O_BOX:
        if (o->u.box.value.v.tag == V_STRING) {
            iterate_string(I, it, value_str(o->u.box.value.v));
            return;
        }
        break;
    default:
        break;
    }
    Value fn = interp_get(I, self, sym_lit(I->interner, "@@iterator"), span);
    if (fn.tag == V_UNDEFINED && !I->dead)
        fn = interp_get(I, self, sym_lit(I->interner, "@@asyncIterator"), span);
    if (I->dead)
        return;
    if (fn.tag == V_UNDEFINED) {
        not_iterable(I, self, span);
        return;
    }
    Value iterator = interp_call_values(I, fn, self, NULL, 0, span);
    if (I->dead)
        return;
    if (iterator.tag == V_OBJECT && iterator.u.obj != o &&
        (iterator.u.obj->cls == O_ITERATOR || iterator.u.obj->cls == O_OPAQUE))
        iterate_object(I, it, iterator.u.obj, span);
    else
        iterate_protocol(I, it, iterator, span);
}

static void iterate_one(Interp *I, Items *it, Value v, Span span) {
    effects_use(I, v, false);
    if (v.tag == V_STRING)
        iterate_string(I, it, value_str(v));
    else if (v.tag == V_LATE)
        items_open(I, it, late_derived(I, v, span), v.u.late->why);
    else if (v.tag == V_PRIM && (v.n & PT_STRING))
        items_open(I, it, v, v.u.reason);
    else if (v.tag == V_OBJECT)
        iterate_object(I, it, v.u.obj, span);
    else
        not_iterable(I, v, span);
}

Items *interp_iterate(Interp *I, Value v, Span span) {
    Items *it = items_new(I);
    if (v.tag != V_UNION) {
        iterate_one(I, it, v, span);
        return it;
    }
    // One of several: each on a path of its own, for those that can't be iterated over throw.
    Fork f;
    fork_begin(I, &f, span, value_unknown(v), false);
    for (uint32_t i = 0; i < value_count(v); i++) {
        if (i)
            fork_next(I, &f, UNDEFINED);
        Items *one = items_new(I);
        iterate_one(I, one, value_at(v, i), span);
        if (I->dead)
            continue;
        const Reason *why = one->why ? one->why : value_unknown(v);
        items_open(I, it, items_join(I, one), why);
    }
    fork_end(I, &f, UNDEFINED);
    return it;
}

// ---- Awaiting -----------------------------------------------------------------------------------

static Value await_thenable(Interp *I, Value v, Span span) {
    Prop *p = obj_find(v.u.obj, sym_lit(I->interner, "then"));
    if (v.u.obj->cls != O_PLAIN || !p || I->dead)
        return v;
    // The program's own thenable: it is called with functions that cannot be seen into.
    const Reason *why = reason_new(I, span, NULL, "it is what a thenable resolves to");
    Value unknown = interp_unknown(I, why, STR("resolve"));
    Value args[2] = {unknown, unknown};
    interp_call_values(I, p->cell.v, v, args, 2, span);
    return unknown;
}

static Value await_each(Interp *I, Value v, Span span);

// On some path the promise has been rejected.
static void may_reject(Interp *I, const Obj *promise, Span span) {
    const Prop *p = obj_find(promise, sym_lit(I->interner, "#rejection"));
    if (!p || p->cell.v.tag == V_ABSENT || I->dead)
        return;
    Fork f;
    fork_begin(I, &f, span, NULL, false);
    interp_throw(I, value_filter(I->a, p->cell.v, is_present), span);
    fork_next(I, &f, UNDEFINED);
    fork_end(I, &f, UNDEFINED);
}

// V_ABSENT where it gives nothing: rejected, or a promise that waits for itself.
static Value await_one(Interp *I, Value v, Span span, bool alone) {
    if (v.tag != V_OBJECT)
        return v;
    Obj *o = v.u.obj;
    if (o->cls == O_OPAQUE) {
        I->may_throw = true;
        return v;
    }
    if (o->cls != O_PROMISE)
        return await_thenable(I, v, span);
    o->flags |= OF_HANDLED;
    if (o->flags & OF_AWAITED)
        return ABSENT; // one that stands for many may be resolved with itself
    if (!o->u.box.rejected) {
        o->flags |= OF_AWAITED;
        Value got = await_each(I, o->u.box.value.v, span);
        o->flags &= (uint8_t)~OF_AWAITED;
        may_reject(I, o, span);
        return got;
    }
    if (alone)
        interp_throw(I, o->u.box.value.v, span);
    else
        I->may_throw = true;
    return ABSENT;
}

static Value await_each(Interp *I, Value v, Span span) {
    Value out = ABSENT;
    uint32_t n = value_count(v);
    for (uint32_t i = 0; i < n && !I->dead; i++) {
        Value one = await_one(I, value_at(v, i), span, n == 1);
        if (one.tag != V_ABSENT)
            out = out.tag == V_ABSENT ? one : join(I, out, one);
    }
    return out;
}

Value interp_await(Interp *I, Value v, Span span) {
    Value out = await_each(I, v, span);
    if (out.tag == V_ABSENT && !I->dead)
        interp_throw(I, UNDEFINED, span);
    return I->dead ? UNDEFINED : out;
}
