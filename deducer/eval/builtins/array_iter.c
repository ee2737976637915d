// The walks over elements that call back: forEach, map, filter, find …, reduce, flatMap; of arrays
// and of iterators alike.
//
// A callback is called for each known element in turn. Where what it answers decides whether the
// walk goes on and is not known, the path is forked: one ends at the walk's target, the other goes
// on. So the effects of later calls are only what may happen.

#include "deducer/eval/builtins/builtins.h"

#include <math.h>

typedef struct Walk {
    Interp *I;
    const Call *c;
    Value fn, self; // the callback and its `this`
    Items *items, *out;
    Cell *acc; // reduce
    Target stop;
    Truth on; // find, some, every: the answer that ends the walk
    bool give_index;
} Walk;

static bool is_known_index(Value index) {
    return index.tag == V_NUMBER;
}

static Value ask(Interp *I, const Walk *w, Value element, Value index) {
    return call_3(I, w->fn, w->self, element, index, w->c->self, w->c->span);
}

// False where the callback is none: reported.
static bool begin(Interp *I, Walk *w, const Call *c) {
    *w = (Walk){.I = I, .c = c, .fn = call_arg(I, c, 0), .self = call_arg(I, c, 1)};
    bool may_call = false;
    for (uint32_t i = 0; i < value_count(w->fn); i++) {
        Value alt = value_at(w->fn, i);
        may_call = may_call || is_callable(alt) || alt.tag == V_PRIM;
    }
    if (!may_call) {
        interp_throw_error(I, "TypeError", c->span, "the callback is not a function");
        return false;
    }
    w->items = array_items(I, c->self, c->span);
    w->out = items_new(I);
    return !I->dead;
}

static bool is_hole(Value element) {
    return element.tag == V_ABSENT;
}

static bool each_body(Interp *I, void *state, Value element, Value index) {
    if (is_hole(element))
        return true;
    ask(I, state, without_absent(I, element), index);
    return !I->dead;
}

static Value for_each(Interp *I, const Call *c) {
    Walk w;
    if (begin(I, &w, c))
        interp_for_each(I, w.items, c->span, each_body, &w);
    return UNDEFINED;
}

static bool map_body(Interp *I, void *state, Value element, Value index) {
    Walk *w = state;
    Value v = is_hole(element) ? ABSENT : ask(I, w, without_absent(I, element), index);
    if (I->dead)
        return false;
    items_add(I, w->out, v, is_known_index(index), w->items->why);
    return true;
}

static Value map(Interp *I, const Call *c) {
    Walk w;
    if (!begin(I, &w, c))
        return UNDEFINED;
    interp_for_each(I, w.items, c->span, map_body, &w);
    if (w.items->open)
        items_open(I, w.out, ABSENT, w.items->why);
    return I->dead ? UNDEFINED : array_of(I, w.out, c->span);
}

static bool flat_map_body(Interp *I, void *state, Value element, Value index) {
    Walk *w = state;
    if (is_hole(element))
        return true;
    Value v = ask(I, w, without_absent(I, element), index);
    if (I->dead)
        return false;
    items_flatten(I, w->out, v, 1, is_known_index(index), w->c->span);
    return !I->dead;
}

static Value flat_map(Interp *I, const Call *c) {
    Walk w;
    if (!begin(I, &w, c))
        return UNDEFINED;
    interp_for_each(I, w.items, c->span, flat_map_body, &w);
    if (w.items->open)
        items_open(I, w.out, ABSENT, w.items->why);
    return I->dead ? UNDEFINED : array_of(I, w.out, c->span);
}

static bool filter_body(Interp *I, void *state, Value element, Value index) {
    Walk *w = state;
    if (is_hole(element))
        return true;
    element = without_absent(I, element);
    Value v = ask(I, w, element, index);
    if (I->dead)
        return false;
    Truth t = interp_truth(v);
    const Reason *why = value_unknown(v);
    if (t == TRUTH_MAYBE)
        items_open(I, w->out, element,
                   reason_new(I, w->c->span, why, "which elements `filter` keeps is not known"));
    else if (t == TRUTH_YES)
        items_add(I, w->out, element, is_known_index(index), w->items->why);
    return true;
}

static Value filter(Interp *I, const Call *c) {
    Walk w;
    if (!begin(I, &w, c))
        return UNDEFINED;
    interp_for_each(I, w.items, c->span, filter_body, &w);
    if (w.items->open)
        items_open(I, w.out, ABSENT, w.items->why);
    return I->dead ? UNDEFINED : array_of(I, w.out, c->span);
}

// ---- Walks that stop ----------------------------------------------------------------------------

static Value found(const Walk *w, Value element, Value index) {
    return w->give_index ? index : element;
}

static bool stop_body(Interp *I, void *state, Value element, Value index) {
    Walk *w = state;
    element = is_hole(element) ? UNDEFINED : without_absent(I, element);
    Value v = ask(I, w, element, index);
    if (I->dead)
        return false;
    Truth t = interp_truth(v);
    if (t == TRUTH_MAYBE) {
        Fork f;
        const Reason *why = value_unknown(v);
        if (!why)
            why = reason_new(I, w->c->span, NULL, "what the callback answers is not known");
        fork_begin(I, &f, w->c->span, why, false);
        target_exit(I, &w->stop, found(w, element, index));
        fork_next(I, &f, UNDEFINED);
        fork_end(I, &f, UNDEFINED);
    } else if (t == w->on) {
        target_exit(I, &w->stop, found(w, element, index));
    }
    return !I->dead;
}

