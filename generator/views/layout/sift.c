// Sifting (after Matuszewski, Schönfeld, Molitor): one node of a column at a time is tried in all
// places its group permits, and stays where fewest lines cross.
//
// In and out: a valid order of the column; its neighbours stay as they are.

#include "generator/views/layout/order.h"

#include <string.h>

enum {
    REACH = 48, // how many nodes one may pass
    HOPE = 6,   // how many crossings more than at best, per link, end the search
};

// Pairs in which `upper`, standing above, has a neighbour below one of `lower`'s.
static int64_t pairs(const uint32_t *upper, uint32_t uppers, const uint32_t *lower,
                     uint32_t lowers) {
    int64_t count = 0;
    uint32_t k = 0;
    for (uint32_t i = 0; i < uppers; i++) {
        while (k < lowers && lower[k] < upper[i]) {
            k++;
        }
        count += k;
    }
    return count;
}

static int64_t side(const DraftLinks *links, const uint32_t *lists, uint32_t a, uint32_t b) {
    const uint32_t *la = lists + links->at[a], *lb = lists + links->at[b];
    uint32_t na = links->at[a + 1] - links->at[a], nb = links->at[b + 1] - links->at[b];
    if (na == 1 && nb == 1) {
        return (*la > *lb) - (*lb > *la);
    }
    return na && nb ? pairs(la, na, lb, nb) - pairs(lb, nb, la, na) : 0;
}

// What standing above `b` costs `a` more than standing below.
static int64_t balance(const Order *o, uint32_t a, uint32_t b) {
    return side(&o->d->left, o->left, a, b) + side(&o->d->right, o->right, a, b);
}

typedef struct Place {
    uint32_t pos;
    int64_t gain;
} Place;

// Walks from the node's place in one direction; inside of other groups it cannot stay.
static Place walk(Order *o, const uint32_t *seq, uint32_t count, uint32_t pos, int step) {
    const Draft *d = o->d;
    uint32_t n = seq[pos];
    Place best = {.pos = pos};
    uint32_t degree = d->left.at[n + 1] - d->left.at[n] + d->right.at[n + 1] - d->right.at[n];
    int64_t gain = 0, hopeless = HOPE * (int64_t)degree;
    int32_t depth = 0; // in groups other than its own
    DraftKind opens = step > 0 ? DRAFT_TOP : DRAFT_BOTTOM;
    DraftKind closes = step > 0 ? DRAFT_BOTTOM : DRAFT_TOP;
    for (uint32_t at = pos; step > 0 ? at + 1 < count : at > 0;) {
        at = step > 0 ? at + 1 : at - 1;
        DraftKind kind = d->nodes[seq[at]].kind;
        depth += (kind == opens) - (kind == closes);
        if (depth < 0) { // the border of its own group
            break;
        }
        gain += step > 0 ? balance(o, n, seq[at]) : -balance(o, n, seq[at]);
        if (depth == 0 && gain > best.gain) {
            best = (Place){.pos = at, .gain = gain};
        }
        o->work += degree + 2;
        // Away from its neighbours it only gets worse, and most nodes stand near them.
        if (gain < best.gain - hopeless ||
            (depth == 0 && (step > 0 ? at - pos : pos - at) > REACH)) {
            break;
        }
    }
    return best;
}

static void shift(Draft *d, uint32_t *seq, uint32_t from, uint32_t to) {
    uint32_t n = seq[from];
    if (from < to) {
        memmove(seq + from, seq + from + 1, sizeof *seq * (to - from));
    } else {
        memmove(seq + to + 1, seq + to, sizeof *seq * (from - to));
    }
    seq[to] = n;
    for (uint32_t i = from < to ? from : to; i <= (from < to ? to : from); i++) {
        d->nodes[seq[i]].pos = i;
    }
}

uint64_t order_sift(Order *o, uint32_t layer) {
    Draft *d = o->d;
    uint32_t *seq = d->slots + d->layer_at[layer];
    uint32_t count = d->layer_at[layer + 1] - d->layer_at[layer];
    uint64_t saved = 0;
    order_lists(o, layer);
    o->work += count;
    memcpy(o->moved, seq, sizeof *seq * count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t n = o->moved[i], pos = d->nodes[n].pos;
        if (d->nodes[n].kind >= DRAFT_TOP) {
            continue;
        }
        Place up = walk(o, seq, count, pos, -1), down = walk(o, seq, count, pos, 1);
        Place best = up.gain >= down.gain ? up : down;
        if (best.gain > 0) {
            shift(d, seq, pos, best.pos);
            saved += (uint64_t)best.gain;
        }
    }
    return saved;
}
