// Reads a regular expression's pattern into a tree.
//
// Supported: the language's syntax but for \p{…}, the v flag and octal escapes; these give NULL
// without an error text, a pattern that is wrong gives NULL with one. Nesting is capped.

#include "deducer/eval/builtins/regex.h"

#include <string.h>

enum { NESTING_LIMIT = 100, REPEAT_LIMIT = 1000 };

typedef struct Parser {
    Arena *a;
    Str s;
    uint32_t at, depth;
    Regex *re;
    const char *error;
    bool unsupported, unicode;
} Parser;

static RegexNode *node_new(Parser *p, RegexKind kind) {
    RegexNode *n = arena_new(p->a, RegexNode);
    n->kind = kind;
    return n;
}

static bool failed(const Parser *p) {
    return p->error || p->unsupported;
}

static bool more(const Parser *p) {
    return p->at < p->s.n && !failed(p);
}

static char peek(const Parser *p) {
    return p->at < p->s.n ? p->s.p[p->at] : 0;
}

static bool accept(Parser *p, const char *text) {
    uint32_t n = (uint32_t)strlen(text);
    if (p->s.n - p->at < n || memcmp(p->s.p + p->at, text, n) != 0)
        return false;
    p->at += n;
    return true;
}

static void add_range(Parser *p, RegexNode *cls, uint32_t from, uint32_t to) {
    RegexRange r = {from, to};
    vec_push(p->a, &cls->ranges, r);
}

// ---- Classes ------------------------------------------------------------------------------------

