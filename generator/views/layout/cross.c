// Counting crossings between neighbouring columns (Barth, Jünger, Mutzel: "Simple and efficient
// bilayer cross counting"): links in the order of their left ends, a tree that sums over right
// ends.

#include "generator/views/layout/order.h"

#include <string.h>

// Going through the column beside in order appends ascending positions: the lists come out sorted.
static void fill_lists(const Draft *d, uint32_t layer, const DraftLinks *back,
                       const DraftLinks *links, uint32_t *lists, uint32_t *used) {
    const uint32_t *from = d->slots + d->layer_at[layer];
    uint32_t count = d->layer_at[layer + 1] - d->layer_at[layer];
    for (uint32_t pos = 0; pos < count; pos++) {
        uint32_t n = from[pos];
        for (uint32_t i = back->at[n]; i < back->at[n + 1]; i++) {
            uint32_t to = back->to[i];
            lists[links->at[to] + used[d->nodes[to].pos]++] = pos;
        }
    }
}

void order_lists(Order *o, uint32_t layer) {
    const Draft *d = o->d;
    uint32_t count = d->layer_at[layer + 1] - d->layer_at[layer];
    if (layer > 0) {
        memset(o->tree, 0, sizeof *o->tree * count);
        fill_lists(d, layer - 1, &d->right, &d->left, o->left, o->tree);
    }
    if (layer + 1 < d->layer_count) {
        memset(o->tree, 0, sizeof *o->tree * count);
        fill_lists(d, layer + 1, &d->left, &d->right, o->right, o->tree);
    }
}

uint64_t order_crossings(Order *o, uint32_t layer) {
    const Draft *d = o->d;
    uint32_t count = d->layer_at[layer + 1] - d->layer_at[layer];
    uint32_t width = d->layer_at[layer + 2] - d->layer_at[layer + 1];
    uint32_t first = 1;
    uint64_t crossings = 0;
    while (first < width) {
        first *= 2;
    }
    memset(o->tree, 0, sizeof *o->tree * count);
    fill_lists(d, layer + 1, &d->left, &d->right, o->right, o->tree);
    memset(o->tree, 0, sizeof *o->tree * 2 * first);
    for (uint32_t pos = 0; pos < count; pos++) {
        uint32_t n = d->slots[d->layer_at[layer] + pos];
        o->work += d->right.at[n + 1] - d->right.at[n];
        for (uint32_t i = d->right.at[n]; i < d->right.at[n + 1]; i++) {
            // Those that were here before and end further down cross this one.
            uint32_t leaf = first + o->right[i];
            o->tree[leaf]++;
            for (; leaf > 1; leaf /= 2) {
                if (leaf % 2 == 0) {
                    crossings += o->tree[leaf + 1];
                }
                o->tree[leaf / 2]++;
            }
        }
    }
    return crossings;
}

uint64_t order_all_crossings(Order *o) {
    uint64_t sum = 0;
    for (uint32_t l = 0; l + 1 < o->d->layer_count; l++) {
        sum += order_crossings(o, l);
    }
    return sum;
}

uint64_t order_inversions(DraftKey *keys, DraftKey *scratch, uint32_t count) {
    uint64_t found = 0;
    for (uint32_t run = 1; run < count; run *= 2) {
        for (uint32_t lo = 0; lo < count; lo += 2 * run) {
            uint32_t mid = count - lo < run ? count : lo + run;
            uint32_t hi = count - lo < 2 * run ? count : lo + 2 * run;
            uint32_t i = lo, j = mid;
            for (uint32_t k = lo; k < hi; k++) {
                bool left = i < mid && (j == hi || keys[i].id <= keys[j].id);
                found += left ? 0 : mid - i;
                scratch[k] = left ? keys[i++] : keys[j++];
            }
        }
        memcpy(keys, scratch, sizeof *keys * count);
    }
    return found;
}
