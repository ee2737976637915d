// Symbol. A symbol is the property key it makes: "@@iterator" for well-known ones, "@@for:k" for
// Symbol.for("k"), "@@17:d" for the 17th made with description d.
// So that a symbol is a key without further ado, and its description can be read off it.

#include "deducer/eval/builtins/builtins.h"

static Str description(Interp *I, Sym sym) {
    Str s = sym_str(I->interner, sym);
    int64_t colon = str_find(s, STR(":"), 0);
    if (colon < 0)
        return str_fmt(I->a, "Symbol.%.*s", STR_ARG(str_slice(s, 2, s.n)));
    return str_slice(s, (uint32_t)colon + 1, s.n);
}

static Value make(Interp *I, const Call *c) {
    Value v = call_arg(I, c, 0);
    Str text = STR_EMPTY;
    if (c->new_target) {
        interp_throw_error(I, "TypeError", c->span, "Symbol is not a constructor");
        return UNDEFINED;
    }
    if (v.tag != V_UNDEFINED)
        known_string(interp_to_string(I, v, c->span), &text);
    // In loops that are repeated, the symbol of a place is one: else they would never come to rest.
    Str key = I->fixpoint ? str_fmt(I->a, "@@s%u:%.*s", c->span.start, STR_ARG(text))
                          : str_fmt(I->a, "@@%u:%.*s", ++I->next_id, STR_ARG(text));
    return value_symbol(sym_of(I->interner, key));
}

static Value registered(Interp *I, const Call *c) {
    Value v = interp_to_string(I, call_arg(I, c, 0), c->span);
    Str text;
    if (!known_string(v, &text))
        return unknown_from(I, PT_SYMBOL, v, c->span, "Symbol.for");
    return value_symbol(sym_of(I->interner, str_fmt(I->a, "@@for:%.*s", STR_ARG(text))));
}

static Value key_for(Interp *I, const Call *c) {
    Value v = call_arg(I, c, 0);
    if (v.tag != V_SYMBOL)
        return unknown_from(I, PT_STRING | PT_UNDEFINED, v, c->span, "Symbol.keyFor");
    if (!str_starts(sym_str(I->interner, v.u.sym), "@@for:"))
        return UNDEFINED;
    return value_string(description(I, v.u.sym));
}

static Value self_symbol(const Call *c) {
    return is_object(c->self, O_BOX) ? c->self.u.obj->u.box.value.v : c->self;
}

static Value to_string(Interp *I, const Call *c) {
    Value v = self_symbol(c);
    if (v.tag != V_SYMBOL)
        return unknown_from(I, PT_STRING, v, c->span, "toString");
    return value_string(str_fmt(I->a, "Symbol(%.*s)", STR_ARG(description(I, v.u.sym))));
}

static Value value_of(Interp *I, const Call *c) {
    (void)I;
    return self_symbol(c);
}

static Value get_description(Interp *I, const Call *c) {
    Value v = self_symbol(c);
    if (v.tag != V_SYMBOL)
        return unknown_from(I, PT_STRING | PT_UNDEFINED, v, c->span, "description");
    return value_string(description(I, v.u.sym));
}

void install_symbol(Interp *I) {
    static const Native row = {"Symbol", make, 0}, getter = {"description", get_description, 0};
    static const Native statics[] = {
        {"for", registered, 1}, {"keyFor", key_for, 1}, {NULL, NULL, 0}};
    static const Native methods[] = {
        {"toString", to_string, 0}, {"valueOf", value_of, 0}, {NULL, NULL, 0}};
    static const char *const known[] = {
        "asyncDispose", "asyncIterator", "dispose",     "hasInstance", "isConcatSpreadable",
        "iterator",     "match",         "matchAll",    "replace",     "search",
        "species",      "split",         "toPrimitive", "toStringTag", "unscopables",
    };
    Obj *fn = constructor_new(I, &row, I->realm.symbol, statics);
    obj_natives(I, I->realm.symbol, methods);
    Obj *accessor = obj_new(I, O_ACCESSOR, NULL, SPAN_NONE);
    accessor->u.accessor.get = value_object(obj_native(I, &getter));
    accessor->u.accessor.set = UNDEFINED;
    obj_define_lit(I, I->realm.symbol, "description", value_object(accessor));
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        obj_define_lit(I, fn, known[i],
                       value_symbol(sym_of(I->interner, str_fmt(I->a, "@@%s", known[i]))));
}
