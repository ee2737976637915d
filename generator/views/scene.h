#pragma once
// What a picture shows, before anybody draws it: boxes, lines, frames and all their words. Private
// to views/; shared by the SVG and by the languages of Graphviz and Mermaid.

#include "generator/views.h"
#include "generator/views/layout/layout.h"
#include "generator/views/measure.h"

enum { SCENE_LINES_MAX = 4 };

// A resource: scene.nodes.at[k] is the graph's resource k.
typedef struct SceneNode {
    const ArchResource *resource;
    Str kind, name; // shortened to fit the box
    Str hint;       // behind the kind: "ml.g5.2xlarge", "public URL"; may be empty
    bool anyone;    // can be reached from outside without a signature
    int32_t group;  // the innermost, -1: none
    ViewMark mark;
    uint32_t refs; // how many references stand for it elsewhere
    Str places;    // that in words, behind the hint; may be empty
} SceneNode;

// All edges of one type between two resources: one line. After scene_fold, a line of calls stands
// for the reads between its ends, too: they come last in `edges`.
typedef struct SceneEdge {
    uint32_t from, to;
    EdgeType type;
    const uint32_t *edges; // indices into the graph's edges
    uint32_t count;
    Str label[SCENE_LINES_MAX]; // shortened; a mark of a part stands before it as a sign
    uint32_t lines;
    Str title; // all operations, in full
    ViewMark mark;
    int32_t ref; // the reference that it ends at instead of a resource, -1: none
} SceneEdge;

// Stands for a resource that is drawn elsewhere, beside those who use it.
typedef struct SceneRef {
    uint32_t of;
    int32_t group; // as in SceneNode
    Str name;      // shortened
} SceneRef;

typedef enum SceneBy { BY_MODULE, BY_ROUTER } SceneBy;

// A frame around what belongs together. A parent stands before its children; none holds but one.
typedef struct SceneGroup {
    SceneBy by;
    Str label; // in full: "src/orders.ts", the router's name
    Str title; // shortened
    int32_t parent;
} SceneGroup;

typedef struct Scene {
    const Arch *arch;
    Vec(SceneNode) nodes;
    Vec(SceneEdge) edges;
    Vec(SceneGroup) groups;
    Vec(SceneRef) refs;
    // Parallel to nodes, edges and groups once scene_place has run; the nodes' places are followed
    // by those of the references.
    Layout layout;
} Scene;

// Lengths, in pixels.
enum {
    SCENE_NODE_HEIGHT = 56,
    SCENE_ICON = 32,
    SCENE_ICON_GAP = 10,
    SCENE_PAD = 12, // inside of a box
    SCENE_NAME_SIZE = 14,
    SCENE_TEXT_SIZE = 12, // of kinds, labels and titles
    SCENE_LINE_HEIGHT = 15,
    SCENE_REF_HEIGHT = 28,
    SCENE_REF_ICON = 18,
    SCENE_REF_PAD = 8,
};

// `marks` may be NULL.
void scene_build(Arena *a, const Arch *arch, const ViewMarks *marks, Scene *out);
// For pictures that are drawn: who calls a resource and reads of it gets one line instead of two.
// Comparisons keep both where they differ in what became of them.
void scene_fold(Arena *a, Scene *s);
// In large pictures: references to what is used from many places, so that it ties them no longer
// together.
void scene_refer(Arena *a, Scene *s);
// Fills in s->layout.
void scene_place(Arena *a, Scene *s);

// For scene_build: the frames, and which of them each node stands in. `by_id`: id → 1 + index.
void scene_group(Arena *a, Scene *s, const Map *by_id);

// "+", "−", "~"; empty for MARK_NONE.
const char *scene_sign(ViewMark mark);
// "added", "removed", "changed"; empty for MARK_NONE.
const char *scene_mark_name(ViewMark mark);
