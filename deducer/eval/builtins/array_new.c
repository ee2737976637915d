// Array itself: new Array, Array.from, Array.of, Array.isArray; and flattening.
//
// Input: anything that can be iterated, or that has a length and indexes. Output: an array whose
// length is known exactly where the input's is; ELEMENT_LIMIT bounds what is made here.

#include "deducer/eval/builtins/builtins.h"

#include <math.h>

static Items *holes(Interp *I, Span span, double n) {
    if (n < 0 || n != trunc(n) || n > ELEMENT_LIMIT) {
        interp_throw_error(I, "RangeError", span, "invalid array length");
        return NULL;
    }
    Items *it = items_new(I);
    for (uint32_t i = 0; i < (uint32_t)n; i++)
        items_push(I, it, ABSENT);
    return it;
}

// {length: n, 0: …} of one object that cannot be iterated.
static Items *array_like(Interp *I, Value v, Span span) {
    Value length = interp_to_number(I, interp_get(I, v, key_of(I, "length"), span));
    double n;
    if (I->dead)
        return items_new(I);
    if (!known_number(length, &n)) {
        Items *it = items_new(I);
        Value index = value_prim(PT_STRING, value_unknown(length));
        if (length.tag == V_UNION)
            index = interp_prim(I, PT_STRING, span, "the length is not known");
        items_open(I, it, interp_get_index(I, v, index, span), index.u.reason);
        return it;
    }
    n = to_integer(n);
    Items *it = holes(I, span, n < 0 ? 0 : n);
    for (uint32_t i = 0; it && i < it->n && !I->dead; i++)
        it->at[i] = interp_get_index(I, v, value_number(i), span);
    return it ? it : items_new(I);
}

static bool iterates(Interp *I, Value v, Span span) {
    if (v.tag != V_OBJECT)
        return v.tag != V_NUMBER && v.tag != V_BOOL;
    if (v.u.obj->cls != O_PLAIN && v.u.obj->cls != O_FUNCTION && v.u.obj->cls != O_BOX)
        return true;
    Value method = interp_get(I, v, key_of(I, "@@iterator"), span);
    return method.tag != V_UNDEFINED;
}

Items *items_of_like(Interp *I, Value v, Span span) {
    if (value_count(v) == 1 && !iterates(I, v, span))
        return array_like(I, v, span);
    return interp_iterate(I, v, span);
}

// ---- Flattening ---------------------------------------------------------------------------------

void items_flatten(Interp *I, Items *out, Value v, double depth, bool sure, Span span) {
    const Reason *why = value_unknown(v);
    if (!why)
        why = reason_new(I, span, NULL, "how many elements it gives is not known");
    if (v.tag == V_UNION)
        sure = false;
    for (uint32_t i = 0; i < value_count(v) && interp_step(I, span); i++) {
        Value alt = value_at(v, i);
        if (alt.tag == V_ABSENT)
            continue;
        if (is_opaque(alt) && depth >= 1) { // an array or not: both
            items_open(I, out, alt, why);
            Value inside = items_join(I, interp_iterate(I, alt, span));
            if (inside.tag != V_ABSENT)
                items_open(I, out, inside, why);
        } else if (!is_object(alt, O_ARRAY) || depth < 1) {
            items_add(I, out, alt, sure, why);
            if (out->n > ELEMENT_LIMIT)
                interp_throw_error(I, "RangeError", span, "invalid array length");
        } else {
            Items *inner = array_items(I, alt, span);
            // Infinity on an array that holds itself ends here.
            double left = depth > 64 ? 64 : depth - 1;
            for (uint32_t k = 0; k < inner->n && !I->dead; k++)
                items_flatten(I, out, inner->at[k], left, sure, span);
            if (inner->open && !I->dead) {
                items_open(I, out, ABSENT, inner->why);
                if (inner->rest.tag != V_ABSENT)
                    items_flatten(I, out, inner->rest, left, false, span);
            }
        }
    }
}

