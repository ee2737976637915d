// Operators on values. Known operands give the exact result; each alternative of a union is tried,
// up to a bound; anything else is an unknown primitive of the right type that remembers why.

#include "deducer/eval/effects.h"

#include <math.h>

enum { PAIRS_MAX = 64 }; // alternatives of both sides that are tried one by one

// ---- Late strings -------------------------------------------------------------------------------

static void add_part(Interp *I, Late *l, Value v) {
    if (v.tag == V_LATE && v.u.late->kind == LATE_CONCAT) {
        for (uint32_t i = 0; i < v.u.late->count; i++)
            add_part(I, l, v.u.late->parts[i]);
        return;
    }
    if (v.tag == V_STRING && v.n == 0)
        return;
    if (v.tag == V_STRING && l->count && l->parts[l->count - 1].tag == V_STRING) {
        Value *last = &l->parts[l->count - 1];
        *last = value_string(str_cat(I->a, value_str(*last), value_str(v)));
        return;
    }
    l->parts = arena_grow(I->a, l->parts, l->count * sizeof v, (l->count + 1) * sizeof v);
    l->parts[l->count++] = v;
}

static Value value_late(Late *l) {
    Value v = {V_LATE, 0, {0}};
    v.u.late = l;
    return v;
}

Value late_derived(Interp *I, Value from, Span span) {
    if (from.tag == V_LATE && from.u.late->kind == LATE_DERIVED)
        return from;
    Late *l = arena_new(I->a, Late);
    l->kind = LATE_DERIVED;
    l->parts = arena_copy(I->a, &from, sizeof from);
    l->count = 1;
    const Reason *why = value_unknown(from);
    l->why = why ? why : reason_new(I, span, NULL, "it is computed from a value known only later");
    return value_late(l);
}

static Value derived_of_both(Interp *I, Value a, Value b, Span span) {
    if (a.tag != V_LATE)
        return late_derived(I, b, span);
    if (b.tag != V_LATE)
        return late_derived(I, a, span);
    Late *l = arena_new(I->a, Late);
    l->kind = LATE_DERIVED;
    l->parts = arena_alloc(I->a, 2 * sizeof a);
    l->parts[0] = a;
    l->parts[1] = b;
    l->count = 2;
    l->why = a.u.late->why;
    return value_late(l);
}

Value late_concat(Interp *I, Value a, Value b, Span span) {
    Value x = interp_to_string(I, a, span), y = interp_to_string(I, b, span);
    bool plain = (x.tag == V_LATE || x.tag == V_STRING) && (y.tag == V_LATE || y.tag == V_STRING);
    bool derived = (x.tag == V_LATE && x.u.late->kind == LATE_DERIVED) ||
                   (y.tag == V_LATE && y.u.late->kind == LATE_DERIVED);
    if (!plain || derived)
        return derived_of_both(I, x, y, span);
    Late *l = arena_new(I->a, Late);
    l->kind = LATE_CONCAT;
    add_part(I, l, x);
    add_part(I, l, y);
    l->why = x.tag == V_LATE ? x.u.late->why : y.u.late->why;
    return l->count == 1 ? l->parts[0] : value_late(l);
}

// ---- Comparison ---------------------------------------------------------------------------------

static Truth equal_one(Interp *I, Value a, Value b, bool strict);

static Truth equal_loose(Interp *I, Value a, Value b) {
    bool a_nil = a.tag == V_UNDEFINED || a.tag == V_NULL;
    bool b_nil = b.tag == V_UNDEFINED || b.tag == V_NULL;
    if (a_nil || b_nil)
        return a_nil && b_nil ? TRUTH_YES : TRUTH_NO;
    if (a.tag == V_OBJECT && b.tag == V_OBJECT)
        return TRUTH_NO;
    if (a.tag == V_OBJECT || b.tag == V_OBJECT) {
        Value o = a.tag == V_OBJECT ? a : b;
        if (o.u.obj->cls == O_PLAIN) // for what it does
            interp_to_primitive(I, o, o.u.obj->site);
        return TRUTH_MAYBE;
    }
    return equal_one(I, interp_to_number(I, a), interp_to_number(I, b), true);
}

static bool is_opaque(Value v) {
    return v.tag == V_OBJECT && v.u.obj->cls == O_OPAQUE;
}

