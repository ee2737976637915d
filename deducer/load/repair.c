// Valid code that the grammar doesn't know, made readable to it.
//
// In: a text, and where it doesn't fit the grammar. Out: a copy of the same length in which
// constructs that the grammar lacks are blanked or replaced by others with the same meaning for
// what is read later. Since offsets stay, all values and names are read from the original text: a
// patch changes structure only. Each rule looks at one token and its neighbours. Rules of the first
// kind match only what is valid in one way, so they hold for the whole file; the others apply near
// errors alone.

#include "deducer/load/repair.h"

#include "deducer/load/token.h"

#include <string.h>

enum {
    WIDE = 2000,               // bytes of an error that says little of its place
    NEAR = 80,                 // bytes around an error in which the second kind of rules applies
    TYPE_ARGUMENTS_MAX = 4000, // bytes between `<` and `>` before a template
};

typedef struct Site {
    Repair *r;
    CstReader *reader;
    Toks ts;
    uint32_t i; // the token that is looked at
    bool patched;
} Site;

static void write_text(Repair *r, uint32_t start, uint32_t end, const char *with) {
    if (r->copy == NULL) {
        r->copy = arena_copy(r->a, r->text.p, r->text.n);
        r->text.p = r->copy;
    }
    for (uint32_t i = start; i < end; i++) {
        // Line ends stay: what a blanked construct separated is still separated.
        bool keep = *with == '\0' && (r->copy[i] == '\n' || r->copy[i] == '\r');
        if (!keep)
            r->copy[i] = *with != '\0' ? *with++ : ' ';
    }
}

// Replaces tokens [from, to) by `with` and blanks.
static bool patch(Site *s, uint32_t from, uint32_t to, const char *with) {
    uint32_t start = s->ts.at[from].start;
    uint32_t end = s->ts.at[to - 1].end;
    write_text(s->r, start, end, with);
    cst_edited(s->reader, start, end);
    s->patched = true;
    return true;
}

static const Tok *at(const Site *s, int64_t offset) {
    static const Tok none = {0};
    int64_t i = (int64_t)s->i + offset;
    return i >= 0 && i < s->ts.n ? &s->ts.at[i] : &none;
}

static bool word(const Site *s, int64_t offset, const char *w) {
    return at(s, offset)->kind == TOK_WORD && tok_is(s->r->text, at(s, offset), w);
}

static bool any_word(const Site *s, int64_t offset, const char *const *words) {
    return at(s, offset)->kind == TOK_WORD && tok_is_any(s->r->text, at(s, offset), words);
}

static bool is_word(const Site *s, int64_t offset) {
    const Tok *t = at(s, offset);
    return t->kind == TOK_WORD && t->end > t->start;
}

static bool punct(const Site *s, int64_t offset, char c) {
    const Tok *t = at(s, offset);
    return t->kind == TOK_PUNCT && t->c == c && t->end - t->start == 1;
}

static bool punct_of(const Site *s, int64_t offset, const char *cs) {
    const Tok *t = at(s, offset);
    return t->kind == TOK_PUNCT && t->c != '\0' && strchr(cs, t->c) != NULL;
}

static bool line_before(const Site *s, int64_t offset) {
    const Tok *before = at(s, offset - 1);
    const Tok *t = at(s, offset);
    if (t->start < before->end)
        return true;
    return memchr(s->r->text.p + before->end, '\n', t->start - before->end) != NULL;
}

// ---- Rules that hold anywhere -------------------------------------------------------------------

static const char *const variances[] = {"in", "out", NULL};
static const char *const modifiers[] = {"static",   "public",  "private",  "protected", "override",
                                        "readonly", "declare", "abstract", NULL};

// <in T, out U>
static bool variance(Site *s) {
    if (!any_word(s, 0, variances) || !is_word(s, 1))
        return false;
    bool leads = punct(s, -1, '<') || punct(s, -1, ',') || word(s, -1, "const");
    bool declares = any_word(s, 1, variances) || punct_of(s, 2, ",>=") || word(s, 2, "extends");
    return leads && declares && patch(s, s->i, s->i + 1, "");
}

