#pragma once
// A tree that is drawn in place on the standard output, below the lines that stay. Private to
// cli/deploy/.

#include "cli/deploy/tree.h"
#include "cli/session.h"

typedef struct Board {
    Tree tree;
    bool color;
    double shown, now;  // when it was drawn last; the operation's clock
    Vec(uint32_t) rows; // cells of each line that stands there
} Board;

// Whether the standard output is a terminal on which the cursor can be moved.
bool board_possible(const Session *s);
Board *board_new(Arena *a, bool color);
// Draws it as it is now, a few times a second at most; `always` also sooner.
void board_draw(Board *b, double now, bool always);
// Takes it away: what is written next stands where it began.
void board_clear(Board *b);
// Leaves its last picture where it is.
void board_leave(Board *b);
