// Small helpers that all built-ins use: making functions and prototypes, asking what a value may
// be, comparing, naming reasons, calling back into the program.
//
// Invariant: every helper that calls the program returns at once where the path has ended
// (I->dead).

#include "deducer/eval/builtins/builtins.h"

#include <math.h>
#include <string.h>

Sym key_of(Interp *I, const char *name) {
    return sym_lit(I->interner, name);
}

Value lit(const char *s) {
    return value_string(str_of(s));
}

void global_set(Interp *I, const char *name, Value v) {
    Value *slot = arena_new(I->a, Value);
    *slot = v;
    map_set(&I->realm.globals, str_of(name), slot);
}

Value global_get(Interp *I, const char *name) {
    Value *slot = map_find(&I->realm.globals, str_of(name));
    return slot ? *slot : UNDEFINED;
}

Obj *native_closure(Interp *I, const Native *row, Value data, void *ptr) {
    Obj *o = obj_native(I, row);
    o->u.native.data = data;
    o->u.native.ptr = ptr;
    return o;
}

Obj *namespace_new(Interp *I, const char *name, const Native *rows) {
    Obj *o = obj_plain(I, SPAN_NONE);
    obj_natives(I, o, rows);
    obj_define_lit(I, o, "@@toStringTag", lit(name));
    global_set(I, name, value_object(o));
    return o;
}

Obj *constructor_new(Interp *I, const Native *row, Obj *proto, const Native *statics) {
    Obj *fn = obj_native(I, row);
    obj_define_lit(I, fn, "prototype", value_object(proto));
    obj_define_lit(I, proto, "constructor", value_object(fn));
    if (statics)
        obj_natives(I, fn, statics);
    global_set(I, row->name, value_object(fn));
    return fn;
}

Obj *proto_new(Interp *I, Obj *parent) {
    return obj_new(I, O_PLAIN, parent, SPAN_NONE);
}

void method_alias(Interp *I, Obj *o, const char *from, const char *to) {
    const Prop *p = obj_find(o, key_of(I, from));
    if (!p)
        BUG("no method %s to alias as %s", from, to);
    obj_define_lit(I, o, to, p->cell.v);
}

Obj *proto_for(Interp *I, const Call *c, Obj *base) {
    if (!c->new_target || c->new_target == c->callee)
        return base;
    Value v = interp_get(I, value_object(c->new_target), key_of(I, "prototype"), c->span);
    return v.tag == V_OBJECT ? v.u.obj : base;
}

// ---- What a value may be ------------------------------------------------------------------------

bool is_object(Value v, ObjClass cls) {
    return v.tag == V_OBJECT && v.u.obj->cls == cls;
}

bool is_opaque(Value v) {
    return is_object(v, O_OPAQUE);
}

bool is_callable(Value v) {
    if (v.tag != V_OBJECT)
        return false;
    uint8_t cls = v.u.obj->cls;
    return cls == O_FUNCTION || cls == O_NATIVE || cls == O_BOUND || cls == O_OPAQUE ||
           cls == O_KIND;
}

bool value_has(Value v, ValueTag tag) {
    for (uint32_t i = 0; i < value_count(v); i++)
        if (value_at(v, i).tag == tag)
            return true;
    return false;
}

static bool is_present(Value alt) {
    return alt.tag != V_ABSENT;
}

Value present_only(Interp *I, Value v) {
    return value_filter(I->a, v, is_present);
}

Value without_absent(Interp *I, Value v) {
    if (!value_has(v, V_ABSENT))
        return v;
    Value rest = present_only(I, v);
    return rest.tag == V_ABSENT ? UNDEFINED : value_join(I->a, rest, UNDEFINED);
}

static uint32_t type_mask(Value v) {
    switch ((ValueTag)v.tag) {
    case V_ABSENT:
    case V_TDZ:
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
    case V_PRIM:
        return v.n;
    case V_LATE:
        return v.u.late->kind == LATE_ENV ? PT_STRING | PT_UNDEFINED : PT_STRING;
    case V_OBJECT:
        return is_opaque(v) ? PT_ANY : 0;
    case V_UNION:
        break;
    }
    return PT_ANY;
}

static Truth equal_one(Value a, Value b, bool strict) {
    bool a_open = a.tag == V_PRIM || a.tag == V_LATE || is_opaque(a);
    bool b_open = b.tag == V_PRIM || b.tag == V_LATE || is_opaque(b);
    if (a.tag == V_OBJECT && b.tag == V_OBJECT) {
        if (a.u.obj == b.u.obj)
            return a.u.obj->flags & OF_SUMMARY ? TRUTH_MAYBE : TRUTH_YES;
        return a_open || b_open ? TRUTH_MAYBE : TRUTH_NO;
    }
    if (a_open || b_open) {
        if (a.tag == V_LATE && b.tag == V_LATE && value_same(a, b))
            return TRUTH_YES;
        return type_mask(a) & type_mask(b) ? TRUTH_MAYBE : TRUTH_NO;
    }
    if (a.tag == V_NUMBER && b.tag == V_NUMBER) {
        bool nan = isnan(a.u.num) && isnan(b.u.num);
        return a.u.num == b.u.num || (nan && !strict) ? TRUTH_YES : TRUTH_NO;
    }
    if (a.tag == V_ABSENT)
        a = UNDEFINED;
    if (b.tag == V_ABSENT)
        b = UNDEFINED;
    return value_same(a, b) ? TRUTH_YES : TRUTH_NO;
}

