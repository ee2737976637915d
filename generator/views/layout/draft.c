// From a picture to the drafts of its parts: what edges or a common group connect is one part.
//
// In: the Layout's boxes, edges and groups. Out: a Draft per part, boxes and edges in the picture's
// order, nothing placed yet.

#include "generator/views/layout/draft.h"

enum { MOST_TENTHS = 200000 };

int32_t draft_tenths(double pixels) {
    if (!(pixels > 0)) {
        return 0;
    }
    if (pixels * 10.0 >= (double)MOST_TENTHS) {
        return MOST_TENTHS;
    }
    // Upwards, so that what is drawn never reaches out of its box.
    int32_t whole = (int32_t)(pixels * 10.0);
    return (double)whole < pixels * 10.0 ? whole + 1 : whole;
}

int64_t draft_box_x(const Draft *d, uint32_t n) {
    const DraftNode *node = &d->nodes[n];
    int64_t width = node->item == DRAFT_PHANTOM ? node->width
                                                : draft_tenths(d->layout->nodes[node->item].width);
    return d->column_x[node->layer] + (d->column_width[node->layer] - width) / 2;
}

// ---- Parts --------------------------------------------------------------------------------------

typedef struct Parts {
    Arena *arena;
    Layout *layout;
    uint32_t *up;    // per node, then per group: union-find
    uint32_t *part;  // per node, then per group: the number of its part
    uint32_t *local; // per node, then per group: its index in the part
    bool *filled;    // per group: something is in it
    Draft *drafts;
    uint32_t count;
} Parts;

// Halves the path on the way up.
static uint32_t root(const Parts *p, uint32_t i) {
    while (p->up[i] != i) {
        i = p->up[i] = p->up[p->up[i]];
    }
    return i;
}

static void join(const Parts *p, uint32_t a, uint32_t b) {
    a = root(p, a);
    b = root(p, b);
    // The lower index stays root, so parts are numbered in the order of their first boxes.
    p->up[a > b ? a : b] = a > b ? b : a;
}

// A group that does not exist, or a parent that does not come first, counts as none.
static int32_t known_group(const Layout *l, int32_t group, uint32_t below) {
    return group >= 0 && (uint32_t)group < below && below <= l->group_count ? group : -1;
}

// Boxes that nothing connects at all stand together, as one part.
static void join_lone(Parts *p) {
    const Layout *l = p->layout;
    bool *led = arena_array(p->arena, bool, l->node_count);
    uint32_t first = UINT32_MAX;
    for (uint32_t e = 0; e < l->edge_count; e++) {
        const LayoutEdge *edge = &l->edges[e];
        led[edge->from] |= edge->from != edge->to;
        led[edge->to] |= edge->from != edge->to;
    }
    for (uint32_t n = 0; n < l->node_count; n++) {
        if (!led[n] && known_group(l, l->nodes[n].group, l->group_count) < 0) {
            first = first == UINT32_MAX ? n : first;
            join(p, first, n);
        }
    }
}

static void find_parts(Parts *p) {
    Layout *l = p->layout;
    uint32_t count = l->node_count + l->group_count;
    for (uint32_t i = 0; i < count; i++) {
        p->up[i] = i;
    }
    for (uint32_t n = 0; n < l->node_count; n++) {
        int32_t g = known_group(l, l->nodes[n].group, l->group_count);
        if (g >= 0) {
            join(p, n, l->node_count + (uint32_t)g);
            p->filled[g] = true;
        }
    }
    for (uint32_t g = 0; g < l->group_count; g++) {
        int32_t parent = known_group(l, l->groups[g].parent, g);
        if (parent >= 0) {
            join(p, l->node_count + g, l->node_count + (uint32_t)parent);
            p->filled[parent] = true;
        }
    }
    for (uint32_t e = 0; e < l->edge_count; e++) {
        join(p, l->edges[e].from, l->edges[e].to);
    }
    join_lone(p);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t r = root(p, i);
        p->part[i] = r == i ? p->count++ : p->part[r];
    }
}

static void count_members(Parts *p) {
    const Layout *l = p->layout;
    for (uint32_t n = 0; n < l->node_count; n++) {
        p->drafts[p->part[n]].box_count++;
    }
    for (uint32_t g = 0; g < l->group_count; g++) {
        Draft *d = &p->drafts[p->part[l->node_count + g]];
        d->group_count++;
        d->box_count += !p->filled[g];
    }
    for (uint32_t e = 0; e < l->edge_count; e++) {
        Draft *d = &p->drafts[p->part[l->edges[e].from]];
        if (l->edges[e].from == l->edges[e].to) {
            d->loop_count++;
        } else {
            d->edge_count++;
        }
    }
}

