// Curves: an edge leaves a box on its right, runs level through columns and in one smooth S between
// two of them, and enters a box on its left; a turned edge the other way. Where several edges meet
// a box they spread over its side, in the order of where they go, so that they neither join nor
// cross.
//
// In: a placed draft. Out: places and points in the Layout, in pixels.

#include "base/vec.h"
#include "generator/views/layout/smooth.h"

typedef struct Route {
    Draft *d;
    Arena *out;
    int64_t *leave, *enter; // per edge: the height at which it meets its boxes
    Vec(LayoutPoint) path;
} Route;

static double pixels(int64_t tenths) {
    return (double)tenths / 10.0;
}

static LayoutPoint point(const Draft *d, int64_t x, int64_t y) {
    return (LayoutPoint){pixels(d->x + x), pixels(d->y + y)};
}

static void curve(Route *r, LayoutPoint a, LayoutPoint b, LayoutPoint end) {
    vec_push(r->d->arena, &r->path, a);
    vec_push(r->d->arena, &r->path, b);
    vec_push(r->d->arena, &r->path, end);
}

typedef struct Pen {
    int64_t x, y;    // where the path ends
    int64_t level_x; // where its level end began
} Pen;

// The level piece that is still owed: pieces that follow each other at one height are one.
static void flush(Route *r, Pen *p) {
    if (p->level_x != p->x) {
        int64_t third = (p->x - p->level_x) / 3;
        curve(r, point(r->d, p->level_x + third, p->y), point(r->d, p->x - third, p->y),
              point(r->d, p->x, p->y));
        p->level_x = p->x;
    }
}

static void line_to(Route *r, Pen *p, int64_t x, int64_t y) {
    if (y != p->y) {
        flush(r, p);
        int64_t middle = (p->x + x) / 2;
        curve(r, point(r->d, middle, p->y), point(r->d, middle, y), point(r->d, x, y));
        p->level_x = x;
    }
    p->x = x;
    p->y = y;
}

static void reverse(LayoutPoint *points, uint32_t count) {
    for (uint32_t i = 0; i < count / 2; i++) {
        LayoutPoint p = points[i];
        points[i] = points[count - 1 - i];
        points[count - 1 - i] = p;
    }
}

// Draws what lies between two boxes: through each bend level, or past it where a curve fits.
static void draw_through(Route *r, Pen *p, uint32_t index) {
    Draft *d = r->d;
    const DraftEdge *e = &d->edges[index];
    const DraftNode *to = &d->nodes[e->to];
    bool smoothed = false;
    for (uint32_t i = 0; i < e->bends; i++) {
        const DraftNode *n = &d->nodes[e->bend + i];
        int64_t x = d->column_x[n->layer], width = d->column_width[n->layer];
        bool last = i + 1 == e->bends;
        const DraftNode *next = last ? to : n + 1;
        SmoothPoint from = {p->x, p->y};
        SmoothPoint end = {d->column_x[next->layer], last ? r->enter[index] : next->y};
        // Never two in a row: the curve past the first was measured as ending at the second.
        smoothed = !smoothed && smooth_bend(d, e->bend + i, from, end);
        if (smoothed) {
            continue;
        }
        line_to(r, p, x, n->y);
        line_to(r, p, x + width, n->y);
        if (n->kind == DRAFT_LABEL) {
            d->layout->edges[e->item].label = point(d, x + (width - n->width) / 2, n->y - n->up);
        }
    }
}

static void route_edge(Route *r, uint32_t index) {
    Draft *d = r->d;
    const DraftEdge *e = &d->edges[index];
    LayoutEdge *out = &d->layout->edges[e->item];
    const DraftNode *from = &d->nodes[e->from], *to = &d->nodes[e->to];
    int64_t width = draft_tenths(d->layout->nodes[from->item].width);
    Pen p = {.x = draft_box_x(d, e->from) + width, .y = r->leave[index]};
    p.level_x = p.x;
    r->path.n = 0;
    vec_push(d->arena, &r->path, point(d, p.x, p.y));
    line_to(r, &p, d->column_x[from->layer] + d->column_width[from->layer], p.y);
    draw_through(r, &p, index);
    line_to(r, &p, d->column_x[to->layer], r->enter[index]);
    line_to(r, &p, draft_box_x(d, e->to), r->enter[index]);
    flush(r, &p);
    if (e->flipped) {
        reverse(r->path.at, r->path.n);
    }
    out->points = arena_copy(r->out, r->path.at, sizeof *r->path.at * r->path.n);
    out->count = r->path.n;
}

