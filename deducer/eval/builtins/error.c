// Error, its family, and AggregateError.
//
// One constructor serves all of them: the name of the native that is called tells which it is.
// Message, cause and errors are own, hidden properties; the stack is text that is not known.

#include "deducer/eval/builtins/builtins.h"

static Value construct(Interp *I, const Call *c) {
    Value own = interp_get(I, value_object(c->callee), key_of(I, "prototype"), c->span);
    Obj *o = obj_new(I, O_ERROR, proto_for(I, c, own.tag == V_OBJECT ? own.u.obj : I->realm.error),
                     c->span);
    uint32_t first = 0;
    if (str_is(str_of(c->callee->u.native.row->name), "AggregateError")) {
        first = 1;
        Items *it = interp_iterate(I, call_arg(I, c, 0), c->span);
        if (I->dead)
            return UNDEFINED;
        obj_define_lit(I, o, "errors", array_of(I, it, c->span));
    }
    Value message = call_arg(I, c, first), options = call_arg(I, c, first + 1);
    obj_define_lit(I, o, "stack",
                   interp_prim(I, PT_STRING, c->span, "stack traces are only known at run time"));
    if (message.tag != V_UNDEFINED)
        obj_define_lit(I, o, "message", interp_to_string(I, message, c->span));
    for (uint32_t i = 0; i < value_count(options) && !I->dead; i++) {
        Value alt = value_at(options, i);
        bool known;
        if (alt.tag == V_OBJECT && (interp_has(I, alt, lit("cause"), &known) || !known))
            obj_define_lit(I, o, "cause", interp_get(I, alt, key_of(I, "cause"), c->span));
    }
    return value_object(o);
}

static Value to_string(Interp *I, const Call *c) {
    Value name = interp_get(I, c->self, key_of(I, "name"), c->span);
    if (I->dead)
        return UNDEFINED;
    Value message = interp_get(I, c->self, key_of(I, "message"), c->span);
    if (I->dead)
        return UNDEFINED;
    if (name.tag == V_UNDEFINED)
        name = lit("Error");
    Str n, m;
    if (message.tag == V_UNDEFINED || (known_string(message, &m) && m.n == 0))
        return interp_to_string(I, name, c->span);
    if (known_string(name, &n) && n.n == 0)
        return interp_to_string(I, message, c->span);
    Value parts[] = {name, lit(": "), message};
    return concat_values(I, parts, 3, c->span);
}

static Value nothing(Interp *I, const Call *c) {
    (void)I, (void)c;
    return UNDEFINED;
}

static Value is_error(Interp *I, const Call *c) {
    Value v = call_arg(I, c, 0);
    if (v.tag == V_UNION || v.tag == V_PRIM || is_opaque(v))
        return unknown_from(I, PT_BOOL, v, c->span, "isError");
    return value_bool(is_object(v, O_ERROR));
}

void install_error(Interp *I) {
    static const Native row = {"Error", construct, 1};
    static const Native statics[] = {
        {"captureStackTrace", nothing, 2}, {"isError", is_error, 1}, {NULL, NULL, 0}};
    static const Native methods[] = {{"toString", to_string, 0}, {NULL, NULL, 0}};
    static const Native family[] = {
        {"AggregateError", construct, 2}, {"EvalError", construct, 1},
        {"RangeError", construct, 1},     {"ReferenceError", construct, 1},
        {"SyntaxError", construct, 1},    {"TypeError", construct, 1},
        {"URIError", construct, 1},
    };
    Obj *base = constructor_new(I, &row, I->realm.error, statics);
    obj_natives(I, I->realm.error, methods);
    obj_define_lit(I, I->realm.error, "name", lit("Error"));
    obj_define_lit(I, I->realm.error, "message", lit(""));
    for (size_t i = 0; i < sizeof family / sizeof family[0]; i++) {
        Obj *proto = proto_new(I, I->realm.error);
        Obj *fn = constructor_new(I, &family[i], proto, NULL);
        fn->proto = base;
        obj_define_lit(I, proto, "name", lit(family[i].name));
        obj_define_lit(I, proto, "message", lit(""));
    }
}