static void add_groups(Parts *p) {
    const Layout *l = p->layout;
    for (uint32_t i = 0; i < l->group_count; i++) {
        const LayoutGroup *from = &l->groups[i];
        Draft *d = &p->drafts[p->part[l->node_count + i]];
        int32_t parent = known_group(l, from->parent, i);
        DraftGroup g = {.item = i, .parent = -1};
        if (parent >= 0) {
            g.parent = (int32_t)p->local[l->node_count + (uint32_t)parent];
        }
        g.title_width = draft_tenths(from->title_width);
        g.title_height = draft_tenths(from->title_height);
        p->local[l->node_count + i] = d->group_count;
        // An empty group is drawn around nothing: a box without height that is not in the picture.
        if (!p->filled[i]) {
            d->nodes[d->box_count++] = (DraftNode){
                .item = DRAFT_PHANTOM, .group = (int32_t)d->group_count, .width = g.title_width};
        }
        d->groups[d->group_count++] = g;
    }
}

static void add_boxes(Parts *p) {
    const Layout *l = p->layout;
    for (uint32_t i = 0; i < l->node_count; i++) {
        const LayoutNode *from = &l->nodes[i];
        Draft *d = &p->drafts[p->part[i]];
        int32_t group = known_group(l, from->group, l->group_count);
        int32_t height = draft_tenths(from->height);
        DraftNode n = {.item = i, .group = -1, .width = draft_tenths(from->width)};
        if (group >= 0) {
            n.group = (int32_t)p->local[l->node_count + (uint32_t)group];
        }
        n.down = height / 2;
        n.up = height - n.down;
        p->local[i] = d->box_count;
        d->nodes[d->box_count++] = n;
    }
}

// A loop stands above its box and its label above that: the box takes more room.
static void add_loop(Draft *d, const LayoutEdge *e, uint32_t item, uint32_t box, uint32_t *before) {
    DraftNode *n = &d->nodes[box];
    int32_t label = draft_tenths(e->label_height), width = draft_tenths(e->label_width);
    n->up += before[box]++ ? DRAFT_LOOP_STEP : DRAFT_LOOP_RISE + 20;
    n->up += label + 20;
    n->width = width > n->width ? width : n->width;
    d->loops[d->loop_count++] = (DraftLoop){.item = item, .box = box};
}

static void add_edges(Parts *p) {
    const Layout *l = p->layout;
    uint32_t **before = arena_array(p->arena, uint32_t *, p->count);
    for (uint32_t i = 0; i < p->count; i++) {
        before[i] = arena_array(p->arena, uint32_t, p->drafts[i].box_count);
    }
    for (uint32_t i = 0; i < l->edge_count; i++) {
        const LayoutEdge *e = &l->edges[i];
        uint32_t part = p->part[e->from];
        Draft *d = &p->drafts[part];
        if (e->from == e->to) {
            add_loop(d, e, i, p->local[e->from], before[part]);
            continue;
        }
        DraftEdge edge = {.item = i, .from = p->local[e->from], .to = p->local[e->to]};
        if (e->label_height > 0 && e->label_width > 0) {
            edge.label_width = draft_tenths(e->label_width);
            edge.label_height = draft_tenths(e->label_height);
        }
        d->edges[d->edge_count++] = edge;
    }
}

Draft *draft_split(Arena *arena, Layout *l, uint32_t *count) {
    uint32_t both = l->node_count + l->group_count;
    Parts p = {.arena = arena, .layout = l};
    p.up = arena_array(arena, uint32_t, both);
    p.part = arena_array(arena, uint32_t, both);
    p.local = arena_array(arena, uint32_t, both);
    p.filled = arena_array(arena, bool, l->group_count);
    find_parts(&p);
    p.drafts = arena_array(arena, Draft, p.count);
    count_members(&p);
    for (uint32_t i = 0; i < p.count; i++) {
        Draft *d = &p.drafts[i];
        d->arena = arena;
        d->layout = l;
        d->nodes = arena_array(arena, DraftNode, d->box_count);
        d->edges = arena_array(arena, DraftEdge, d->edge_count);
        d->loops = arena_array(arena, DraftLoop, d->loop_count);
        d->groups = arena_array(arena, DraftGroup, d->group_count);
        d->box_count = d->edge_count = d->loop_count = d->group_count = 0;
    }
    add_groups(&p);
    add_boxes(&p);
    add_edges(&p);
    *count = p.count;
    return p.drafts;
}
