// Heights (Brandes, Köpf: "Fast and simple horizontal coordinate assignment"): nodes are aligned
// with the median of their neighbours, from the left and from the right, from the top and from the
// bottom; each of the four drawings is compacted, and every node gets the mean of its two middle
// heights.
//
// In: ordered columns. Out: y of all nodes. Long lines and borders are level: their links go first.

#include "generator/views/layout/place.h"

#include <string.h>

int64_t place_gap(const Draft *d, uint32_t upper, uint32_t lower) {
    const DraftNode *a = &d->nodes[upper], *b = &d->nodes[lower];
    int64_t both = a->down + b->up;
    if (a->kind == DRAFT_TOP || b->kind == DRAFT_BOTTOM) {
        return both;
    }
    if (a->kind == DRAFT_BOTTOM || b->kind == DRAFT_TOP) {
        return both + DRAFT_GROUP_GAP;
    }
    return both + (a->kind == DRAFT_BOX && b->kind == DRAFT_BOX ? DRAFT_BOX_GAP : DRAFT_LINE_GAP);
}

// ---- Conflicts ----------------------------------------------------------------------------------

// Which of two links that cross may be level: borders before lines that pass, those before the
// rest.
static int strength(const DraftNode *a, const DraftNode *b) {
    if (a->kind >= DRAFT_TOP) {
        return 2;
    }
    return a->kind != DRAFT_BOX && b->kind != DRAFT_BOX;
}

// Marks the links between a column and the one before it that cross a stronger one, or a frame:
// lines that are level across frames would hold groups apart and stretch them.
static void mark_conflicts(Place *p, uint32_t layer, int weak, int64_t *above, int64_t *below) {
    const Draft *d = p->d;
    const uint32_t *seq = d->slots + d->layer_at[layer];
    uint32_t count = d->layer_at[layer + 1] - d->layer_at[layer];
    int64_t most = -1, least = INT64_MAX;
    for (uint32_t k = 0; k < count; k++) {
        above[k] = most;
        for (uint32_t i = d->left.at[seq[k]]; i < d->left.at[seq[k] + 1]; i++) {
            const DraftNode *from = &d->nodes[d->left.to[i]];
            if (strength(from, &d->nodes[seq[k]]) > weak) {
                most = from->pos > most ? from->pos : most;
            }
        }
    }
    for (uint32_t k = count; k-- > 0;) {
        below[k] = least;
        for (uint32_t i = d->left.at[seq[k]]; i < d->left.at[seq[k] + 1]; i++) {
            const DraftNode *from = &d->nodes[d->left.to[i]];
            if (strength(from, &d->nodes[seq[k]]) > weak) {
                least = from->pos < least ? from->pos : least;
            }
        }
    }
    for (uint32_t k = 0; k < count; k++) {
        for (uint32_t i = d->left.at[seq[k]]; i < d->left.at[seq[k] + 1]; i++) {
            const DraftNode *from = &d->nodes[d->left.to[i]];
            if (strength(from, &d->nodes[seq[k]]) == weak) {
                p->conflict[i] = above[k] > from->pos || below[k] < from->pos ||
                                 from->group != d->nodes[seq[k]].group;
            }
        }
    }
}

static void find_conflicts(Place *p) {
    Draft *d = p->d;
    int64_t *above = arena_array(d->arena, int64_t, d->node_count);
    int64_t *below = arena_array(d->arena, int64_t, d->node_count);
    p->conflict = arena_array(d->arena, bool, d->left.at[d->node_count]);
    for (uint32_t l = 1; l < d->layer_count; l++) {
        mark_conflicts(p, l, 0, above, below);
        mark_conflicts(p, l, 1, above, below);
    }
}

// ---- Alignment ----------------------------------------------------------------------------------

// Medians are then in the middle of the list.
static void sort_links(Draft *d, DraftLinks *links) {
    for (uint32_t n = 0; n < d->node_count; n++) {
        for (uint32_t i = links->at[n] + 1; i < links->at[n + 1]; i++) {
            uint32_t to = links->to[i], k = i;
            for (; k > links->at[n] && d->nodes[links->to[k - 1]].pos > d->nodes[to].pos; k--) {
                links->to[k] = links->to[k - 1];
            }
            links->to[k] = to;
        }
    }
}