// export type * from "m"
static bool export_type_star(Site *s) {
    return word(s, 0, "export") && word(s, 1, "type") && punct(s, 2, '*') &&
           patch(s, s->i + 1, s->i + 2, "");
}

// import defer * as a from "m"; import source a from "m"
static bool import_phase(Site *s) {
    if (!word(s, 0, "import") || !(word(s, 1, "defer") || word(s, 1, "source")))
        return false;
    bool phase = punct(s, 2, '*') || (is_word(s, 2) && word(s, 3, "from"));
    return phase && patch(s, s->i + 1, s->i + 2, "");
}

// export * from "m" with { type: "json" }
static bool attributes(Site *s) {
    if (!(word(s, 0, "with") || word(s, 0, "assert")) || !punct(s, 1, '{'))
        return false;
    if (at(s, -1)->kind != TOK_STRING || !word(s, -2, "from"))
        return false;
    return patch(s, s->i, toks_behind(s->ts, s->i + 1), "");
}

// static accessor x = 1
static bool accessor(Site *s) {
    if (!word(s, 0, "accessor") || !any_word(s, -1, modifiers))
        return false;
    bool name = is_word(s, 1) || punct(s, 1, '[') || at(s, 1)->kind == TOK_STRING;
    return name && patch(s, s->i, s->i + 1, "");
}

// static [key: string]: any
static bool static_index(Site *s) {
    if (!any_word(s, 0, modifiers) || word(s, 0, "readonly"))
        return false;
    int64_t bracket = word(s, 1, "readonly") ? 2 : 1;
    bool signature =
        punct(s, bracket, '[') && is_word(s, bracket + 1) && punct(s, bracket + 2, ':');
    return signature && patch(s, s->i, s->i + 1, "");
}

// for (using x of y): read as `const`; the statement's reader looks at the original word
static bool for_using(Site *s) {
    if (!word(s, 0, "using") || !is_word(s, 1) || word(s, 1, "in"))
        return false;
    if (word(s, 1, "of") && !word(s, 2, "of") && !punct(s, 2, '='))
        return false;
    bool awaits = word(s, -1, "await");
    int64_t paren = awaits ? -2 : -1;
    bool in_for =
        punct(s, paren, '(') && (word(s, paren - 1, "for") || word(s, paren - 1, "await"));
    if (!in_for)
        return false;
    if (awaits)
        patch(s, s->i - 1, s->i, "");
    return patch(s, s->i, s->i + 1, "const");
}

// Puts a separator behind the token before this one.
static bool separate(Site *s) {
    bool ended = at(s, -1)->kind != TOK_PUNCT || punct_of(s, -1, ")]}>");
    uint32_t end = at(s, -1)->end;
    if (!ended || s->r->text.p[end] == ';')
        return false;
    write_text(s->r, end, end + 1, ";");
    cst_edited(s->reader, end, end + 1);
    s->patched = true;
    return true;
}

// Members of a type on lines of their own, whose first token would continue an expression:
// `<T>(a): b` and `in: a`
static bool member_line(Site *s) {
    if (s->i == 0 || !line_before(s, 0))
        return false;
    if (word(s, 0, "in") || word(s, 0, "instanceof"))
        return (punct(s, 1, ':') || (punct(s, 1, '?') && punct(s, 2, ':'))) && separate(s);
    uint32_t behind = punct(s, 0, '<') ? toks_behind(s->ts, s->i) : s->ts.n;
    return behind < s->ts.n && s->ts.at[behind].c == '(' && separate(s);
}

// The token behind `import("m").a.b`, or the site's own where there is none.
static uint32_t behind_import(const Site *s) {
    if (!word(s, 0, "import") || !punct(s, 1, '(') || at(s, 2)->kind != TOK_STRING)
        return s->i;
    uint32_t i = toks_behind(s->ts, s->i + 1);
    while (i + 1 < s->ts.n && s->ts.at[i].c == '.' && s->ts.at[i + 1].kind == TOK_WORD)
        i += 2;
    return i;
}