// Ports on one side of the boxes. `ends` are the edges' ends there, sorted by box and neighbour.
static void spread(Route *r, DraftKey *ends, uint32_t count, int64_t *heights) {
    const Draft *d = r->d;
    for (uint32_t i = 0; i < count;) {
        uint32_t n = ends[i].extra, k = i;
        while (k < count && ends[k].extra == n) {
            k++;
        }
        int64_t many = k - i, height = draft_tenths(d->layout->nodes[d->nodes[n].item].height);
        int64_t step = height * 7 / 10 / many;
        step = step > 140 ? 140 : step; // a few stay near the middle
        for (uint32_t j = i; j < k; j++) {
            heights[ends[j].id] = d->nodes[n].y + (2 * (int64_t)(j - i) - (many - 1)) * step / 2;
        }
        i = k;
    }
}

static void find_ports(Route *r) {
    Draft *d = r->d;
    DraftKey *ends = arena_array(d->arena, DraftKey, d->edge_count);
    DraftKey *scratch = arena_array(d->arena, DraftKey, d->edge_count);
    for (uint32_t side = 0; side < 2; side++) {
        for (uint32_t e = 0; e < d->edge_count; e++) {
            const DraftEdge *edge = &d->edges[e];
            uint32_t near = side ? edge->to : edge->from, far = side ? edge->from : edge->to;
            if (edge->bends) {
                far = edge->bend + (side ? edge->bends - 1 : 0);
            }
            int64_t key = (int64_t)near * d->node_count + d->nodes[far].pos;
            ends[e] = (DraftKey){.key = key, .id = e, .extra = near};
        }
        draft_sort(ends, scratch, d->edge_count);
        spread(r, ends, d->edge_count, side ? r->enter : r->leave);
    }
}

static void write_boxes(Draft *d) {
    for (uint32_t n = 0; n < d->box_count; n++) {
        const DraftNode *node = &d->nodes[n];
        if (node->item != DRAFT_PHANTOM) {
            LayoutNode *out = &d->layout->nodes[node->item];
            out->x = pixels(d->x + draft_box_x(d, n));
            out->y = pixels(d->y + node->y + node->down - draft_tenths(out->height));
        }
    }
    for (uint32_t g = 0; g < d->group_count; g++) {
        const DraftGroup *group = &d->groups[g];
        LayoutGroup *out = &d->layout->groups[group->item];
        out->x = pixels(d->x + group->x);
        out->y = pixels(d->y + group->y);
        out->width = pixels(group->width);
        out->height = pixels(group->height);
    }
}

// A loop leaves the box's upper side and comes back to it; several stand above each other, all
// their labels above the highest.
static void route_loops(Route *r) {
    Draft *d = r->d;
    uint32_t *before = arena_array(d->arena, uint32_t, d->box_count);
    int64_t *label_y = arena_array(d->arena, int64_t, d->box_count);
    for (uint32_t i = 0; i < d->loop_count; i++) {
        uint32_t n = d->loops[i].box, k = before[n]++;
        LayoutEdge *out = &d->layout->edges[d->loops[i].item];
        const LayoutNode *box = &d->layout->nodes[d->nodes[n].item];
        int64_t width = draft_tenths(box->width), height = draft_tenths(box->height);
        int64_t middle = draft_box_x(d, n) + width / 2,
                top = d->nodes[n].y + d->nodes[n].down - height;
        int64_t half = width * 3 / 10 - 30 / (1 + (int64_t)k);
        half = half < width / 4 ? width / 4 : half;
        // A cubic reaches three quarters of the height of its controls.
        int64_t rise = (DRAFT_LOOP_RISE + (int64_t)k * DRAFT_LOOP_STEP) * 4 / 3;
        r->path.n = 0;
        vec_push(d->arena, &r->path, point(d, middle - half, top));
        curve(r, point(d, middle - half, top - rise), point(d, middle + half, top - rise),
              point(d, middle + half, top));
        out->points = arena_copy(r->out, r->path.at, sizeof *r->path.at * r->path.n);
        out->count = r->path.n;
        int64_t label = draft_tenths(out->label_height);
        out->label = point(d, middle - draft_tenths(out->label_width) / 2,
                           d->nodes[n].y - d->nodes[n].up + label_y[n]);
        label_y[n] += label + 20;
    }
}

void route_run(Draft *d, Arena *a) {
    Route r = {.d = d, .out = a};
    r.leave = arena_array(d->arena, int64_t, d->edge_count);
    r.enter = arena_array(d->arena, int64_t, d->edge_count);
    find_ports(&r);
    write_boxes(d);
    for (uint32_t e = 0; e < d->edge_count; e++) {
        route_edge(&r, e);
    }
    route_loops(&r);
}