// Conflicts are noted with the link's right end.
// Looked up rather than kept per direction: nodes have few links to the left.
static bool conflicts(const Place *p, uint32_t a, uint32_t b) {
    const Draft *d = p->d;
    uint32_t right = d->nodes[a].layer > d->nodes[b].layer ? a : b, left = right == a ? b : a;
    for (uint32_t i = d->left.at[right]; i < d->left.at[right + 1]; i++) {
        if (d->left.to[i] == left) {
            return p->conflict[i];
        }
    }
    return true;
}

// Hangs each node of a column on the median of its neighbours, in order, such that no two cross.
static void align_column(Place *p, uint32_t layer, bool rightwards, bool downwards) {
    const Draft *d = p->d;
    const DraftLinks *links = rightwards ? &d->left : &d->right;
    uint32_t count = d->layer_at[layer + 1] - d->layer_at[layer];
    int64_t last = downwards ? -1 : INT64_MAX;
    for (uint32_t k = 0; k < count; k++) {
        uint32_t n = d->slots[d->layer_at[layer] + (downwards ? k : count - 1 - k)];
        uint32_t degree = links->at[n + 1] - links->at[n];
        for (uint32_t m = 0; m < (degree ? 2 : 0) && p->next[n] == n; m++) {
            uint32_t middle = (degree - 1 + (downwards ? m : 1 - m)) / 2;
            uint32_t to = links->to[links->at[n] + middle];
            int64_t pos = d->nodes[to].pos;
            if ((downwards ? pos > last : pos < last) && !conflicts(p, to, n)) {
                p->next[to] = n;
                p->root[n] = p->root[to];
                p->next[n] = p->root[n];
                last = pos;
            }
        }
    }
}

static void align(Place *p, bool rightwards, bool downwards) {
    const Draft *d = p->d;
    for (uint32_t n = 0; n < d->node_count; n++) {
        p->root[n] = p->next[n] = n;
    }
    for (uint32_t i = 1; i < d->layer_count; i++) {
        align_column(p, rightwards ? i : d->layer_count - 1 - i, rightwards, downwards);
    }
}

// ---- Compaction ---------------------------------------------------------------------------------

static uint32_t above_of(const Draft *d, uint32_t n) {
    const DraftNode *node = &d->nodes[n];
    return node->pos ? d->slots[d->layer_at[node->layer] + node->pos - 1] : UINT32_MAX;
}

static uint32_t below_of(const Draft *d, uint32_t n) {
    const DraftNode *node = &d->nodes[n];
    uint32_t s = d->layer_at[node->layer] + node->pos + 1;
    return s < d->layer_at[node->layer + 1] ? d->slots[s] : UINT32_MAX;
}

// Blocks such that those above others come first.
static uint32_t sort_blocks(Place *p) {
    const Draft *d = p->d;
    uint32_t found = 0;
    memset(p->open, 0, sizeof *p->open * d->node_count);
    for (uint32_t n = 0; n < d->node_count; n++) {
        p->open[p->root[n]] += d->nodes[n].pos > 0;
    }
    for (uint32_t n = 0; n < d->node_count; n++) {
        if (p->root[n] == n && !p->open[n]) {
            p->blocks[found++] = n;
        }
    }
    for (uint32_t done = 0; done < found; done++) {
        uint32_t n = p->blocks[done];
        do {
            uint32_t below = below_of(d, n);
            if (below != UINT32_MAX && --p->open[p->root[below]] == 0) {
                p->blocks[found++] = p->root[below];
            }
            n = p->next[n];
        } while (n != p->blocks[done]);
    }
    return found;
}

// How far down the blocks above push this one; INT64_MIN: there are none.
static int64_t least_y(const Place *p, uint32_t block, const int64_t *y) {
    int64_t least = INT64_MIN;
    uint32_t n = block;
    do {
        uint32_t above = above_of(p->d, n);
        if (above != UINT32_MAX) {
            int64_t at = y[p->root[above]] + place_gap(p->d, above, n);
            least = at > least ? at : least;
        }
        n = p->next[n];
    } while (n != block);
    return least;
}