// import("m").A<B>, a type: any name in its place
static bool import_type(Site *s) {
    uint32_t i = behind_import(s);
    if (i == s->i || i >= s->ts.n || s->ts.at[i].c != '<')
        return false;
    uint32_t behind = toks_behind(s->ts, i);
    bool called =
        behind < s->ts.n && (s->ts.at[behind].c == '(' || s->ts.at[behind].kind == TOK_TEMPLATE);
    return !called && patch(s, s->i, i, "T");
}

// export default abstract class { … }
static bool abstract_default(Site *s) {
    return word(s, 0, "abstract") && word(s, -1, "default") && word(s, 1, "class") &&
           (!is_word(s, 2) || word(s, 2, "extends") || word(s, 2, "implements")) &&
           patch(s, s->i, s->i + 1, "");
}

// import type a = b.c
static bool type_alias_import(Site *s) {
    return word(s, 0, "type") && word(s, -1, "import") && is_word(s, 1) && punct(s, 2, '=') &&
           !word(s, 3, "require") && patch(s, s->i, s->i + 1, "");
}

// export import a = require("m"): the import's reader looks for the word before it
static bool export_require(Site *s) {
    return word(s, 0, "export") && word(s, 1, "import") && is_word(s, 2) && punct(s, 3, '=') &&
           word(s, 4, "require") && punct(s, 5, '(') && patch(s, s->i, s->i + 1, "");
}

// ---- Rules for what stands at an error ----------------------------------------------------------

// Words that are keywords to the grammar only, used as names: any name in their place.
static bool name(Site *s) {
    static const char *const names[] = {"as",       "abstract", "accessor",  "asserts", "infer",
                                        "is",       "keyof",    "unique",    "global",  "override",
                                        "readonly", "declare",  "satisfies", "using",   NULL};
    static const char *const declares[] = {"let", "const", "var", "function", NULL};
    if (!any_word(s, 0, names))
        return false;
    bool named = punct_of(s, 1, "=,;).}+-*/?:!(&|]") || s->i + 1 == s->ts.n || line_before(s, 1) ||
                 any_word(s, -1, declares);
    if (!named)
        return false;
    uint32_t start = at(s, 0)->start;
    write_text(s->r, start, start + 1, "_");
    cst_edited(s->reader, start, start + 1);
    s->patched = true;
    return true;
}

// [a as B] = c: no assertions in patterns
static bool pattern_assertion(Site *s) {
    static const char *const ends[] = {"of", "in", NULL};
    bool follows = is_word(s, -1) || punct_of(s, -1, ")]");
    if (!(word(s, 0, "as") || word(s, 0, "satisfies")) || !follows)
        return false;
    uint32_t i = s->i + 1;
    while (i < s->ts.n && !tok_is_any(s->r->text, &s->ts.at[i], ends)) {
        const Tok *t = &s->ts.at[i];
        if (line_before(s, (int64_t)i - s->i) || t->c == ';')
            return false;
        if (t->kind == TOK_PUNCT && strchr(")]},=", t->c) != NULL && t->end - t->start == 1)
            break;
        bool bracket = t->kind == TOK_PUNCT && strchr("([{<", t->c) != NULL;
        i = bracket ? toks_behind(s->ts, i) : i + 1;
    }
    return i > s->i + 1 && i < s->ts.n && patch(s, s->i, i, "");
}

// @(a.b()[0]): a call of any decorator with this argument, if a character is free before it; the
// class's reader looks for that
static bool decorator(Site *s) {
    if (!punct(s, 0, '@') || !punct(s, 1, '(') || at(s, 0)->start == 0)
        return false;
    uint32_t start = at(s, 0)->start;
    char before = s->r->text.p[start - 1];
    if (before != ' ' && before != '\n' && before != '\t')
        return false;
    write_text(s->r, start - 1, start + 1, "@d");
    cst_edited(s->reader, start - 1, start + 1);
    s->patched = true;
    return true;
}

