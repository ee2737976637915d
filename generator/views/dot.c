// The graph in Graphviz's language.
//
// Input: a graph and, for comparisons, its marks. Output: a digraph with frames as clusters and one
// edge for all edges of one type between two resources. Invariant: names stand in quoted strings,
// with all that Graphviz would read as an escape or an entity made plain text.
#include "generator/views/scene.h"

static void put_text(Buf *b, Str s) {
    for (uint32_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"' || s.p[i] == '\\')
            buf_putc(b, '\\');
        buf_putc(b, s.p[i]);
        if (s.p[i] == '&') // else "&lt;" in a name would become "<"
            buf_puts(b, "amp;");
    }
}

static void put_attribute(Buf *b, const char *name, Str value) {
    buf_printf(b, " %s=\"", name);
    put_text(b, value);
    buf_putc(b, '"');
}

static const char *mark_color(ViewMark mark) {
    static const char *const colors[] = {[MARK_NONE] = NULL,
                                         [MARK_ADDED] = "#1a7f37",
                                         [MARK_REMOVED] = "#cf222e",
                                         [MARK_CHANGED] = "#9a6700"};
    return colors[mark];
}

static void put_node(Arena *a, Buf *b, const Scene *s, uint32_t k, unsigned indent) {
    const SceneNode *n = &s->nodes.at[k];
    const char *color = mark_color(n->mark);
    buf_pad(b, ' ', indent);
    buf_printf(b, "n%u [label=\"", k);
    put_text(b, n->kind);
    if (n->hint.n) {
        buf_puts(b, " · ");
        put_text(b, n->hint);
    }
    buf_printf(b, "\\n%s%s", scene_sign(n->mark), n->mark == MARK_NONE ? "" : " ");
    put_text(b, str_visible(a, n->resource->name));
    buf_putc(b, '"');
    put_attribute(b, "tooltip", str_visible(a, n->resource->id));
    if (n->anyone)
        buf_puts(b, " peripheries=2");
    if (color)
        buf_printf(b, " color=\"%s\" fontcolor=\"%s\" penwidth=2", color, color);
    buf_puts(b, "];\n");
}

// Frames are at most two deep.
static void put_members(Arena *a, Buf *b, const Scene *s, int32_t group, unsigned indent) {
    for (uint32_t k = 0; k < s->nodes.n; k++)
        if (s->nodes.at[k].group == group)
            put_node(a, b, s, k, indent);
    for (uint32_t g = 0; g < s->groups.n; g++) {
        if (s->groups.at[g].parent != group)
            continue;
        buf_pad(b, ' ', indent);
        buf_printf(b, "subgraph cluster_g%u {\n", g);
        buf_pad(b, ' ', indent + 2);
        put_attribute(b, "label", str_visible(a, s->groups.at[g].label));
        buf_puts(b, ";\n");
        put_members(a, b, s, (int32_t)g, indent + 2);
        buf_pad(b, ' ', indent);
        buf_puts(b, "}\n");
    }
}

static void put_edge(Buf *b, const SceneEdge *e) {
    static const char *const styles[] = {
        [EDGE_CALL] = "color=\"#4f46e5\" fontcolor=\"#4338ca\"",
        [EDGE_READ] = "style=dotted arrowhead=vee color=\"#667085\" fontcolor=\"#57606a\"",
        [EDGE_TRIGGER] = "penwidth=2 color=\"#0f766e\" fontcolor=\"#0f6b63\""};
    const char *color = mark_color(e->mark);
    buf_printf(b, "  n%u -> n%u [label=\"", e->from, e->to);
    for (uint32_t i = 0; i < e->lines; i++) {
        if (i)
            buf_puts(b, "\\n");
        put_text(b, e->label[i]);
    }
    buf_puts(b, "\"");
    put_attribute(b, "tooltip", e->title);
    buf_printf(b, " %s", styles[e->type]);
    if (color) // the later one of two attributes counts
        buf_printf(b, " color=\"%s\" fontcolor=\"%s\"", color, color);
    buf_puts(b, "];\n");
}

Str view_dot(Arena *a, const Arch *arch, const KindTable *kinds, const ViewMarks *marks) {
    (void)kinds;
    Scene s;
    scene_build(a, arch, marks, &s);
    Buf out = buf_new(a), *b = &out;
    buf_puts(b, "digraph pluto {\n  graph [rankdir=LR fontname=\"Helvetica\" fontsize=12 "
                "color=\"#8c959f\" style=rounded");
    put_attribute(
        b, "label",
        str_visible(a, str_fmt(a, "%.*s (%.*s)", STR_ARG(arch->project), STR_ARG(arch->stack))));
    buf_puts(b, "];\n  node [shape=box style=rounded fontname=\"Helvetica\" fontsize=12];\n"
                "  edge [fontname=\"Helvetica\" fontsize=10];\n");
    put_members(a, b, &s, -1, 2);
    for (uint32_t i = 0; i < s.edges.n; i++)
        put_edge(b, &s.edges.at[i]);
    buf_puts(b, "}\n");
    return buf_str(b);
}
