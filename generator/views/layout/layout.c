// The whole of a layout: parts are drawn each by itself and then set side by side.
//
// In: sizes, edges, groups. Out: places, curves, rectangles.

#include "generator/views/layout/draft.h"

static PackItem *draw_parts(Arena *a, Draft *drafts, uint32_t count) {
    PackItem *items = arena_array(a, PackItem, count);
    for (uint32_t i = 0; i < count; i++) {
        Draft *d = &drafts[i];
        layers_assign(d);
        expand_run(d);
        order_run(d);
        place_run(d);
        columns_run(d);
        items[i] = (PackItem){.width = d->width, .height = d->height};
    }
    return items;
}

void layout_run(Arena *a, Layout *l) {
    Arena arena;
    uint32_t count = 0;
    int64_t width = 0, height = 0;
    arena_init(&arena);
    Draft *drafts = draft_split(&arena, l, &count);
    PackItem *items = draw_parts(&arena, drafts, count);
    pack_run(&arena, items, count, DRAFT_PART_GAP);
    // Curves are written last, with their offset: shifting pixels later would round again.
    for (uint32_t i = 0; i < count; i++) {
        drafts[i].x = items[i].x + DRAFT_MARGIN;
        drafts[i].y = items[i].y + DRAFT_MARGIN;
        width = items[i].x + items[i].width > width ? items[i].x + items[i].width : width;
        height = items[i].y + items[i].height > height ? items[i].y + items[i].height : height;
        route_run(&drafts[i], a);
    }
    l->width = (double)(width + 2 * (int64_t)DRAFT_MARGIN) / 10.0;
    l->height = (double)(height + 2 * (int64_t)DRAFT_MARGIN) / 10.0;
    arena_release(&arena);
}
