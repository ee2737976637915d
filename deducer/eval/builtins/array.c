// Array and the methods of its prototype that call nothing back: ends, parts, search, mutation.
//
// A known length gives exact results. Of an array whose length is not known, what it may hold comes
// out of every method that may hand out an element.

#include "deducer/eval/builtins/builtins.h"

#include <math.h>

bool array_length_known(const Obj *o, uint32_t *out) {
    if (o->u.array.length.v.tag != V_NUMBER)
        return false;
    *out = (uint32_t)o->u.array.length.v.u.num;
    return true;
}

static const Reason *length_reason(Interp *I, const Obj *o, Span span) {
    const Reason *why = value_unknown(o->u.array.length.v);
    return why ? why : reason_new(I, span, NULL, "the length of the array is not known");
}

Items *array_items(Interp *I, Value v, Span span) {
    if (!is_object(v, O_ARRAY))
        return items_of_like(I, v, span);
    const Obj *o = v.u.obj;
    Items *it = items_new(I);
    uint32_t n = 0;
    bool known = array_length_known(o, &n);
    if (!known)
        n = o->u.array.cap;
    for (uint32_t i = 0; i < n; i++) {
        Value e = o->u.array.at[i]->v;
        if (known)
            items_push(I, it, e);
        else if (e.tag != V_ABSENT)
            items_open(I, it, present_only(I, e), length_reason(I, o, span));
    }
    bool has_rest = o->rest && o->rest->v.tag != V_ABSENT;
    if (!known)
        items_open(I, it, has_rest ? o->rest->v : ABSENT, length_reason(I, o, span));
    else if (has_rest) // written at an index that is not known
        for (uint32_t i = 0; i < n; i++)
            it->at[i] = value_join(I->a, it->at[i], o->rest->v);
    return it;
}

Value array_of(Interp *I, const Items *items, Span span) {
    return value_object(array_from(I, items, span));
}

Value items_at(Interp *I, const Items *it, uint32_t i) {
    if (i < it->n)
        return without_absent(I, it->at[i]);
    if (!it->open || it->rest.tag == V_ABSENT)
        return UNDEFINED;
    return value_join(I->a, without_absent(I, it->rest), UNDEFINED);
}

void items_add(Interp *I, Items *out, Value v, bool sure, const Reason *why) {
    if (sure && !out->open)
        items_push(I, out, v);
    else
        items_open(I, out, v, why);
}

// Any element, or undefined.
static Value any_of(Interp *I, const Items *it) {
    Value all = items_join(I, it);
    return all.tag == V_ABSENT ? UNDEFINED : value_join(I->a, without_absent(I, all), UNDEFINED);
}

// `this` as an array that may be changed, or NULL (then *out is the method's result).
static Obj *changeable(Interp *I, const Call *c, Value *out) {
    *out = UNDEFINED;
    if (!is_object(c->self, O_ARRAY)) {
        *out = wrong_self(I, c, "array");
        return NULL;
    }
    if (c->self.u.obj->flags & OF_FROZEN) {
        interp_throw_error(I, "TypeError", c->span, "cannot change a frozen array");
        return NULL;
    }
    return c->self.u.obj;
}

// The elements in order, of an array that is one array at run time.
static bool is_exact(const Obj *o, const Items *it) {
    return !it->open && !(o->flags & OF_SUMMARY);
}

// ---- Ends ---------------------------------------------------------------------------------------

static Value length_of(Interp *I, const Obj *o, Span span) {
    uint32_t n;
    if (array_length_known(o, &n))
        return value_number(n);
    return value_prim(PT_NUMBER, length_reason(I, o, span));
}

static Value push(Interp *I, const Call *c) {
    Value out;
    Obj *o = changeable(I, c, &out);
    if (!o)
        return out;
    for (uint32_t i = 0; i < c->n; i++)
        array_push(I, o, c->args[i]);
    if (c->open) {
        array_open(I, o,
                   reason_new(I, c->span, NULL, "it is pushed an unknown number of elements"));
        if (c->rest.tag != V_ABSENT)
            obj_add_rest(I, o, c->rest);
    }
    return length_of(I, o, c->span);
}