static const RegexRange digits[] = {{'0', '9'}};
static const RegexRange words[] = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
static const RegexRange spaces[] = {
    {9, 13},          {' ', ' '},       {0xA0, 0xA0},     {0x1680, 0x1680}, {0x2000, 0x200A},
    {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};

static void add_ranges(Parser *p, RegexNode *cls, const RegexRange *r, size_t n, bool negated) {
    uint32_t next = 0;
    for (size_t i = 0; i < n; i++) {
        if (!negated)
            add_range(p, cls, r[i].from, r[i].to);
        else if (r[i].from > next)
            add_range(p, cls, next, r[i].from - 1);
        next = r[i].to + 1;
    }
    if (negated)
        add_range(p, cls, next, 0x10FFFF);
}

// \d \D \w \W \s \S: adds them and gives true.
static bool class_escape(Parser *p, RegexNode *cls, char c) {
    switch (c) {
    case 'd':
        add_ranges(p, cls, digits, 1, false);
        return true;
    case 'D':
        add_ranges(p, cls, digits, 1, true);
        return true;
    case 'w':
        add_ranges(p, cls, words, 4, false);
        return true;
    case 'W':
        add_ranges(p, cls, words, 4, true);
        return true;
    case 's':
        add_ranges(p, cls, spaces, 10, false);
        return true;
    case 'S':
        add_ranges(p, cls, spaces, 10, true);
        return true;
    default:
        return false;
    }
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool hex(Parser *p, uint32_t count, uint32_t *out) {
    uint32_t v = 0;
    if (p->s.n - p->at < count)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        int d = hex_digit(p->s.p[p->at + i]);
        if (d < 0)
            return false;
        v = v * 16 + (uint32_t)d;
    }
    p->at += count;
    *out = v;
    return true;
}

static uint32_t unicode_escape(Parser *p) {
    uint32_t v = 0, low;
    if (p->unicode && accept(p, "{")) {
        uint32_t start = p->at;
        for (int d; (d = hex_digit(peek(p))) >= 0 && v <= 0x10FFFF; p->at++)
            v = v * 16 + (uint32_t)d;
        if (p->at == start || v > 0x10FFFF || !accept(p, "}"))
            p->error = "invalid Unicode escape";
        return v;
    }
    if (!hex(p, 4, &v)) {
        if (p->unicode)
            p->error = "invalid Unicode escape";
        return 'u';
    }
    uint32_t back = p->at;
    if (v >= 0xD800 && v < 0xDC00 && accept(p, "\\u") && hex(p, 4, &low) && low >= 0xDC00 &&
        low < 0xE000)
        return 0x10000 + ((v - 0xD800) << 10) + (low - 0xDC00);
    p->at = back;
    return v;
}

// The character of an escape; p stands behind the backslash.
static uint32_t char_escape(Parser *p) {
    uint32_t v, start = p->at;
    char c = peek(p);
    if (p->at >= p->s.n) {
        p->error = "\\ at the end of the pattern";
        return 0;
    }
    p->at++;
    switch (c) {
    case 'n':
        return '\n';
    case 't':
        return '\t';
    case 'r':
        return '\r';
    case 'f':
        return '\f';
    case 'v':
        return '\v';
    case '0':
        if (peek(p) >= '0' && peek(p) <= '9')
            p->unsupported = true;
        return 0;
    case 'x':
        return hex(p, 2, &v) ? v : 'x';
    case 'u':
        return unicode_escape(p);
    case 'c':
        if ((peek(p) | 32) >= 'a' && (peek(p) | 32) <= 'z')
            return (uint32_t)(p->s.p[p->at++] & 31);
        p->unsupported = true;
        return 'c';
    case 'p':
    case 'P':
        if (p->unicode)
            p->unsupported = true;
        return (uint32_t)c;
    default:
        break;
    }
    p->at = start;
    return utf8_next(p->s, &p->at);
}

// One member of a class: a character in *cp, or a class escape (false).
static bool class_atom(Parser *p, RegexNode *cls, uint32_t *cp) {
    if (peek(p) != '\\') {
        *cp = utf8_next(p->s, &p->at);
        return true;
    }
    p->at++;
    if (p->at < p->s.n && class_escape(p, cls, peek(p))) {
        p->at++;
        return false;
    }
    if (peek(p) == 'b') {
        p->at++;
        *cp = '\b';
    } else {
        if (peek(p) >= '1' && peek(p) <= '9')
            p->unsupported = true;
        *cp = char_escape(p);
    }
    return true;
}

static RegexNode *parse_class(Parser *p) {
    RegexNode *cls = node_new(p, RX_CLASS);
    cls->negated = accept(p, "^");
    while (more(p) && peek(p) != ']') {
        uint32_t from, to;
        if (!class_atom(p, cls, &from))
            continue;
        if (peek(p) == '-' && p->at + 1 < p->s.n && p->s.p[p->at + 1] != ']') {
            p->at++;
            if (!class_atom(p, cls, &to)) { // [a-\d]: the hyphen is itself
                add_range(p, cls, from, from);
                add_range(p, cls, '-', '-');
                continue;
            }
            if (to < from)
                p->error = "range out of order in character class";
            add_range(p, cls, from, to);
        } else {
            add_range(p, cls, from, from);
        }
    }
    if (!accept(p, "]") && !failed(p))
        p->error = "unterminated character class";
    return cls;
}

// ---- Atoms --------------------------------------------------------------------------------------

static RegexNode *parse_alternatives(Parser *p);

static Str group_name(Parser *p) {
    uint32_t start = p->at;
    while (p->at < p->s.n && peek(p) != '>')
        p->at++;
    Str name = str_slice(p->s, start, p->at);
    if (!accept(p, ">") || name.n == 0)
        p->error = "invalid capture group name";
    return name;
}

static RegexNode *parse_group(Parser *p) {
    RegexNode *n = NULL;
    if (accept(p, "?:")) {
        n = parse_alternatives(p);
    } else if (accept(p, "?=") || accept(p, "?!") || accept(p, "?<=") || accept(p, "?<!")) {
        n = node_new(p, RX_LOOK);
        n->negated = p->s.p[p->at - 1] == '!';
        n->behind = p->s.p[p->at - 2] == '<';
        n->child = parse_alternatives(p);
    } else {
        n = node_new(p, RX_GROUP);
        bool named = accept(p, "?<");
        if (!named && peek(p) == '?')
            p->unsupported = true;
        if (p->re->group_count >= REGEX_GROUPS) {
            p->unsupported = true;
            return n;
        }
        n->index = p->re->group_count++;
        if (named)
            p->re->names[n->index] = group_name(p);
        n->child = parse_alternatives(p);
    }
    if (!accept(p, ")") && !failed(p))
        p->error = "unterminated group";
    return n;
}

static RegexNode *char_node(Parser *p, uint32_t cp) {
    RegexNode *n = node_new(p, RX_CHAR);
    n->cp = cp;
    return n;
}

static RegexNode *parse_escape(Parser *p) {
    char c = peek(p);
    RegexNode *n;
    if (c == 'b' || c == 'B') {
        p->at++;
        n = node_new(p, RX_WORD);
        n->negated = c == 'B';
        return n;
    }
    if (c >= '1' && c <= '9') {
        n = node_new(p, RX_BACKREF);
        while (peek(p) >= '0' && peek(p) <= '9' && n->index < 1000)
            n->index = n->index * 10 + (uint32_t)(p->s.p[p->at++] - '0');
        return n;
    }
    if (c == 'k' && p->at + 1 < p->s.n && p->s.p[p->at + 1] == '<') {
        p->at += 2;
        n = node_new(p, RX_BACKREF);
        n->name = group_name(p);
        return n;
    }
    n = node_new(p, RX_CLASS);
    if (p->at < p->s.n && class_escape(p, n, c)) {
        p->at++;
        return n;
    }
    return char_node(p, char_escape(p));
}

static RegexNode *parse_atom(Parser *p) {
    char c = peek(p);
    switch (c) {
    case '^':
        p->at++;
        return node_new(p, RX_START);
    case '$':
        p->at++;
        return node_new(p, RX_END);
    case '.':
        p->at++;
        return node_new(p, RX_ANY);
    case '[':
        p->at++;
        return parse_class(p);
    case '(':
        p->at++;
        return parse_group(p);
    case '\\':
        p->at++;
        return parse_escape(p);
    case '*':
    case '+':
    case '?':
        p->error = "nothing to repeat";
        return NULL;
    default:
        break;
    }
    if (p->unicode && (c == '{' || c == '}' || c == ']'))
        p->error = "lone quantifier bracket";
    return char_node(p, utf8_next(p->s, &p->at));
}

// {n}, {n,} or {n,m}; false where the brace is a character.
static bool braces(Parser *p, uint32_t *min, uint32_t *max) {
    uint32_t start = p->at, values[2] = {0, UINT32_MAX};
    if (!accept(p, "{"))
        return false;
    int i = 0;
    for (; i < 2; i++) {
        uint32_t first = p->at;
        uint64_t v = 0;
        while (peek(p) >= '0' && peek(p) <= '9' && v < 100000)
            v = v * 10 + (uint64_t)(p->s.p[p->at++] - '0');
        if (p->at > first)
            values[i] = (uint32_t)v;
        else if (i == 0)
            break;
        if (i == 0 && !accept(p, ",")) {
            values[1] = values[0];
            i = 2;
            break;
        }
    }
    if (i == 0 || !accept(p, "}")) {
        p->at = start;
        return false;
    }
    *min = values[0];
    *max = values[1];
    return true;
}

static RegexNode *parse_term(Parser *p) {
    uint32_t first = p->re->group_count, min, max;
    RegexNode *atom = parse_atom(p);
    if (failed(p))
        return atom;
    if (accept(p, "*"))
        min = 0, max = UINT32_MAX;
    else if (accept(p, "+"))
        min = 1, max = UINT32_MAX;
    else if (accept(p, "?"))
        min = 0, max = 1;
    else if (!braces(p, &min, &max))
        return atom;
    if (atom->kind == RX_START || atom->kind == RX_END || atom->kind == RX_WORD)
        p->error = "nothing to repeat";
    if (max < min)
        p->error = "numbers out of order in quantifier";
    if (min > REPEAT_LIMIT || (max != UINT32_MAX && max > REPEAT_LIMIT))
        p->unsupported = true;
    RegexNode *n = node_new(p, RX_REPEAT);
    n->child = atom;
    n->min = min;
    n->max = max;
    n->greedy = !accept(p, "?");
    n->first_group = first;
    n->last_group = p->re->group_count;
    return n;
}

static RegexNode *parse_alternatives(Parser *p) {
    RegexNode *alt = node_new(p, RX_ALT);
    if (++p->depth > NESTING_LIMIT)
        p->unsupported = true;
    do {
        RegexNode *seq = node_new(p, RX_SEQ);
        while (more(p) && peek(p) != '|' && peek(p) != ')') {
            RegexNode *term = parse_term(p);
            if (term)
                vec_push(p->a, &seq->list, term);
        }
        vec_push(p->a, &alt->list, seq);
    } while (more(p) && accept(p, "|"));
    p->depth--;
    return alt->list.n == 1 ? alt->list.at[0] : alt;
}

// Back references by name get their index; numbers beyond the groups are octal escapes.
static void resolve(Parser *p, RegexNode *n) {
    if (n->kind == RX_BACKREF) {
        for (uint32_t i = 1; n->name.n && i < p->re->group_count; i++)
            if (str_eq(p->re->names[i], n->name))
                n->index = i;
        if (n->index == 0)
            p->error = "invalid named reference";
        if (n->index >= p->re->group_count)
            p->unsupported = true;
    }
    if (n->child)
        resolve(p, n->child);
    for (uint32_t i = 0; i < n->list.n; i++)
        resolve(p, n->list.at[i]);
}

bool regex_flag(Str flags, char flag) {
    return memchr(flags.p, flag, flags.n) != NULL;
}

static bool flags_valid(Str flags) {
    for (uint32_t i = 0; i < flags.n; i++)
        if (!regex_flag(STR("dgimsuvy"), flags.p[i]) ||
            memchr(flags.p + i + 1, flags.p[i], flags.n - i - 1))
            return false;
    return true;
}

Regex *regex_parse(Arena *a, Str source, Str flags, const char **error_out) {
    Regex *re = arena_new(a, Regex);
    Parser p = {.a = a, .s = source, .re = re, .unicode = regex_flag(flags, 'u')};
    *error_out = NULL;
    if (!flags_valid(flags)) {
        *error_out = "invalid flags";
        return NULL;
    }
    if (regex_flag(flags, 'v'))
        return NULL;
    re->group_count = 1;
    re->ignore_case = regex_flag(flags, 'i');
    re->multiline = regex_flag(flags, 'm');
    re->dot_all = regex_flag(flags, 's');
    re->root = parse_alternatives(&p);
    if (!failed(&p) && p.at < p.s.n)
        p.error = "unmatched )";
    if (!failed(&p))
        resolve(&p, re->root);
    if (failed(&p) || !regex_compile(a, re)) {
        *error_out = p.error;
        return NULL;
    }
    return re;
}

uint32_t regex_groups(const Regex *re) {
    return re->group_count;
}

Str regex_group_name(const Regex *re, uint32_t i) {
    return re->names[i].p ? re->names[i] : STR_EMPTY;
}
