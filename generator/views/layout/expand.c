// From boxes and edges to a proper layered graph: columns for labels, a bend for each column that
// an edge passes, borders for groups.
//
// In: boxes with layers. Out: all nodes, links between neighbouring columns, and columns in a first
// order in which groups nest properly.

#include "generator/views/layout/draft.h"

// A label stands halfway, where it is nearest to both ends.
static int32_t middle_gap(const Draft *d, const DraftEdge *e) {
    return (d->nodes[e->from].layer + d->nodes[e->to].layer - 1) / 2;
}

// Where an edge in a gap between two columns has a label, the gap becomes a column of labels.
static void make_label_columns(Draft *d) {
    int32_t *at = arena_array(d->arena, int32_t, d->layer_count + 1);
    for (uint32_t e = 0; e < d->edge_count; e++) {
        if (d->edges[e].label_height > 0) {
            at[middle_gap(d, &d->edges[e]) + 1] = 1;
        }
    }
    for (uint32_t l = 1; l <= d->layer_count; l++) {
        at[l] += at[l - 1] + (l < d->layer_count ? 1 : 0);
    }
    for (uint32_t e = 0; e < d->edge_count; e++) {
        DraftEdge *edge = &d->edges[e];
        edge->label_layer = edge->label_height > 0 ? at[middle_gap(d, edge)] + 1 : -1;
    }
    for (uint32_t n = 0; n < d->box_count; n++) {
        d->nodes[n].layer = at[d->nodes[n].layer];
    }
    d->layer_count = (uint32_t)at[d->layer_count - 1] + 1;
}

static void find_spans(Draft *d) {
    for (uint32_t g = 0; g < d->group_count; g++) {
        d->groups[g].first = INT32_MAX;
        d->groups[g].last = -1;
    }
    for (uint32_t n = 0; n < d->box_count; n++) {
        if (d->nodes[n].group >= 0) {
            DraftGroup *g = &d->groups[d->nodes[n].group];
            g->first = d->nodes[n].layer < g->first ? d->nodes[n].layer : g->first;
            g->last = d->nodes[n].layer > g->last ? d->nodes[n].layer : g->last;
        }
    }
    for (uint32_t g = d->group_count; g-- > 0;) {
        const DraftGroup *inner = &d->groups[g];
        if (inner->parent >= 0) {
            DraftGroup *outer = &d->groups[inner->parent];
            outer->first = inner->first < outer->first ? inner->first : outer->first;
            outer->last = inner->last > outer->last ? inner->last : outer->last;
        }
    }
}

// The innermost group around box n that reaches over the layer; -1.
static int32_t group_over(const Draft *d, uint32_t n, int32_t layer) {
    int32_t g = d->nodes[n].group;
    while (g >= 0 && (layer < d->groups[g].first || layer > d->groups[g].last)) {
        g = d->groups[g].parent;
    }
    return g;
}

// An edge that passes a layer does so in the group it comes from or goes to, if that is there: it
// need not go around its own frame. Of both the deeper one; parents have lower indices.
static int32_t bend_group(const Draft *d, const DraftEdge *e, int32_t layer) {
    int32_t from = group_over(d, e->from, layer);
    int32_t to = group_over(d, e->to, layer);
    int32_t a = from, b = to;
    while (a != b) {
        if (a > b) {
            a = d->groups[a].parent;
        } else {
            b = d->groups[b].parent;
        }
    }
    return a == from ? to : from;
}

// Ids in a row: the bends of an edge, the upper and the lower borders of a group. The next one's id
// is one more, nowhere is a list needed.
static uint32_t count_nodes(Draft *d) {
    uint32_t count = d->box_count;
    for (uint32_t e = 0; e < d->edge_count; e++) {
        DraftEdge *edge = &d->edges[e];
        edge->bend = count;
        edge->bends = (uint32_t)(d->nodes[edge->to].layer - d->nodes[edge->from].layer - 1);
        count += edge->bends;
    }
    for (uint32_t g = 0; g < d->group_count; g++) {
        DraftGroup *group = &d->groups[g];
        uint32_t layers = (uint32_t)(group->last - group->first + 1);
        group->top = count;
        group->bottom = count + layers;
        count += 2 * layers;
    }
    return count;
}

static void add_bends(Draft *d) {
    for (uint32_t e = 0; e < d->edge_count; e++) {
        const DraftEdge *edge = &d->edges[e];
        for (uint32_t i = 0; i < edge->bends; i++) {
            DraftNode *n = &d->nodes[edge->bend + i];
            int32_t layer = d->nodes[edge->from].layer + (int32_t)i + 1;
            *n = (DraftNode){.kind = DRAFT_BEND, .item = e, .layer = layer};
            n->group = bend_group(d, edge, layer);
            if (layer == edge->label_layer) {
                n->kind = DRAFT_LABEL;
                n->width = edge->label_width;
                // The text stands on its line, a pixel above.
                n->up = edge->label_height + 10;
                n->down = 20;
            }
        }
    }
}

