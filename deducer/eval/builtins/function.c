// Function.prototype, Reflect's calls, and what makes code from strings.
//
// Argument lists that are handed over as arrays keep their number where it is known, and are open
// else.

#include "deducer/eval/builtins/builtins.h"
#include "deducer/eval/effects.h"

// Calls with a `this` that may be several values: natives take one at a time.
static Value call_with(Interp *I, Value fn, const Call *c) {
    if (c->self.tag != V_UNION || !is_object(fn, O_NATIVE))
        return interp_call(I, fn, c, STR_EMPTY);
    Call one = *c;
    Fork f;
    Value v = UNDEFINED;
    fork_begin(I, &f, c->span,
               reason_new(I, c->span, value_unknown(c->self), "`this` has several possible values"),
               false);
    for (uint32_t i = 0; i < value_count(c->self); i++) {
        if (i)
            fork_next(I, &f, v);
        one.self = value_at(c->self, i);
        v = interp_call(I, fn, &one, STR_EMPTY);
    }
    return fork_end(I, &f, v);
}

static Value call(Interp *I, const Call *c) {
    Call inner = {.self = call_arg(I, c, 0), .span = c->span, .open = c->open, .rest = c->rest};
    if (c->n > 1) {
        inner.args = c->args + 1;
        inner.n = c->n - 1;
    }
    return call_with(I, c->self, &inner);
}

// An argument list from an array or array-like value.
static Call spread(Interp *I, Value list, Span span) {
    Call c = {.self = UNDEFINED, .span = span};
    if (list.tag == V_UNDEFINED || list.tag == V_NULL)
        return c;
    Items *it = array_items(I, list, span);
    c.n = it->n;
    for (uint32_t i = 0; i < it->n; i++)
        it->at[i] = without_absent(I, it->at[i]);
    c.args = it->at;
    c.open = it->open;
    c.rest = it->rest.tag == V_ABSENT ? UNDEFINED : it->rest;
    return c;
}

static Value apply(Interp *I, const Call *c) {
    Call inner = spread(I, call_arg(I, c, 1), c->span);
    inner.self = call_arg(I, c, 0);
    return I->dead ? UNDEFINED : call_with(I, c->self, &inner);
}

// The value without `o` itself among its alternatives.
static Value without(Interp *I, Value v, const Obj *o) {
    Value out = ABSENT;
    for (uint32_t i = 0; i < value_count(v); i++) {
        Value alt = value_at(v, i);
        if (alt.tag == V_OBJECT && alt.u.obj == o)
            continue;
        out = out.tag == V_ABSENT ? alt : value_join(I->a, out, alt);
    }
    return out.tag == V_ABSENT ? UNDEFINED : out;
}

static Value bind(Interp *I, const Call *c) {
    if (c->open)
        return opaque_holding(I, value_join(I->a, c->self, c->rest), c->span, "bind");
    Obj *b = obj_new(I, O_BOUND, I->realm.function, c->span);
    bool again = b->u.bound.args != NULL; // in a loop: it stands for what it was, too
    uint32_t old = b->u.bound.n, n = c->n > 1 ? c->n - 1 : 0;
    Value self = call_arg(I, c, 0), *args = arena_alloc(I->a, (n + old + 1) * sizeof *args);
    b->u.bound.n = n > old ? n : old;
    for (uint32_t i = 0; i < b->u.bound.n; i++) {
        args[i] = i < n ? c->args[i + 1] : UNDEFINED;
        if (again)
            args[i] = value_join(I->a, args[i], i < old ? b->u.bound.args[i] : UNDEFINED);
    }
    b->u.bound.target =
        again ? value_join(I->a, b->u.bound.target, without(I, c->self, b)) : c->self;
    b->u.bound.self = again ? value_join(I->a, b->u.bound.self, self) : self;
    b->u.bound.args = args;
    return value_object(b);
}

