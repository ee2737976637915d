// Math. Exact where C's library and V8 agree to the last bit; the transcendental functions may
// differ there by one, so their results are rounded nowhere but used as they are.
// Math.random() differs from run to run and says so.

#include "deducer/eval/builtins/builtins.h"

#include <math.h>

#define UNARY(name, expression)                                                                    \
    static Value name(Interp *I, const Known *a, uint32_t n, Span span) {                          \
        (void)I, (void)n, (void)span;                                                              \
        double x = a[1].n;                                                                         \
        return value_number(expression);                                                           \
    }

static double sign_of(double x) {
    return x > 0 ? 1 : x < 0 ? -1 : x;
}

static uint32_t to_uint32(double x) {
    if (!isfinite(x))
        return 0;
    double m = fmod(trunc(x), 4294967296.0);
    return (uint32_t)(m < 0 ? m + 4294967296.0 : m);
}

static double leading_zeros(double x) {
    uint32_t v = to_uint32(x), n = 0;
    while (n < 32 && !(v & (0x80000000u >> n)))
        n++;
    return n;
}

// Halves go up, also below zero; the sum x + 0.5 must not round.
static double round_up(double x) {
    double down = floor(x);
    if (!isfinite(x))
        return x;
    double r = x - down >= 0.5 ? down + 1 : down;
    return r == 0 ? copysign(0, x) : r;
}

// C's libraries may miss exact cubes by one unit: a step of Newton's method finds them.
static double cube_root(double x) {
    double r = cbrt(x);
    if (!isfinite(r) || r == 0)
        return r;
    return r - (r * r * r - x) / (3 * r * r);
}

UNARY(m_abs, fabs(x))
UNARY(m_acos, acos(x))
UNARY(m_acosh, acosh(x))
UNARY(m_asin, asin(x))
UNARY(m_asinh, asinh(x))
UNARY(m_atan, atan(x))
UNARY(m_atanh, atanh(x))
UNARY(m_cbrt, cube_root(x))
UNARY(m_ceil, ceil(x))
UNARY(m_clz32, leading_zeros(x))
UNARY(m_cos, cos(x))
UNARY(m_cosh, cosh(x))
UNARY(m_exp, exp(x))
UNARY(m_expm1, expm1(x))
UNARY(m_floor, floor(x))
UNARY(m_fround, (double)(float)x)
UNARY(m_log, log(x))
UNARY(m_log10, log10(x))
UNARY(m_log1p, log1p(x))
UNARY(m_log2, log2(x))
UNARY(m_round, round_up(x))
UNARY(m_sign, sign_of(x))
UNARY(m_sin, sin(x))
UNARY(m_sinh, sinh(x))
UNARY(m_sqrt, sqrt(x))
UNARY(m_tan, tan(x))
UNARY(m_tanh, tanh(x))
UNARY(m_trunc, trunc(x))

static Value m_atan2(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)I, (void)n, (void)span;
    return value_number(atan2(a[1].n, a[2].n));
}

static Value m_pow(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)I, (void)n, (void)span;
    bool none = isnan(a[2].n) || (fabs(a[1].n) == 1 && isinf(a[2].n));
    return value_number(none ? (double)NAN : pow(a[1].n, a[2].n));
}

static Value m_imul(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)I, (void)n, (void)span;
    uint32_t product = to_uint32(a[1].n) * to_uint32(a[2].n);
    return value_number(product < 0x80000000u ? (double)product : (double)product - 4294967296.0);
}

static Value extreme(const Known *a, uint32_t n, double best, bool largest) {
    for (uint32_t i = 1; i < n; i++) {
        double x = a[i].n;
        if (isnan(x))
            return value_number((double)NAN);
        bool better = largest ? x > best : x < best;
        bool zero = x == 0 && best == 0 && (largest ? signbit(best) : signbit(x));
        if (better || zero)
            best = x;
    }
    return value_number(best);
}

static Value m_max(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)I, (void)span;
    return extreme(a, n, -(double)INFINITY, true);
}

static Value m_min(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)I, (void)span;
    return extreme(a, n, (double)INFINITY, false);
}

static Value m_hypot(Interp *I, const Known *a, uint32_t n, Span span) {
    (void)I, (void)span;
    double sum = 0;
    for (uint32_t i = 1; i < n; i++) {
        if (isinf(a[i].n))
            return value_number((double)INFINITY);
        sum = n == 2 ? a[i].n * a[i].n : hypot(sqrt(sum), a[i].n) * hypot(sqrt(sum), a[i].n);
    }
    return value_number(n == 2 ? fabs(a[1].n) : n == 3 ? hypot(a[1].n, a[2].n) : sqrt(sum));
}

static Value m_random(Interp *I, const Call *c) {
    return interp_prim(I, PT_NUMBER, c->span, "`Math.random()` differs from run to run");
}

#define ONE(name)                                                                                  \
    { #name, "-n", PT_NUMBER, 1, m_##name }

static const Pure math_pure[] = {
    ONE(abs),
    ONE(acos),
    ONE(acosh),
    ONE(asin),
    ONE(asinh),
    ONE(atan),
    ONE(atanh),
    ONE(cbrt),
    ONE(ceil),
    ONE(clz32),
    ONE(cos),
    ONE(cosh),
    ONE(exp),
    ONE(expm1),
    ONE(floor),
    ONE(fround),
    ONE(log),
    ONE(log10),
    ONE(log1p),
    ONE(log2),
    ONE(round),
    ONE(sign),
    ONE(sin),
    ONE(sinh),
    ONE(sqrt),
    ONE(tan),
    ONE(tanh),
    ONE(trunc),
    {"atan2", "-nn", PT_NUMBER, 2, m_atan2},
    {"hypot", "-n*", PT_NUMBER, 2, m_hypot},
    {"imul", "-nn", PT_NUMBER, 2, m_imul},
    {"max", "-n*", PT_NUMBER, 2, m_max},
    {"min", "-n*", PT_NUMBER, 2, m_min},
    {"pow", "-nn", PT_NUMBER, 2, m_pow},
    {NULL, NULL, 0, 0, NULL},
};

void install_math(Interp *I) {
    static const Native rows[] = {{"random", m_random, 0}, {NULL, NULL, 0}};
    static const struct {
        const char *name;
        double v;
    } constants[] = {
        {"E", 2.718281828459045},        {"LN10", 2.302585092994046},   {"LN2", 0.6931471805599453},
        {"LOG10E", 0.4342944819032518},  {"LOG2E", 1.4426950408889634}, {"PI", 3.141592653589793},
        {"SQRT1_2", 0.7071067811865476}, {"SQRT2", 1.4142135623730951},
    };
    Obj *math = namespace_new(I, "Math", rows);
    pure_install(I, math, math_pure);
    for (size_t i = 0; i < sizeof constants / sizeof constants[0]; i++)
        obj_define_lit(I, math, constants[i].name, value_number(constants[i].v));
}
