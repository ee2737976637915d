#pragma once
// The graph, looked at. Every view is a pure function of its arguments: the same bytes on every
// machine, whatever locale, terminal or clock.

#include "generator/generator.h"

// What a comparison found, drawn in colours. Each array runs parallel to the graph's vector of that
// name; the graph is then the union of both sides.
typedef enum ViewMark { MARK_NONE, MARK_ADDED, MARK_REMOVED, MARK_CHANGED } ViewMark;
typedef struct ViewMarks {
    const ViewMark *resources, *edges;
    const Str *notes; // of resources: what changed, in words; NULL: nothing is said
} ViewMarks;

// A tree for the terminal: every resource with its source, every function with what it calls, why
// the compiler believes so, and the grants that follow. UTF-8 under every locale; `color`: ANSI
// colours.
Str view_text(Arena *a, const Arch *arch, const KindTable *kinds, bool color);

// The languages of Graphviz and Mermaid. `marks` may be NULL, here and below.
Str view_dot(Arena *a, const Arch *arch, const KindTable *kinds, const ViewMarks *marks);
Str view_mermaid(Arena *a, const Arch *arch, const KindTable *kinds, const ViewMarks *marks);

// A picture that stands alone: own layout, own icons, light and dark by the reader's preference,
// text that can be selected. What programs may rely on in it:
//   <svg class="pluto">                                        the root
//   <g class="group" id="g0" data-label="…" data-by="router|module">      a group's frame and title
//   <g class="node" id="n0" data-id="Function/chatbot" data-kind="Function" data-group="g0">
//   <g class="edge" id="e0" data-from="n0" data-to="n1" data-type="call" data-edges="0 3">
//     one line for all edges of one type between two nodes; data-edges: indices into the graph's
//     edges. Its <path> is the line, its <text> the operations. A line of calls stands for the
//     reads between the two nodes as well: they are in data-edges and in the <title> alone.
//   <g class="ref" id="r0" data-of="nK" data-group="g0">
//     in a large picture, stands for a resource that is drawn elsewhere, beside those who use it;
//     lines that end at it have data-ref="r0" besides what every line has.
// nK is the graph's resource K. Marks appear as the classes added, removed, changed.
Str view_svg(Arena *a, const Arch *arch, const KindTable *kinds, const ViewMarks *marks);

typedef struct HtmlInput {
    const Arch *arch;
    const KindTable *kinds;
    const GenerateSettings *settings; // for the CloudFormation that is shown
    Sources *sources;                 // the program's text; NULL: none is shown
    const ViewMarks *marks;           // or NULL
    bool live;                        // listens for a new version of itself (`--watch`)
} HtmlInput;

// One file for a browser, with no request to anywhere: the picture, and for each node and edge the
// source, the evidence, the permissions and the CloudFormation it became.
Str view_html(Arena *a, const HtmlInput *in);
