// Layers: edges that close a cycle are turned, then every box gets the layer behind the last box
// that leads to it, and boxes that only lead on move towards what they lead to.
//
// In: boxes and edges of a draft. Out: the layers; every edge runs to a higher one.

#include "generator/views/layout/draft.h"
#include "generator/views/layout/simplex.h"

typedef struct Layers {
    Draft *d;
    DraftLinks out;  // edges that leave a box
    uint32_t *order; // boxes, every edge leads forwards
    uint32_t *piece, *local, *sizes, piece_count;
} Layers;

static void link_out(Layers *l) {
    Draft *d = l->d;
    l->out.at = arena_array(d->arena, uint32_t, d->box_count + 2);
    l->out.to = arena_array(d->arena, uint32_t, d->edge_count);
    for (uint32_t e = 0; e < d->edge_count; e++) {
        l->out.at[d->edges[e].from + 2]++;
    }
    for (uint32_t n = 0; n < d->box_count; n++) {
        l->out.at[n + 2] += l->out.at[n + 1];
    }
    for (uint32_t e = 0; e < d->edge_count; e++) {
        l->out.to[l->out.at[d->edges[e].from + 1]++] = e;
    }
}

static void flip(DraftEdge *e) {
    uint32_t from = e->from;
    e->from = e->to;
    e->to = from;
    e->flipped = !e->flipped;
}

// Depth first from `start`; an edge back to a box on the current path closes a cycle.
static void visit(Layers *l, uint32_t start, uint8_t *state, uint32_t *stack, uint32_t *next) {
    enum { NEW, OPEN, DONE };
    uint32_t depth = 0;
    stack[depth++] = start;
    state[start] = OPEN;
    while (depth > 0) {
        uint32_t n = stack[depth - 1];
        if (next[n] == l->out.at[n + 1]) {
            state[n] = DONE;
            depth--;
            continue;
        }
        DraftEdge *e = &l->d->edges[l->out.to[next[n]++]];
        if (state[e->to] == OPEN) { // on the path: this edge closes a cycle
            flip(e);
        } else if (state[e->to] == NEW) {
            state[e->to] = OPEN;
            stack[depth++] = e->to;
        }
    }
}

static void break_cycles(Layers *l) {
    Draft *d = l->d;
    link_out(l);
    uint8_t *state = arena_array(d->arena, uint8_t, d->box_count);
    uint8_t *led_to = arena_array(d->arena, uint8_t, d->box_count);
    uint32_t *stack = arena_array(d->arena, uint32_t, d->box_count);
    uint32_t *next = arena_copy(d->arena, l->out.at, sizeof *next * (d->box_count + 1));
    for (uint32_t e = 0; e < d->edge_count; e++) {
        led_to[d->edges[e].to] = 1;
    }
    // Boxes that nothing leads to are natural beginnings; what is left then lies on cycles.
    for (uint32_t pass = 0; pass < 2; pass++) {
        for (uint32_t n = 0; n < d->box_count; n++) {
            if (!state[n] && (pass == 1 || !led_to[n])) {
                visit(l, n, state, stack, next);
            }
        }
    }
    link_out(l);
}

static void longest_paths(Layers *l) {
    Draft *d = l->d;
    uint32_t *open = arena_array(d->arena, uint32_t, d->box_count);
    uint32_t done = 0, found = 0;
    l->order = arena_array(d->arena, uint32_t, d->box_count);
    for (uint32_t e = 0; e < d->edge_count; e++) {
        open[d->edges[e].to]++;
    }
    for (uint32_t n = 0; n < d->box_count; n++) {
        if (!open[n]) {
            l->order[found++] = n;
        }
    }
    while (done < found) {
        uint32_t n = l->order[done++];
        for (uint32_t i = l->out.at[n]; i < l->out.at[n + 1]; i++) {
            uint32_t to = d->edges[l->out.to[i]].to;
            if (d->nodes[to].layer <= d->nodes[n].layer) {
                d->nodes[to].layer = d->nodes[n].layer + 1;
            }
            if (--open[to] == 0) {
                l->order[found++] = to;
            }
        }
    }
}

// ---- Pieces -------------------------------------------------------------------------------------

// A part may hold pieces that no edge connects, but a common group: each gets layers of its own.
static uint32_t root(uint32_t *up, uint32_t n) {
    while (up[n] != n) {
        n = up[n] = up[up[n]];
    }
    return n;
}

static void find_pieces(Layers *l) {
    Draft *d = l->d;
    uint32_t *up = arena_array(d->arena, uint32_t, d->box_count);
    l->piece = arena_array(d->arena, uint32_t, d->box_count);
    l->local = arena_array(d->arena, uint32_t, d->box_count);
    l->sizes = arena_array(d->arena, uint32_t, d->box_count + 1);
    for (uint32_t n = 0; n < d->box_count; n++) {
        up[n] = n;
    }
    for (uint32_t e = 0; e < d->edge_count; e++) {
        uint32_t a = root(up, d->edges[e].from), b = root(up, d->edges[e].to);
        up[a > b ? a : b] = a > b ? b : a;
    }
    for (uint32_t n = 0; n < d->box_count; n++) {
        uint32_t r = root(up, n);
        l->piece[n] = r == n ? l->piece_count++ : l->piece[r];
        l->local[n] = l->sizes[l->piece[n]]++;
    }
}

