#pragma once
// A rough lexer, for text that the grammar doesn't fit. Private to load/.

#include "base/base.h"

typedef enum TokKind {
    TOK_WORD, // identifier or keyword; a private name with its '#'
    TOK_NUMBER,
    TOK_STRING,
    TOK_TEMPLATE, // a piece of a template: up to its end or to a "${", whose '{' is a token of its
                  // own
    TOK_REGEX,
    TOK_PUNCT, // one character, but "=>" is one token
} TokKind;

typedef struct Tok {
    uint32_t start, end;
    uint8_t kind; // TokKind
    char c;       // first character of a TOK_PUNCT ('>' for a lone one only; "=>" has '='), else 0
    bool broken;  // a string, template or comment (read as TOK_STRING) that does not end
} Tok;

typedef struct Toks {
    Tok *at;
    uint32_t n;
} Toks;

// All tokens of a text, without comments. A '/' is read as division or regular expression by what
// stands before it; JSX text is read as code. Good enough to look for patterns, not to decide
// validity.
Toks toks_of(Arena *a, Str text);

bool tok_is(Str text, const Tok *t, const char *word);
bool tok_is_any(Str text, const Tok *t, const char *const *words); // NULL ends the words
// The token behind the bracket that closes the one at i ('<' … '>' too), or n where it isn't
// closed.
uint32_t toks_behind(Toks ts, uint32_t i);
// The first token that starts at or behind an offset.
uint32_t toks_from(Toks ts, uint32_t offset);
