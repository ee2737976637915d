// Abstract values: comparison, join, and what can be read off them without running anything.
//
// Invariant: a union has at least two alternatives, sorted by value_order, none of them covered by
// another. So joins are the same whatever the order in which paths were run.

#include "deducer/eval/value.h"

#include <string.h>

enum { UNION_PRIMITIVES = 48 }; // more known primitives than this are widened to a V_PRIM

static const Reason many_values = {.what = {"it has many possible values", 27}};

Value value_bool(bool b) {
    Value v = {V_BOOL, 0, {0}};
    v.u.b = b;
    return v;
}

Value value_number(double d) {
    Value v = {V_NUMBER, 0, {0}};
    v.u.num = d;
    return v;
}

Value value_string(Str s) {
    Value v = {V_STRING, s.n, {0}};
    v.u.str = s.p;
    return v;
}

Value value_object(Obj *o) {
    Value v = {V_OBJECT, 0, {0}};
    v.u.obj = o;
    return v;
}

Value value_symbol(Sym key) {
    Value v = {V_SYMBOL, 0, {0}};
    v.u.sym = key;
    return v;
}

Value value_prim(uint32_t mask, const Reason *why) {
    Value v = {V_PRIM, mask, {0}};
    v.u.reason = why;
    return v;
}

Str value_str(Value v) {
    return (Str){v.u.str, v.n};
}

uint32_t value_count(Value v) {
    return v.tag == V_UNION ? v.u.uni->count : 1;
}

Value value_at(Value v, uint32_t i) {
    return v.tag == V_UNION ? v.u.uni->at[i] : v;
}

static int compare_u32(uint32_t a, uint32_t b) {
    return a < b ? -1 : a > b;
}

static int value_order(Value a, Value b);

static int late_order(const Late *a, const Late *b) {
    if (a == b)
        return 0;
    int c = compare_u32((uint32_t)a->kind, (uint32_t)b->kind);
    if (c)
        return c;
    if (a->resource != b->resource)
        return compare_u32(a->resource ? a->resource->id : 0, b->resource ? b->resource->id : 0);
    c = str_cmp(a->name, b->name);
    if (c)
        return c;
    c = compare_u32(a->count, b->count);
    for (uint32_t i = 0; i < a->count && !c; i++)
        c = value_order(a->parts[i], b->parts[i]);
    return c;
}

static int number_order(double a, double b) {
    if (a != a || b != b)
        return (a != a) - (b != b);
    return a < b ? -1 : a > b;
}

// A total order on alternatives; 0 exactly where they are the same alternative.
static int value_order(Value a, Value b) {
    if (a.tag != b.tag)
        return compare_u32(a.tag, b.tag);
    switch ((ValueTag)a.tag) {
    case V_BOOL:
        return (int)a.u.b - (int)b.u.b;
    case V_NUMBER:
        return number_order(a.u.num, b.u.num);
    case V_BIGINT:
    case V_STRING:
        return str_cmp(value_str(a), value_str(b));
    case V_SYMBOL:
        return compare_u32(a.u.sym, b.u.sym);
    case V_PRIM:
        return compare_u32(a.n, b.n);
    case V_LATE:
        return late_order(a.u.late, b.u.late);
    case V_OBJECT:
        return compare_u32(a.u.obj->id, b.u.obj->id);
    case V_UNION: {
        int c = compare_u32(a.u.uni->count, b.u.uni->count);
        for (uint32_t i = 0; i < a.u.uni->count && !c; i++)
            c = value_order(a.u.uni->at[i], b.u.uni->at[i]);
        return c;
    }
    case V_ABSENT:
    case V_TDZ:
    case V_UNDEFINED:
    case V_NULL:
        return 0;
    }
    return 0;
}

bool value_same(Value a, Value b) {
    return a.tag == b.tag && value_order(a, b) == 0;
}