static Value to_string(Interp *I, const Call *c) {
    return interp_prim(I, PT_STRING, c->span, "it is the text of a function");
}

// Who gives JavaScript's own Function a function wants the kind of that name: it is not imported.
static bool means_the_kind(Interp *I, const Call *c) {
    for (uint32_t i = 0; i < c->n; i++)
        if (is_object(c->args[i], O_FUNCTION))
            return kind_find(I->kinds, str_of(c->callee->u.native.row->name)) != NULL;
    return false;
}

// Code made from strings: told, and whatever comes of it is unknown.
static Value from_text(Interp *I, const Call *c) {
    const char *name = c->callee->u.native.row->name;
    if (means_the_kind(I, c)) {
        Diag *d =
            diag_error(I->diags, P0202, c->span,
                       "`%s` is not imported: this is JavaScript's own, made from strings", name);
        diag_help(d, "add `import { %s } from \"%s\"`", name, SDK_PACKAGES[0]);
    } else {
        Diag *d =
            diag_error(I->diags, P0208, c->span, "code made from strings cannot be understood");
        diag_help(d, "write the code as a function");
    }
    return opaque_from(I, UNDEFINED, c->span, name);
}

static const Native function_methods[] = {
    {"apply", apply, 2},        {"bind", bind, 1}, {"call", call, 1},
    {"toString", to_string, 0}, {NULL, NULL, 0},
};

void install_function(Interp *I) {
    static const Native row = {"Function", from_text, 1}, eval = {"eval", from_text, 1};
    constructor_new(I, &row, I->realm.function, NULL);
    obj_natives(I, I->realm.function, function_methods);
    global_set(I, "eval", value_object(obj_native(I, &eval)));
}

// ---- Reflect ------------------------------------------------------------------------------------

static Value reflect_apply(Interp *I, const Call *c) {
    Call inner = spread(I, call_arg(I, c, 2), c->span);
    inner.self = call_arg(I, c, 1);
    return I->dead ? UNDEFINED : call_with(I, call_arg(I, c, 0), &inner);
}

static Value reflect_construct(Interp *I, const Call *c) {
    Call inner = spread(I, call_arg(I, c, 1), c->span);
    Value target = call_arg(I, c, 2);
    if (target.tag == V_OBJECT)
        inner.new_target = target.u.obj;
    return I->dead ? UNDEFINED : interp_construct(I, call_arg(I, c, 0), &inner, STR_EMPTY);
}

static Value reflect_get(Interp *I, const Call *c) {
    return interp_get_index(I, call_arg(I, c, 0), call_arg(I, c, 1), c->span);
}

static Value reflect_set(Interp *I, const Call *c) {
    interp_set_index(I, call_arg(I, c, 0), call_arg(I, c, 1), call_arg(I, c, 2), c->span);
    return value_bool(true);
}

static Value reflect_has(Interp *I, const Call *c) {
    bool known, has = interp_has(I, call_arg(I, c, 0), call_arg(I, c, 1), &known);
    return known ? value_bool(has)
                 : unknown_from(I, PT_BOOL, call_arg(I, c, 0), c->span, "Reflect.has");
}

static Value reflect_delete(Interp *I, const Call *c) {
    interp_delete(I, call_arg(I, c, 0), call_arg(I, c, 1));
    return value_bool(true);
}

static Value reflect_prevent(Interp *I, const Call *c) {
    effects_touch(I, call_arg(I, c, 0));
    return value_bool(true);
}

static const Native reflect_calls[] = {
    {"apply", reflect_apply, 3},
    {"construct", reflect_construct, 2},
    {"deleteProperty", reflect_delete, 2},
    {"get", reflect_get, 2},
    {"has", reflect_has, 2},
    {"preventExtensions", reflect_prevent, 1},
    {"set", reflect_set, 3},
    {NULL, NULL, 0},
};

void install_reflect(Interp *I) {
    obj_natives(I, global_get(I, "Reflect").u.obj, reflect_calls);
}
