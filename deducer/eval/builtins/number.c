// Number, Boolean, BigInt, parseInt and parseFloat.
//
// Writing and reading of known numbers is exact, digit by digit as the language says; BigInts are
// text, and only what needs no arithmetic on them is known.

#include "deducer/eval/builtins/builtins.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static Value this_number(const Call *c) {
    return is_object(c->self, O_BOX) ? c->self.u.obj->u.box.value.v : c->self;
}

// ---- Writing ------------------------------------------------------------------------------------

static Value bad_range(Interp *I, Span span, const char *method) {
    interp_throw_error(I, "RangeError", span, "%s argument is out of range", method);
    return UNDEFINED;
}

static Value to_fixed(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)n;
    double digits = to_integer(a[1].n), x = a[0].n;
    if (digits < 0 || digits > 100)
        return bad_range(I, span, "toFixed() digits");
    if (!(fabs(x) < 1e21))
        return value_string(number_to_str(I->a, x));
    // C rounds halves of the exact binary value to even, JavaScript up; exact halves are rare but
    // real.
    double scale = pow(10, digits), scaled = fabs(x) * scale;
    char text[160];
    if (digits <= 15 && scaled < 9007199254740992.0 && scaled - floor(scaled) == 0.5 &&
        (floor(scaled) + 0.5) / scale == fabs(x))
        snprintf(text, sizeof text, "%s%.*f", x < 0 ? "-" : "", (int)digits,
                 (floor(scaled) + 1) / scale);
    else
        snprintf(text, sizeof text, "%.*f", (int)digits, x);
    if (x == 0 || (text[0] == '-' && strspn(text, "-0.") == strlen(text) && x == 0))
        snprintf(text, sizeof text, "%.*f", (int)digits, 0.0);
    return value_string(str_dup(I->a, str_of(text)));
}

// "1.5e+05" as C writes it to "1.5e+5" as JavaScript does.
static Str shorten_exponent(Arena *a, const char *text) {
    const char *e = strchr(text, 'e');
    if (!e)
        return str_dup(a, str_of(text));
    int exponent = (int)strtol(e + 1, NULL, 10);
    return str_fmt(a, "%.*se%c%d", (int)(e - text), text, exponent < 0 ? '-' : '+', abs(exponent));
}

static Value to_exponential(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)n;
    double digits = to_integer(a[1].n);
    char text[160];
    if (digits < 0 || digits > 100)
        return bad_range(I, span, "toExponential()");
    if (!isfinite(a[0].n))
        return value_string(number_to_str(I->a, a[0].n));
    if (!a[1].given) { // as many digits as needed
        for (int p = 0; p <= 17; p++) {
            snprintf(text, sizeof text, "%.*e", p, a[0].n);
            if (strtod(text, NULL) == a[0].n)
                break;
        }
    } else {
        snprintf(text, sizeof text, "%.*e", (int)digits, a[0].n);
    }
    return value_string(shorten_exponent(I->a, text));
}

static Value to_precision(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)n;
    double digits = to_integer(a[1].n);
    char text[160];
    if (!a[1].given || !isfinite(a[0].n))
        return value_string(number_to_str(I->a, a[0].n));
    if (digits < 1 || digits > 100)
        return bad_range(I, span, "toPrecision()");
    snprintf(text, sizeof text, "%.*e", (int)digits - 1, a[0].n);
    int exponent = (int)strtol(strchr(text, 'e') + 1, NULL, 10);
    if (exponent < -6 || exponent >= (int)digits)
        return value_string(shorten_exponent(I->a, text));
    snprintf(text, sizeof text, "%.*f", (int)digits - 1 - exponent, a[0].n);
    return value_string(str_dup(I->a, str_of(text)));
}

