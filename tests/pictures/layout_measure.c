// Lays out a graph that is described on standard input and prints where everything went, as JSON,
// and how long the layout took. One thing a line, groups before the nodes in them:
//
//     g PARENT TITLE_WIDTH TITLE_HEIGHT
//     n WIDTH HEIGHT GROUP
//     e FROM TO LABEL_WIDTH LABEL_HEIGHT
//
// GROUP and PARENT are -1 where there is none. Out: {"ms", "width", "height", "nodes", "edges",
// "groups"}.

#include "base/vec.h"
#include "generator/views/layout/layout.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { RUNS = 5 };

typedef Vec(LayoutNode) Nodes;
typedef Vec(LayoutEdge) Edges;
typedef Vec(LayoutGroup) Groups;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static bool read_graph(Arena *a, Layout *l) {
    Nodes nodes = {0};
    Edges edges = {0};
    Groups groups = {0};
    char line[200];
    while (fgets(line, sizeof line, stdin)) {
        char *p = line + 1;
        double v[4];
        for (int i = 0; i < 4; i++) {
            v[i] = strtod(p, &p);
        }
        if (line[0] == 'g') {
            LayoutGroup g = {.parent = (int32_t)v[0], .title_width = v[1], .title_height = v[2]};
            vec_push(a, &groups, g);
        } else if (line[0] == 'n') {
            LayoutNode n = {.width = v[0], .height = v[1], .group = (int32_t)v[2]};
            vec_push(a, &nodes, n);
        } else if (line[0] == 'e') {
            LayoutEdge e = {.from = (uint32_t)v[0], .to = (uint32_t)v[1]};
            e.label_width = v[2];
            e.label_height = v[3];
            if (e.from >= nodes.n || e.to >= nodes.n) {
                return false;
            }
            vec_push(a, &edges, e);
        } else {
            return false;
        }
    }
    *l = (Layout){.nodes = nodes.at, .edges = edges.at, .groups = groups.at};
    l->node_count = nodes.n;
    l->edge_count = edges.n;
    l->group_count = groups.n;
    return true;
}

static void print_box(uint32_t i, double x, double y, double width, double height) {
    printf("%s[%.2f,%.2f,%.2f,%.2f]", i ? "," : "", x, y, width, height);
}

static void print_graph(const Layout *l, double ms) {
    printf("{\"ms\":%.3f,\"width\":%.2f,\"height\":%.2f,\"nodes\":[", ms, l->width, l->height);
    for (uint32_t i = 0; i < l->node_count; i++) {
        const LayoutNode *n = &l->nodes[i];
        print_box(i, n->x, n->y, n->width, n->height);
    }
    printf("],\"groups\":[");
    for (uint32_t i = 0; i < l->group_count; i++) {
        const LayoutGroup *g = &l->groups[i];
        print_box(i, g->x, g->y, g->width, g->height);
    }
    printf("],\"edges\":[");
    for (uint32_t i = 0; i < l->edge_count; i++) {
        const LayoutEdge *e = &l->edges[i];
        printf("%s{\"label\":[%.2f,%.2f],\"points\":[", i ? "," : "", e->label.x, e->label.y);
        for (uint32_t k = 0; k < e->count; k++) {
            printf("%s[%.2f,%.2f]", k ? "," : "", e->points[k].x, e->points[k].y);
        }
        printf("]}");
    }
    printf("]}\n");
}

int main(void) {
    Arena a;
    Layout l;
    double best = 1e9;
    arena_init(&a);
    if (!read_graph(&a, &l)) {
        fprintf(stderr, "not a graph\n");
        return 2;
    }
    for (int i = 0; i < RUNS; i++) {
        double start = now();
        layout_run(&a, &l);
        double took = now() - start;
        best = took < best ? took : best;
    }
    print_graph(&l, best);
    arena_release(&a);
    return 0;
}
