// Parts that nothing connects stand in rows, in about the shape of a screen, 16 to 10.
//
// In: rectangles. Out: their places; those of one row stand on the row's upper edge, in the given
// order.

#include "generator/views/layout/draft.h"

static int64_t rows(PackItem *items, uint32_t count, int64_t gap, int64_t limit, int64_t *widest) {
    int64_t x = 0, y = 0, height = 0;
    *widest = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (x > 0 && x + items[i].width > limit) {
            y += height + gap;
            x = height = 0;
        }
        items[i].x = x;
        items[i].y = y;
        x += items[i].width;
        *widest = x > *widest ? x : *widest;
        x += gap;
        height = items[i].height > height ? items[i].height : height;
    }
    return y + height;
}

// What a screen of that shape has to be as wide as.
static int64_t extent(int64_t width, int64_t height) {
    return width > height * 16 / 10 ? width : height * 16 / 10;
}

void pack_rows(Arena *scratch, PackItem *items, uint32_t count, int64_t gap) {
    int64_t least = 0, sum = 0, best = INT64_MAX, limit = 0, width;
    (void)scratch;
    for (uint32_t i = 0; i < count; i++) {
        least = items[i].width > least ? items[i].width : least;
        sum += items[i].width + gap;
    }
    for (int64_t tried = least; tried < 2 * sum; tried += 1 + tried / 12) {
        int64_t height = rows(items, count, gap, tried, &width);
        if (extent(width, height) < best) {
            best = extent(width, height);
            limit = tried;
        }
    }
    rows(items, count, gap, limit, &width);
}