// import("m").A["b"], a type
static bool import_lookup(Site *s) {
    static const char *const operators[] = {"as", "keyof", "extends", "satisfies", "typeof", NULL};
    uint32_t i = behind_import(s);
    if (i == s->i || i >= s->ts.n || s->ts.at[i].c != '[')
        return false;
    bool type = punct_of(s, -1, ":|&<?") || any_word(s, -1, operators);
    return type && patch(s, s->i, i, "T");
}

// f<T>?.(a)
static bool optional_arguments(Site *s) {
    if (!punct(s, 0, '<') || !is_word(s, -1))
        return false;
    uint32_t i = toks_behind(s->ts, s->i);
    bool chained = i + 1 < s->ts.n && s->ts.at[i].c == '?' && s->ts.at[i + 1].c == '.';
    return chained && patch(s, s->i, i, "");
}

// a ?.5 : b, the conditional: any digit for the point
static bool number_choice(Site *s) {
    bool adjacent = at(s, 1)->start == at(s, 0)->end && at(s, 2)->start == at(s, 1)->end;
    if (!punct(s, 0, '?') || !punct(s, 1, '.') || at(s, 2)->kind != TOK_NUMBER || !adjacent)
        return false;
    return patch(s, s->i + 1, s->i + 2, "1");
}

// ({ a }?: b) => c, a type
static bool optional_pattern(Site *s) {
    return punct(s, 0, '?') && punct_of(s, -1, "}]") && punct(s, 1, ':') &&
           patch(s, s->i, s->i + 1, "");
}

// export default function (a): b;
static bool default_signature(Site *s) {
    if (!word(s, 0, "export") || !word(s, 1, "default"))
        return false;
    uint32_t i = s->i + (word(s, 2, "async") ? 3 : 2);
    if (!word(s, (int64_t)i - s->i, "function") || i + 1 >= s->ts.n || s->ts.at[i + 1].c != '(')
        return false;
    i = toks_behind(s->ts, i + 1);
    if (i < s->ts.n && s->ts.at[i].c == '{')
        return false;
    while (i < s->ts.n && s->ts.at[i].c != ';') {
        bool bracket = s->ts.at[i].kind == TOK_PUNCT && strchr("([{", s->ts.at[i].c) != NULL;
        i = bracket ? toks_behind(s->ts, i) : i + 1;
    }
    return i < s->ts.n && patch(s, s->i, i + 1, "");
}

// `a\`b`, the type: the grammar knows escapes in templates only, not in template types
static bool template_escapes(Site *s) {
    const Tok *t = at(s, 0);
    if (t->kind != TOK_TEMPLATE)
        return false;
    bool any = false;
    for (uint32_t i = t->start + 1; i + 1 < t->end; i++) {
        if (s->r->text.p[i] != '\\')
            continue;
        write_text(s->r, i, i + 2, "xx");
        any = true;
    }
    if (any)
        cst_edited(s->reader, t->start, t->end);
    s->patched = s->patched || any;
    return any;
}

// ---- All of them --------------------------------------------------------------------------------

typedef bool (*Rule)(Site *);

static const Rule anywhere[] = {
    variance,  export_type_star, import_phase, attributes,       accessor,          static_index,
    for_using, member_line,      import_type,  abstract_default, type_alias_import, export_require,
};

static const Rule at_errors[] = {decorator,         import_lookup,     optional_arguments,
                                 default_signature, pattern_assertion, template_escapes,
                                 number_choice,     optional_pattern,  name};

static bool apply_rules(Site *s, const Rule *rules, size_t count) {
    for (size_t k = 0; k < count; k++) {
        if (rules[k](s))
            return true;
    }
    return false;
}

static void apply_anywhere(Site *s) {
    for (s->i = 0; s->i < s->ts.n; s->i++) {
        apply_rules(s, anywhere, sizeof anywhere / sizeof anywhere[0]);
    }
}

static void apply_near(Site *s, const CstError *e) {
    uint32_t from = e->start > NEAR ? e->start - NEAR : 0;
    for (s->i = toks_from(s->ts, from); s->i < s->ts.n; s->i++) {
        if (at(s, 0)->start > e->end + NEAR)
            break;
        apply_rules(s, at_errors, sizeof at_errors / sizeof at_errors[0]);
    }
}