static int64_t most_y(const Place *p, uint32_t block, const int64_t *y) {
    int64_t most = INT64_MAX;
    uint32_t n = block;
    do {
        uint32_t below = below_of(p->d, n);
        if (below != UINT32_MAX) {
            int64_t at = y[p->root[below]] - place_gap(p->d, n, below);
            most = at < most ? at : most;
        }
        n = p->next[n];
    } while (n != block);
    return most;
}

// Everything as high (or low) as it can be, then back towards what hinders it.
static void compact(Place *p, bool downwards, int64_t *y) {
    uint32_t count = sort_blocks(p);
    for (uint32_t pass = 0; pass < 2; pass++) {
        bool forwards = downwards == (pass == 0);
        for (uint32_t i = 0; i < count; i++) {
            uint32_t b = p->blocks[forwards ? i : count - 1 - i];
            int64_t least = forwards ? least_y(p, b, y) : most_y(p, b, y);
            bool bound = forwards ? least != INT64_MIN : least != INT64_MAX;
            // The second pass closes gaps that the first left on the far side.
            if (pass == 0) {
                y[b] = bound ? least : 0;
            } else if (bound) {
                y[b] = least;
            }
        }
    }
    for (uint32_t n = 0; n < p->d->node_count; n++) {
        y[n] = y[p->root[n]];
    }
}

// ---- Balance ------------------------------------------------------------------------------------

static void bounds(const Draft *d, const int64_t *y, int64_t *top, int64_t *bottom) {
    *top = INT64_MAX;
    *bottom = INT64_MIN;
    for (uint32_t n = 0; n < d->node_count; n++) {
        int64_t a = y[n] - d->nodes[n].up, b = y[n] + d->nodes[n].down;
        *top = a < *top ? a : *top;
        *bottom = b > *bottom ? b : *bottom;
    }
}

static int64_t middle_of(int64_t v[4]) {
    for (int i = 1; i < 4; i++) {
        for (int k = i; k > 0 && v[k - 1] > v[k]; k--) {
            int64_t swap = v[k];
            v[k] = v[k - 1];
            v[k - 1] = swap;
        }
    }
    int64_t sum = v[1] + v[2];
    return sum >= 0 ? sum / 2 : -((1 - sum) / 2); // rounds down on both sides of zero
}

// All four are shifted to the narrowest one's edge from which they were compacted; only then do
// their heights mean the same. The mean of the middle two keeps every distance that all four keep.
static void balance(Draft *d, int64_t *y[4]) {
    int64_t top[4], bottom[4];
    int narrowest = 0;
    for (int i = 0; i < 4; i++) {
        bounds(d, y[i], &top[i], &bottom[i]);
        if (bottom[i] - top[i] < bottom[narrowest] - top[narrowest]) {
            narrowest = i;
        }
    }
    for (uint32_t n = 0; n < d->node_count; n++) {
        int64_t v[4];
        for (int i = 0; i < 4; i++) {
            bool downwards = i % 2 == 0;
            v[i] = y[i][n] + (downwards ? top[narrowest] - top[i] : bottom[narrowest] - bottom[i]);
        }
        d->nodes[n].y = middle_of(v);
    }
}

void place_run(Draft *d) {
    Place p = {.d = d};
    int64_t *y[4];
    p.root = arena_array(d->arena, uint32_t, d->node_count);
    p.next = arena_array(d->arena, uint32_t, d->node_count);
    p.open = arena_array(d->arena, uint32_t, d->node_count);
    p.blocks = arena_array(d->arena, uint32_t, d->node_count);
    sort_links(d, &d->left);
    sort_links(d, &d->right);
    find_conflicts(&p);
    for (int i = 0; i < 4; i++) {
        y[i] = arena_array(d->arena, int64_t, d->node_count);
        align(&p, i < 2, i % 2 == 0);
        compact(&p, i % 2 == 0, y[i]);
    }
    balance(d, y);
}