static Truth equal_one(Interp *I, Value a, Value b, bool strict) {
    if (a.tag == V_PRIM || b.tag == V_PRIM || is_opaque(a) || is_opaque(b)) {
        // An unknown value of the program's arguments is never one of its own objects.
        Value other = a.tag == V_PRIM ? b : b.tag == V_PRIM ? a : ABSENT;
        return other.tag == V_OBJECT && !is_opaque(other) && strict ? TRUTH_NO : TRUTH_MAYBE;
    }
    if (a.tag == V_LATE || b.tag == V_LATE) {
        if (a.tag == V_LATE && b.tag == V_LATE && value_same(a, b))
            return TRUTH_YES;
        Value other = a.tag == V_LATE ? b : a;
        Value late = a.tag == V_LATE ? a : b;
        bool may_be_unset = late.u.late->kind == LATE_ENV;
        if (other.tag == V_STRING || other.tag == V_LATE)
            return TRUTH_MAYBE;
        return other.tag == V_UNDEFINED && may_be_unset         ? TRUTH_MAYBE
               : !strict && other.tag == V_NULL && may_be_unset ? TRUTH_MAYBE
               : !strict && other.tag == V_NUMBER               ? TRUTH_MAYBE
                                                                : TRUTH_NO;
    }
    if (a.tag == b.tag) {
        if (a.tag == V_NUMBER)
            return a.u.num == b.u.num ? TRUTH_YES : TRUTH_NO;
        if (a.tag == V_OBJECT && a.u.obj == b.u.obj && (a.u.obj->flags & OF_SUMMARY))
            return TRUTH_MAYBE;
        return value_same(a, b) ? TRUTH_YES : TRUTH_NO;
    }
    return strict ? TRUTH_NO : equal_loose(I, a, b);
}

static Truth less_one(Value a, Value b, bool or_equal) {
    if (a.tag == V_STRING && b.tag == V_STRING) {
        int c = str_cmp(value_str(a), value_str(b));
        return c < 0 || (or_equal && c == 0) ? TRUTH_YES : TRUTH_NO;
    }
    if (a.tag != V_NUMBER || b.tag != V_NUMBER)
        return TRUTH_MAYBE;
    double x = a.u.num, y = b.u.num;
    return x < y || (or_equal && x == y) ? TRUTH_YES : TRUTH_NO;
}

static Truth compare_one(Interp *I, Oper op, Value a, Value b) {
    if (op == OP_SEQ || op == OP_SNE || op == OP_EQ || op == OP_NE) {
        Truth t = equal_one(I, a, b, op == OP_SEQ || op == OP_SNE);
        bool negated = op == OP_SNE || op == OP_NE;
        return t == TRUTH_MAYBE ? t : (t == TRUTH_YES) != negated ? TRUTH_YES : TRUTH_NO;
    }
    if (a.tag == V_LATE || b.tag == V_LATE)
        return TRUTH_MAYBE;
    if (!(a.tag == V_STRING && b.tag == V_STRING)) {
        a = interp_to_number(I, a);
        b = interp_to_number(I, b);
    }
    if (op == OP_LT)
        return less_one(a, b, false);
    if (op == OP_LE)
        return less_one(a, b, true);
    if (op == OP_GT)
        return less_one(b, a, false);
    return less_one(b, a, true);
}

static Value truth_value(Interp *I, Truth t, Value a, Value b, Span span) {
    if (t != TRUTH_MAYBE)
        return value_bool(t == TRUTH_YES);
    const Reason *why = value_unknown(a);
    if (!why)
        why = value_unknown(b);
    return value_prim(PT_BOOL,
                      reason_new(I, span, why, "it is compared with a value that is not known"));
}

// ---- Arithmetic ---------------------------------------------------------------------------------

static uint32_t to_uint32(double d) {
    if (!isfinite(d))
        return 0;
    double m = fmod(trunc(d), 4294967296.0);
    return (uint32_t)(m < 0 ? m + 4294967296.0 : m);
}

static int32_t to_int32(double d) {
    uint32_t u = to_uint32(d);
    return u < 2147483648u ? (int32_t)u : (int32_t)(u - 2147483648u) - 2147483647 - 1;
}

