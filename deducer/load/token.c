// The rough lexer: text to tokens, whatever the text. Linear; never fails.

#include "deducer/load/token.h"

#include <string.h>

// What is longer is none: so that many beginnings of it cost no more than linear time.
enum { REGEX_MAX = 4000, ANGLES_MAX = 1000 };

typedef struct Lexer {
    Arena *a;
    Str text;
    uint32_t at;
    Vec(Tok) toks;
    Vec(uint32_t) templates; // depth of braces around each open "${"
    uint32_t braces;
} Lexer;

static char peek(const Lexer *l, uint32_t ahead) {
    return l->at + ahead < l->text.n ? l->text.p[l->at + ahead] : '\0';
}

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
           c == '$' || c == '#' || c == '\\' || (c & 0x80) != 0;
}

static void push(Lexer *l, TokKind kind, uint32_t start, bool broken) {
    char c = kind == TOK_PUNCT ? l->text.p[start] : '\0';
    Tok t = {start, l->at, (uint8_t)kind, c, broken};
    vec_push(l->a, &l->toks, t);
}

static void string(Lexer *l, char quote) {
    uint32_t start = l->at++;
    while (l->at < l->text.n && peek(l, 0) != quote && peek(l, 0) != '\n') {
        l->at += peek(l, 0) == '\\' && l->at + 1 < l->text.n ? 2 : 1;
    }
    bool broken = peek(l, 0) != quote || l->at >= l->text.n;
    if (!broken)
        l->at++;
    push(l, TOK_STRING, start, broken);
}

// From the backtick, or from the '}' that ends a substitution (which is a token of its own as
// well).
static void template(Lexer *l) {
    uint32_t start = l->at++;
    while (l->at < l->text.n && peek(l, 0) != '`') {
        if (peek(l, 0) == '$' && peek(l, 1) == '{') {
            l->at++;
            push(l, TOK_TEMPLATE, start, false);
            vec_push(l->a, &l->templates, l->braces);
            return;
        }
        l->at += peek(l, 0) == '\\' && l->at + 1 < l->text.n ? 2 : 1;
    }
    bool broken = l->at >= l->text.n;
    if (!broken)
        l->at++;
    push(l, TOK_TEMPLATE, start, broken);
}

static bool comment(Lexer *l) {
    if (peek(l, 0) != '/' || (peek(l, 1) != '/' && peek(l, 1) != '*'))
        return false;
    uint32_t start = l->at;
    if (peek(l, 1) == '/') {
        while (l->at < l->text.n && peek(l, 0) != '\n')
            l->at++;
        return true;
    }
    for (l->at += 2; l->at < l->text.n; l->at++) {
        if (peek(l, 0) == '*' && peek(l, 1) == '/') {
            l->at += 2;
            return true;
        }
    }
    push(l, TOK_STRING, start, true);
    return true;
}

static bool regex_may_start(const Lexer *l) {
    static const char *const words[] = {"return", "typeof", "case",       "in",   "of",
                                        "delete", "void",   "throw",      "else", "await",
                                        "yield",  "do",     "instanceof", NULL};
    if (l->toks.n == 0)
        return true;
    const Tok *t = &vec_last(&l->toks);
    if (t->kind == TOK_WORD)
        return tok_is_any(l->text, t, words);
    return t->kind == TOK_PUNCT && strchr(")]}", t->c) == NULL;
}

static bool regex(Lexer *l) {
    if (peek(l, 0) != '/' || !regex_may_start(l))
        return false;
    uint32_t start = l->at;
    bool in_class = false;
    uint32_t limit = l->text.n - start > REGEX_MAX ? start + REGEX_MAX : l->text.n;
    for (uint32_t i = l->at + 1; i < limit && l->text.p[i] != '\n'; i++) {
        char c = l->text.p[i];
        if (c == '\\') {
            i++;
        } else if (c == '[') {
            in_class = true;
        } else if (c == ']') {
            in_class = false;
        } else if (c == '/' && !in_class) {
            l->at = i + 1;
            while (is_word(peek(l, 0)))
                l->at++;
            push(l, TOK_REGEX, start, false);
            return true;
        }
    }
    return false;
}

static void word(Lexer *l) {
    uint32_t start = l->at;
    bool number = is_digit(peek(l, 0));
    while (is_word(peek(l, 0)) || (number && peek(l, 0) == '.' && is_digit(peek(l, 1))))
        l->at++;
    push(l, number ? TOK_NUMBER : TOK_WORD, start, false);
}

static void punct(Lexer *l) {
    char c = peek(l, 0);
    if (c == '{')
        l->braces++;
    if (c == '}') {
        if (l->braces > 0)
            l->braces--;
        if (l->templates.n > 0 && vec_last(&l->templates) == l->braces) {
            (void)vec_pop(&l->templates);
            l->at++;
            push(l, TOK_PUNCT, l->at - 1, false);
            l->at--;
            template(l); // skips the '}' as it would the backtick
            return;
        }
    }
    uint32_t start = l->at;
    l->at += c == '=' && peek(l, 1) == '>' ? 2 : 1;
    push(l, TOK_PUNCT, start, false);
}

Toks toks_of(Arena *a, Str text) {
    Lexer l = {.a = a, .text = text};
    while (l.at < text.n) {
        char c = peek(&l, 0);
        if (is_space(c)) {
            l.at++;
        } else if (comment(&l) || regex(&l)) {
            continue;
        } else if (c == '"' || c == '\'') {
            string(&l, c);
        } else if (c == '`') {
            template(&l);
        } else if (is_word(c)) {
            word(&l);
        } else {
            punct(&l);
        }
    }
    return (Toks){l.toks.at, l.toks.n};
}

bool tok_is(Str text, const Tok *t, const char *word) {
    return str_is((Str){text.p + t->start, t->end - t->start}, word);
}

bool tok_is_any(Str text, const Tok *t, const char *const *words) {
    for (; *words != NULL; words++) {
        if (tok_is(text, t, *words))
            return true;
    }
    return false;
}

uint32_t toks_behind(Toks ts, uint32_t i) {
    bool angles = ts.at[i].c == '<';
    uint32_t depth = 0;
    uint32_t limit = angles && ts.n - i > ANGLES_MAX ? i + ANGLES_MAX : ts.n;
    for (; i < limit; i++) {
        const Tok *t = &ts.at[i];
        if (t->kind != TOK_PUNCT || t->end - t->start != 1)
            continue;
        if (strchr("([{", t->c) != NULL || (angles && t->c == '<'))
            depth++;
        if (strchr(")]}", t->c) != NULL || (angles && t->c == '>')) {
            if (--depth == 0)
                return i + 1;
        }
        if (depth == 0)
            return ts.n;
    }
    return ts.n;
}

uint32_t toks_from(Toks ts, uint32_t offset) {
    uint32_t low = 0, high = ts.n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ts.at[middle].start < offset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}
