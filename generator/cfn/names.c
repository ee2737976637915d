// Names made from names.
//
// Input: kinds, names and properties as the program has them. Output: names that AWS accepts.
// Invariant: different inputs give different names. Where the rewriting lets a difference go, the
// hash of the whole input is put behind; where it does not, the name stays as a person would write
// it.
#include "generator/cfn/names.h"

enum { LOGICAL_MAX = 120 }; // of 255: parts are put behind, and stacks are nested

// What lowerings put behind a logical id. A name that ends like one of these gets a hash, so that
// the role of function `a` is never taken for the function `a-role`.
static const char *const PARTS[] = {
    "Config",     "Endpoint", "Integration", "Key",   "Logs",  "Mapping", "Model", "Name",
    "Permission", "Policy",   "Role",        "Route", "Stage", "Target",  "Url",
};

static bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static char to_lower(char c) {
    return is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

static char to_upper(char c) {
    return is_lower(c) ? (char)(c - 'a' + 'A') : c;
}

Str names_hash(Arena *a, Str s) {
    uint64_t h = str_hash(s);
    return str_fmt(a, "%08x", (unsigned)((h ^ (h >> 32)) & 0xffffffffu));
}

// Lower case, runs of anything else a single `-`, none at the ends. *lossless where that changed
// nothing.
static Str slug(Arena *a, Str s, bool *lossless) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < s.n; i++) {
        char c = to_lower(s.p[i]);
        if (is_lower(c) || is_digit(c))
            buf_putc(&b, c);
        else if (b.n && b.p[b.n - 1] != '-')
            buf_putc(&b, '-');
    }
    while (b.n && b.p[b.n - 1] == '-')
        b.n--;
    Str out = buf_str(&b);
    *lossless = *lossless && out.n > 0 && str_eq(out, s);
    return out;
}

Str names_physical(Arena *a, const Arch *arch, Str name, uint32_t max) {
    bool lossless = true;
    Str project = slug(a, arch->project, &lossless);
    Str stack = slug(a, arch->stack, &lossless);
    Str rest = slug(a, name, &lossless);
    Str full = str_fmt(a, "%.*s-%.*s-%.*s", STR_ARG(project), STR_ARG(stack), STR_ARG(rest));
    bool whole = true;
    full = slug(a, full, &whole); // a part may be empty
    if (lossless && full.n <= max)
        return full;
    Str exact =
        str_fmt(a, "%.*s/%.*s/%.*s", STR_ARG(arch->project), STR_ARG(arch->stack), STR_ARG(name));
    Str hash = names_hash(a, exact);
    Str head = str_slice(full, 0, max - hash.n - 1);
    while (head.n && head.p[head.n - 1] == '-')
        head.n--;
    return head.n ? str_fmt(a, "%.*s-%.*s", STR_ARG(head), STR_ARG(hash))
                  : str_fmt(a, "x%.*s", STR_ARG(hash));
}

Str names_stack(Arena *a, Str project, Str stack) {
    enum { STACK_MAX = 100 };
    bool lossless = true;
    Str head = slug(a, project, &lossless), tail = slug(a, stack, &lossless);
    Str full = str_fmt(a, "%.*s-%.*s", STR_ARG(head), STR_ARG(tail));
    if (lossless && full.n <= STACK_MAX && is_lower(full.p[0]))
        return full;
    Str hash = names_hash(a, str_fmt(a, "%.*s/%.*s", STR_ARG(project), STR_ARG(stack)));
    bool whole = true;
    full = slug(a, str_slice(full, 0, STACK_MAX - hash.n - 2), &whole);
    return str_fmt(a, "%s%.*s-%.*s", full.n && is_lower(full.p[0]) ? "" : "p", STR_ARG(full),
                   STR_ARG(hash));
}

// Each word's first letter upper case, separators gone. *lossless where every word starts with a
// letter, so that the words can be told apart again.
static Str camel(Arena *a, Str s, char separator, bool *lossless) {
    Buf b = buf_new(a);
    bool start = true;
    for (uint32_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!is_lower(c) && !is_upper(c) && !is_digit(c)) {
            *lossless = *lossless && c == separator && !start;
            start = true;
            continue;
        }
        *lossless = *lossless && !is_upper(c) && !(start && is_digit(c));
        buf_putc(&b, start ? to_upper(c) : c);
        start = false;
    }
    *lossless = *lossless && !start;
    return buf_str(&b);
}

static bool ends_like_part(Str camelled) {
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
        if (str_ends(camelled, PARTS[i]))
            return true;
    return false;
}

Str names_logical(Arena *a, Str kind, Str name, const char *part) {
    bool lossless = true;
    Str words = camel(a, name, '-', &lossless);
    if (lossless && words.n <= LOGICAL_MAX && !ends_like_part(words))
        return str_fmt(a, "%.*s%.*s%s", STR_ARG(kind), STR_ARG(words), part);
    Str hash = names_hash(a, name);
    Str head = str_slice(words, 0, LOGICAL_MAX);
    Buf b = buf_new(a);
    buf_printf(&b, "%.*s%.*s", STR_ARG(kind), STR_ARG(head));
    for (uint32_t i = 0; i < hash.n; i++)
        buf_putc(&b, to_upper(hash.p[i]));
    buf_puts(&b, part);
    return buf_str(&b);
}

// awsTableName → AWS_TABLE_NAME
static void snake(Buf *b, Str s) {
    for (uint32_t i = 0; i < s.n; i++) {
        if (is_upper(s.p[i]) && i > 0)
            buf_putc(b, '_');
        buf_putc(b, to_upper(s.p[i]));
    }
}

Str names_variable(Arena *a, Str kind, Str name, Str property) {
    bool lossless = true;
    Str plain = slug(a, name, &lossless);
    Buf b = buf_new(a);
    buf_puts(&b, "PLUTO_");
    for (uint32_t i = 0; i < kind.n; i++)
        buf_putc(&b, to_upper(kind.p[i]));
    if (plain.n)
        buf_putc(&b, '_');
    for (uint32_t i = 0; i < plain.n; i++)
        buf_putc(&b, plain.p[i] == '-' ? '_' : to_upper(plain.p[i]));
    if (!lossless) {
        Str hash = names_hash(a, name);
        buf_putc(&b, '_');
        for (uint32_t i = 0; i < hash.n; i++)
            buf_putc(&b, to_upper(hash.p[i]));
    }
    buf_putc(&b, '_');
    snake(&b, property);
    return buf_str(&b);
}

Str names_parameter(Arena *a, Str variable) {
    bool lossless = true;
    Buf lower = buf_new(a);
    for (uint32_t i = 0; i < variable.n; i++) {
        lossless = lossless && !is_lower(variable.p[i]);
        buf_putc(&lower, to_lower(variable.p[i]));
    }
    Str words = camel(a, buf_str(&lower), '_', &lossless);
    if (lossless && words.n <= LOGICAL_MAX)
        return str_fmt(a, "Env%.*s", STR_ARG(words));
    Str head = str_slice(words, 0, LOGICAL_MAX);
    return str_fmt(a, "Env%.*s%.*s", STR_ARG(head), STR_ARG(names_hash(a, variable)));
}