static Value pop(Interp *I, const Call *c) {
    Value out;
    Obj *o = changeable(I, c, &out);
    if (!o)
        return out;
    Items *it = array_items(I, c->self, c->span);
    if (!is_exact(o, it)) {
        array_open(I, o, it->why);
        return any_of(I, it);
    }
    if (it->n == 0)
        return UNDEFINED;
    array_set_length(I, o, value_number(it->n - 1));
    return items_at(I, it, it->n - 1);
}

static Items *part(Interp *I, const Items *it, uint32_t from, uint32_t to) {
    Items *out = items_new(I);
    for (uint32_t i = from; i < to && i < it->n; i++)
        items_push(I, out, it->at[i]);
    return out;
}

static void append(Interp *I, Items *out, const Items *more) {
    for (uint32_t i = 0; i < more->n; i++)
        items_push(I, out, more->at[i]);
    if (more->open)
        items_open(I, out, more->rest, more->why);
}

static Value shift(Interp *I, const Call *c) {
    Value out;
    Obj *o = changeable(I, c, &out);
    if (!o)
        return out;
    Items *it = array_items(I, c->self, c->span);
    if (!is_exact(o, it)) {
        array_open(I, o, it->why);
        return any_of(I, it);
    }
    if (it->n == 0)
        return UNDEFINED;
    array_assign(I, o, part(I, it, 1, it->n));
    return items_at(I, it, 0);
}

static Value unshift(Interp *I, const Call *c) {
    Value out;
    Obj *o = changeable(I, c, &out);
    if (!o)
        return out;
    Items *all = call_items(I, c, 0);
    append(I, all, array_items(I, c->self, c->span));
    array_assign(I, o, all);
    return length_of(I, o, c->span);
}

// ---- Parts --------------------------------------------------------------------------------------

// An argument that counts elements: false where it is not known.
static bool index_arg(Interp *I, const Call *c, uint32_t i, uint32_t length, uint32_t absent,
                      uint32_t *out) {
    Value v = call_arg(I, c, i);
    double d = NAN;
    bool given = v.tag != V_UNDEFINED;
    if (given && !known_number(interp_to_number(I, v), &d))
        return false;
    *out = relative_index(d, given, length, absent);
    return !I->dead;
}

static Value anything_of(Interp *I, const Items *it, Span span) {
    Items *out = items_new(I);
    items_open(I, out, items_join(I, it),
               it->why ? it->why : reason_new(I, span, NULL, "which elements remain is not known"));
    return array_of(I, out, span);
}

static Value slice(Interp *I, const Call *c) {
    Items *it = array_items(I, c->self, c->span);
    uint32_t from, to;
    if (I->dead)
        return UNDEFINED;
    if (it->open || !index_arg(I, c, 0, it->n, 0, &from) || !index_arg(I, c, 1, it->n, it->n, &to))
        return anything_of(I, it, c->span);
    return array_of(I, part(I, it, from, to), c->span);
}

// What splice does to `it`: *left_out and *removed_out. False where the indexes are not known.
static bool spliced(Interp *I, const Call *c, const Items *it, Items **left_out,
                    Items **removed_out) {
    uint32_t from, count;
    if (it->open || !index_arg(I, c, 0, it->n, 0, &from))
        return false;
    Value v = call_arg(I, c, 1);
    double d = 0;
    if (c->n < 2 && !c->open)
        d = c->n ? it->n : 0;
    else if (!known_number(interp_to_number(I, v), &d))
        return false;
    d = to_integer(d);
    count = d < 0 ? 0 : d > it->n - from ? it->n - from : (uint32_t)d;
    *removed_out = part(I, it, from, from + count);
    *left_out = part(I, it, 0, from);
    append(I, *left_out, call_items(I, c, 2));
    append(I, *left_out, part(I, it, from + count, it->n));
    return true;
}