static Str in_radix(Interp *I, double x, unsigned radix) {
    static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    char text[1100 + 60];
    int at = 1100, end = 1100;
    double whole = floor(fabs(x)), part = fabs(x) - whole;
    do {
        text[--at] = digits[(int)fmod(whole, radix)];
        whole = floor(whole / radix);
    } while (whole >= 1 && at > 1);
    if (part > 0) {
        double delta = fmax(0.5 * (nextafter(fabs(x), INFINITY) - fabs(x)), DBL_MIN);
        text[end++] = '.';
        do { // digits until what is left is below what the number can tell apart
            part *= radix;
            delta *= radix;
            int digit = (int)part;
            part -= digit;
            if (part > 0.5 && part + delta > 1)
                digit++, part = 0;
            text[end++] = digits[digit < (int)radix ? digit : (int)radix - 1];
        } while (part >= delta && end < 1155);
    }
    if (x < 0)
        text[--at] = '-';
    return str_dup(I->a, (Str){text + at, (uint32_t)(end - at)});
}

static Value to_string(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)n;
    double radix = a[1].given ? to_integer(a[1].n) : 10;
    if (radix < 2 || radix > 36)
        return bad_range(I, span, "toString() radix");
    if (radix == 10 || !isfinite(a[0].n))
        return value_string(number_to_str(I->a, a[0].n));
    return value_string(in_radix(I, a[0].n, (unsigned)radix));
}

static Value to_locale_string(Interp *I, const Call *c) {
    Value v = this_number(c);
    double d;
    if (c->n == 0 && known_number(v, &d) && d == trunc(d) && fabs(d) < 1000)
        return value_string(number_to_str(I->a, d));
    return interp_prim(I, PT_STRING, c->span,
                       "how numbers are written depends on the machine's language");
}

static Value value_of(Interp *I, const Call *c) {
    (void)I;
    return this_number(c);
}

// ---- Reading ------------------------------------------------------------------------------------

static Str skip_space(Str s) {
    uint32_t at = 0;
    while (at < s.n) {
        uint32_t next = at;
        if (!is_js_space(utf8_next(s, &next)))
            break;
        at = next;
    }
    return str_slice(s, at, s.n);
}

static Value parse_float(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)n, (void)span;
    Str s = skip_space(a[1].s);
    uint32_t k = 0, digits = 0;
    if (k < s.n && (s.p[k] == '+' || s.p[k] == '-'))
        k++;
    if (str_starts(str_slice(s, k, s.n), "Infinity"))
        return value_number(s.p[0] == '-' ? -(double)INFINITY : (double)INFINITY);
    while (k < s.n && s.p[k] >= '0' && s.p[k] <= '9')
        k++, digits++;
    if (k < s.n && s.p[k] == '.') {
        k++;
        while (k < s.n && s.p[k] >= '0' && s.p[k] <= '9')
            k++, digits++;
    }
    if (!digits)
        return value_number((double)NAN);
    uint32_t e = k + 1;
    if (k < s.n && (s.p[k] == 'e' || s.p[k] == 'E')) {
        if (e < s.n && (s.p[e] == '+' || s.p[e] == '-'))
            e++;
        if (e < s.n && s.p[e] >= '0' && s.p[e] <= '9') {
            while (e < s.n && s.p[e] >= '0' && s.p[e] <= '9')
                e++;
            k = e;
        }
    }
    return value_number(strtod(str_cstr(I->a, str_slice(s, 0, k)), NULL));
}

static int digit_value(char ch) {
    if (ch >= '0' && ch <= '9')
        return ch - '0';
    if (ch >= 'a' && ch <= 'z')
        return ch - 'a' + 10;
    return ch >= 'A' && ch <= 'Z' ? ch - 'A' + 10 : 99;
}

static Value parse_int(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)n;
    Str s = skip_space(a[1].s);
    uint32_t k = 0;
    bool negative = s.n && s.p[0] == '-';
    if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
        k = 1;
    double radix = a[2].given ? to_integer(a[2].n) : 0, v = 0;
    bool hex = k + 1 < s.n && s.p[k] == '0' && (s.p[k + 1] | 32) == 'x';
    if (hex && (radix == 0 || radix == 16))
        k += 2, radix = 16;
    if (radix == 0)
        radix = 10;
    uint32_t start = k;
    if (radix < 2 || radix > 36)
        return value_number((double)NAN);
    for (; k < s.n && digit_value(s.p[k]) < (int)radix; k++)
        v = v * radix + digit_value(s.p[k]);
    if (k == start)
        return value_number((double)NAN);
    if (radix == 10 && k - start > 15) { // more digits than adding up keeps exact
        Known decimal[2] = {a[0], a[1]};
        decimal[1].s = str_slice(s, start, k);
        v = parse_float(I, decimal, 2, span).u.num;
    }
    return value_number(negative ? -v : v);
}