// ---- Before parsing -------------------------------------------------

static bool is_name_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || c == ')' || c == ']' || (c & 0x80) != 0;
}

// The '<' that the '>' at `end` closes, where all between may be types; else `end`.
static uint32_t type_arguments_start(Str text, uint32_t end) {
    uint32_t angles = 0, brackets = 0;
    uint32_t limit = end > TYPE_ARGUMENTS_MAX ? end - TYPE_ARGUMENTS_MAX : 0;
    for (uint32_t i = end; i > limit; i--) {
        char c = text.p[i];
        bool substitutes = c == '$' && text.p[i + 1] == '{';
        if (c == '`' || c == '/' || substitutes)
            return end;
        if (strchr(")]}", c) != NULL && c != '\0')
            brackets++;
        if (strchr("([{", c) != NULL && c != '\0' && brackets-- == 0)
            return end;
        if (c == '>' && text.p[i - 1] != '=' && brackets == 0)
            angles++;
        if (c == '<' && brackets == 0 && --angles == 0) {
            return is_name_char(text.p[i - 1]) ? i : end;
        }
        if (c == ';' && brackets == 0)
            return end;
    }
    return end;
}

// sql<T>`…` reads as two comparisons: its type arguments are blanked. In the text of a template the
// same pattern stands for nothing, and blanking it changes nothing.
static void blank_tag_arguments(Repair *r) {
    Str text = r->text;
    const char *p = text.n > 0 ? memchr(text.p + 1, '`', text.n - 1) : NULL;
    while (p != NULL) {
        uint32_t tick = (uint32_t)(p - text.p);
        if (p[-1] == '>') {
            uint32_t start = type_arguments_start(text, tick - 1);
            if (start < tick - 1)
                write_text(r, start, tick, "");
        }
        p = memchr(p + 1, '`', text.n - tick - 1);
    }
}

static bool starts_with_variance(Str text, uint32_t at) {
    while (at < text.n && (text.p[at] == ' ' || text.p[at] == '\n'))
        at++;
    Str rest = str_slice(text, at, at + 4);
    return str_starts(rest, "in ") || str_starts(rest, "out ");
}

static bool starts_line(Str text, uint32_t at) {
    while (at > 0 && text.p[at - 1] == ' ')
        at--;
    return at > 0 && text.p[at - 1] == '\n';
}

// Is it likely that the rules have work? Parsing twice costs more than asking.
static bool looks_odd(Str text) {
    const char *end = text.p + text.n;
    for (const char *p = text.p; (p = memchr(p, '<', (size_t)(end - p))) != NULL; p++) {
        uint32_t at = (uint32_t)(p - text.p);
        if (starts_with_variance(text, at + 1) || starts_line(text, at))
            return true;
    }
    return false;
}

void repair_init(Repair *r, Arena *a, Str text, CstReader *reader) {
    *r = (Repair){.a = a, .text = text};
    blank_tag_arguments(r);
    if (!looks_odd(text))
        return;
    Site s = {.r = r, .reader = reader, .ts = toks_of(a, r->text)};
    apply_anywhere(&s);
}

bool repair_apply(Repair *r, CstErrors errors, CstReader *reader) {
    Site s = {.r = r, .reader = reader, .ts = toks_of(r->a, r->text)};
    apply_anywhere(&s);
    if (s.patched)
        return true;
    Str before = {arena_copy(r->a, r->text.p, r->text.n), r->text.n};
    for (uint32_t i = 0; i < errors.count; i++) {
        const CstError *e = &errors.at[i];
        if (e->end - e->start <= WIDE)
            apply_near(&s, e);
    }
    // An error can span the whole file; those within it tell more, if there are any.
    if (!s.patched && errors.count > 0)
        apply_near(&s, &errors.at[0]);
    if (s.patched && r->safe.p == NULL)
        r->safe = before;
    return s.patched;
}