static Items *all_with_args(Interp *I, const Call *c, const Items *it) {
    Items *all = items_new(I);
    append(I, all, it);
    append(I, all, call_items(I, c, 2));
    return all;
}

static Value splice(Interp *I, const Call *c) {
    Value out;
    Obj *o = changeable(I, c, &out);
    if (!o)
        return out;
    Items *it = array_items(I, c->self, c->span), *left, *removed;
    if (!is_exact(o, it) || !spliced(I, c, it, &left, &removed)) {
        if (I->dead)
            return UNDEFINED;
        Items *all = all_with_args(I, c, it), *kept = items_new(I);
        items_open(
            I, kept, items_join(I, all),
            reason_new(I, c->span, it->why, "how many elements `splice` leaves is not known"));
        array_assign(I, o, kept);
        return anything_of(I, it, c->span);
    }
    array_assign(I, o, left);
    return array_of(I, removed, c->span);
}

static Value to_spliced(Interp *I, const Call *c) {
    Items *it = array_items(I, c->self, c->span), *left, *removed;
    if (I->dead)
        return UNDEFINED;
    if (spliced(I, c, it, &left, &removed))
        return array_of(I, left, c->span);
    return anything_of(I, all_with_args(I, c, it), c->span);
}

static bool spreads(Value v) {
    return is_object(v, O_ARRAY);
}

static Value concat(Interp *I, const Call *c) {
    Items *out = items_new(I);
    append(I, out, array_items(I, c->self, c->span));
    Items *args = call_items(I, c, 0);
    for (uint32_t i = 0; i < args->n && !I->dead; i++) {
        Value v = args->at[i];
        if (spreads(v))
            append(I, out, array_items(I, v, c->span));
        else if (v.tag == V_UNION || is_opaque(v))
            items_flatten(I, out, v, 1, false, c->span);
        else
            items_push(I, out, v);
    }
    if (args->open && args->rest.tag != V_ABSENT)
        items_flatten(I, out, args->rest, 1, false, c->span);
    return array_of(I, out, c->span);
}

static Value at(Interp *I, const Call *c) {
    Items *it = array_items(I, c->self, c->span);
    double d;
    if (I->dead)
        return UNDEFINED;
    if (it->open || !known_number(interp_to_number(I, call_arg(I, c, 0)), &d))
        return any_of(I, it);
    d = to_integer(d);
    if (d < 0)
        d += it->n;
    return d < 0 || d >= it->n ? UNDEFINED : items_at(I, it, (uint32_t)d);
}

static Value with(Interp *I, const Call *c) {
    Items *it = array_items(I, c->self, c->span);
    double d;
    if (I->dead)
        return UNDEFINED;
    if (it->open || !known_number(interp_to_number(I, call_arg(I, c, 0)), &d)) {
        Items *all = items_new(I);
        append(I, all, it);
        items_push(I, all, call_arg(I, c, 1));
        return anything_of(I, all, c->span);
    }
    d = to_integer(d);
    if (d < 0)
        d += it->n;
    if (d < 0 || d >= it->n) {
        interp_throw_error(I, "RangeError", c->span, "invalid index");
        return UNDEFINED;
    }
    Items *out = part(I, it, 0, it->n);
    out->at[(uint32_t)d] = call_arg(I, c, 1);
    return array_of(I, out, c->span);
}

// ---- Search -------------------------------------------------------------------------------------

typedef enum Search { SEARCH_FIRST, SEARCH_LAST, SEARCH_ANY } Search;

