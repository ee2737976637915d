// Crossing reduction: sweeps to and fro through the columns, each ordered by the mean of its
// neighbours' places (Sugiyama's barycenters), then single nodes moved; the best order seen stays.
//
// In and out: a valid order; a group's nodes stand between its borders.

#include "generator/views/layout/order.h"

#include <string.h>

enum {
    KEY_SCALE = 1024,
    SWEEPS = 24,          // at most, from one beginning
    PATIENCE = 4,         // sweeps that save nothing
    SIFTS = 12,           // passes
    IDLE_STARTS = 8,      // beginnings that save nothing
    FREE_WORK = 150000,   // steps that are taken in any case
    WORK = 2500000,       // steps after which no other beginning is tried
    MOST_WORK = 2 * WORK, // and no sifting
};

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

// What stands between two borders: a deeper group moves as one, its inside is sorted later.
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

// An order to come back to: the columns, and the groups' order that they were made by.
typedef struct Best {
    uint32_t *slots, *child;
    uint64_t crossings;
} Best;

static Best new_best(const Draft *d) {
    return (Best){arena_array(d->arena, uint32_t, d->node_count),
                  arena_array(d->arena, uint32_t, d->group_count), UINT64_MAX};
}

static bool keep(const Order *o, Best *best, uint64_t crossings) {
    if (crossings >= best->crossings) {
        return false;
    }
    best->crossings = crossings;
    memcpy(best->slots, o->d->slots, sizeof *best->slots * o->d->node_count);
    memcpy(best->child, o->child, sizeof *best->child * o->d->group_count);
    return true;
}

static void restore(Order *o, const Best *best) {
    Draft *d = o->d;
    memcpy(d->slots, best->slots, sizeof *d->slots * d->node_count);
    memcpy(o->child, best->child, sizeof *o->child * d->group_count);
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
    uint32_t links = d->left.at[d->node_count];
    o.links = arena_array(d->arena, DraftKey, links);
    o.link_scratch = arena_array(d->arena, DraftKey, links);
    o.stale = arena_array(d->arena, bool, d->layer_count);
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

// Sifts column after column; later only those beside which something moved.
static uint64_t sift_all(Order *o) {
    uint32_t count = o->d->layer_count;
    uint64_t saved = 0, once = 1;
    memset(o->stale, true, count);
    for (uint32_t pass = 0; once > 0 && pass < SIFTS; pass++) {
        once = 0;
        for (uint32_t i = 0; i < count; i++) {
            uint32_t l = pass % 2 ? count - 1 - i : i;
            uint64_t gain = o->stale[l] && o->work < MOST_WORK ? order_sift(o, l) : 0;
            o->stale[l] = gain > 0;
            if (gain > 0 && l > 0) {
                o->stale[l - 1] = true;
            }
            if (gain > 0 && l + 1 < count) {
                o->stale[l + 1] = true;
            }
            once += gain;
        }
        saved += once;
    }
    return saved;
}

// Sweeps until they stop helping, then moves nodes and groups.
static void descend(Order *o, Best *best, Best *local) {
    bool grouped = o->d->group_count > 1; // else there is nothing to exchange
    uint32_t idle = 0;
    local->crossings = UINT64_MAX;
    for (uint32_t i = 0; i < SWEEPS && idle < PATIENCE; i++) {
        // Not on each sweep: nodes first follow their groups.
        if (i % 3 == 2 && grouped) {
            order_regroup(o);
        }
        sweep(o, i % 2 == 0);
        idle = keep(o, local, order_all_crossings(o)) ? 0 : idle + 1;
    }
    // Sifting costs more than sweeping, so it begins where sweeping came furthest.
    restore(o, local);
    uint64_t crossings = local->crossings - sift_all(o);
    for (uint64_t saved = grouped; saved > 0;) {
        saved = order_swap_groups(o);
        saved += saved ? sift_all(o) : 0;
        crossings -= saved;
    }
    keep(o, best, crossings);
}

void order_run(Draft *d) {
    Order o = begin(d);
    Best best = new_best(d), local = new_best(d);
    keep(&o, &best, order_all_crossings(&o));
    uint32_t idle = 0;
    for (uint32_t start = 0; best.crossings > 0 && (idle < IDLE_STARTS || o.work < FREE_WORK);
         start++) {
        uint64_t before = best.crossings;
        if (start > 0) {
            shuffle(&o, start);
        }
        descend(&o, &best, &local);
        idle = best.crossings < before ? 0 : idle + 1;
        if (o.work > WORK) {
            break;
        }
    }
    restore(&o, &best);
}
