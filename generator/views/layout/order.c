// Crossing reduction: sweeps to and fro through the columns, each ordered by the mean of its
// neighbours' places (Sugiyama's barycenters), then single nodes moved; the best order seen stays.
//
// In and out: a valid order; a group's nodes stand between its borders.

#include "generator/views/layout/order.h"

#include <string.h>

enum { KEY_SCALE = 1024, SWEEPS = 24, PATIENCE = 4, SIFTS = 8, WORK = 2000000 };

// Where nodes want to be: the mean of the neighbours' positions on one side. Without neighbours
// there a node stays behind the one it stands behind.
static void set_keys(Order *o, uint32_t layer, const DraftLinks *links) {
    const Draft *d = o->d;
    int64_t last = -1;
    for (uint32_t s = d->layer_at[layer]; s < d->layer_at[layer + 1]; s++) {
        uint32_t n = d->slots[s], degree = links->at[n + 1] - links->at[n];
        int64_t sum = 0;
        for (uint32_t i = links->at[n]; i < links->at[n + 1]; i++) {
            sum += d->nodes[links->to[i]].pos;
        }
        o->keys[n] = last = degree ? sum * KEY_SCALE / degree : last;
        o->work += degree + 1;
    }
}

// Groups keep their order: where a later one wants to stand before an earlier one, both want to
// stand at their mean (pooling of adjacent violators). `extra` holds the weight.
static void pool_groups(DraftKey *items, uint32_t count, uint32_t *stack, const Draft *d) {
    uint32_t depth = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (d->nodes[items[i].id].kind != DRAFT_TOP) {
            continue;
        }
        stack[depth++] = i;
        int64_t key = items[i].key, weight = items[i].extra;
        uint32_t from = depth - 1;
        while (from > 0 && items[stack[from - 1]].key > key) {
            // A pool's key stands at each of its members; its weight is the sum of theirs.
            int64_t pool = items[stack[from - 1]].key, sum = 0;
            while (from > 0 && items[stack[from - 1]].key == pool) {
                sum += items[stack[--from]].extra;
            }
            key = (key * weight + pool * sum) / (weight + sum);
            weight += sum;
        }
        for (uint32_t k = from; k < depth; k++) {
            items[stack[k]].key = key;
        }
    }
}

static void sort_range(Order *o, uint32_t *seq, uint32_t lo, uint32_t hi) {
    const Draft *d = o->d;
    uint32_t count = 0, out = 0;
    for (uint32_t i = lo; i < hi;) {
        const DraftNode *n = &d->nodes[seq[i]];
        DraftKey item = {.key = o->keys[seq[i]], .id = seq[i], .extra = 1};
        if (n->kind == DRAFT_TOP) {
            const DraftGroup *g = &d->groups[n->group];
            uint32_t end = d->nodes[g->bottom + (seq[i] - g->top)].pos;
            int64_t sum = 0, inner = 0;
            for (uint32_t k = i + 1; k < end; k++) {
                if (d->nodes[seq[k]].kind < DRAFT_TOP) {
                    sum += o->keys[seq[k]];
                    inner++;
                }
            }
            item.key = inner ? sum / inner : item.key;
            item.extra = inner ? (uint32_t)inner : 1;
            i = end;
        }
        o->items[count++] = item;
        i++;
    }
    pool_groups(o->items, count, o->moved, d);
    draft_sort(o->items, o->scratch, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t id = o->items[i].id, from = d->nodes[id].pos, many = 1;
        if (d->nodes[id].kind == DRAFT_TOP) {
            const DraftGroup *g = &d->groups[d->nodes[id].group];
            many = d->nodes[g->bottom + (id - g->top)].pos - from + 1;
        }
        memcpy(o->moved + out, seq + from, sizeof *seq * many);
        out += many;
    }
    memcpy(seq + lo, o->moved, sizeof *seq * out);
    for (uint32_t i = lo; i < hi; i++) {
        d->nodes[seq[i]].pos = i;
    }
    o->work += hi - lo;
}

// From the outside inwards; parents have lower indices than their children.
void order_sort(Order *o, uint32_t layer) {
    const Draft *d = o->d;
    uint32_t *seq = d->slots + d->layer_at[layer];
    sort_range(o, seq, 0, d->layer_at[layer + 1] - d->layer_at[layer]);
    for (uint32_t g = 0; g < d->group_count; g++) {
        const DraftGroup *group = &d->groups[g];
        uint32_t at = layer - (uint32_t)group->first;
        if ((int32_t)layer >= group->first && (int32_t)layer <= group->last) {
            sort_range(o, seq, d->nodes[group->top + at].pos + 1, d->nodes[group->bottom + at].pos);
        }
    }
}