// Groups that reach over few columns leave room beside them.
static int32_t weight(const Draft *d, const DraftEdge *e) {
    return d->nodes[e->from].group == d->nodes[e->to].group ? 2 : 1;
}

// The boxes and edges of a piece one behind the other in arrays for all pieces.
static void shorten(Layers *l) {
    Draft *d = l->d;
    uint32_t *node_at = arena_array(d->arena, uint32_t, l->piece_count + 1);
    uint32_t *edge_at = arena_array(d->arena, uint32_t, l->piece_count + 2);
    uint32_t *from = arena_array(d->arena, uint32_t, d->edge_count);
    uint32_t *to = arena_array(d->arena, uint32_t, d->edge_count);
    int32_t *weights = arena_array(d->arena, int32_t, d->edge_count);
    int32_t *layer = arena_array(d->arena, int32_t, d->box_count);
    for (uint32_t e = 0; e < d->edge_count; e++) {
        edge_at[l->piece[d->edges[e].from] + 2]++;
    }
    for (uint32_t p = 0; p < l->piece_count; p++) {
        node_at[p + 1] = node_at[p] + l->sizes[p];
        edge_at[p + 2] += edge_at[p + 1];
    }
    for (uint32_t e = 0; e < d->edge_count; e++) {
        uint32_t k = edge_at[l->piece[d->edges[e].from] + 1]++;
        from[k] = l->local[d->edges[e].from];
        to[k] = l->local[d->edges[e].to];
        weights[k] = weight(d, &d->edges[e]);
    }
    for (uint32_t n = 0; n < d->box_count; n++) {
        layer[node_at[l->piece[n]] + l->local[n]] = d->nodes[n].layer;
    }
    for (uint32_t p = 0; p < l->piece_count; p++) {
        uint32_t e = edge_at[p];
        Simplex s = {l->sizes[p], edge_at[p + 1] - e, from + e,
                     to + e,      weights + e,        layer + node_at[p]};
        simplex_run(d->arena, &s);
    }
    for (uint32_t n = 0; n < d->box_count; n++) {
        d->nodes[n].layer = layer[node_at[l->piece[n]] + l->local[n]];
    }
}

// Every piece begins in layer 0.
static void normalize(Layers *l) {
    Draft *d = l->d;
    int32_t *least = arena_array(d->arena, int32_t, l->piece_count);
    for (uint32_t n = 0; n < d->box_count; n++) {
        least[l->piece[n]] = d->nodes[n].layer;
    }
    for (uint32_t n = 0; n < d->box_count; n++) {
        int32_t *at = &least[l->piece[n]];
        *at = d->nodes[n].layer < *at ? d->nodes[n].layer : *at;
    }
    for (uint32_t n = 0; n < d->box_count; n++) {
        d->nodes[n].layer -= least[l->piece[n]];
    }
}

// ---- Balance ------------------------------------------------------------------------------------

// Boxes that may stand in several layers at no cost stand next to what leads to them: what a router
// calls is then one column.
static void choose(Layers *l) {
    Draft *d = l->d;
    int32_t *low = arena_array(d->arena, int32_t, d->box_count);
    int32_t *high = arena_array(d->arena, int32_t, d->box_count);
    int64_t *pull = arena_array(d->arena, int64_t, d->box_count);
    for (uint32_t n = 0; n < d->box_count; n++) {
        low[n] = -1;
        high[n] = INT32_MAX;
    }
    for (uint32_t e = 0; e < d->edge_count; e++) {
        pull[d->edges[e].from] += weight(d, &d->edges[e]);
        pull[d->edges[e].to] -= weight(d, &d->edges[e]);
    }
    for (uint32_t k = 0; k < d->box_count; k++) {
        uint32_t n = l->order[k];
        for (uint32_t i = l->out.at[n]; i < l->out.at[n + 1]; i++) {
            int32_t to = d->nodes[d->edges[l->out.to[i]].to].layer;
            high[n] = to < high[n] ? to : high[n];
        }
        if (pull[n] == 0 && low[n] >= 0 && high[n] < INT32_MAX) {
            d->nodes[n].layer = low[n] + 1;
        }
        for (uint32_t i = l->out.at[n]; i < l->out.at[n + 1]; i++) {
            uint32_t to = d->edges[l->out.to[i]].to;
            low[to] = d->nodes[n].layer > low[to] ? d->nodes[n].layer : low[to];
        }
    }
}

void layers_assign(Draft *d) {
    Layers l = {.d = d};
    break_cycles(&l);
    longest_paths(&l);
    find_pieces(&l);
    shorten(&l);
    normalize(&l);
    choose(&l);
    shape_run(d, l.piece, l.piece_count);
}