// ---- Tests --------------------------------------------------------------------------------------

static Value is_finite(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)I, (void)n, (void)span;
    return value_bool(a[1].v.tag == V_NUMBER && isfinite(a[1].n));
}

static Value is_nan(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)I, (void)n, (void)span;
    return value_bool(a[1].v.tag == V_NUMBER && isnan(a[1].n));
}

static Value is_integer(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)I, (void)n, (void)span;
    return value_bool(a[1].v.tag == V_NUMBER && isfinite(a[1].n) && a[1].n == trunc(a[1].n));
}

static Value is_safe(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)I, (void)n, (void)span;
    bool whole = a[1].v.tag == V_NUMBER && isfinite(a[1].n) && a[1].n == trunc(a[1].n);
    return value_bool(whole && fabs(a[1].n) <= 9007199254740991.0);
}

static Value global_is_nan(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)I, (void)n, (void)span;
    return value_bool(!a[1].given || isnan(a[1].n));
}

static Value global_is_finite(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)I, (void)n, (void)span;
    return value_bool(a[1].given && isfinite(a[1].n));
}

// ---- Constructors -------------------------------------------------------------------------------

static Value boxed(Interp *I, const Call *c, Obj *proto, Value v) {
    if (!c->new_target || I->dead)
        return v;
    Obj *box = obj_new(I, O_BOX, proto_for(I, c, proto), c->span);
    obj_init_cell(I, box, &box->u.box.value, v);
    return value_object(box);
}

static Value new_number(Interp *I, const Call *c) {
    Value v = c->n || c->open ? interp_to_number(I, call_arg(I, c, 0)) : value_number(0);
    return boxed(I, c, I->realm.number, v);
}

static Value new_boolean(Interp *I, const Call *c) {
    Value arg = call_arg(I, c, 0);
    Truth t = interp_truth(arg);
    Value v = t == TRUTH_MAYBE ? unknown_from(I, PT_BOOL, arg, c->span, "Boolean")
                               : value_bool(t == TRUTH_YES);
    return boxed(I, c, I->realm.boolean, v);
}

static Value boolean_to_string(Interp *I, const Call *c) {
    return interp_to_string(I, this_number(c), c->span);
}

static Value bigint(Interp *I, const Call *c) {
    Value v = call_arg(I, c, 0), out = {V_BIGINT, 0, {0}};
    double d;
    Str s;
    if (c->new_target) {
        interp_throw_error(I, "TypeError", c->span, "BigInt is not a constructor");
        return UNDEFINED;
    }
    if (v.tag == V_BIGINT)
        return v;
    if (known_number(v, &d)) {
        if (!isfinite(d) || d != trunc(d)) {
            interp_throw_error(I, "RangeError", c->span, "not an integer: it cannot be a BigInt");
            return UNDEFINED;
        }
        if (fabs(d) < 1e300) {
            s = str_fmt(I->a, "%.0f", d == 0 ? 0.0 : d);
            out.u.str = s.p;
            out.n = s.n;
            return out;
        }
    }
    if (known_string(v, &s)) {
        s = str_trim(s);
        bool plain = s.n > 0 && s.n < 400;
        for (uint32_t i = 0; i < s.n; i++)
            plain = plain && s.p[i] >= '0' && s.p[i] <= '9';
        while (plain && s.n > 1 && s.p[0] == '0')
            s = str_slice(s, 1, s.n);
        if (plain) {
            out.u.str = s.p;
            out.n = s.n;
            return out;
        }
    }
    return unknown_from(I, PT_BIGINT, v, c->span, "BigInt");
}

static Value bigint_to_string(Interp *I, const Call *c) {
    Value v = this_number(c), radix = call_arg(I, c, 0);
    if (v.tag == V_BIGINT && radix.tag == V_UNDEFINED)
        return value_string(value_str(v));
    return unknown_from(I, PT_STRING, v, c->span, "toString");
}

static Value bigint_wrapped(Interp *I, const Call *c) {
    return unknown_from(I, PT_BIGINT, call_arg(I, c, 1), c->span, "BigInt.asIntN");
}