static double arithmetic(Oper op, double x, double y) {
    uint32_t shift = to_uint32(y) & 31;
    if (op == OP_ADD)
        return x + y;
    if (op == OP_SUB)
        return x - y;
    if (op == OP_MUL)
        return x * y;
    if (op == OP_DIV)
        return x / y;
    if (op == OP_MOD)
        return fmod(x, y);
    if (op == OP_EXP)
        return pow(x, y);
    if (op == OP_SHL)
        return to_int32((double)(to_uint32(x) << shift));
    if (op == OP_SHR)
        return floor((double)to_int32(x) / (double)(1u << shift));
    if (op == OP_USHR)
        return (double)(to_uint32(x) >> shift);
    if (op == OP_BIT_AND)
        return to_int32((double)(to_uint32(x) & to_uint32(y)));
    if (op == OP_BIT_OR)
        return to_int32((double)(to_uint32(x) | to_uint32(y)));
    if (op == OP_BIT_XOR)
        return to_int32((double)(to_uint32(x) ^ to_uint32(y)));
    BUG("operator %d is not arithmetic", (int)op);
}

static Value add_one(Interp *I, Value a, Value b, Span span) {
    a = interp_to_primitive(I, a, span);
    b = I->dead ? UNDEFINED : interp_to_primitive(I, b, span);
    if (I->dead)
        return UNDEFINED;
    if (a.tag == V_LATE || b.tag == V_LATE)
        return late_concat(I, a, b, span);
    if (a.tag == V_STRING || b.tag == V_STRING) {
        Value x = interp_to_string(I, a, span), y = interp_to_string(I, b, span);
        if (x.tag == V_STRING && y.tag == V_STRING && x.n + (uint64_t)y.n < (1u << 24))
            return value_string(str_cat(I->a, value_str(x), value_str(y)));
        const Reason *why = value_unknown(x);
        return value_prim(PT_STRING, why ? why : value_unknown(y));
    }
    if (a.tag == V_PRIM || b.tag == V_PRIM) {
        uint32_t mask = PT_STRING | PT_NUMBER;
        if (a.tag == V_PRIM && b.tag == V_PRIM && !(a.n & PT_STRING) && !(b.n & PT_STRING))
            mask = PT_NUMBER;
        else if (a.tag == V_NUMBER && b.n == PT_NUMBER)
            mask = PT_NUMBER;
        else if (b.tag == V_NUMBER && a.n == PT_NUMBER)
            mask = PT_NUMBER;
        else if ((a.tag == V_PRIM && a.n == PT_STRING) || (b.tag == V_PRIM && b.n == PT_STRING))
            mask = PT_STRING;
        return value_prim(mask, a.tag == V_PRIM ? a.u.reason : b.u.reason);
    }
    a = interp_to_number(I, a);
    b = interp_to_number(I, b);
    return value_number(a.u.num + b.u.num);
}

static Value numeric_one(Interp *I, Oper op, Value a, Value b, Span span) {
    if (a.tag == V_BIGINT || b.tag == V_BIGINT)
        return interp_prim(I, PT_BIGINT, span, "arithmetic of BigInt is not computed");
    Value x = interp_to_number(I, a), y = interp_to_number(I, b);
    if (x.tag == V_NUMBER && y.tag == V_NUMBER)
        return value_number(arithmetic(op, x.u.num, y.u.num));
    const Reason *why = value_unknown(x);
    return value_prim(PT_NUMBER, why ? why : value_unknown(y));
}

static Value instance_of(Interp *I, Value v, Value cls, Span span) {
    if (v.tag != V_OBJECT) {
        if (v.tag != V_PRIM && v.tag != V_UNION)
            return value_bool(false);
    } else if (v.u.obj->cls != O_OPAQUE && cls.tag == V_OBJECT && cls.u.obj->cls != O_OPAQUE) {
        Value proto = interp_get(I, cls, sym_lit(I->interner, "prototype"), span);
        if (cls.u.obj->cls == O_KIND)
            return value_bool(v.u.obj->cls == O_RESOURCE &&
                              v.u.obj->u.resource->kind == cls.u.obj->u.kind.kind);
        if (proto.tag == V_OBJECT) {
            for (Obj *p = v.u.obj->proto; p; p = p->proto)
                if (p == proto.u.obj)
                    return value_bool(true);
            if (!(v.u.obj->flags & OF_OPAQUE_BASE))
                return value_bool(false);
        }
    }
    const Reason *why = value_unknown(v);
    return value_prim(PT_BOOL, reason_new(I, span, why, "its class is not known"));
}

