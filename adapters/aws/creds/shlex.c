// Splits `credential_process` and section headers into words.
//
// In: any text. Out: its words. '…' takes all as it is; "…" takes a backslash before `"` and `\`
// alone; outside of both a backslash takes the next character as it is.
// Invariant: no variable, pattern or operator of a shell means anything here.

#include "adapters/aws/creds/shlex.h"

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool shlex_split(Arena *a, Str line, WordVec *out) {
    *out = (WordVec){0};
    Buf word = buf_new(a);
    bool inside = false; // of a word: '' is one, too
    char quote = 0;
    for (uint32_t i = 0; i < line.n; i++) {
        char c = line.p[i];
        if (c == '\\' && quote != '\'') {
            if (i + 1 == line.n)
                return false;
            char next = line.p[i + 1];
            bool literal = quote && next != '"' && next != '\\';
            buf_putc(&word, literal ? c : next);
            i += !literal;
            inside = true;
        } else if (quote ? c == quote : c == '"' || c == '\'') {
            quote = quote ? 0 : c;
            inside = true;
        } else if (!quote && is_space(c)) {
            if (inside)
                vec_push(a, out, buf_str(&word));
            word = buf_new(a);
            inside = false;
        } else {
            buf_putc(&word, c);
            inside = true;
        }
    }
    if (inside && !quote)
        vec_push(a, out, buf_str(&word));
    return !quote;
}
