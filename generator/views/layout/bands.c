// Bands: where very much stands below each other, because many clusters share the boxes that they
// lead to, the clusters are dealt out over several bands of columns, from left to right.
//
// In: layers, longer edges to higher ones. Out: the same, shifted band by band. What several
// clusters lead to stands in the last of their bands, so edges still run to the right.

#include "generator/views/layout/draft.h"

enum {
    TOWER = 60000, // below this height nothing is dealt out
    MOST_BANDS = 5,
    SHARED = -1, // no cluster of its own
};

typedef struct Bands {
    Draft *d;
    uint32_t *up;     // union-find over boxes
    bool *sink;       // per box: edges only lead to it, and no group holds it
    int32_t *cluster; // per box
    int64_t *heights; // per cluster
    int32_t *band;    // per cluster
    uint32_t count;
    int32_t layers;
} Bands;

static uint32_t root(Bands *b, uint32_t n) {
    while (b->up[n] != n) {
        n = b->up[n] = b->up[b->up[n]];
    }
    return n;
}

static void join(Bands *b, uint32_t m, uint32_t n) {
    m = root(b, m);
    n = root(b, n);
    b->up[m > n ? m : n] = m > n ? n : m;
}

static void join_groups(Bands *b) {
    const Draft *d = b->d;
    uint32_t *first = arena_array(d->arena, uint32_t, d->group_count);
    for (uint32_t n = 0; n < d->box_count; n++) {
        int32_t g = d->nodes[n].group;
        while (g >= 0 && d->groups[g].parent >= 0) {
            g = d->groups[g].parent;
        }
        if (g >= 0 && first[g]) {
            join(b, first[g] - 1, n);
        } else if (g >= 0) {
            first[g] = n + 1;
        }
    }
}

// Clusters are what hangs together without loose sinks. A sink that one cluster alone leads to is
// its.
static void find_clusters(Bands *b) {
    Draft *d = b->d;
    for (uint32_t n = 0; n < d->box_count; n++) {
        b->up[n] = n;
        b->sink[n] = d->nodes[n].group < 0;
    }
    for (uint32_t e = 0; e < d->edge_count; e++) {
        b->sink[d->edges[e].from] = false;
    }
    join_groups(b);
    for (uint32_t e = 0; e < d->edge_count; e++) {
        if (!b->sink[d->edges[e].to]) {
            join(b, d->edges[e].from, d->edges[e].to);
        }
    }
    for (uint32_t n = 0; n < d->box_count; n++) {
        if (!b->sink[n]) {
            uint32_t r = root(b, n);
            b->cluster[n] = r == n ? (int32_t)b->count++ : b->cluster[r];
        }
    }
    bool *seen = arena_array(d->arena, bool, d->box_count);
    for (uint32_t e = 0; e < d->edge_count; e++) {
        uint32_t to = d->edges[e].to;
        int32_t from = b->cluster[d->edges[e].from];
        if (b->sink[to]) {
            b->cluster[to] = !seen[to] || b->cluster[to] == from ? from : SHARED;
            seen[to] = true;
        }
    }
}

// A cluster is as high as its highest column. Keys bring a cluster's layers together.
static int64_t measure(Bands *b) {
    Draft *d = b->d;
    DraftKey *keys = arena_array(d->arena, DraftKey, d->box_count);
    DraftKey *scratch = arena_array(d->arena, DraftKey, d->box_count);
    int64_t sum = 0, total = 0;
    for (uint32_t n = 0; n < d->box_count; n++) {
        int64_t key = ((int64_t)b->cluster[n] + 1) * b->layers + d->nodes[n].layer;
        keys[n] = (DraftKey){.key = key, .id = n};
    }
    draft_sort(keys, scratch, d->box_count);
    for (uint32_t i = 0; i < d->box_count; i++) {
        const DraftNode *n = &d->nodes[keys[i].id];
        int32_t c = b->cluster[keys[i].id];
        sum = i && keys[i].key == keys[i - 1].key ? sum : 0;
        sum += n->up + n->down + DRAFT_BOX_GAP;
        if (c != SHARED && sum > b->heights[c]) {
            total += sum - b->heights[c];
            b->heights[c] = sum;
        }
    }
    return total;
}

static int64_t band_count(const Bands *b, int64_t height, int64_t column) {
    int64_t bands = 1;
    while (height > TOWER && bands < MOST_BANDS &&
           bands * bands * b->layers * column * 10 < height * 16) {
        bands++;
    }
    return bands;
}

void bands_run(Draft *d, int64_t column, int32_t layers) {
    Bands b = {.d = d, .layers = layers};
    int64_t done = 0;
    b.up = arena_array(d->arena, uint32_t, d->box_count);
    b.sink = arena_array(d->arena, bool, d->box_count);
    b.cluster = arena_array(d->arena, int32_t, d->box_count);
    b.heights = arena_array(d->arena, int64_t, d->box_count);
    b.band = arena_array(d->arena, int32_t, d->box_count);
    find_clusters(&b);
    int64_t height = measure(&b), bands = band_count(&b, height, column);
    if (bands == 1 || height == 0) {
        return;
    }
    for (uint32_t c = 0; c < b.count; c++) {
        b.band[c] = (int32_t)(done * bands / height);
        done += b.heights[c];
    }
    int32_t *of = arena_array(d->arena, int32_t, d->box_count);
    for (uint32_t e = 0; e < d->edge_count; e++) {
        int32_t band = b.band[b.cluster[d->edges[e].from]];
        uint32_t to = d->edges[e].to;
        of[to] = b.cluster[to] == SHARED && band > of[to] ? band : of[to];
    }
    for (uint32_t n = 0; n < d->box_count; n++) {
        d->nodes[n].layer += layers * (b.cluster[n] == SHARED ? of[n] : b.band[b.cluster[n]]);
    }
}
