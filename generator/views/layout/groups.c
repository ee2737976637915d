// The order of groups among their siblings, which is the same in all columns: by where their edges
// lead, then by swapping neighbours as long as that saves crossings.
//
// In and out: a valid order; within a group nothing moves.

#include "generator/views/layout/order.h"

#include <string.h>

// UNIT: a place in a column as a number, whatever the column's length.
enum { PASSES = 6, UNIT = 1 << 16 };

// Lists by counting: `at` is shifted by one on each of the two passes, so it ends in place.
void order_children(Order *o) {
    const Draft *d = o->d;
    uint32_t *at = arena_array(d->arena, uint32_t, d->group_count + 3);
    uint32_t *child = arena_array(d->arena, uint32_t, d->group_count + 1);
    for (uint32_t g = 0; g < d->group_count; g++) {
        at[d->groups[g].parent + 3]++;
    }
    for (uint32_t p = 1; p < d->group_count + 3; p++) {
        at[p] += at[p - 1];
    }
    for (uint32_t g = 0; g < d->group_count; g++) {
        child[at[d->groups[g].parent + 2]++] = g;
    }
    o->child_at = at;
    o->child = child;
    o->group_keys = arena_array(d->arena, int64_t, d->group_count + 1);
    o->group_links = arena_array(d->arena, int64_t, d->group_count + 1);
}

typedef struct Span {
    uint32_t from, to; // columns from … to - 1
} Span;

static Span shared(const Draft *d, uint32_t a, uint32_t b) {
    const DraftGroup *x = &d->groups[a], *y = &d->groups[b];
    int32_t from = x->first > y->first ? x->first : y->first;
    int32_t last = x->last < y->last ? x->last : y->last;
    return from > last ? (Span){0, 0} : (Span){(uint32_t)from, (uint32_t)last + 1};
}

// [upper][what is between][lower] becomes [lower][what is between][upper].
static void swap_in(Order *o, uint32_t layer, uint32_t upper, uint32_t lower) {
    Draft *d = o->d;
    const DraftGroup *u = &d->groups[upper], *l = &d->groups[lower];
    uint32_t *seq = d->slots + d->layer_at[layer];
    uint32_t a = d->nodes[u->top + (layer - (uint32_t)u->first)].pos;
    uint32_t b = d->nodes[u->bottom + (layer - (uint32_t)u->first)].pos + 1;
    uint32_t c = d->nodes[l->top + (layer - (uint32_t)l->first)].pos;
    uint32_t e = d->nodes[l->bottom + (layer - (uint32_t)l->first)].pos + 1;
    memcpy(o->moved, seq + c, sizeof *seq * (e - c));
    memcpy(o->moved + (e - c), seq + b, sizeof *seq * (c - b));
    memcpy(o->moved + (e - b), seq + a, sizeof *seq * (b - a));
    memcpy(seq + a, o->moved, sizeof *seq * (e - a));
    for (uint32_t i = a; i < e; i++) {
        d->nodes[seq[i]].pos = i;
    }
    o->work += e - a;
}

static void swap_groups(Order *o, uint32_t index) {
    uint32_t upper = o->child[index], lower = o->child[index + 1];
    Span span = shared(o->d, upper, lower);
    for (uint32_t l = span.from; l < span.to; l++) {
        swap_in(o, l, upper, lower);
    }
    o->child[index] = lower;
    o->child[index + 1] = upper;
}

// The part of a column from one group's upper border to another's lower one; none where either is
// not.
static Span part_of(const Draft *d, uint32_t layer, uint32_t upper, uint32_t lower) {
    Span span = shared(d, upper, lower);
    if (layer < span.from || layer >= span.to) {
        return (Span){0, 0};
    }
    const DraftGroup *u = &d->groups[upper], *l = &d->groups[lower];
    return (Span){d->nodes[u->top + (layer - (uint32_t)u->first)].pos,
                  d->nodes[l->bottom + (layer - (uint32_t)l->first)].pos + 1};
}