static void sweep(Order *o, bool rightwards) {
    const Draft *d = o->d;
    for (uint32_t i = 1; i < d->layer_count; i++) {
        uint32_t layer = rightwards ? i : d->layer_count - 1 - i;
        set_keys(o, layer, rightwards ? &d->left : &d->right);
        order_sort(o, layer);
    }
}

static void restore(Draft *d, const uint32_t *slots) {
    memcpy(d->slots, slots, sizeof *slots * d->node_count);
    for (uint32_t l = 0; l < d->layer_count; l++) {
        for (uint32_t s = d->layer_at[l]; s < d->layer_at[l + 1]; s++) {
            d->nodes[d->slots[s]].pos = s - d->layer_at[l];
        }
    }
}

static Order begin(Draft *d) {
    Order o = {.d = d};
    o.left = arena_array(d->arena, uint32_t, d->left.at[d->node_count]);
    o.right = arena_array(d->arena, uint32_t, d->right.at[d->node_count]);
    o.keys = arena_array(d->arena, int64_t, d->node_count);
    o.items = arena_array(d->arena, DraftKey, d->node_count);
    o.scratch = arena_array(d->arena, DraftKey, d->node_count);
    o.moved = arena_array(d->arena, uint32_t, d->node_count);
    o.tree = arena_array(d->arena, uint32_t, 4 * (size_t)d->node_count + 4);
    order_children(&o);
    return o;
}

// A shuffled beginning; which numbers does not matter, that they are always the same does.
static void shuffle(Order *o, uint64_t seed) {
    const Draft *d = o->d;
    uint64_t state = seed * 0x9e3779b97f4a7c15U + 1;
    for (uint32_t g = 0; g < d->group_count; g++) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        o->group_keys[g] = (int64_t)(state >> 40);
    }
    order_by_group_keys(o);
    for (uint32_t l = 0; l < d->layer_count; l++) {
        for (uint32_t s = d->layer_at[l]; s < d->layer_at[l + 1]; s++) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            o->keys[d->slots[s]] = (int64_t)(state >> 40);
        }
        order_sort(o, l);
    }
}

typedef struct Best {
    uint32_t *slots;
    uint64_t crossings;
} Best;

static bool keep(const Order *o, Best *best, uint64_t crossings) {
    if (crossings >= best->crossings) {
        return false;
    }
    best->crossings = crossings;
    memcpy(best->slots, o->d->slots, sizeof *best->slots * o->d->node_count);
    return true;
}

static uint64_t sift_all(Order *o) {
    uint64_t saved = 0, once;
    uint32_t passes = 0;
    do {
        once = 0;
        for (uint32_t i = 0; i < o->d->layer_count; i++) {
            once += order_sift(o, passes % 2 ? o->d->layer_count - 1 - i : i);
        }
        saved += once;
    } while (once > 0 && ++passes < SIFTS);
    return saved;
}

// Sweeps until they stop helping.
static void descend(Order *o, Best *best) {
    uint64_t least = UINT64_MAX;
    uint32_t idle = 0;
    for (uint32_t i = 0; i < SWEEPS && idle < PATIENCE && best->crossings > 0; i++) {
        if (i % 3 == 2 && o->d->group_count > 1) {
            order_regroup(o);
        }
        sweep(o, i % 2 == 0);
        uint64_t crossings = order_all_crossings(o);
        idle = crossings < least ? 0 : idle + 1;
        least = crossings < least ? crossings : least;
        if (idle == 0) {
            crossings -= sift_all(o);
            crossings -= order_swap_groups(o);
            crossings -= sift_all(o);
            keep(o, best, crossings);
        }
    }
}

void order_run(Draft *d) {
    Order o = begin(d);
    Best best = {arena_copy(d->arena, d->slots, sizeof *d->slots * d->node_count), 0};
    best.crossings = order_all_crossings(&o);
    for (uint32_t start = 0; best.crossings > 0 && (!start || o.work < WORK); start++) {
        if (start > 0) {
            shuffle(&o, start);
        }
        descend(&o, &best);
    }
    restore(d, best.slots);
}