static uint32_t primitive_type(Value v) {
    switch ((ValueTag)v.tag) {
    case V_UNDEFINED:
        return PT_UNDEFINED;
    case V_NULL:
        return PT_NULL;
    case V_BOOL:
        return PT_BOOL;
    case V_NUMBER:
        return PT_NUMBER;
    case V_BIGINT:
        return PT_BIGINT;
    case V_STRING:
        return PT_STRING;
    case V_SYMBOL:
        return PT_SYMBOL;
    case V_ABSENT:
    case V_TDZ:
    case V_PRIM:
    case V_LATE:
    case V_OBJECT:
    case V_UNION:
        return 0;
    }
    return 0;
}

// Drops what an unknown primitive covers, and replaces too many known ones by one; n may shrink.
static uint32_t absorb(Value *at, uint32_t n) {
    uint32_t mask = 0, known = 0, types = 0;
    const Reason *why = NULL;
    for (uint32_t i = 0; i < n; i++) {
        if (at[i].tag == V_PRIM) {
            mask |= at[i].n;
            if (!why)
                why = at[i].u.reason;
        } else if (primitive_type(at[i])) {
            known++;
            types |= primitive_type(at[i]);
        }
    }
    if (known > UNION_PRIMITIVES)
        mask |= types;
    if (!mask)
        return n;
    if (!why)
        why = &many_values;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n; i++)
        if (at[i].tag != V_PRIM && !(primitive_type(at[i]) & mask))
            at[kept++] = at[i];
    // Back to its place: V_PRIM stands behind the primitives and before late values and objects.
    uint32_t p = 0;
    while (p < kept && at[p].tag < V_PRIM)
        p++;
    memmove(at + p + 1, at + p, (kept - p) * sizeof *at);
    at[p] = value_prim(mask, why);
    return kept + 1;
}

static Value union_of(Arena *a, const Value *at, uint32_t n) {
    if (n == 0)
        return ABSENT;
    if (n == 1)
        return at[0];
    Union *u = arena_alloc(a, sizeof *u + n * sizeof *at);
    u->count = n;
    memcpy(u->at, at, n * sizeof *at);
    Value v = {V_UNION, 0, {0}};
    v.u.uni = u;
    return v;
}

Value value_join(Arena *a, Value x, Value y) {
    if (x.tag == y.tag && value_order(x, y) == 0)
        return x;
    uint32_t nx = value_count(x), ny = value_count(y), n = 0;
    Value small[16];
    Value *all = nx + ny < 16 ? small : arena_alloc(a, (nx + ny + 1) * sizeof *all);
    for (uint32_t i = 0, j = 0; i < nx || j < ny;) {
        int c = i == nx ? 1 : j == ny ? -1 : value_order(value_at(x, i), value_at(y, j));
        all[n++] = c <= 0 ? value_at(x, i) : value_at(y, j);
        i += c <= 0;
        j += c >= 0;
    }
    n = absorb(all, n);
    // Joins reach their fixpoint when nothing new comes: hand out the old value itself.
    if (x.tag == V_UNION && n == nx) {
        uint32_t i = 0;
        while (i < n && value_order(all[i], x.u.uni->at[i]) == 0)
            i++;
        if (i == n)
            return x;
    }
    return union_of(a, all, n);
}

Value value_filter(Arena *a, Value v, bool (*keep)(Value alt)) {
    if (v.tag != V_UNION)
        return keep(v) ? v : ABSENT;
    uint32_t n = 0, count = v.u.uni->count;
    Value *kept = arena_alloc(a, count * sizeof *kept);
    for (uint32_t i = 0; i < count; i++)
        if (keep(v.u.uni->at[i]))
            kept[n++] = v.u.uni->at[i];
    return n == count ? v : union_of(a, kept, n);
}

bool value_is_single(Value v) {
    if (v.tag == V_OBJECT)
        return v.u.obj->cls != O_OPAQUE;
    return v.tag != V_UNION && v.tag != V_PRIM && v.tag != V_LATE;
}

const Reason *value_unknown(Value v) {
    for (uint32_t i = 0; i < value_count(v); i++) {
        Value alt = value_at(v, i);
        if (alt.tag == V_PRIM)
            return alt.u.reason;
        if (alt.tag == V_LATE)
            return alt.u.late->why;
        if (alt.tag == V_OBJECT && alt.u.obj->cls == O_OPAQUE)
            return alt.u.obj->u.opaque.why;
    }
    return NULL;
}
