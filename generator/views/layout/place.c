// Heights: everything gets an axis such that neighbours in a column keep their distance and group
// borders are straight.
//
// In: ordered columns. Out: y of all nodes.

#include "generator/views/layout/draft.h"

static int32_t gap(const DraftNode *a, const DraftNode *b) {
    if (a->kind == DRAFT_TOP || b->kind == DRAFT_BOTTOM) {
        return 0;
    }
    if (a->kind == DRAFT_BOTTOM || b->kind == DRAFT_TOP) {
        return DRAFT_GROUP_GAP;
    }
    return a->kind == DRAFT_BOX && b->kind == DRAFT_BOX ? DRAFT_BOX_GAP : DRAFT_LINE_GAP;
}

// Pushes everything down until nothing overlaps and borders are level.
static void push_down(Draft *d) {
    bool again = true;
    while (again) {
        again = false;
        for (uint32_t l = 0; l < d->layer_count; l++) {
            for (uint32_t s = d->layer_at[l] + 1; s < d->layer_at[l + 1]; s++) {
                const DraftNode *a = &d->nodes[d->slots[s - 1]];
                DraftNode *b = &d->nodes[d->slots[s]];
                int64_t least = a->y + a->down + gap(a, b) + b->up;
                b->y = b->y < least ? least : b->y;
            }
        }
        for (uint32_t g = 0; g < d->group_count; g++) {
            const DraftGroup *group = &d->groups[g];
            uint32_t layers = (uint32_t)(group->last - group->first + 1);
            for (uint32_t side = 0; side < 2; side++) {
                DraftNode *border = &d->nodes[side ? group->bottom : group->top];
                int64_t y = border->y;
                for (uint32_t i = 0; i < layers; i++) {
                    y = border[i].y > y ? border[i].y : y;
                }
                for (uint32_t i = 0; i < layers; i++) {
                    again |= border[i].y != y;
                    border[i].y = y;
                }
            }
        }
    }
}

void place_run(Draft *d) {
    push_down(d);
}