Truth values_equal(Value a, Value b, bool strict) {
    bool yes = false, no = false;
    for (uint32_t i = 0; i < value_count(a); i++)
        for (uint32_t j = 0; j < value_count(b); j++) {
            Truth t = equal_one(value_at(a, i), value_at(b, j), strict);
            if (t == TRUTH_MAYBE)
                return t;
            yes = yes || t == TRUTH_YES;
            no = no || t == TRUTH_NO;
        }
    return yes && no ? TRUTH_MAYBE : yes ? TRUTH_YES : TRUTH_NO;
}

Value truth_value(Interp *I, Truth t, Span span, const char *name) {
    if (t != TRUTH_MAYBE)
        return value_bool(t == TRUTH_YES);
    return interp_prim(I, PT_BOOL, span, "the result of `%s` is not known", name);
}

// ---- Reasons ------------------------------------------------------------------------------------

const Reason *why_unknown(Value v) {
    return value_unknown(v);
}

static const Reason *because(Interp *I, Value culprit, Span span, const char *name) {
    return reason_new(I, span, value_unknown(culprit), "the result of `%s` is not known", name);
}

Value unknown_from(Interp *I, uint32_t mask, Value culprit, Span span, const char *name) {
    return value_prim(mask, because(I, culprit, span, name));
}

Value opaque_from(Interp *I, Value culprit, Span span, const char *name) {
    return interp_unknown(I, because(I, culprit, span, name), str_of(name));
}

Value opaque_holding(Interp *I, Value held, Span span, const char *name) {
    Value v = opaque_from(I, held, span, name);
    if (held.tag != V_ABSENT)
        obj_add_rest(I, v.u.obj, held);
    return v;
}

Value wrong_self(Interp *I, const Call *c, const char *what) {
    if (is_opaque(c->self))
        return interp_call_unseen(I, c->self.u.obj, c, str_of(what));
    if (c->self.tag == V_PRIM || c->self.tag == V_LATE)
        return opaque_from(I, c->self, c->span, what);
    const char *method =
        c->callee && c->callee->cls == O_NATIVE ? c->callee->u.native.row->name : "";
    interp_throw_error(I, "TypeError", c->span, "method %s called on what is no %s", method, what);
    return UNDEFINED;
}

// ---- Calling back -------------------------------------------------------------------------------

Value call_1(Interp *I, Value fn, Value a, Span span) {
    return interp_call_values(I, fn, UNDEFINED, &a, 1, span);
}

Value call_3(Interp *I, Value fn, Value self, Value a, Value b, Value c, Span span) {
    Value args[] = {a, b, c};
    return interp_call_values(I, fn, self, args, 3, span);
}

Items *call_items(Interp *I, const Call *c, uint32_t from) {
    Items *it = items_new(I);
    for (uint32_t i = from; i < c->n; i++)
        items_push(I, it, c->args[i]);
    if (c->open)
        items_open(I, it, c->rest,
                   reason_new(I, c->span, NULL, "the number of arguments is not known"));
    return it;
}

Value pair_value(Interp *I, Value a, Value b, Span span) {
    Value at[] = {a, b};
    return value_object(array_from(I, &(Items){.at = at, .n = 2, .cap = 2, .rest = ABSENT}, span));
}

Value run_caught(Interp *I, CaughtFn fn, void *state, Value *error_out) {
    Target done, thrown;
    Target *outer = I->catcher;
    Cell *threw = cell_new(I, ABSENT);
    target_begin(I, &done);
    target_begin(I, &thrown);
    I->catcher = &thrown;
    Value v = fn(I, state);
    I->catcher = outer;
    if (!I->dead)
        target_exit(I, &done, v);
    Value error;
    if (target_end(I, &thrown, UNDEFINED, &error)) {
        interp_write(I, threw, error);
        v = ABSENT;
    }
    target_end(I, &done, v, &v);
    *error_out = present_only(I, threw->v);
    return v;
}

typedef struct CallState {
    Value fn, self;
    const Value *args;
    uint32_t n;
    Span span;
} CallState;

static Value run_call(Interp *I, void *state) {
    const CallState *s = state;
    return interp_call_values(I, s->fn, s->self, s->args, s->n, s->span);
}

Value call_caught(Interp *I, Value fn, Value self, const Value *args, uint32_t n, Span span,
                  Value *error_out) {
    CallState s = {fn, self, args, n, span};
    return run_caught(I, run_call, &s, error_out);
}

// ---- Numbers that count -------------------------------------------------------------------------

double to_integer(double d) {
    return isnan(d) ? 0 : trunc(d);
}

uint32_t relative_index(double d, bool given, uint32_t length, uint32_t absent) {
    if (!given)
        return absent;
    d = to_integer(d);
    if (d < 0)
        d = d + length < 0 ? 0 : d + length;
    return d > length ? length : (uint32_t)d;
}