static Value search(Interp *I, const Call *c, Search how, const char *name) {
    Items *it = array_items(I, c->self, c->span);
    uint32_t from = 0;
    if (I->dead)
        return UNDEFINED;
    bool known = !it->open && (how == SEARCH_LAST || index_arg(I, c, 1, it->n, 0, &from));
    uint32_t mask = how == SEARCH_ANY ? PT_BOOL : PT_NUMBER;
    Value wanted = call_arg(I, c, 0);
    bool maybe = !known || (how == SEARCH_LAST && c->n > 1);
    for (uint32_t k = from; k < it->n && !maybe; k++) {
        uint32_t i = how == SEARCH_LAST ? it->n - 1 - k : k;
        if (how != SEARCH_ANY && it->at[i].tag == V_ABSENT)
            continue;
        Truth t = values_equal(it->at[i], wanted, how != SEARCH_ANY);
        if (t == TRUTH_YES)
            return how == SEARCH_ANY ? value_bool(true) : value_number(i);
        maybe = t == TRUTH_MAYBE;
    }
    if (maybe)
        return unknown_from(I, mask, value_unknown(wanted) ? wanted : items_join(I, it), c->span,
                            name);
    return how == SEARCH_ANY ? value_bool(false) : value_number(-1);
}

static Value includes(Interp *I, const Call *c) {
    return search(I, c, SEARCH_ANY, "includes");
}

static Value index_of(Interp *I, const Call *c) {
    return search(I, c, SEARCH_FIRST, "indexOf");
}

static Value last_index_of(Interp *I, const Call *c) {
    return search(I, c, SEARCH_LAST, "lastIndexOf");
}

// ---- The whole ----------------------------------------------------------------------------------

static Items *reversed(Interp *I, const Items *it) {
    Items *out = items_new(I);
    for (uint32_t i = it->n; i-- > 0;)
        items_push(I, out, it->at[i]);
    if (it->open)
        items_open(I, out, it->rest, it->why);
    return out;
}

static Value reverse(Interp *I, const Call *c) {
    Value out;
    Obj *o = changeable(I, c, &out);
    if (!o)
        return out;
    array_assign(I, o, reversed(I, array_items(I, c->self, c->span)));
    return c->self;
}

static Value to_reversed(Interp *I, const Call *c) {
    return array_of(I, reversed(I, array_items(I, c->self, c->span)), c->span);
}

static Value fill(Interp *I, const Call *c) {
    Value out;
    Obj *o = changeable(I, c, &out);
    if (!o)
        return out;
    Items *it = array_items(I, c->self, c->span);
    uint32_t from, to;
    Value v = call_arg(I, c, 0);
    if (!is_exact(o, it) || !index_arg(I, c, 1, it->n, 0, &from) ||
        !index_arg(I, c, 2, it->n, it->n, &to)) {
        obj_add_rest(I, o, v);
        return c->self;
    }
    for (uint32_t i = from; i < to; i++)
        it->at[i] = v;
    array_assign(I, o, it);
    return c->self;
}

static Value copy_within(Interp *I, const Call *c) {
    Value out;
    Obj *o = changeable(I, c, &out);
    if (!o)
        return out;
    Items *it = array_items(I, c->self, c->span);
    uint32_t to, from, end;
    if (!is_exact(o, it) || !index_arg(I, c, 0, it->n, 0, &to) ||
        !index_arg(I, c, 1, it->n, 0, &from) || !index_arg(I, c, 2, it->n, it->n, &end)) {
        Value all = items_join(I, it);
        if (all.tag != V_ABSENT)
            obj_add_rest(I, o, all);
        return c->self;
    }
    Items *old = part(I, it, 0, it->n);
    for (uint32_t i = from; i < end && to < it->n; i++)
        it->at[to++] = old->at[i];
    array_assign(I, o, it);
    return c->self;
}

// The pieces of a join, separators between them; false where their number is not known.
static bool join_pieces(Interp *I, const Items *it, Value separator, Items *out) {
    for (uint32_t i = 0; i < it->n; i++) {
        if (i)
            items_push(I, out, separator);
        Value e = it->at[i], piece = ABSENT;
        for (uint32_t k = 0; k < value_count(e); k++) {
            Value alt = value_at(e, k);
            bool empty = alt.tag == V_ABSENT || alt.tag == V_UNDEFINED || alt.tag == V_NULL;
            if (empty)
                alt = value_string(STR_EMPTY);
            piece = piece.tag == V_ABSENT ? alt : value_join(I->a, piece, alt);
        }
        items_push(I, out, piece);
    }
    return !it->open;
}

