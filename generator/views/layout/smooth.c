// Needless bends: a line that changes its height on both sides of a column can often pass it in one
// curve. It may where the curve stays clear of what stands above and below it in the column; so it
// neither touches a box nor changes the order of lines.
//
// In: a bend, and where the curve would begin and end. Out: whether it fits. Whole numbers only: no
// decision depends on rounding.

#include "generator/views/layout/smooth.h"

enum { STEPS = 64, CLEAR = DRAFT_LINE_GAP / 2 };

// The cubic from a to b with level ends, its controls halfway: after k steps.
static SmoothPoint at(SmoothPoint a, SmoothPoint b, int64_t k) {
    const int64_t n = STEPS;
    int64_t x = 3 * k * (n - k) * n + 2 * k * k * k, y = 2 * (3 * k * k * n - 2 * k * k * k);
    return (SmoothPoint){a.x + (b.x - a.x) * x / (2 * n * n * n),
                         a.y + (b.y - a.y) * y / (2 * n * n * n)};
}

// The heights between which the curve passes a column.
static void pass(SmoothPoint a, SmoothPoint b, int64_t left, int64_t right, int64_t y[2]) {
    int64_t first = 0, last = STEPS;
    while (first < STEPS && at(a, b, first + 1).x <= left) {
        first++;
    }
    while (last > 0 && at(a, b, last - 1).x >= right) {
        last--;
    }
    int64_t enter = at(a, b, first).y, leave = at(a, b, last).y;
    y[0] = enter < leave ? enter : leave;
    y[1] = enter < leave ? leave : enter;
}

bool smooth_bend(Draft *d, uint32_t n, SmoothPoint from, SmoothPoint to) {
    DraftNode *bend = &d->nodes[n];
    if (bend->kind != DRAFT_BEND || from.y == bend->y || to.y == bend->y) {
        return false;
    }
    int64_t y[2], left = d->column_x[bend->layer];
    pass(from, to, left, left + d->column_width[bend->layer], y);
    uint32_t slot = d->layer_at[bend->layer] + bend->pos;
    if (bend->pos > 0) {
        const DraftNode *above = &d->nodes[d->slots[slot - 1]];
        if (y[0] < above->y + above->down + CLEAR) {
            return false;
        }
    }
    if (slot + 1 < d->layer_at[bend->layer + 1]) {
        const DraftNode *below = &d->nodes[d->slots[slot + 1]];
        if (y[1] > below->y - below->up - CLEAR) {
            return false;
        }
    }
    bend->up = (int32_t)(bend->y - y[0]);
    bend->down = (int32_t)(y[1] - bend->y);
    return true;
}
