// Parts that nothing connects are set beside each other, in about the shape of a screen, 16 to 10:
// each goes where it reaches down least, in a page of given width; several widths are tried.
//
// In: rectangles. Out: their places, without overlap.

#include "generator/views/layout/draft.h"

#include <string.h>

// The lower edge of what is set: from x on, everything above y is taken.
typedef struct Step {
    int64_t x, y;
} Step;

typedef struct Pack {
    Step *steps; // by x; the last one goes on to the right for ever
    uint32_t count;
    int64_t gap;
} Pack;

// How far down a rectangle has to go if it begins at step i.
static int64_t reach(const Pack *p, uint32_t i, int64_t width) {
    int64_t end = p->steps[i].x + width, y = 0;
    for (; i < p->count && p->steps[i].x < end; i++) {
        y = p->steps[i].y > y ? p->steps[i].y : y;
    }
    return y;
}

// Takes the room from step i on.
static void take(Pack *p, uint32_t i, int64_t width, int64_t y) {
    int64_t x = p->steps[i].x, end = x + width;
    uint32_t last = i;
    while (last + 1 < p->count && p->steps[last + 1].x <= end) {
        last++;
    }
    Step rest = {end, p->steps[last].y};
    // Steps i … last become two.
    memmove(p->steps + i + 2, p->steps + last + 1, sizeof *p->steps * (p->count - last - 1));
    p->count = p->count - (last - i + 1) + 2;
    p->steps[i] = (Step){x, y};
    p->steps[i + 1] = rest;
}

// What a screen of that shape has to be as wide as.
static int64_t extent(int64_t width, int64_t height) {
    return width > height * 16 / 10 ? width : height * 16 / 10;
}

static int64_t set_all(Pack *p, PackItem *items, uint32_t count, int64_t limit) {
    int64_t width = 0, height = 0;
    p->count = 1;
    p->steps[0] = (Step){0, 0};
    for (uint32_t k = 0; k < count; k++) {
        PackItem *item = &items[k];
        uint32_t best = 0;
        int64_t least = INT64_MAX;
        for (uint32_t i = 0; i < p->count; i++) {
            bool fits = p->steps[i].x == 0 || p->steps[i].x + item->width <= limit;
            int64_t y = fits ? reach(p, i, item->width + p->gap) : INT64_MAX;
            if (y < least) {
                least = y;
                best = i;
            }
        }
        item->x = p->steps[best].x;
        item->y = least;
        take(p, best, item->width + p->gap, least + item->height + p->gap);
        width = item->x + item->width > width ? item->x + item->width : width;
        height = item->y + item->height > height ? item->y + item->height : height;
    }
    return extent(width, height);
}

void pack_run(Arena *scratch, PackItem *items, uint32_t count, int64_t gap) {
    int64_t least = 0, sum = 0, best = INT64_MAX, limit = 0;
    Pack p = {.steps = arena_array(scratch, Step, (size_t)count * 2 + 3), .gap = gap};
    for (uint32_t i = 0; i < count; i++) {
        least = items[i].width > least ? items[i].width : least;
        sum += items[i].width + gap;
    }
    for (int64_t tried = least; count > 1 && tried < 2 * sum; tried += 1 + tried / 10) {
        int64_t got = set_all(&p, items, count, tried);
        if (got < best) {
            best = got;
            limit = tried;
        }
    }
    set_all(&p, items, count, limit);
}
