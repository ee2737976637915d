#pragma once
// A layered drawing of a directed graph: boxes in, places and curves out. Knows nothing of clouds.
//
// The method is Sugiyama's: break cycles, give each node a layer, order the layers against
// crossings, place, route. Layers run from left to right. Same input, same output, on any machine.

#include "base/arena.h"

typedef struct LayoutPoint {
    double x, y;
} LayoutPoint;

typedef struct LayoutNode {
    double width, height; // in; units are pixels
    int32_t group;        // in; the innermost group it stands in, -1: none
    double x, y;          // out: the left upper corner
} LayoutNode;

typedef struct LayoutEdge {
    uint32_t from, to;                // in; a loop (from == to) and parallels are allowed
    double label_width, label_height; // in; 0: no label
    LayoutPoint *points;              // out: a chain of cubic Béziers, 1 + 3k points, in the arena
    uint32_t count;                   // out; the last point touches the target's border
    LayoutPoint label;                // out: the label's left upper corner
} LayoutEdge;

typedef struct LayoutGroup {
    int32_t parent;                   // in; -1: none. A parent stands before its children
    double title_width, title_height; // in: room kept for the title in the left upper corner
    double x, y, width, height;       // out; holds its nodes and nobody else's
} LayoutGroup;

typedef struct Layout {
    LayoutNode *nodes;
    LayoutEdge *edges;
    LayoutGroup *groups;
    uint32_t node_count, edge_count, group_count;
    double width, height; // out: everything lies within, with a margin
} Layout;

// Fills in all that is marked "out". Guarantees: no two boxes overlap, no label overlaps a box or
// another label, a group's rectangle holds exactly what is in the group. `a` keeps the points; what
// the work needs besides comes from an arena of its own.
void layout_run(Arena *a, Layout *l);
