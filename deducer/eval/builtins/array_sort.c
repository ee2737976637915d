// Sorting: exact where every comparison is known, any order otherwise.
//
// Merge sort, stable as the language asks, with the comparator called once for each comparison.

#include "deducer/eval/builtins/builtins.h"

#include <string.h>

typedef struct Sort {
    Interp *I;
    Value compare; // undefined: by text
    Span span;
    bool lost; // some comparison is not known
} Sort;

// Whether b must stand before a.
static bool is_after(Sort *s, Value a, Value b) {
    if (s->lost || s->I->dead)
        return false;
    if (s->compare.tag == V_UNDEFINED) {
        Str x, y;
        Value sx = interp_to_string(s->I, a, s->span), sy = interp_to_string(s->I, b, s->span);
        if (known_string(sx, &x) && known_string(sy, &y))
            return utf16_cmp(x, y) > 0;
        s->lost = true;
        return false;
    }
    Value args[] = {a, b};
    Value v = interp_call_values(s->I, s->compare, UNDEFINED, args, 2, s->span);
    double d;
    if (s->I->dead)
        return false;
    if (known_number(interp_to_number(s->I, v), &d))
        return d > 0;
    s->lost = true;
    return false;
}

static void merge_sort(Sort *s, Value *at, Value *spare, uint32_t n) {
    for (uint32_t width = 1; width < n && !s->lost && !s->I->dead; width *= 2) {
        for (uint32_t lo = 0; lo < n; lo += 2 * width) {
            uint32_t mid = lo + width < n ? lo + width : n;
            uint32_t hi = mid + width < n ? mid + width : n;
            uint32_t i = lo, j = mid, k = lo;
            while (i < mid && j < hi)
                spare[k++] = is_after(s, at[i], at[j]) ? at[j++] : at[i++];
            while (i < mid)
                spare[k++] = at[i++];
            while (j < hi)
                spare[k++] = at[j++];
        }
        memcpy(at, spare, n * sizeof *at);
    }
}

static bool is_undefined(Value v) {
    return v.tag == V_UNDEFINED || v.tag == V_ABSENT;
}

// Any order: each element may stand anywhere.
static void shuffle(Sort *s, Items *it) {
    Value any = items_join(s->I, it);
    if (any.tag == V_ABSENT)
        return;
    if (s->compare.tag != V_UNDEFINED) {
        Value args[] = {without_absent(s->I, any), without_absent(s->I, any)};
        interp_call_values(s->I, s->compare, UNDEFINED, args, 2, s->span);
    }
    for (uint32_t i = 0; i < it->n; i++)
        it->at[i] = any;
    if (it->open)
        it->rest = any;
}

static void sort_items(Interp *I, Items *it, Value compare, Span span) {
    Sort s = {I, compare, span, it->open};
    Items *sorted = items_new(I);
    uint32_t missing = 0;
    for (uint32_t i = 0; i < it->n; i++) { // undefined goes to the end, uncompared
        if (is_undefined(it->at[i]))
            missing++;
        else
            items_push(I, sorted, it->at[i]);
        if (value_has(it->at[i], V_UNDEFINED) && it->at[i].tag == V_UNION)
            s.lost = true;
    }
    Value *spare = arena_alloc(I->a, (sorted->n + 1) * sizeof *spare);
    if (!s.lost)
        merge_sort(&s, sorted->at, spare, sorted->n);
    if (I->dead)
        return;
    if (s.lost) {
        shuffle(&s, it);
        return;
    }
    for (uint32_t i = 0; i < missing; i++)
        items_push(I, sorted, UNDEFINED);
    *it = *sorted;
}

Value array_sort(Interp *I, const Call *c) {
    if (!is_object(c->self, O_ARRAY))
        return wrong_self(I, c, "array");
    if (c->self.u.obj->flags & OF_FROZEN) {
        interp_throw_error(I, "TypeError", c->span, "cannot change a frozen array");
        return UNDEFINED;
    }
    Items *it = array_items(I, c->self, c->span);
    sort_items(I, it, call_arg(I, c, 0), c->span);
    if (!I->dead)
        array_assign(I, c->self.u.obj, it);
    return c->self;
}

Value array_to_sorted(Interp *I, const Call *c) {
    Items *it = array_items(I, c->self, c->span);
    if (!I->dead)
        sort_items(I, it, call_arg(I, c, 0), c->span);
    return I->dead ? UNDEFINED : array_of(I, it, c->span);
}