// Crossings between a column and the next among the links that begin or end in the given parts:
// when only these are rearranged, no other pair changes.
static uint64_t crossings_in(Order *o, uint32_t layer, Span here, Span there) {
    const Draft *d = o->d;
    uint32_t count = 0;
    for (uint32_t pos = here.from; pos < here.to; pos++) {
        uint32_t n = d->slots[d->layer_at[layer] + pos];
        for (uint32_t i = d->right.at[n]; i < d->right.at[n + 1]; i++) {
            uint32_t to = d->nodes[d->right.to[i]].pos;
            o->links[count++] = (DraftKey){.key = (int64_t)pos << 32 | to, .id = to};
        }
    }
    for (uint32_t pos = there.from; pos < there.to; pos++) {
        uint32_t n = d->slots[d->layer_at[layer + 1] + pos];
        for (uint32_t i = d->left.at[n]; i < d->left.at[n + 1]; i++) {
            uint32_t from = d->nodes[d->left.to[i]].pos;
            if (from < here.from || from >= here.to) {
                o->links[count++] = (DraftKey){.key = (int64_t)from << 32 | pos, .id = pos};
            }
        }
    }
    draft_sort(o->links, o->link_scratch, count);
    o->work += 8 * (uint64_t)count; // sorting, too
    return order_inversions(o->links, o->link_scratch, count);
}

static uint64_t crossings_around(Order *o, uint32_t upper, uint32_t lower) {
    const Draft *d = o->d;
    Span span = shared(d, upper, lower);
    uint64_t sum = 0;
    for (uint32_t l = span.from ? span.from - 1 : 0; l < span.to && l + 1 < d->layer_count; l++) {
        sum += crossings_in(o, l, part_of(d, l, upper, lower), part_of(d, l + 1, upper, lower));
    }
    return sum;
}

static uint64_t swap_pass(Order *o, uint32_t parent) {
    uint64_t saved = 0;
    for (uint32_t i = o->child_at[parent]; i + 1 < o->child_at[parent + 1]; i++) {
        uint32_t upper = o->child[i], lower = o->child[i + 1];
        uint64_t before = crossings_around(o, upper, lower);
        if (before == 0) { // nothing to save
            continue;
        }
        swap_groups(o, i);
        uint64_t after = crossings_around(o, lower, upper);
        if (after < before) {
            saved += before - after;
        } else {
            swap_groups(o, i);
        }
    }
    return saved;
}

uint64_t order_swap_groups(Order *o) {
    uint64_t saved = 0, once;
    uint32_t passes = 0;
    do {
        once = 0;
        for (uint32_t p = 0; p < o->d->group_count + 1; p++) {
            once += swap_pass(o, p);
        }
        saved += once;
    } while (once > 0 && ++passes < PASSES);
    return saved;
}

// By insertion: few change places, and every exchange moves whole stretches of columns.
void order_by_group_keys(Order *o) {
    for (uint32_t p = 0; p < o->d->group_count + 1; p++) {
        for (uint32_t i = o->child_at[p] + 1; i < o->child_at[p + 1]; i++) {
            for (uint32_t k = i;
                 k > o->child_at[p] && o->group_keys[o->child[k - 1]] > o->group_keys[o->child[k]];
                 k--) {
                swap_groups(o, k - 1);
            }
        }
    }
}

static bool within(const Draft *d, int32_t group, int32_t outer) {
    while (group > outer) {
        group = d->groups[group].parent;
    }
    return group == outer;
}

// Only what leaves the group says where it should stand; an edge may leave several at once.
static void add_links(Order *o, uint32_t n, const DraftLinks *links) {
    const Draft *d = o->d;
    for (uint32_t i = links->at[n]; i < links->at[n + 1]; i++) {
        const DraftNode *to = &d->nodes[links->to[i]];
        uint32_t count = d->layer_at[to->layer + 1] - d->layer_at[to->layer];
        for (int32_t g = d->nodes[n].group; g >= 0 && !within(d, to->group, g);
             g = d->groups[g].parent) {
            o->group_keys[g] += (int64_t)(to->pos * 2 + 1) * UNIT / count;
            o->group_links[g]++;
        }
    }
}

void order_regroup(Order *o) {
    const Draft *d = o->d;
    memset(o->group_keys, 0, sizeof *o->group_keys * d->group_count);
    memset(o->group_links, 0, sizeof *o->group_links * d->group_count);
    for (uint32_t n = 0; n < d->node_count; n++) {
        if (d->nodes[n].kind < DRAFT_TOP) {
            add_links(o, n, &d->left);
            add_links(o, n, &d->right);
        }
    }
    // A group that leads nowhere stays behind its sibling.
    int64_t last = 0;
    for (uint32_t i = 0; i < d->group_count; i++) {
        uint32_t g = o->child[i];
        last = o->group_links[g] ? o->group_keys[g] / o->group_links[g] : last;
        o->group_keys[g] = last;
    }
    order_by_group_keys(o);
}