static Value binary_one(Interp *I, Oper op, Value a, Value b, Span span) {
    if (op >= OP_EQ && op <= OP_GE)
        return truth_value(I, compare_one(I, op, a, b), a, b, span);
    if (op == OP_ADD)
        return add_one(I, a, b, span);
    if (op == OP_INSTANCEOF)
        return instance_of(I, a, b, span);
    if (op == OP_IN) {
        bool known;
        bool has = interp_has(I, b, a, &known);
        return known ? value_bool(has)
                     : interp_prim(I, PT_BOOL, span, "whether the key is there is not known");
    }
    return numeric_one(I, op, a, b, span);
}

static bool is_object(Value v) {
    return v.tag == V_OBJECT;
}

// What `in` and `instanceof` may look into; the rest throws. V_ABSENT where all of it does.
static Value looked_into(Interp *I, Oper op, Value b, Span span) {
    Value objects = value_filter(I->a, b, is_object);
    bool unknown = b.tag == V_PRIM || b.tag == V_LATE;
    if (objects.tag == V_ABSENT && !unknown)
        interp_throw_error(I, "TypeError", span,
                           op == OP_IN ? "`in` looks into an object only" : "this is no class");
    else if (value_count(objects) < value_count(b))
        I->may_throw = true;
    return unknown ? b : objects;
}

Value op_binary(Interp *I, Oper op, Value a, Value b, Span span) {
    if (op == OP_IN || op == OP_INSTANCEOF)
        b = looked_into(I, op, b, span);
    if (I->dead)
        return UNDEFINED;
    if (I->recorder && op != OP_ADD) {
        bool equality = op == OP_EQ || op == OP_NE || op == OP_SEQ || op == OP_SNE;
        effects_use(I, a, equality);
        effects_use(I, b, equality);
    }
    uint32_t na = value_count(a), nb = value_count(b);
    if (na == 1 && nb == 1)
        return binary_one(I, op, a, b, span);
    Value out = ABSENT;
    for (uint32_t i = 0; i < na; i++)
        for (uint32_t j = 0; j < nb; j++) {
            if (i * nb + j >= PAIRS_MAX && op != OP_ADD) {
                uint32_t mask = op >= OP_EQ && op <= OP_INSTANCEOF ? PT_BOOL : PT_NUMBER;
                return join(I, out,
                            interp_prim(I, mask, span, "there are too many possible values"));
            }
            if (i * nb + j >= 16 * PAIRS_MAX)
                return out;
            Value v = binary_one(I, op, value_at(a, i), value_at(b, j), span);
            if (I->dead)
                return UNDEFINED;
            out = out.tag == V_ABSENT ? v : join(I, out, v);
        }
    return out;
}

static Value unary_one(Interp *I, Oper op, Value v, Span span) {
    if (op == OP_TYPEOF) {
        Str t = interp_typeof(v);
        if (t.n && !is_opaque(v) && !(v.tag == V_LATE && v.u.late->kind == LATE_ENV))
            return value_string(t);
        return interp_prim(I, PT_STRING, span, "it is the type of a value that is not known");
    }
    if (op == OP_NOT) {
        Truth t = interp_truth(v);
        if (t != TRUTH_MAYBE)
            return value_bool(t == TRUTH_NO);
        return value_prim(PT_BOOL, value_unknown(v));
    }
    if (op == OP_VOID)
        return UNDEFINED;
    Value n = interp_to_number(I, v);
    double d;
    if (!known_number(n, &d))
        return n;
    if (op == OP_NEG)
        return value_number(-d);
    if (op == OP_BIT_NOT)
        return value_number(~to_int32(d));
    return n;
}

Value op_unary(Interp *I, Oper op, Value v, Span span) {
    Value out = ABSENT;
    if (op != OP_VOID)
        effects_use(I, v, op == OP_NOT || op == OP_TYPEOF);
    for (uint32_t i = 0; i < value_count(v); i++) {
        Value r = unary_one(I, op, value_at(v, i), span);
        out = out.tag == V_ABSENT ? r : join(I, out, r);
    }
    return out;
}