Value array_join_text(Interp *I, const Call *c) {
    Items *it = array_items(I, c->self, c->span);
    Value separator = call_arg(I, c, 0);
    if (separator.tag == V_UNDEFINED)
        separator = value_string(STR(","));
    if (I->dead)
        return UNDEFINED;
    if (++I->depth > 500) { // an array that holds itself
        I->depth--;
        return interp_prim(I, PT_STRING, c->span, "the array is nested too deeply");
    }
    Items *pieces = items_new(I);
    bool exact = join_pieces(I, it, separator, pieces);
    Value v;
    if (exact) {
        v = concat_values(I, pieces->at, pieces->n, c->span);
    } else {
        items_push(I, pieces, it->rest);
        items_push(I, pieces, separator);
        Value all = items_join(I, pieces);
        bool late = value_has(all, V_LATE);
        v = late ? late_of_parts(I, &all, 1, c->span)
                 : value_prim(PT_STRING,
                              reason_new(I, c->span, it->why, "the elements joined are not known"));
        if (late)
            v = value_join(I->a, v, value_prim(PT_STRING, it->why));
    }
    I->depth--;
    return v;
}

static Value to_string(Interp *I, const Call *c) {
    Call plain = *c;
    plain.n = 0;
    plain.open = false;
    return array_join_text(I, &plain);
}

// ---- Iterators ----------------------------------------------------------------------------------

static Value values(Interp *I, const Call *c) {
    Items *it = array_items(I, c->self, c->span);
    for (uint32_t i = 0; i < it->n; i++)
        it->at[i] = without_absent(I, it->at[i]);
    return iterator_of(I, it, c->span);
}

static Value keys(Interp *I, const Call *c) {
    Items *it = array_items(I, c->self, c->span), *out = items_new(I);
    for (uint32_t i = 0; i < it->n; i++)
        items_push(I, out, value_number(i));
    if (it->open)
        items_open(I, out, value_prim(PT_NUMBER, it->why), it->why);
    return iterator_of(I, out, c->span);
}

static Value entries(Interp *I, const Call *c) {
    Items *it = array_items(I, c->self, c->span), *out = items_new(I);
    for (uint32_t i = 0; i < it->n; i++)
        items_push(I, out, pair_value(I, value_number(i), items_at(I, it, i), c->span));
    if (it->open) {
        Value rest = it->rest.tag == V_ABSENT ? UNDEFINED : it->rest;
        items_open(I, out, pair_value(I, value_prim(PT_NUMBER, it->why), rest, c->span), it->why);
    }
    return iterator_of(I, out, c->span);
}

static const Native array_plain[] = {
    {"at", at, 1},
    {"concat", concat, 1},
    {"copyWithin", copy_within, 2},
    {"entries", entries, 0},
    {"fill", fill, 1},
    {"flat", array_flat, 0},
    {"includes", includes, 1},
    {"indexOf", index_of, 1},
    {"join", array_join_text, 1},
    {"keys", keys, 0},
    {"lastIndexOf", last_index_of, 1},
    {"pop", pop, 0},
    {"push", push, 1},
    {"reverse", reverse, 0},
    {"shift", shift, 0},
    {"slice", slice, 2},
    {"sort", array_sort, 1},
    {"splice", splice, 2},
    {"toLocaleString", to_string, 0},
    {"toReversed", to_reversed, 0},
    {"toSorted", array_to_sorted, 1},
    {"toSpliced", to_spliced, 2},
    {"toString", to_string, 0},
    {"unshift", unshift, 1},
    {"values", values, 0},
    {"with", with, 2},
    {NULL, NULL, 0},
};

void install_array(Interp *I) {
    install_array_new(I);
    obj_natives(I, I->realm.array, array_plain);
    obj_natives(I, I->realm.array, array_walks);
    method_alias(I, I->realm.array, "values", "@@iterator");
}
