// Conversions: truth, strings, numbers, property keys; what can be said of a value without running
// code, but for toString, valueOf and Symbol.toPrimitive of the program's own objects.

#include "deducer/eval/run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static Truth truth_of(Value v) {
    switch ((ValueTag)v.tag) {
    case V_BOOL:
        return v.u.b ? TRUTH_YES : TRUTH_NO;
    case V_NUMBER:
        return v.u.num == 0 || v.u.num != v.u.num ? TRUTH_NO : TRUTH_YES;
    case V_BIGINT:
        return str_is(value_str(v), "0") ? TRUTH_NO : TRUTH_YES;
    case V_STRING:
        return v.n ? TRUTH_YES : TRUTH_NO;
    case V_SYMBOL:
        return TRUTH_YES;
    case V_PRIM:
        return (v.n & ~(uint32_t)(PT_UNDEFINED | PT_NULL)) ? TRUTH_MAYBE : TRUTH_NO;
    // Names, URLs and ARNs are never empty; an environment variable may be.
    case V_LATE:
        return v.u.late->kind == LATE_PROPERTY ? TRUTH_YES : TRUTH_MAYBE;
    case V_OBJECT:
        return v.u.obj->cls == O_OPAQUE ? TRUTH_MAYBE : TRUTH_YES;
    case V_ABSENT:
    case V_TDZ:
    case V_UNDEFINED:
    case V_NULL:
        return TRUTH_NO;
    case V_UNION:
        break;
    }
    return TRUTH_MAYBE;
}

Truth interp_truth(Value v) {
    Truth t = truth_of(value_at(v, 0));
    for (uint32_t i = 1; i < value_count(v); i++)
        if (truth_of(value_at(v, i)) != t)
            return TRUTH_MAYBE;
    return t;
}

bool known_string(Value v, Str *out) {
    if (v.tag != V_STRING)
        return false;
    *out = value_str(v);
    return true;
}

bool known_number(Value v, double *out) {
    if (v.tag != V_NUMBER)
        return false;
    *out = v.u.num;
    return true;
}

bool known_int(Value v, int64_t *out) {
    if (v.tag != V_NUMBER || v.u.num != floor(v.u.num) || fabs(v.u.num) > 9007199254740991.0)
        return false;
    *out = (int64_t)v.u.num;
    return true;
}

// Digits and exponent as ECMAScript's Number::toString lays them out: `digits` holds n significant
// ones, the decimal point stands behind the k-th.
static Str lay_out(Arena *a, bool negative, const char *digits, int n, int k) {
    Buf b = buf_new(a);
    if (negative)
        buf_putc(&b, '-');
    if (k >= n && k <= 21) {
        buf_put(&b, (Str){digits, (uint32_t)n});
        buf_pad(&b, '0', (unsigned)(k - n));
    } else if (k > 0 && k <= 21) {
        buf_put(&b, (Str){digits, (uint32_t)k});
        buf_putc(&b, '.');
        buf_put(&b, (Str){digits + k, (uint32_t)(n - k)});
    } else if (k > -6 && k <= 0) {
        buf_puts(&b, "0.");
        buf_pad(&b, '0', (unsigned)-k);
        buf_put(&b, (Str){digits, (uint32_t)n});
    } else {
        buf_putc(&b, digits[0]);
        if (n > 1)
            buf_putc(&b, '.');
        buf_put(&b, (Str){digits + 1, (uint32_t)(n - 1)});
        buf_printf(&b, "e%c%d", k > 0 ? '+' : '-', abs(k - 1));
    }
    return buf_str(&b);
}

Str number_to_str(Arena *a, double d) {
    if (d != d)
        return STR("NaN");
    if (d == 0)
        return STR("0");
    if (isinf(d))
        return d > 0 ? STR("Infinity") : STR("-Infinity");
    char text[40];
    int precision = 1;
    do { // the shortest that reads back as the same number
        snprintf(text, sizeof text, "%.*e", precision - 1, fabs(d));
    } while (strtod(text, NULL) != fabs(d) && ++precision <= 17);
    char digits[24] = "";
    int n = 0;
    const char *p = text;
    for (; *p && *p != 'e'; p++)
        if (*p != '.')
            digits[n++] = *p;
    int exponent = (int)strtol(p + 1, NULL, 10);
    while (n > 1 && digits[n - 1] == '0')
        n--;
    return lay_out(a, d < 0, digits, n, exponent + 1);
}