static const Pure number_pure[] = {
    {"toExponential", "nn", PT_STRING, 1, to_exponential},
    {"toFixed", "nn", PT_STRING, 1, to_fixed},
    {"toPrecision", "nn", PT_STRING, 1, to_precision},
    {"toString", "nn", PT_STRING, 1, to_string},
    {NULL, NULL, 0, 0, NULL},
};

static const Pure number_statics[] = {
    {"isFinite", "-v", PT_BOOL, 1, is_finite},
    {"isInteger", "-v", PT_BOOL, 1, is_integer},
    {"isNaN", "-v", PT_BOOL, 1, is_nan},
    {"isSafeInteger", "-v", PT_BOOL, 1, is_safe},
    {"parseFloat", "-s", PT_NUMBER, 1, parse_float},
    {"parseInt", "-sn", PT_NUMBER, 2, parse_int},
    {NULL, NULL, 0, 0, NULL},
};

static const Pure number_globals[] = {
    {"isFinite", "-n", PT_BOOL, 1, global_is_finite},
    {"isNaN", "-n", PT_BOOL, 1, global_is_nan},
    {NULL, NULL, 0, 0, NULL},
};

static void install_globals(Interp *I, Obj *number) {
    Obj *holder = obj_plain(I, SPAN_NONE);
    pure_install(I, holder, number_globals);
    for (uint32_t i = 0; number_globals[i].name; i++)
        global_set(I, number_globals[i].name,
                   obj_find(holder, key_of(I, number_globals[i].name))->cell.v);
    global_set(I, "parseInt", obj_find(number, key_of(I, "parseInt"))->cell.v);
    global_set(I, "parseFloat", obj_find(number, key_of(I, "parseFloat"))->cell.v);
    global_set(I, "NaN", value_number((double)NAN));
    global_set(I, "Infinity", value_number((double)INFINITY));
    global_set(I, "undefined", UNDEFINED);
}

void install_number(Interp *I) {
    static const Native number_row = {"Number", new_number, 1},
                        boolean_row = {"Boolean", new_boolean, 1};
    static const Native bigint_row = {"BigInt", bigint, 1};
    static const Native number_methods[] = {
        {"toLocaleString", to_locale_string, 0}, {"valueOf", value_of, 0}, {NULL, NULL, 0}};
    static const Native boolean_methods[] = {
        {"toString", boolean_to_string, 0}, {"valueOf", value_of, 0}, {NULL, NULL, 0}};
    static const Native bigint_methods[] = {{"toString", bigint_to_string, 0},
                                            {"toLocaleString", to_locale_string, 0},
                                            {"valueOf", value_of, 0},
                                            {NULL, NULL, 0}};
    static const Native bigint_statics[] = {
        {"asIntN", bigint_wrapped, 2}, {"asUintN", bigint_wrapped, 2}, {NULL, NULL, 0}};
    static const struct {
        const char *name;
        double v;
    } constants[] = {
        {"EPSILON", DBL_EPSILON},
        {"MAX_SAFE_INTEGER", 9007199254740991.0},
        {"MAX_VALUE", DBL_MAX},
        {"MIN_SAFE_INTEGER", -9007199254740991.0},
        {"MIN_VALUE", 5e-324},
        {"NaN", (double)NAN},
        {"NEGATIVE_INFINITY", -(double)INFINITY},
        {"POSITIVE_INFINITY", (double)INFINITY},
    };
    Obj *number = constructor_new(I, &number_row, I->realm.number, NULL);
    pure_install(I, number, number_statics);
    pure_install(I, I->realm.number, number_pure);
    obj_natives(I, I->realm.number, number_methods);
    for (size_t i = 0; i < sizeof constants / sizeof constants[0]; i++)
        obj_define_lit(I, number, constants[i].name, value_number(constants[i].v));
    constructor_new(I, &boolean_row, I->realm.boolean, NULL);
    obj_natives(I, I->realm.boolean, boolean_methods);
    constructor_new(I, &bigint_row, I->realm.bigint, bigint_statics);
    obj_natives(I, I->realm.bigint, bigint_methods);
    install_globals(I, number);
}
