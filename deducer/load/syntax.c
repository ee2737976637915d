// Syntax errors: from a text that doesn't fit the grammar to one good message.
//
// In: the text, and the reader that failed on it. Out: one P0106 at the first place where no
// reading of the text goes on, with what was found, what is missing where that is known, and the
// bracket around it that is still open where that may be the cause.

#include "deducer/load/syntax.h"

#include "deducer/load/token.h"

#include <string.h>

enum {
    SLOW_MAX = 2 << 20, // longer texts are not parsed a second time to find the exact place
    ERRORS_MAX = 100,
};

typedef struct Scene {
    Arena *a;
    Diags *ds;
    FileId file;
    Str text;
    Toks toks;
    CstErrors errors;
    uint32_t at;   // the token that doesn't fit; toks.n: the end of the file
    uint32_t open; // the innermost bracket open before it; UINT32_MAX: none
} Scene;

static Span span_of(const Scene *s, const Tok *t) {
    return (Span){s->file, t->start, t->end};
}

static Str text_of(const Scene *s, const Tok *t) {
    return (Str){s->text.p + t->start, t->end - t->start};
}

static char closer_of(char c) {
    return c == '(' ? ')' : c == '[' ? ']' : '}';
}

static bool is_open(const Tok *t) {
    return t->kind == TOK_PUNCT && strchr("([{", t->c) != NULL;
}
static bool is_close(const Tok *t) {
    return t->kind == TOK_PUNCT && strchr(")]}", t->c) != NULL;
}

// The innermost bracket that is open before the token `at`.
static uint32_t open_bracket(const Scene *s) {
    Vec(uint32_t) stack = {0};
    for (uint32_t i = 0; i < s->at && i < s->toks.n; i++) {
        const Tok *t = &s->toks.at[i];
        if (is_open(t))
            vec_push(s->a, &stack, i);
        if (is_close(t) && stack.n > 0)
            (void)vec_pop(&stack);
    }
    return stack.n > 0 ? vec_last(&stack) : UINT32_MAX;
}

// What doesn't end swallows what follows it, so it is looked for before anything else.
static const Tok *first_broken(const Scene *s) {
    for (uint32_t i = 0; i < s->toks.n && i <= s->at; i++) {
        if (s->toks.at[i].broken)
            return &s->toks.at[i];
    }
    return NULL;
}

static void report_broken(Scene *s, const Tok *t) {
    char c = s->text.p[t->start];
    const char *what = t->kind == TOK_TEMPLATE ? "template" : c == '/' ? "comment" : "string";
    Span start = {s->file, t->start, t->start + 1};
    Diag *d = diag_error(s->ds, P0106, start, "this %s does not end", what);
    if (t->kind == TOK_TEMPLATE)
        diag_help(d, "close it with a back-tick");
    if (c == '/')
        diag_help(d, "close it with `*/`");
    if (c == '"' || c == '\'')
        diag_help(d, "close it with `%c` on the same line", c);
}

// The grammar's names of what it missed, in words; others are shown as they are.
static const char *missing_word(const char *name) {
    static const struct {
        const char *name, *word;
    } words[] = {
        {"identifier", "a name"},
        {"property_identifier", "a name"},
        {"type_identifier", "the name of a type"},
        {"statement_identifier", "a label"},
        {"string_fragment", "text"},
        {"number", "a value"},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i].name, name) == 0)
            return words[i].word;
    }
    return NULL;
}

// What recovery put in at the place, if it put in anything.
static const char *missing_at(const Scene *s) {
    uint32_t from = s->at > 0 ? s->toks.at[s->at - 1].end : 0;
    uint32_t to = s->at < s->toks.n ? s->toks.at[s->at].start : s->text.n;
    for (uint32_t i = 0; i < s->errors.count; i++) {
        const CstError *e = &s->errors.at[i];
        if (e->missing != NULL && e->start >= from && e->start <= to)
            return e->missing;
    }
    return NULL;
}

static void label_open(const Scene *s, Diag *d) {
    if (s->open == UINT32_MAX)
        return;
    const Tok *open = &s->toks.at[s->open];
    diag_label(d, span_of(s, open), "this `%c` is still open", open->c);
}

static void report_end(Scene *s) {
    if (s->open != UINT32_MAX) {
        const Tok *open = &s->toks.at[s->open];
        Diag *d = diag_error(s->ds, P0106, span_of(s, open), "this `%c` is never closed", open->c);
        diag_help(d, "add the `%c` that belongs to it", closer_of(open->c));
        return;
    }
    uint32_t end = s->toks.n > 0 ? s->toks.at[s->toks.n - 1].end : 0;
    Span last = {s->file, end > 0 ? end - 1 : 0, end};
    diag_error(s->ds, P0106, last, "the code ends too early");
}