Value array_flat(Interp *I, const Call *c) {
    double depth = 1;
    Value arg = call_arg(I, c, 0);
    if (arg.tag != V_UNDEFINED && !known_number(interp_to_number(I, arg), &depth))
        depth = 64;
    Items *it = array_items(I, c->self, c->span), *out = items_new(I);
    for (uint32_t i = 0; i < it->n && !I->dead; i++)
        items_flatten(I, out, it->at[i], to_integer(depth), true, c->span);
    if (it->open) {
        items_open(I, out, ABSENT, it->why);
        if (it->rest.tag != V_ABSENT)
            items_flatten(I, out, it->rest, to_integer(depth), false, c->span);
    }
    return array_of(I, out, c->span);
}

// ---- Construction -------------------------------------------------------------------------------

static Value with_proto(Interp *I, const Call *c, Value array) {
    Obj *proto = proto_for(I, c, I->realm.array);
    if (array.tag == V_OBJECT)
        array.u.obj->proto = proto;
    return array;
}

static Value construct(Interp *I, const Call *c) {
    if (c->n == 1 && !c->open) {
        double n;
        if (known_number(c->args[0], &n)) {
            Items *it = holes(I, c->span, n);
            return it ? with_proto(I, c, array_of(I, it, c->span)) : UNDEFINED;
        }
        Value v = c->args[0];
        if (value_unknown(v) || v.tag == V_UNION) { // a length, or the only element
            Items *it = items_new(I);
            items_open(I, it, v,
                       reason_new(I, c->span, value_unknown(v), "its length is not known"));
            return with_proto(I, c, array_of(I, it, c->span));
        }
    }
    return with_proto(I, c, array_of(I, call_items(I, c, 0), c->span));
}

static Value of(Interp *I, const Call *c) {
    return array_of(I, call_items(I, c, 0), c->span);
}

static Value is_array(Interp *I, const Call *c) {
    Value v = call_arg(I, c, 0);
    bool yes = false, no = false;
    for (uint32_t i = 0; i < value_count(v); i++) {
        Value alt = value_at(v, i);
        yes = yes || is_object(alt, O_ARRAY) || is_opaque(alt);
        no = no || !is_object(alt, O_ARRAY);
    }
    return truth_value(I, yes && no ? TRUTH_MAYBE : yes ? TRUTH_YES : TRUTH_NO, c->span, "isArray");
}

typedef struct FromState {
    const Call *c;
    Items *out;
    const Items *source;
    Value fn, self;
    bool wait; // fromAsync
} FromState;

static bool from_body(Interp *I, void *state, Value element, Value index) {
    FromState *s = state;
    Value v = without_absent(I, element);
    if (s->wait)
        v = interp_await(I, v, s->c->span);
    if (!I->dead && s->fn.tag != V_UNDEFINED) {
        Value args[] = {v, index};
        v = interp_call_values(I, s->fn, s->self, args, 2, s->c->span);
        if (s->wait && !I->dead)
            v = interp_await(I, v, s->c->span);
    }
    if (I->dead)
        return false;
    items_add(I, s->out, v, index.tag == V_NUMBER, s->source->why);
    return true;
}

static Value from_items(Interp *I, const Call *c, bool wait) {
    FromState s = {c,
                   items_new(I),
                   items_of_like(I, call_arg(I, c, 0), c->span),
                   call_arg(I, c, 1),
                   call_arg(I, c, 2),
                   wait};
    if (I->dead)
        return UNDEFINED;
    interp_for_each(I, s.source, c->span, from_body, &s);
    if (s.source->open)
        items_open(I, s.out, ABSENT, s.source->why);
    return I->dead ? UNDEFINED : array_of(I, s.out, c->span);
}

static Value from(Interp *I, const Call *c) {
    return from_items(I, c, false);
}

static Value from_async(Interp *I, const Call *c) {
    Value v = from_items(I, c, true);
    return I->dead ? UNDEFINED : value_object(obj_promise(I, v, c->span));
}

void install_array_new(Interp *I) {
    static const Native row = {"Array", construct, 1};
    static const Native statics[] = {
        {"from", from, 1}, {"fromAsync", from_async, 1}, {"isArray", is_array, 1}, {"of", of, 0},
        {NULL, NULL, 0},
    };
    constructor_new(I, &row, I->realm.array, statics);
}