// ---- To string ----------------------------------------------------------------------------------

// Symbol.toPrimitive of the object; V_ABSENT where it has none.
static Value by_symbol(Interp *I, Obj *o, const char *hint, Span span) {
    Value method = interp_get(I, value_object(o), sym_lit(I->interner, "@@toPrimitive"), span);
    if (I->dead || method.tag != V_OBJECT || method.u.obj->cls != O_FUNCTION)
        return ABSENT;
    Value how = value_string(str_of(hint));
    Value v = interp_call_values(I, method, value_object(o), &how, 1, span);
    return v.tag == V_OBJECT || v.tag == V_UNION
               ? interp_prim(I, PT_STRING | PT_NUMBER, span, "it is made from an object")
               : v;
}

static Value object_to_primitive(Interp *I, Obj *o, const char *hint, Span span) {
    bool string = hint[0] == 's';
    const char *names[] = {string ? "toString" : "valueOf", string ? "valueOf" : "toString"};
    Value own = by_symbol(I, o, hint, span);
    if (own.tag != V_ABSENT || I->dead)
        return own;
    for (int i = 0; i < 2; i++) {
        Value method = interp_get(I, value_object(o), sym_lit(I->interner, names[i]), span);
        if (I->dead)
            return UNDEFINED;
        if (method.tag != V_OBJECT)
            continue;
        Value v = interp_call_values(I, method, value_object(o), NULL, 0, span);
        if (I->dead)
            return UNDEFINED;
        if (v.tag != V_OBJECT && v.tag != V_UNION)
            return v;
        if (v.tag == V_UNION)
            break;
    }
    return interp_prim(I, PT_STRING, span, "it is made from an object");
}

static Value object_to_string(Interp *I, Obj *o, Span span) {
    if (o->cls == O_OPAQUE)
        return value_prim(PT_STRING, o->u.opaque.why);
    if (o->cls == O_RESOURCE)
        return interp_prim(I, PT_STRING, span, "it is made from a resource");
    if (o->cls == O_FUNCTION || o->cls == O_NATIVE || o->cls == O_BOUND || o->cls == O_KIND)
        return interp_prim(I, PT_STRING, span, "it is the text of a function");
    if (o->cls == O_BOX || o->cls == O_DATE)
        return o->cls == O_BOX ? interp_to_string(I, o->u.box.value.v, span)
                               : object_to_primitive(I, o, "string", span);
    return object_to_primitive(I, o, "string", span);
}

Value interp_to_primitive(Interp *I, Value v, Span span) {
    if (v.tag == V_OBJECT && v.u.obj->cls == O_PLAIN)
        return object_to_primitive(I, v.u.obj, "default", span);
    return v.tag == V_OBJECT ? object_to_string(I, v.u.obj, span) : v;
}

static Value to_string_one(Interp *I, Value v, Span span) {
    switch ((ValueTag)v.tag) {
    case V_ABSENT:
    case V_TDZ:
    case V_UNDEFINED:
        return value_string(STR("undefined"));
    case V_NULL:
        return value_string(STR("null"));
    case V_BOOL:
        return value_string(v.u.b ? STR("true") : STR("false"));
    case V_NUMBER:
        return value_string(number_to_str(I->a, v.u.num));
    case V_BIGINT:
        return value_string(value_str(v));
    case V_STRING:
        return v;
    case V_SYMBOL: // String(symbol) alone may, and does not come here
        interp_throw_error(I, "TypeError", span, "a symbol does not become a string by itself");
        return UNDEFINED;
    case V_PRIM:
        return value_prim(PT_STRING, v.u.reason);
    case V_LATE:
        return v;
    case V_OBJECT:
        return object_to_string(I, v.u.obj, span);
    case V_UNION:
        break;
    }
    return UNDEFINED;
}

Value interp_to_string(Interp *I, Value v, Span span) {
    if (v.tag == V_STRING)
        return v;
    Value out = ABSENT;
    for (uint32_t i = 0; i < value_count(v); i++) {
        Value s = to_string_one(I, value_at(v, i), span);
        out = out.tag == V_ABSENT ? s : join(I, out, s);
    }
    return out;
}

// ---- To number ----------------------------------------------------------------------------------

