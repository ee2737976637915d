// "did you mean …": the nearest of some names. In: a word, candidates. Out: one of them, or
// nothing.
//
// The distance counts insertions, deletions, replacements and swaps of neighbours (optimal string
// alignment), letter case free. Words over WORD_MOST bytes are nobody's typing error: they get no
// answer, which keeps the table on the stack and the time bounded whatever the program holds.

#include "base/str.h"

enum { WORD_MOST = 64, EDITS_MOST = 3 };

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static unsigned min2(unsigned a, unsigned b) {
    return a < b ? a : b;
}

// rows[i % 3] is the table's row i; a swap looks back two rows.
static unsigned distance(Str a, Str b) {
    unsigned rows[3][WORD_MOST + 1];
    for (uint32_t j = 0; j <= b.n; j++)
        rows[0][j] = j;
    for (uint32_t i = 1; i <= a.n; i++) {
        unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];
        row[0] = i;
        for (uint32_t j = 1; j <= b.n; j++) {
            char x = lower(a.p[i - 1]), y = lower(b.p[j - 1]);
            row[j] = min2(min2(row[j - 1], above[j]) + 1, above[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == lower(b.p[j - 2]) && lower(a.p[i - 2]) == y)
                row[j] = min2(row[j], above2[j - 2] + 1);
        }
    }
    return rows[a.n % 3][b.n];
}

Str str_suggest(Str word, const Str *candidates, size_t count) {
    Str best = STR_EMPTY;
    unsigned best_edits = EDITS_MOST + 1;
    for (size_t i = 0; i < count; i++) {
        Str c = candidates[i];
        uint32_t longer = word.n > c.n ? word.n : c.n, gap = longer - min2(word.n, c.n);
        unsigned most = longer / 3 > EDITS_MOST ? EDITS_MOST : longer / 3 > 1 ? longer / 3 : 1;
        if (longer > WORD_MOST || gap > most)
            continue;
        unsigned edits = distance(word, c);
        // Where every letter had to change there is no likeness left ("a" for "x").
        if (edits <= most && edits < longer && edits < best_edits) {
            best = c;
            best_edits = edits;
        }
    }
    return best;
}
