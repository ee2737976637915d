// Strings made of parts of which some are known only later.
//
// Invariant: a derived late value holds each late value once, never another derived one, in value
// order: deriving again from what it holds gives the same value, so loops reach their fixpoint.

#include "deducer/eval/builtins/builtins.h"

static void collect(Interp *I, Value v, Value *all) {
    for (uint32_t i = 0; i < value_count(v); i++) {
        Value alt = value_at(v, i);
        if (alt.tag != V_LATE)
            continue;
        const Late *l = alt.u.late;
        if (l->kind == LATE_DERIVED || l->kind == LATE_CONCAT) {
            for (uint32_t k = 0; k < l->count; k++)
                collect(I, l->parts[k], all);
        } else {
            *all = all->tag == V_ABSENT ? alt : value_join(I->a, *all, alt);
        }
    }
}

bool late_collect(Interp *I, Value v, Items *out) {
    Value all = ABSENT;
    collect(I, v, &all);
    if (all.tag == V_ABSENT)
        return false;
    for (uint32_t i = 0; i < value_count(all); i++)
        items_push(I, out, value_at(all, i));
    return true;
}

Value late_of_parts(Interp *I, const Value *parts, uint32_t n, Span span) {
    Value all = ABSENT;
    for (uint32_t i = 0; i < n; i++)
        collect(I, parts[i], &all);
    if (all.tag == V_ABSENT)
        return interp_prim(I, PT_STRING, span, "it is made of unknown parts");
    if (all.tag == V_LATE)
        return late_derived(I, all, span);
    Late *l = arena_new(I->a, Late);
    l->kind = LATE_DERIVED;
    l->count = value_count(all);
    l->parts = arena_alloc(I->a, l->count * sizeof *l->parts);
    for (uint32_t i = 0; i < l->count; i++)
        l->parts[i] = value_at(all, i);
    l->why =
        reason_new(I, span, value_unknown(all), "it is made from values known after deployment");
    Value v = {V_LATE, 0, {0}};
    v.u.late = l;
    return v;
}

// ---- Joining strings ----------------------------------------------------------------------------

static Value concat_two(Interp *I, Value a, Value b, Span span) {
    if (a.tag == V_STRING && b.tag == V_STRING)
        return value_string(str_cat(I->a, value_str(a), value_str(b)));
    if (a.tag == V_LATE || b.tag == V_LATE) {
        Value both[] = {a, b};
        // In loops, strings that grow would never come to rest.
        if (I->fixpoint || a.tag == V_PRIM || b.tag == V_PRIM)
            return late_of_parts(I, both, 2, span);
        return late_concat(I, a, b, span);
    }
    return value_prim(PT_STRING, value_unknown(a.tag == V_PRIM ? a : b));
}

// Every alternative of a with every one of b.
static Value concat_all(Interp *I, Value a, Value b, Span span) {
    Value out = ABSENT;
    for (uint32_t i = 0; i < value_count(a); i++)
        for (uint32_t j = 0; j < value_count(b); j++) {
            Value v = concat_two(I, value_at(a, i), value_at(b, j), span);
            out = out.tag == V_ABSENT ? v : value_join(I->a, out, v);
        }
    return out;
}

Value concat_values(Interp *I, const Value *parts, uint32_t n, Span span) {
    Value out = value_string(STR_EMPTY);
    for (uint32_t i = 0; i < n;) {
        Buf known = buf_new(I->a); // neighbours that are known are joined in one go
        for (; i < n && parts[i].tag == V_STRING && known.n <= TEXT_LIMIT; i++)
            buf_put(&known, value_str(parts[i]));
        if (known.n > TEXT_LIMIT)
            return text_checked(I, buf_str(&known), span);
        if (known.n)
            out = concat_all(I, out, value_string(buf_str(&known)), span);
        if (i == n)
            break;
        Value s = interp_to_string(I, parts[i++], span);
        if (I->dead)
            return UNDEFINED;
        out = concat_all(I, out, s, span);
    }
    return out;
}