static double parse_radix(const char *digits, int radix) {
    double d = 0;
    for (const char *p = digits; *p; p++) {
        if (*p < '0' || *p >= '0' + radix)
            return NAN;
        d = d * radix + (*p - '0');
    }
    return d;
}

static double parse_number(Arena *a, Str s) {
    s = str_trim(s);
    if (s.n == 0)
        return 0;
    const char *text = str_cstr(a, s);
    if (text[0] == '0' && s.n > 2 && strchr("oO", text[1]))
        return parse_radix(text + 2, 8);
    if (text[0] == '0' && s.n > 2 && strchr("bB", text[1]))
        return parse_radix(text + 2, 2);
    bool hex = text[0] == '0' && s.n > 2 && (text[1] == 'x' || text[1] == 'X');
    if (!strcmp(text, "Infinity") || !strcmp(text, "+Infinity"))
        return INFINITY;
    if (!strcmp(text, "-Infinity"))
        return -INFINITY;
    // strtod takes more than JavaScript does: names, exponents of hexadecimal numbers.
    if (hex ? strspn(text + 2, "0123456789abcdefABCDEF") != s.n - 2
            : strspn(text, "0123456789+-.eE") != s.n)
        return NAN;
    char *end;
    double d = strtod(text, &end);
    return *end ? NAN : d;
}

static Value to_number_one(Interp *I, Value v) {
    switch ((ValueTag)v.tag) {
    case V_ABSENT:
    case V_TDZ:
    case V_UNDEFINED:
        return value_number(NAN);
    case V_NULL:
        return value_number(0);
    case V_BOOL:
        return value_number(v.u.b);
    case V_NUMBER:
        return v;
    case V_BIGINT:
    case V_STRING:
        return value_number(parse_number(I->a, value_str(v)));
    case V_SYMBOL:
        return value_number(NAN);
    case V_PRIM:
        return value_prim(PT_NUMBER, v.u.reason);
    case V_LATE:
        return value_prim(PT_NUMBER, v.u.late->why);
    case V_OBJECT: {
        Obj *o = v.u.obj;
        if (o->cls == O_OPAQUE)
            return value_prim(PT_NUMBER, o->u.opaque.why);
        if (o->cls == O_BOX || o->cls == O_DATE)
            return interp_to_number(I, o->u.box.value.v);
        Value p = object_to_primitive(I, o, "number", o->site);
        return p.tag == V_OBJECT ? value_number(NAN) : interp_to_number(I, p);
    }
    case V_UNION:
        break;
    }
    return value_number(NAN);
}

Value interp_to_number(Interp *I, Value v) {
    if (v.tag == V_NUMBER)
        return v;
    Value out = ABSENT;
    for (uint32_t i = 0; i < value_count(v); i++) {
        Value n = to_number_one(I, value_at(v, i));
        out = out.tag == V_ABSENT ? n : join(I, out, n);
    }
    return out;
}

bool interp_to_key(Interp *I, Value v, Sym *out) {
    if (v.tag == V_SYMBOL) {
        *out = v.u.sym;
        return true;
    }
    if (v.tag == V_OBJECT || v.tag == V_ABSENT)
        v = interp_to_string(I, v, SPAN_NONE);
    if (v.tag == V_UNION || v.tag == V_PRIM || v.tag == V_LATE || I->dead)
        return false;
    Value s = to_string_one(I, v, SPAN_NONE);
    if (s.tag != V_STRING)
        return false;
    *out = sym_of(I->interner, value_str(s));
    return true;
}

Str interp_typeof(Value v) {
    switch ((ValueTag)v.tag) {
    case V_ABSENT:
    case V_TDZ:
    case V_UNDEFINED:
        return STR("undefined");
    case V_NULL:
        return STR("object");
    case V_BOOL:
        return STR("boolean");
    case V_NUMBER:
        return STR("number");
    case V_BIGINT:
        return STR("bigint");
    case V_STRING:
    case V_LATE:
        return STR("string");
    case V_SYMBOL:
        return STR("symbol");
    case V_OBJECT: {
        uint8_t cls = v.u.obj->cls;
        bool fn = cls == O_FUNCTION || cls == O_NATIVE || cls == O_BOUND || cls == O_KIND;
        return fn ? STR("function") : STR("object");
    }
    case V_PRIM:
    case V_UNION:
        break;
    }
    return STR_EMPTY;
}
