// Network simplex (Gansner, Koutsofios, North, Vo: "A technique for drawing directed graphs"):
// layers such that the edges are as short as they can be in sum.
//
// In: a connected graph whose edges run to higher layers. Out: better layers, with the same
// property. The work is bounded: what is found until then is valid, only longer.

#include "generator/views/layout/simplex.h"

#include <string.h>

enum { MOST_WORK = 12000000 };

// Edges are spanned by a tree of tight ones (of length 1). Layers can be shifted on one side of a
// tree edge; that shortens the drawing where more edges run against it than along it.
typedef struct Tree {
    const Simplex *s;
    uint32_t *at, *incident; // per node its edges, both ways
    bool *in_tree;           // per edge
    bool *reached;           // per node
    uint32_t *order;         // nodes, parents first
    uint32_t *parent_edge;   // per node; UINT32_MAX at the root
    int64_t *weight;         // per node: edges that leave its subtree less those that enter it
    uint64_t work;
} Tree;

static int32_t slack(const Simplex *s, uint32_t e) {
    return s->layer[s->to[e]] - s->layer[s->from[e]] - 1;
}

static uint32_t other_end(const Simplex *s, uint32_t e, uint32_t n) {
    return s->from[e] == n ? s->to[e] : s->from[e];
}

static void link_edges(Tree *t, Arena *a) {
    const Simplex *s = t->s;
    t->at = arena_array(a, uint32_t, s->node_count + 2);
    t->incident = arena_array(a, uint32_t, 2 * (size_t)s->edge_count);
    for (uint32_t e = 0; e < s->edge_count; e++) {
        t->at[s->from[e] + 2]++;
        t->at[s->to[e] + 2]++;
    }
    for (uint32_t n = 1; n < s->node_count + 2; n++) {
        t->at[n] += t->at[n - 1];
    }
    for (uint32_t e = 0; e < s->edge_count; e++) {
        t->incident[t->at[s->from[e] + 1]++] = e;
        t->incident[t->at[s->to[e] + 1]++] = e;
    }
}

// Adds all that tight edges reach from the nodes order[done] …; gives the new count.
static uint32_t grow(Tree *t, uint32_t done, uint32_t count) {
    const Simplex *s = t->s;
    for (; done < count; done++) {
        uint32_t n = t->order[done];
        for (uint32_t i = t->at[n]; i < t->at[n + 1]; i++) {
            uint32_t e = t->incident[i], to = other_end(s, e, n);
            if (!t->reached[to] && slack(s, e) == 0) {
                t->reached[to] = t->in_tree[e] = true;
                t->order[count++] = to;
            }
        }
    }
    return count;
}

// A first tree: where no tight edge leads on, all of it is shifted until the next edge is tight.
static void span(Tree *t) {
    const Simplex *s = t->s;
    uint32_t done = 0, count = 1;
    t->order[0] = 0;
    t->reached[0] = true;
    while ((count = grow(t, done, count)) < s->node_count) {
        uint32_t best = UINT32_MAX;
        for (uint32_t e = 0; e < s->edge_count; e++) {
            if (t->reached[s->from[e]] != t->reached[s->to[e]] &&
                (best == UINT32_MAX || slack(s, e) < slack(s, best))) {
                best = e;
            }
        }
        if (best == UINT32_MAX) {
            return; // not connected
        }
        int32_t by = t->reached[s->from[best]] ? slack(s, best) : -slack(s, best);
        for (uint32_t i = 0; i < count; i++) {
            s->layer[t->order[i]] += by;
        }
        uint32_t in = t->reached[s->from[best]] ? s->to[best] : s->from[best];
        done = count;
        t->reached[in] = t->in_tree[best] = true;
        t->order[count++] = in;
        t->work += s->edge_count + count;
    }
}

// Parents, an order from the root, and the sums over subtrees. All of it anew after each pivot:
// that is as long as the search for the entering edge, and has no state to keep right.
static void hang(Tree *t) {
    const Simplex *s = t->s;
    uint32_t count = 1;
    t->order[0] = 0;
    t->parent_edge[0] = UINT32_MAX;
    for (uint32_t done = 0; done < count; done++) {
        uint32_t n = t->order[done];
        for (uint32_t i = t->at[n]; i < t->at[n + 1]; i++) {
            uint32_t e = t->incident[i];
            if (t->in_tree[e] && e != t->parent_edge[n]) {
                uint32_t to = other_end(s, e, n);
                t->parent_edge[to] = e;
                t->order[count++] = to;
            }
        }
    }
    memset(t->weight, 0, sizeof *t->weight * s->node_count);
    for (uint32_t e = 0; e < s->edge_count; e++) {
        t->weight[s->from[e]] += s->weight[e];
        t->weight[s->to[e]] -= s->weight[e];
    }
    for (uint32_t i = s->node_count; i-- > 1;) {
        uint32_t n = t->order[i];
        t->weight[other_end(s, t->parent_edge[n], n)] += t->weight[n];
    }
    t->work += 2 * ((uint64_t)s->edge_count + s->node_count);
}

// The root of the subtree whose shift saves most per layer; 0: none saves.
static uint32_t leaving(const Tree *t) {
    const Simplex *s = t->s;
    uint32_t best = 0; // the root has no parent edge, so it stands for none
    int64_t least = 0;
    for (uint32_t i = 1; i < s->node_count; i++) {
        uint32_t n = t->order[i];
        // Edges within the subtree cancel out, so the sum over its nodes is that over its border.
        int64_t cut = s->from[t->parent_edge[n]] == n ? t->weight[n] : -t->weight[n];
        if (cut < least) {
            least = cut;
            best = n;
        }
    }
    return best;
}

// Shifts the subtree of n, away from its parent, until another edge becomes tight, which takes the
// place of its parent edge.
static bool pivot(Tree *t, uint32_t n) {
    const Simplex *s = t->s;
    uint32_t old = t->parent_edge[n], entering = UINT32_MAX;
    bool down = s->from[old] == n;
    memset(t->reached, 0, sizeof *t->reached * s->node_count);
    t->reached[n] = true;
    for (uint32_t i = 1; i < s->node_count; i++) {
        uint32_t k = t->order[i];
        t->reached[k] |= t->reached[other_end(s, t->parent_edge[k], k)] && k != n;
    }
    for (uint32_t e = 0; e < s->edge_count; e++) {
        bool from = t->reached[s->from[e]], to = t->reached[s->to[e]];
        if (from != to && to == down &&
            (entering == UINT32_MAX || slack(s, e) < slack(s, entering))) {
            entering = e;
        }
    }
    if (entering == UINT32_MAX) {
        return false;
    }
    int32_t by = down ? -slack(s, entering) : slack(s, entering);
    for (uint32_t k = 0; k < s->node_count; k++) {
        s->layer[k] += t->reached[k] ? by : 0;
    }
    t->in_tree[old] = false;
    t->in_tree[entering] = true;
    return true;
}

void simplex_run(Arena *a, const Simplex *s) {
    Tree t = {.s = s};
    if (s->node_count < 2) {
        return;
    }
    link_edges(&t, a);
    t.in_tree = arena_array(a, bool, s->edge_count);
    t.reached = arena_array(a, bool, s->node_count);
    t.order = arena_array(a, uint32_t, s->node_count);
    t.parent_edge = arena_array(a, uint32_t, s->node_count);
    t.weight = arena_array(a, int64_t, s->node_count);
    span(&t);
    while (t.work < MOST_WORK) {
        hang(&t);
        uint32_t n = leaving(&t);
        if (n == 0 || !pivot(&t, n)) {
            return;
        }
    }
}
