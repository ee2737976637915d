// Pure functions of strings and numbers, lifted to abstract values.
//
// A row of a Pure table is a C function over known arguments. The lifting converts the arguments as
// the row's signature says, runs the function on every combination of alternatives (up to
// COMBINATION_LIMIT), and joins. A late string among them gives a late string; anything unknown
// gives an unknown primitive of the row's type.

#include "deducer/eval/builtins/builtins.h"

#include <math.h>
#include <string.h>

enum { FEW = 6 }; // arguments that need no allocation

static Value convert_one(Interp *I, char kind, Value v, Span span) {
    if (kind == '-')
        return UNDEFINED;
    if (kind == 'v')
        return v;
    if (v.tag == V_ABSENT)
        v = UNDEFINED;
    if (v.tag == V_UNDEFINED && kind != 's')
        return v;
    return kind == 'n' ? interp_to_number(I, v) : interp_to_string(I, v, span);
}

static Value convert(Interp *I, char kind, Value v, Span span) {
    if (v.tag != V_UNION)
        return convert_one(I, kind, v, span);
    Value out = ABSENT;
    for (uint32_t i = 0; i < value_count(v) && !I->dead; i++) {
        Value one = convert_one(I, kind, value_at(v, i), span);
        out = out.tag == V_ABSENT ? one : value_join(I->a, out, one);
    }
    return out;
}

static bool is_unknown(Value v) {
    return v.tag == V_PRIM || v.tag == V_LATE || is_opaque(v);
}

static Value unknown_result(Interp *I, const Pure *row, const Value *args, uint32_t n, Span span) {
    if (row->mask & MAY_THROW)
        I->may_throw = true;
    Value culprit = UNDEFINED;
    uint32_t mask = row->mask & PT_ANY;
    bool late = false;
    for (uint32_t i = n; i-- > 0;) {
        if (value_unknown(args[i]))
            culprit = args[i];
        late = late || value_has(args[i], V_LATE);
    }
    if (late && mask == PT_STRING)
        return late_of_parts(I, args, n, span);
    Value prim = unknown_from(I, mask, culprit, span, row->name);
    if (late && (mask & PT_STRING))
        return value_join(I->a, prim, late_of_parts(I, args, n, span));
    return prim;
}

// Runs the row on single values.
static Value run_one(Interp *I, const Pure *row, const Value *args, uint32_t n, Span span) {
    Known few[FEW];
    Known *known = n <= FEW ? few : arena_alloc(I->a, n * sizeof *known);
    for (uint32_t i = 0; i < n; i++) {
        if (is_unknown(args[i]))
            return unknown_result(I, row, args, n, span);
        known[i] = (Known){args[i], STR_EMPTY, NAN, args[i].tag != V_UNDEFINED};
        known_string(args[i], &known[i].s);
        known_number(args[i], &known[i].n);
    }
    return row->fn(I, known, n, span);
}

static uint32_t combinations(const Value *args, uint32_t n) {
    uint32_t total = 1;
    for (uint32_t i = 0; i < n; i++) {
        total *= value_count(args[i]);
        if (total > COMBINATION_LIMIT)
            return total;
    }
    return total;
}

static Value run_all(Interp *I, const Pure *row, const Value *args, uint32_t n, Span span) {
    uint32_t total = combinations(args, n);
    if (total == 1)
        return run_one(I, row, args, n, span);
    if (total > COMBINATION_LIMIT)
        return unknown_result(I, row, args, n, span);
    Value *pick = arena_alloc(I->a, n * sizeof *pick);
    Fork f; // one combination may throw where another does not
    fork_begin(I, &f, span, reason_new(I, span, NULL, "it has several possible values"), false);
    Value v = UNDEFINED;
    for (uint32_t k = 0; k < total; k++) {
        uint32_t left = k;
        for (uint32_t i = 0; i < n; i++) {
            pick[i] = value_at(args[i], left % value_count(args[i]));
            left /= value_count(args[i]);
        }
        if (k)
            fork_next(I, &f, v);
        v = run_one(I, row, pick, n, span);
    }
    return fork_end(I, &f, v);
}

// How many values the signature asks for, with `this`; `given` arguments are there.
static uint32_t wanted(const char *sig, uint32_t given) {
    uint32_t n = 0;
    while (sig[n] && sig[n] != '*')
        n++;
    if (!sig[n])
        return n;
    return given + 1 > n - 1 ? given + 1 : n - 1;
}

static char kind_at(const char *sig, uint32_t i) {
    uint32_t n = 0;
    while (sig[n] && sig[n] != '*')
        n++;
    return i < n ? sig[i] : sig[n - 1];
}

static Value pure_call(Interp *I, const Call *c) {
    const Pure *row = c->callee->u.native.ptr;
    uint32_t n = wanted(row->sig, c->n);
    Value few[FEW];
    Value *args = n <= FEW ? few : arena_alloc(I->a, n * sizeof *args);
    for (uint32_t i = 0; i < n; i++) {
        Value v = i == 0 ? c->self : call_arg(I, c, i - 1);
        args[i] = convert(I, kind_at(row->sig, i), v, c->span);
        if (I->dead)
            return UNDEFINED;
    }
    if (c->open && strchr(row->sig, '*'))
        return unknown_result(I, row, args, n, c->span);
    return run_all(I, row, args, n, c->span);
}

void pure_install(Interp *I, Obj *o, const Pure *rows) {
    for (; rows->name; rows++) {
        Native *native = arena_new(I->a, Native);
        *native = (Native){rows->name, pure_call, rows->length};
        Obj *fn = native_closure(I, native, UNDEFINED, arena_copy(I->a, rows, sizeof *rows));
        obj_define_lit(I, o, rows->name, value_object(fn));
    }
}
