// Models and instance types by name.
//
// Input: a model's id on the Hugging Face hub, an instance type. Output: numbers.
// Invariant: what is not recognised gives 0, and what follows from 0 is safe: the longest wait that
// is not absurd, no claim about GPUs.
#include "generator/cfn/model.h"

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Reads digits, with a fraction after `.`; false where there are none.
static bool number(Str s, uint32_t *at, double *out) {
    uint32_t i = *at;
    double value = 0, unit = 1;
    while (i < s.n && is_digit(s.p[i]))
        value = value * 10 + (s.p[i++] - '0');
    if (i == *at)
        return false;
    if (i + 1 < s.n && s.p[i] == '.' && is_digit(s.p[i + 1]))
        for (i++; i < s.n && is_digit(s.p[i]); i++)
            value += (s.p[i] - '0') * (unit /= 10);
    *at = i;
    *out = value;
    return true;
}

// A size that starts at `at`: "7b", "1.1B", "560m", "8x7B". Billions, or 0.
static double size_at(Str s, uint32_t at) {
    double value, factor = 1;
    if (!number(s, &at, &value))
        return 0;
    if (at < s.n && (s.p[at] == 'x' || s.p[at] == 'X')) {
        factor = value;
        at++;
        if (!number(s, &at, &value))
            return 0;
    }
    if (at >= s.n || (at + 1 < s.n && (is_letter(s.p[at + 1]) || is_digit(s.p[at + 1]))))
        return 0;
    if (s.p[at] == 'b' || s.p[at] == 'B')
        return factor * value;
    return s.p[at] == 'm' || s.p[at] == 'M' ? factor * value / 1000 : 0;
}

double model_billions(Str model_id) {
    double largest = 0;
    for (uint32_t i = 0; i < model_id.n; i++) {
        char before = i ? model_id.p[i - 1] : '-';
        if (!is_digit(model_id.p[i]) || is_digit(before) || is_letter(before) || before == '.')
            continue;
        double size = size_at(model_id, i);
        if (size > largest)
            largest = size;
    }
    return largest;
}

unsigned model_timeout(double billions) {
    static const struct {
        double up_to;
        unsigned seconds;
    } STEPS[] = {{3, 600}, {8, 900}, {15, 1200}, {35, 1800}, {50, 2700}};
    if (billions <= 0)
        return 900;
    for (size_t i = 0; i < sizeof STEPS / sizeof *STEPS; i++)
        if (billions <= STEPS[i].up_to)
            return STEPS[i].seconds;
    return 3600;
}

typedef struct Machine {
    const char *family;
    const char *size; // NULL: every other size
    unsigned gpus;
} Machine;

// The rows of a family stand together, its other sizes last.
static const Machine MACHINES[] = {
    {"g4dn", "12xlarge", 4}, {"g4dn", "metal", 8},   {"g4dn", NULL, 1}, {"g5", "12xlarge", 4},
    {"g5", "24xlarge", 4},   {"g5", "48xlarge", 8},  {"g5", NULL, 1},   {"g6", "12xlarge", 4},
    {"g6", "24xlarge", 4},   {"g6", "48xlarge", 8},  {"g6", NULL, 1},   {"g6e", "12xlarge", 4},
    {"g6e", "24xlarge", 4},  {"g6e", "48xlarge", 8}, {"g6e", NULL, 1},  {"gr6", NULL, 1},
    {"p2", "8xlarge", 8},    {"p2", "16xlarge", 16}, {"p2", NULL, 1},   {"p3", "8xlarge", 4},
    {"p3", "16xlarge", 8},   {"p3", NULL, 1},        {"p3dn", NULL, 8}, {"p4d", NULL, 8},
    {"p4de", NULL, 8},       {"p5", "4xlarge", 1},   {"p5", NULL, 8},   {"p5e", NULL, 8},
    {"p5en", NULL, 8},       {"p6-b200", NULL, 8},
};

// "ml.g5.2xlarge" → "g5", "2xlarge"
static bool split(Str type, Str *family, Str *size) {
    if (!str_starts(type, "ml."))
        return false;
    int64_t dot = str_find(type, STR("."), 3);
    if (dot < 0)
        return false;
    *family = str_slice(type, 3, (uint32_t)dot);
    *size = str_slice(type, (uint32_t)dot + 1, type.n);
    return true;
}

unsigned instance_gpus(Str instance_type) {
    Str family, size;
    if (!split(instance_type, &family, &size))
        return 0;
    for (size_t i = 0; i < sizeof MACHINES / sizeof *MACHINES; i++) {
        const Machine *m = &MACHINES[i];
        if (str_is(family, m->family) && (!m->size || str_is(size, m->size)))
            return m->gpus;
    }
    return 0;
}

bool instance_type_valid(Str instance_type) {
    Str family, size;
    if (!split(instance_type, &family, &size) || !family.n || !size.n)
        return false;
    for (uint32_t i = 3; i < instance_type.n; i++) {
        char c = instance_type.p[i];
        if (!is_digit(c) && !(c >= 'a' && c <= 'z') && c != '-' && c != '.')
            return false;
    }
    return str_find(size, STR("."), 0) < 0;
}
