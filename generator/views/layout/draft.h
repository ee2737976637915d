#pragma once
// The working graph of a layout: one connected part of the picture, while it is being drawn.
//
// Boxes stand in layers; an edge that passes a layer has a bend there, its label is such a bend of
// some size, and the frame of a group has a node for its upper and its lower border in every layer
// it passes. So edges run between neighbouring layers only, and whatever needs room is a node.
//
// All lengths are whole tenths of a pixel: no result depends on how floating point is rounded.

#include "generator/views/layout/layout.h"

#include <stdbool.h>

// Distances between things, in tenths of a pixel.
enum {
    DRAFT_MARGIN = 200,        // around the picture
    DRAFT_PART_GAP = 480,      // between parts that nothing connects
    DRAFT_LAYER_GAP = 560,     // between columns
    DRAFT_LABEL_GAP = 240,     // between a column and labels
    DRAFT_BOX_GAP = 240,       // between boxes in one column
    DRAFT_LINE_GAP = 120,      // between lines, and between a line and what it passes
    DRAFT_GROUP_GAP = 180,     // around a group
    DRAFT_GROUP_PAD = 160,     // inside of a group's frame
    DRAFT_LOOP_RISE = 140,     // how high a loop stands above its box
    DRAFT_LOOP_STEP = 60,      // how much higher the next one
    DRAFT_PHANTOM = 0x7fffffff // stands for what has no counterpart in the Layout
};

typedef enum DraftKind {
    DRAFT_BOX,    // a node of the picture
    DRAFT_BEND,   // an edge passes
    DRAFT_LABEL,  // an edge passes below its label
    DRAFT_TOP,    // a group's upper border
    DRAFT_BOTTOM, // a group's lower border
} DraftKind;

typedef struct DraftNode {
    DraftKind kind;
    uint32_t item;    // a box: the node in the Layout; a bend or label: the edge here
    int32_t group;    // the innermost group here that it stands in or, a border, belongs to; -1
    int32_t layer;    // its column
    uint32_t pos;     // its place in the column, from the top
    int32_t width;    // across the column
    int32_t up, down; // how far it reaches from the axis, on which edges meet it
    int64_t y;        // the axis
} DraftNode;

typedef struct DraftEdge {
    uint32_t item;     // the edge in the Layout
    uint32_t from, to; // boxes; after the layering `from` is in the lower layer
    bool flipped;      // the Layout's edge runs the other way
    int32_t label_width, label_height, label_layer;
    uint32_t bend, bends; // the nodes it passes have the ids bend … bend + bends - 1
} DraftEdge;

typedef struct DraftLoop {
    uint32_t item, box; // the edge in the Layout; the box here
} DraftLoop;

typedef struct DraftGroup {
    uint32_t item;        // the group in the Layout
    int32_t parent;       // here; below its own index, or -1
    int32_t first, last;  // the layers it reaches over
    uint32_t top, bottom; // its borders in layer `first`; the next layers' follow
    int32_t title_width, title_height;
    int64_t x, y, width, height;
} DraftGroup;

// The neighbours of node n in one direction: to[at[n]] … to[at[n + 1] - 1].
typedef struct DraftLinks {
    uint32_t *at, *to;
} DraftLinks;

typedef struct Draft {
    Arena *arena;
    Layout *layout;
    DraftNode *nodes;
    DraftEdge *edges;
    DraftLoop *loops;
    DraftGroup *groups;
    uint32_t node_count, box_count, edge_count, loop_count, group_count, layer_count;
    uint32_t *slots;    // the columns one behind the other, each from the top
    uint32_t *layer_at; // where a column begins in slots; layer_count + 1 of them
    DraftLinks left, right;
    int64_t *column_x, *column_width;
    int64_t x, y, width, height; // where the part stands in the picture
} Draft;

// The parts of a picture.
Draft *draft_split(Arena *arena, Layout *l, uint32_t *count);

// Whole tenths that a length in pixels needs; lengths that make no sense are cut.
int32_t draft_tenths(double pixels);
// The left edge of a node's box, and its width and height without the room for loops.
int64_t draft_box_x(const Draft *d, uint32_t n);

// Gives every box a layer, such that edges run to higher layers and are short; turns the edges that
// would close a cycle.
void layers_assign(Draft *d);
// Spreads pieces and columns over the page: see shape.c. `piece` is a number per box.
void shape_run(Draft *d, const uint32_t *piece, uint32_t piece_count);
// Deals clusters out over bands of so many columns: see bands.c. `column`: how wide one is.
void bands_run(Draft *d, int64_t column, int32_t layers);
// Puts in bends, labels and borders, and the links between them. Gives a first, valid order.
void expand_run(Draft *d);
// Orders the columns so that few lines cross. A group's nodes stay side by side between its
// borders, and groups in one parent keep the same order in all columns: their frames can be
// rectangles.
void order_run(Draft *d);
// The heights of everything: no overlap, long lines straight.
void place_run(Draft *d);
// The columns' and groups' rectangles.
void columns_run(Draft *d);
// Writes places and curves into the Layout.
void route_run(Draft *d, Arena *a);

// Rectangles side by side, in about the shape of a screen. Fills in x and y.
typedef struct PackItem {
    int64_t width, height, x, y;
} PackItem;
void pack_run(Arena *scratch, PackItem *items, uint32_t count, int64_t gap);

// A stable sort by key.
typedef struct DraftKey {
    int64_t key;
    uint32_t id, extra;
} DraftKey;
void draft_sort(DraftKey *keys, DraftKey *scratch, uint32_t count);