// Walks until the callback's truth is `on`; gives the element (or index) there, or `none`.
static Value walk_until(Interp *I, const Call *c, Truth on, bool backwards, bool give_index,
                        Value none) {
    Walk w;
    if (!begin(I, &w, c))
        return UNDEFINED;
    w.on = on;
    w.give_index = give_index;
    target_begin(I, &w.stop);
    if (!backwards) {
        interp_for_each(I, w.items, c->span, stop_body, &w);
    } else if (w.items->open) {
        Items *any = items_new(I);
        items_open(I, any, items_join(I, w.items), w.items->why);
        interp_for_each(I, any, c->span, stop_body, &w);
    } else {
        for (uint32_t i = w.items->n; i-- > 0 && !I->dead;)
            stop_body(I, &w, w.items->at[i], value_number(i));
    }
    Value v;
    return target_end(I, &w.stop, none, &v) ? v : UNDEFINED;
}

static Value find(Interp *I, const Call *c) {
    return walk_until(I, c, TRUTH_YES, false, false, UNDEFINED);
}

static Value find_last(Interp *I, const Call *c) {
    return walk_until(I, c, TRUTH_YES, true, false, UNDEFINED);
}

static Value find_index(Interp *I, const Call *c) {
    return walk_until(I, c, TRUTH_YES, false, true, value_number(-1));
}

static Value find_last_index(Interp *I, const Call *c) {
    return walk_until(I, c, TRUTH_YES, true, true, value_number(-1));
}

// Whether the walk came to its end: the result of walk_until with give_index and -1 as none.
static Value ended_early(Interp *I, Value index, Span span, bool early, const char *name) {
    bool yes = false, no = false;
    for (uint32_t i = 0; i < value_count(index); i++) {
        double d;
        Value alt = value_at(index, i);
        bool end = known_number(alt, &d) && d < 0;
        no = no || end || alt.tag == V_PRIM;
        yes = yes || !end;
    }
    if (yes && no)
        return unknown_from(I, PT_BOOL, index, span, name);
    return value_bool(yes == early);
}

static Value some(Interp *I, const Call *c) {
    Value at = walk_until(I, c, TRUTH_YES, false, true, value_number(-1));
    return I->dead ? UNDEFINED : ended_early(I, at, c->span, true, "some");
}

static Value every(Interp *I, const Call *c) {
    Value at = walk_until(I, c, TRUTH_NO, false, true, value_number(-1));
    return I->dead ? UNDEFINED : ended_early(I, at, c->span, false, "every");
}

// ---- Reduce -------------------------------------------------------------------------------------

static bool reduce_body(Interp *I, void *state, Value element, Value index) {
    Walk *w = state;
    if (is_hole(element))
        return true;
    element = without_absent(I, element);
    if (w->acc->v.tag == V_ABSENT) { // the first element starts
        interp_write(I, w->acc, element);
        return true;
    }
    bool may_start = value_has(w->acc->v, V_ABSENT);
    Value args[] = {present_only(I, w->acc->v), element, index, w->c->self};
    Value v = interp_call_values(I, w->fn, UNDEFINED, args, 4, w->c->span);
    if (I->dead)
        return false;
    interp_write(I, w->acc, may_start ? value_join(I->a, v, element) : v);
    return true;
}

static Value reduce_items(Interp *I, Walk *w, bool backwards) {
    const Call *c = w->c;
    w->acc = cell_new(I, c->n > 1 || c->open ? call_arg(I, c, 1) : ABSENT);
    if (!backwards) {
        interp_for_each(I, w->items, c->span, reduce_body, w);
    } else {
        for (uint32_t i = w->items->n; i-- > 0 && !I->dead;)
            reduce_body(I, w, w->items->at[i], value_number(i));
    }
    if (I->dead)
        return UNDEFINED;
    if (w->acc->v.tag == V_ABSENT)
        interp_throw_error(I, "TypeError", c->span, "reduce of empty array with no initial value");
    return present_only(I, w->acc->v);
}

static Value reduce(Interp *I, const Call *c) {
    Walk w;
    return begin(I, &w, c) ? reduce_items(I, &w, false) : UNDEFINED;
}

static Value reduce_right(Interp *I, const Call *c) {
    Walk w;
    if (!begin(I, &w, c))
        return UNDEFINED;
    return reduce_items(I, &w, !w.items->open);
}

const Native array_walks[] = {
    {"every", every, 1},
    {"filter", filter, 1},
    {"find", find, 1},
    {"findIndex", find_index, 1},
    {"findLast", find_last, 1},
    {"findLastIndex", find_last_index, 1},
    {"flatMap", flat_map, 1},
    {"forEach", for_each, 1},
    {"map", map, 1},
    {"reduce", reduce, 1},
    {"reduceRight", reduce_right, 1},
    {"some", some, 1},
    {NULL, NULL, 0},
};
