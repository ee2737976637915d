// Layers: edges that close a cycle are turned, then every box gets the layer behind the last box
// that leads to it, and boxes that only lead on move towards what they lead to.
//
// In: boxes and edges of a draft. Out: the layers; every edge runs to a higher one.

#include "generator/views/layout/draft.h"

typedef struct Layers {
    Draft *d;
    DraftLinks out;  // edges that leave a box
    uint32_t *order; // boxes, every edge leads forwards
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
        if (state[e->to] == OPEN) {
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

static void tighten(Layers *l) {
    Draft *d = l->d;
    uint32_t *in = arena_array(d->arena, uint32_t, d->box_count);
    for (uint32_t e = 0; e < d->edge_count; e++) {
        in[d->edges[e].to]++;
    }
    for (uint32_t k = d->box_count; k-- > 0;) {
        uint32_t n = l->order[k];
        uint32_t out = l->out.at[n + 1] - l->out.at[n];
        if (out <= in[n]) {
            continue;
        }
        int32_t least = INT32_MAX;
        for (uint32_t i = l->out.at[n]; i < l->out.at[n + 1]; i++) {
            int32_t layer = d->nodes[d->edges[l->out.to[i]].to].layer;
            least = layer < least ? layer : least;
        }
        d->nodes[n].layer = least - 1;
    }
}

void layers_assign(Draft *d) {
    Layers l = {.d = d};
    break_cycles(&l);
    longest_paths(&l);
    tighten(&l);
    int32_t last = 0;
    for (uint32_t n = 0; n < d->box_count; n++) {
        last = d->nodes[n].layer > last ? d->nodes[n].layer : last;
    }
    d->layer_count = (uint32_t)last + 1;
}