static void add_borders(Draft *d) {
    for (uint32_t g = 0; g < d->group_count; g++) {
        const DraftGroup *group = &d->groups[g];
        for (int32_t layer = group->first; layer <= group->last; layer++) {
            uint32_t i = (uint32_t)(layer - group->first);
            DraftNode n = {.item = g, .group = (int32_t)g, .layer = layer};
            n.kind = DRAFT_TOP;
            n.down = DRAFT_GROUP_PAD + group->title_height;
            d->nodes[group->top + i] = n;
            n.kind = DRAFT_BOTTOM;
            n.up = DRAFT_GROUP_PAD;
            n.down = 0;
            d->nodes[group->bottom + i] = n;
        }
    }
}

// A frame that a line cuts reads worse than two lines that cross, so borders count twice.
enum { BORDER_LINKS = 2 };

typedef void Link(Draft *d, uint32_t from, uint32_t to);

static void each_link(Draft *d, Link *link) {
    for (uint32_t e = 0; e < d->edge_count; e++) {
        const DraftEdge *edge = &d->edges[e];
        uint32_t from = edge->from;
        for (uint32_t i = 0; i < edge->bends; i++) {
            link(d, from, edge->bend + i);
            from = edge->bend + i;
        }
        link(d, from, edge->to);
    }
    for (uint32_t g = 0; g < d->group_count; g++) {
        const DraftGroup *group = &d->groups[g];
        for (uint32_t i = 0; i < (uint32_t)(group->last - group->first); i++) {
            for (uint32_t k = 0; k < BORDER_LINKS; k++) {
                link(d, group->top + i, group->top + i + 1);
                link(d, group->bottom + i, group->bottom + i + 1);
            }
        }
    }
}

static void count_link(Draft *d, uint32_t from, uint32_t to) {
    d->right.at[from + 2]++;
    d->left.at[to + 2]++;
}

static void put_link(Draft *d, uint32_t from, uint32_t to) {
    d->right.to[d->right.at[from + 1]++] = to;
    d->left.to[d->left.at[to + 1]++] = from;
}

// Counting twice over the same links gives both directions without growing lists.
static void link_nodes(Draft *d) {
    d->right.at = arena_array(d->arena, uint32_t, d->node_count + 2);
    d->left.at = arena_array(d->arena, uint32_t, d->node_count + 2);
    each_link(d, count_link);
    for (uint32_t n = 1; n < d->node_count + 2; n++) {
        d->right.at[n] += d->right.at[n - 1];
        d->left.at[n] += d->left.at[n - 1];
    }
    d->right.to = arena_array(d->arena, uint32_t, d->right.at[d->node_count + 1]);
    d->left.to = arena_array(d->arena, uint32_t, d->left.at[d->node_count + 1]);
    each_link(d, put_link);
}

// Numbers on a walk through the tree of groups: a group's border, what is in it, the other border.
static void fill_columns(Draft *d) {
    uint32_t *size = arena_array(d->arena, uint32_t, d->group_count + 1);
    int64_t *open = arena_array(d->arena, int64_t, d->group_count + 1);
    int64_t *next = arena_array(d->arena, int64_t, d->group_count + 1);
    for (uint32_t g = d->group_count; g-- > 0;) {
        size[g]++;
        if (d->groups[g].parent >= 0) {
            size[d->groups[g].parent] += size[g];
        }
    }
    next[d->group_count] = 1;
    for (uint32_t g = 0; g < d->group_count; g++) {
        int32_t parent = d->groups[g].parent;
        int64_t *at = &next[parent < 0 ? d->group_count : (uint32_t)parent];
        open[g] = *at;
        next[g] = *at + 1;
        *at += 2 * (int64_t)size[g];
    }
    DraftKey *keys = arena_array(d->arena, DraftKey, d->node_count);
    DraftKey *scratch = arena_array(d->arena, DraftKey, d->node_count);
    int64_t span = 2 * (int64_t)d->group_count + 2;
    for (uint32_t n = 0; n < d->node_count; n++) {
        const DraftNode *node = &d->nodes[n];
        int64_t key = node->group < 0 ? 0 : open[node->group];
        if (node->kind == DRAFT_BOTTOM) {
            key += 2 * (int64_t)size[node->group] - 1;
        }
        // Of one number are a group's upper border and what is in no deeper group: borders first.
        key = ((node->layer * span + key) * 2) + (node->kind != DRAFT_TOP);
        keys[n] = (DraftKey){.key = key, .id = n};
    }
    draft_sort(keys, scratch, d->node_count);
    d->slots = arena_array(d->arena, uint32_t, d->node_count);
    d->layer_at = arena_array(d->arena, uint32_t, d->layer_count + 1);
    for (uint32_t i = 0; i < d->node_count; i++) {
        d->slots[i] = keys[i].id;
        d->layer_at[d->nodes[keys[i].id].layer + 1]++;
    }
    for (uint32_t l = 0; l < d->layer_count; l++) {
        d->layer_at[l + 1] += d->layer_at[l];
        for (uint32_t i = d->layer_at[l]; i < d->layer_at[l + 1]; i++) {
            d->nodes[d->slots[i]].pos = i - d->layer_at[l];
        }
    }
}

void expand_run(Draft *d) {
    make_label_columns(d);
    find_spans(d);
    d->node_count = count_nodes(d);
    d->nodes = arena_grow(d->arena, d->nodes, sizeof *d->nodes * d->box_count,
                          sizeof *d->nodes * d->node_count);
    add_bends(d);
    add_borders(d);
    link_nodes(d);
    fill_columns(d);
}