// Recovery makes `1 = 2` fit as `1! = 2`: not what is wrong.
static void report_target(Scene *s) {
    const Tok *before = &s->toks.at[s->at > 0 ? s->at - 1 : 0];
    diag_error(s->ds, P0106, span_of(s, before), "this cannot be assigned to");
}

static void report_missing(Scene *s, const char *missing) {
    const Tok *before = &s->toks.at[s->at > 0 ? s->at - 1 : 0];
    Span behind = {s->file, before->end - 1, before->end};
    const char *word = missing_word(missing);
    Diag *d = word != NULL ? diag_error(s->ds, P0106, behind, "%s is missing", word)
                           : diag_error(s->ds, P0106, behind, "`%s` is missing", missing);
    diag_primary(d, "behind this");
    if (strchr(")]}", missing[0]) != NULL)
        label_open(s, d);
}

static bool starts_statement(const Scene *s, uint32_t i) {
    static const char *const words[] = {"const",  "let",    "var",   "function", "class",
                                        "if",     "for",    "while", "return",   "import",
                                        "export", "switch", "try",   "throw",    NULL};
    return s->toks.at[i].kind == TOK_WORD && tok_is_any(s->text, &s->toks.at[i], words);
}

// Whether the bracket has no counterpart in the whole file.
static bool is_never_closed(const Scene *s, uint32_t open) {
    uint32_t depth = 1;
    for (uint32_t i = open + 1; i < s->toks.n && depth > 0; i++)
        depth += (uint32_t)is_open(&s->toks.at[i]) - (uint32_t)is_close(&s->toks.at[i]);
    return depth > 0;
}

// A word that begins its line, where the line before was not closed.
static bool starts_line(const Scene *s, uint32_t i) {
    if (i == 0 || s->toks.at[i].kind != TOK_WORD || !is_never_closed(s, s->open))
        return false;
    Str between = str_slice(s->text, s->toks.at[i - 1].end, s->toks.at[i].start);
    return str_contains(between, "\n");
}

// A statement that begins inside of a '(' or '[': the bracket was forgotten.
static bool report_unclosed(Scene *s) {
    if (s->open == UINT32_MAX || s->toks.at[s->open].c == '{')
        return false;
    bool here = s->at == 0 || starts_statement(s, s->at) || starts_line(s, s->at);
    uint32_t start = here ? s->at : s->at - 1;
    if (start <= s->open || !(starts_statement(s, start) || starts_line(s, start)))
        return false;
    const Tok *open = &s->toks.at[s->open];
    Diag *d = diag_error(s->ds, P0106, span_of(s, open), "this `%c` is not closed", open->c);
    diag_label(d, span_of(s, &s->toks.at[start]), "here the next statement begins");
    return true;
}

static void report_unexpected(Scene *s) {
    const Tok *t = &s->toks.at[s->at];
    bool closes = is_close(t);
    char open = s->open != UINT32_MAX ? s->toks.at[s->open].c : '\0';
    bool matches = closes && open != '\0' && closer_of(open) == t->c;
    Str shown = text_of(s, t);
    if (shown.n > 40)
        shown = str_cat(s->a, str_slice(shown, 0, 40), STR("…"));
    Diag *d = diag_error(s->ds, P0106, span_of(s, t), "unexpected `%.*s`", STR_ARG(shown));
    if (closes && open == '\0')
        diag_primary(d, "no bracket is open here");
    bool misplaced = t->c == ';' || (t->c == '{' && open != '{');
    if ((closes && !matches) || misplaced)
        label_open(s, d);
}

uint32_t syntax_stuck_at(Arena *scratch, Str parsed, CstReader *reader) {
    if (parsed.n <= SLOW_MAX)
        return cst_stuck_at(reader, parsed);
    CstErrors errors = cst_errors(reader, scratch, 1);
    return errors.count > 0 ? errors.at[0].start : 0;
}

void syntax_report(Arena *scratch, Diags *ds, FileId file, Str text, CstReader *reader,
                   uint32_t stuck_at) {
    Scene s = {.a = scratch, .ds = ds, .file = file, .text = text};
    s.errors = cst_errors(reader, scratch, ERRORS_MAX);
    s.toks = toks_of(scratch, text);
    s.at = toks_from(s.toks, stuck_at);
    s.open = open_bracket(&s);
    const Tok *broken = first_broken(&s);
    const char *missing = s.at < s.toks.n ? missing_at(&s) : NULL;
    if (broken != NULL) {
        report_broken(&s, broken);
    } else if (s.at >= s.toks.n) {
        report_end(&s);
    } else if (missing != NULL && strcmp(missing, "!") == 0) {
        report_target(&s);
    } else if (report_unclosed(&s)) {
        return;
    } else if (missing != NULL) {
        report_missing(&s, missing);
    } else {
        report_unexpected(&s);
    }
}
