// Columns: how wide each is and where, and the rectangles of groups, which reach from column to
// column.
//
// In: ordered and placed nodes. Out: column_x, column_width, the groups' rectangles, the draft's
// size.

#include "generator/views/layout/draft.h"

// A line that climbs STEEPNESS times as high gets that much more width, up to MOST_CLIMB.
enum { STEEPNESS = 12, MOST_CLIMB = 500 };

typedef struct Columns {
    Draft *d;
    int32_t *starts, *ends;   // per group: how many frames, itself included, begin or end with it
    int32_t *before, *behind; // per column: the most frames that begin or end there
} Columns;

// Groups that begin in one column stand inside of each other by a margin each.
static void nest(Columns *c) {
    Draft *d = c->d;
    for (uint32_t g = d->group_count; g-- > 0;) {
        const DraftGroup *group = &d->groups[g];
        c->starts[g]++;
        c->ends[g]++;
        if (group->parent >= 0) {
            uint32_t p = (uint32_t)group->parent;
            if (d->groups[p].first == group->first && c->starts[p] < c->starts[g]) {
                c->starts[p] = c->starts[g];
            }
            if (d->groups[p].last == group->last && c->ends[p] < c->ends[g]) {
                c->ends[p] = c->ends[g];
            }
        }
        int32_t *before = &c->before[group->first], *behind = &c->behind[group->last];
        *before = c->starts[g] > *before ? c->starts[g] : *before;
        *behind = c->ends[g] > *behind ? c->ends[g] : *behind;
    }
}

static void measure(Draft *d) {
    for (uint32_t n = 0; n < d->node_count; n++) {
        int64_t *width = &d->column_width[d->nodes[n].layer];
        *width = d->nodes[n].width > *width ? d->nodes[n].width : *width;
    }
}

// Lines that climb high need room to do so in a smooth curve.
static int64_t climb(const Draft *d, uint32_t layer) {
    int64_t most = 0;
    for (uint32_t s = d->layer_at[layer]; s < d->layer_at[layer + 1]; s++) {
        uint32_t n = d->slots[s];
        for (uint32_t i = d->right.at[n]; i < d->right.at[n + 1]; i++) {
            int64_t rise = d->nodes[d->right.to[i]].y - d->nodes[n].y;
            rise = rise < 0 ? -rise : rise;
            most = rise > most ? rise : most;
        }
    }
    return most / STEEPNESS < MOST_CLIMB ? most / STEEPNESS : MOST_CLIMB;
}

static int64_t gap_behind(const Columns *c, uint32_t layer) {
    const Draft *d = c->d;
    bool label = false;
    for (uint32_t l = layer; l < layer + 2; l++) {
        for (uint32_t s = d->layer_at[l]; s < d->layer_at[l + 1]; s++) {
            label |= d->nodes[d->slots[s]].kind == DRAFT_LABEL;
        }
    }
    return (label ? DRAFT_LABEL_GAP : DRAFT_LAYER_GAP) + climb(d, layer) +
           (int64_t)(c->behind[layer] + c->before[layer + 1]) * DRAFT_GROUP_PAD;
}

static void put(Columns *c) {
    Draft *d = c->d;
    int64_t x = (int64_t)c->before[0] * DRAFT_GROUP_PAD;
    for (uint32_t l = 0; l < d->layer_count; l++) {
        d->column_x[l] = x;
        x += d->column_width[l];
        if (l + 1 < d->layer_count) {
            x += gap_behind(c, l);
        }
    }
    d->width = x + (int64_t)c->behind[d->layer_count - 1] * DRAFT_GROUP_PAD;
}

static void frame(Columns *c) {
    Draft *d = c->d;
    for (uint32_t g = 0; g < d->group_count; g++) {
        DraftGroup *group = &d->groups[g];
        group->x = d->column_x[group->first] - (int64_t)c->starts[g] * DRAFT_GROUP_PAD;
        group->width = d->column_x[group->last] + d->column_width[group->last] +
                       (int64_t)c->ends[g] * DRAFT_GROUP_PAD - group->x;
        group->y = d->nodes[group->top].y;
        group->height = d->nodes[group->bottom].y - group->y;
    }
}

// A title that is wider than its group widens the group's last column.
static void make_room_for_titles(Columns *c) {
    Draft *d = c->d;
    // From the inside out: what an inner group gained, an outer one has.
    for (uint32_t g = d->group_count; g-- > 0;) {
        const DraftGroup *group = &d->groups[g];
        int64_t lacking = group->title_width + 2 * (int64_t)DRAFT_GROUP_PAD - group->width;
        if (lacking > 0) {
            d->column_width[group->last] += lacking;
            put(c);
            frame(c);
        }
    }
}

static void level(Draft *d, const DraftGroup *group, int64_t top, int64_t bottom) {
    for (uint32_t i = 0; i < (uint32_t)(group->last - group->first + 1); i++) {
        d->nodes[group->top + i].y = top;
        d->nodes[group->bottom + i].y = bottom;
    }
}

// Frames close around what they hold: nothing foreign stands between their borders.
static void tighten(Draft *d) {
    int64_t *top = arena_array(d->arena, int64_t, d->group_count);
    int64_t *bottom = arena_array(d->arena, int64_t, d->group_count);
    for (uint32_t g = 0; g < d->group_count; g++) {
        top[g] = INT64_MAX;
        bottom[g] = INT64_MIN;
    }
    for (uint32_t n = 0; n < d->node_count; n++) {
        const DraftNode *node = &d->nodes[n];
        if (node->group >= 0 && node->kind < DRAFT_TOP) {
            int64_t a = node->y - node->up, b = node->y + node->down;
            top[node->group] = a < top[node->group] ? a : top[node->group];
            bottom[node->group] = b > bottom[node->group] ? b : bottom[node->group];
        }
    }
    for (uint32_t g = d->group_count; g-- > 0;) {
        const DraftGroup *group = &d->groups[g];
        int32_t p = group->parent;
        top[g] -= DRAFT_GROUP_PAD + group->title_height;
        bottom[g] += DRAFT_GROUP_PAD;
        level(d, group, top[g], bottom[g]);
        if (p >= 0) {
            top[p] = top[g] < top[p] ? top[g] : top[p];
            bottom[p] = bottom[g] > bottom[p] ? bottom[g] : bottom[p];
        }
    }
}

static void start_at_zero(Draft *d) {
    int64_t top = INT64_MAX, bottom = INT64_MIN;
    for (uint32_t n = 0; n < d->node_count; n++) {
        const DraftNode *node = &d->nodes[n];
        top = node->y - node->up < top ? node->y - node->up : top;
        bottom = node->y + node->down > bottom ? node->y + node->down : bottom;
    }
    for (uint32_t n = 0; n < d->node_count; n++) {
        d->nodes[n].y -= top;
    }
    d->height = bottom - top;
}

void columns_run(Draft *d) {
    Columns c = {.d = d};
    c.starts = arena_array(d->arena, int32_t, d->group_count);
    c.ends = arena_array(d->arena, int32_t, d->group_count);
    c.before = arena_array(d->arena, int32_t, d->layer_count);
    c.behind = arena_array(d->arena, int32_t, d->layer_count);
    d->column_x = arena_array(d->arena, int64_t, d->layer_count);
    d->column_width = arena_array(d->arena, int64_t, d->layer_count);
    nest(&c);
    measure(d);
    tighten(d);
    start_at_zero(d);
    put(&c);
    frame(&c);
    make_room_for_titles(&c);
}
