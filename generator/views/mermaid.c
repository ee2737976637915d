// The graph in Mermaid's language, as GitHub and others show it within Markdown.
//
// Input: a graph and, for comparisons, its marks. Output: a flowchart with frames as subgraphs.
// Invariant: of names only letters, digits, a few signs and what is not ASCII stand as they are;
// everything else is Mermaid's `#NN;`, so no name can end a label or begin a command.
#include "generator/views/scene.h"

static bool stands_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' ||
           c == '-' || c == '.' || c == ',' || c == '/' || c < 0 || c > '~';
}

// Mermaid looks for formulas and icons after it has resolved the escapes: a space of no width keeps
// what begins them apart.
static bool begins_magic(Str s, uint32_t i) {
    Str from = str_slice(s, i, s.n);
    return str_starts(from, "$$") || str_starts(from, ":fa-");
}

static void put_text(Buf *b, Str s) {
    for (uint32_t i = 0; i < s.n; i++) {
        if (stands_plain(s.p[i]))
            buf_putc(b, s.p[i]);
        else
            buf_printf(b, begins_magic(s, i) ? "#%d;#8203;" : "#%d;", s.p[i]);
    }
}

typedef struct Shape {
    const char *kind, *open, *close;
} Shape;

static const Shape *shape_of(Str kind) {
    static const Shape shapes[] = {
        {"Function", "(", ")"},   {"KVStore", "[(", ")]"}, {"Bucket", "[(", ")]"},
        {"Router", "{{", "}}"},   {"Queue", "[[", "]]"},   {"SageMaker", "[/", "/]"},
        {"Schedule", "([", "])"}, {NULL, "[", "]"},
    };
    const Shape *s = shapes;
    while (s->kind && !str_is(kind, s->kind))
        s++;
    return s;
}

static void put_node(Arena *a, Buf *b, const Scene *s, uint32_t k, unsigned indent) {
    const SceneNode *n = &s->nodes.at[k];
    const Shape *shape = shape_of(n->resource->kind);
    buf_pad(b, ' ', indent);
    buf_printf(b, "n%u%s\"", k, shape->open);
    put_text(b, n->kind);
    if (n->hint.n) {
        buf_puts(b, " · ");
        put_text(b, n->hint);
    }
    buf_printf(b, "<br/>%s%s<b>", scene_sign(n->mark), n->mark == MARK_NONE ? "" : " ");
    put_text(b, str_visible(a, n->resource->name));
    buf_printf(b, "</b>\"%s\n", shape->close);
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
        buf_printf(b, "subgraph g%u[\"", g);
        put_text(b, str_visible(a, s->groups.at[g].label));
        buf_puts(b, "\"]\n");
        put_members(a, b, s, (int32_t)g, indent + 2);
        buf_pad(b, ' ', indent);
        buf_puts(b, "end\n");
    }
}

static void put_edge(Buf *b, const SceneEdge *e) {
    static const char *const arrows[] = {
        [EDGE_CALL] = "-->", [EDGE_READ] = "-.->", [EDGE_TRIGGER] = "==>"};
    buf_printf(b, "  n%u %s|\"", e->from, arrows[e->type]);
    for (uint32_t i = 0; i < e->lines; i++) {
        if (i)
            buf_puts(b, "<br/>");
        put_text(b, e->label[i]);
    }
    buf_printf(b, "\"| n%u\n", e->to);
}

// A colour for each mark that occurs.
static void put_marks(Buf *b, const Scene *s) {
    static const char *const colors[] = {[MARK_NONE] = "",
                                         [MARK_ADDED] = "#1a7f37",
                                         [MARK_REMOVED] = "#cf222e",
                                         [MARK_CHANGED] = "#9a6700"};
    for (ViewMark m = MARK_ADDED; m <= MARK_CHANGED; m++) {
        bool any = false;
        for (uint32_t k = 0; k < s->nodes.n; k++) {
            if (s->nodes.at[k].mark != m)
                continue;
            buf_printf(b, any ? ",n%u" : "  class n%u", k);
            any = true;
        }
        if (any)
            buf_printf(b, " %s\n  classDef %s stroke:%s,stroke-width:3px\n", scene_mark_name(m),
                       scene_mark_name(m), colors[m]);
        any = false;
        for (uint32_t k = 0; k < s->edges.n; k++) {
            if (s->edges.at[k].mark != m)
                continue;
            buf_printf(b, any ? ",%u" : "  linkStyle %u", k);
            any = true;
        }
        if (any)
            buf_printf(b, " stroke:%s\n", colors[m]);
    }
}

Str view_mermaid(Arena *a, const Arch *arch, const KindTable *kinds, const ViewMarks *marks) {
    (void)kinds;
    Scene s;
    scene_build(a, arch, marks, &s);
    Buf out = buf_new(a);
    buf_puts(&out, "flowchart LR\n");
    put_members(a, &out, &s, -1, 2);
    for (uint32_t i = 0; i < s.edges.n; i++)
        put_edge(&out, &s.edges.at[i]);
    if (marks)
        put_marks(&out, &s);
    return buf_str(&out);
}
