// The graph as a picture that stands alone.
//
// Input: a graph and, for comparisons, its marks. Output: an SVG with its own style, icons and
// words: no script, no reference to anything outside of it. Invariant: what views.h promises of its
// classes, ids and attributes; coordinates have one decimal at most, so the bytes are the same
// everywhere.
#include "generator/views/svg.h"

#include "generator/views/icons.h"

#include <math.h>

enum { CORNER = 8, HEAD = 9 };

void svg_number(Svg *v, const char *name, double x) {
    buf_printf(&v->out, " %s=\"", name);
    xml_number(&v->out, x);
    buf_putc(&v->out, '"');
}

static void put_rect(Svg *v, const char *class_name, double x, double y, double width,
                     double height) {
    buf_printf(&v->out, "<rect class=\"%s\"", class_name);
    svg_number(v, "x", x);
    svg_number(v, "y", y);
    svg_number(v, "width", width);
    svg_number(v, "height", height);
    buf_printf(&v->out, " rx=\"%d\"/>", CORNER);
}

void svg_text(Svg *v, const char *class_name, double x, double y, Str text) {
    buf_printf(&v->out, "<text class=\"%s\"", class_name);
    svg_number(v, "x", x);
    svg_number(v, "y", y);
    buf_putc(&v->out, '>');
    xml_put(&v->out, text);
    buf_puts(&v->out, "</text>");
}

static void put_title(Svg *v, Str text) {
    buf_puts(&v->out, "<title>");
    xml_put(&v->out, str_visible(v->a, text));
    buf_puts(&v->out, "</title>");
}

void svg_pill(Svg *v, double x, double y, double width, double height) {
    buf_puts(&v->out, "<rect class=\"body pill\"");
    svg_number(v, "x", x);
    svg_number(v, "y", y);
    svg_number(v, "width", width);
    svg_number(v, "height", height);
    svg_number(v, "rx", height / 2);
    buf_puts(&v->out, "/>");
}

void svg_globe(Svg *v, double x, double y) {
    buf_puts(&v->out, "<path class=\"globe\" transform=\"translate(");
    xml_number(&v->out, x);
    buf_putc(&v->out, ' ');
    xml_number(&v->out, y);
    buf_printf(&v->out, ")\" d=\"%s\"/>", icon_globe);
}

// ---- Lines --------------------------------------------------------------------------------------

static void put_point(Svg *v, LayoutPoint p) {
    xml_number(&v->out, p.x);
    buf_putc(&v->out, ',');
    xml_number(&v->out, p.y);
}

// The direction in which a curve arrives, of length 1.
static LayoutPoint arrival(const LayoutPoint *points, uint32_t count) {
    LayoutPoint end = points[count - 1];
    for (uint32_t i = count - 1; i-- > 0;) {
        double dx = end.x - points[i].x, dy = end.y - points[i].y, length = sqrt(dx * dx + dy * dy);
        if (length > 0.5)
            return (LayoutPoint){dx / length, dy / length};
    }
    return (LayoutPoint){1, 0};
}

static LayoutPoint beside(LayoutPoint p, LayoutPoint direction, double back, double side) {
    return (LayoutPoint){p.x - direction.x * back - direction.y * side,
                         p.y - direction.y * back + direction.x * side};
}

// Calls and triggers end in a full head, reads in an open one.
static void put_head(Svg *v, EdgeType type, LayoutPoint tip, LayoutPoint direction) {
    double width = type == EDGE_TRIGGER ? HEAD * 0.55 : HEAD * 0.45;
    buf_printf(&v->out, "<%s class=\"head\" points=\"", type == EDGE_READ ? "polyline" : "polygon");
    put_point(v, beside(tip, direction, HEAD, width));
    buf_putc(&v->out, ' ');
    put_point(v, tip);
    buf_putc(&v->out, ' ');
    put_point(v, beside(tip, direction, HEAD, -width));
    buf_puts(&v->out, "\"/>");
}

void svg_line(Svg *v, EdgeType type, const LayoutPoint *points, uint32_t count) {
    LayoutPoint direction = arrival(points, count), tip = points[count - 1];
    // The line ends within its head, or it would blunt the tip.
    double back = type == EDGE_READ ? 1.5 : HEAD - 2;
    buf_puts(&v->out, "<path class=\"line\" d=\"M");
    put_point(v, points[0]);
    for (uint32_t i = 1; i < count; i++) {
        bool last = i + 2 >= count; // the end, and the point that pulls it
        buf_putc(&v->out, i % 3 == 1 ? 'C' : ' ');
        put_point(v, last ? beside(points[i], direction, back, 0) : points[i]);
    }
    buf_puts(&v->out, "\"/>");
    if (type == EDGE_TRIGGER) {
        buf_puts(&v->out, "<circle class=\"head\"");
        svg_number(v, "cx", points[0].x);
        svg_number(v, "cy", points[0].y);
        buf_puts(&v->out, " r=\"3.5\"/>");
    }
    put_head(v, type, tip, direction);
}

static void put_edge(Svg *v, uint32_t k) {
    const SceneEdge *e = &v->scene.edges.at[k];
    const LayoutEdge *place = &v->scene.layout.edges[k];
    const char *type = edge_type_name(e->type), *mark = scene_mark_name(e->mark);
    buf_printf(&v->out, "<g class=\"edge %s%s%s\" id=\"e%u\" data-from=\"n%u\" data-to=\"n%u\"",
               type, *mark ? " " : "", mark, k, e->from, e->to);
    buf_printf(&v->out, " data-type=\"%s\" data-edges=\"", type);
    for (uint32_t i = 0; i < e->count; i++)
        buf_printf(&v->out, "%s%u", i ? " " : "", e->edges[i]);
    buf_putc(&v->out, '"');
    if (e->ref >= 0)
        buf_printf(&v->out, " data-ref=\"r%d\"", (int)e->ref);
    buf_putc(&v->out, '>');
    put_title(v, e->title);
    if (place->count)
        svg_line(v, e->type, place->points, place->count);
    double middle = place->label.x + place->label_width / 2;
    for (uint32_t i = 0; i < e->lines; i++)
        svg_text(v, "label", middle, place->label.y + SCENE_LINE_HEIGHT * (i + 1.0) - 4.5,
                 e->label[i]);
    buf_puts(&v->out, "</g>\n");
}

// ---- Boxes and frames ---------------------------------------------------------------------------

static void put_badge(Svg *v, const SceneNode *n, const LayoutNode *place) {
    if (n->mark == MARK_NONE)
        return;
    buf_puts(&v->out, "<circle class=\"badge\"");
    svg_number(v, "cx", place->x);
    svg_number(v, "cy", place->y);
    buf_puts(&v->out, " r=\"9\"/>");
    svg_text(v, "sign", place->x, place->y + 5, str_of(scene_sign(n->mark)));
}

static void put_kind(Svg *v, const SceneNode *n, const LayoutNode *place, double x) {
    buf_puts(&v->out, "<text class=\"kind\"");
    svg_number(v, "x", x);
    svg_number(v, "y", place->y + 23);
    buf_putc(&v->out, '>');
    xml_put(&v->out, n->kind);
    if (n->hint.n) {
        buf_puts(&v->out, n->anyone ? " · <tspan class=\"open\">" : " · <tspan>");
        xml_put(&v->out, n->hint);
        buf_puts(&v->out, "</tspan>");
    }
    if (n->places.n)
        buf_printf(&v->out, " · <tspan class=\"refs\">%.*s</tspan>", STR_ARG(n->places));
    buf_puts(&v->out, "</text>");
}

static void put_node(Svg *v, uint32_t k) {
    const SceneNode *n = &v->scene.nodes.at[k];
    const LayoutNode *place = &v->scene.layout.nodes[k];
    const char *mark = scene_mark_name(n->mark);
    buf_printf(&v->out, "<g class=\"node%s%s\" id=\"n%u\"", *mark ? " " : "", mark, k);
    xml_attribute(&v->out, "data-id", n->resource->id);
    xml_attribute(&v->out, "data-kind", n->resource->kind);
    if (n->group >= 0)
        buf_printf(&v->out, " data-group=\"g%d\"", (int)n->group);
    buf_putc(&v->out, '>');
    Str places = n->refs ? str_fmt(v->a, ", referred to in %u places", n->refs) : STR_EMPTY;
    put_title(v, str_fmt(v->a, "%.*s %.*s%s%.*s", STR_ARG(n->resource->kind),
                         STR_ARG(n->resource->name), n->anyone ? ", open to anyone" : "",
                         STR_ARG(places)));
    put_rect(v, "body", place->x, place->y, place->width, place->height);
    const Icon *icon = icon_of(n->resource->kind);
    buf_printf(&v->out, "<use href=\"#pluto-%s\"", icon->kind ? icon->kind : "other");
    svg_number(v, "x", place->x + SCENE_PAD);
    svg_number(v, "y", place->y + (place->height - SCENE_ICON) / 2);
    buf_puts(&v->out, "/>");
    double x = place->x + SCENE_PAD + SCENE_ICON + SCENE_ICON_GAP;
    put_kind(v, n, place, x);
    svg_text(v, "name", x, place->y + 41, n->name);
    if (n->anyone)
        svg_globe(v, place->x + place->width - SCENE_PAD - 12, place->y + 11.5);
    put_badge(v, n, place);
    buf_puts(&v->out, "</g>\n");
}

static void put_ref(Svg *v, uint32_t k) {
    const SceneRef *r = &v->scene.refs.at[k];
    const SceneNode *of = &v->scene.nodes.at[r->of];
    const LayoutNode *place = &v->scene.layout.nodes[v->scene.nodes.n + k];
    const char *mark = scene_mark_name(of->mark);
    buf_printf(&v->out, "<g class=\"ref%s%s\" id=\"r%u\" data-of=\"n%u\"", *mark ? " " : "", mark,
               k, r->of);
    if (r->group >= 0)
        buf_printf(&v->out, " data-group=\"g%d\"", (int)r->group);
    buf_putc(&v->out, '>');
    put_title(v, str_fmt(v->a, "reference to %.*s %.*s", STR_ARG(of->resource->kind),
                         STR_ARG(of->resource->name)));
    svg_pill(v, place->x, place->y, place->width, place->height);
    const Icon *icon = icon_of(of->resource->kind);
    buf_printf(&v->out, "<use href=\"#pluto-%s\" transform=\"translate(",
               icon->kind ? icon->kind : "other");
    xml_number(&v->out, place->x + SCENE_REF_PAD);
    buf_putc(&v->out, ' ');
    xml_number(&v->out, place->y + (place->height - SCENE_REF_ICON) / 2);
    buf_puts(&v->out, ") scale(.5625)\"/>"); // SCENE_REF_ICON to SCENE_ICON
    svg_text(v, "name", place->x + 2 * SCENE_REF_PAD + SCENE_REF_ICON, place->y + 18.5, r->name);
    buf_puts(&v->out, "</g>\n");
}

static void put_group(Svg *v, uint32_t k) {
    static const char *const names[] = {[BY_MODULE] = "module", [BY_ROUTER] = "router"};
    // A sheet of paper, and a line that forks.
    static const char *const sorts[] = {[BY_MODULE] = "M2.5 1h5l3 3v8h-8zM7.5 1v3h3",
                                        [BY_ROUTER] = "M1 6.5h4.5L8 3h4M5.5 6.5 8 10h4"};
    const SceneGroup *g = &v->scene.groups.at[k];
    const LayoutGroup *place = &v->scene.layout.groups[k];
    buf_printf(&v->out, "<g class=\"group%s\" id=\"g%u\"", g->parent >= 0 ? " inner" : "", k);
    xml_attribute(&v->out, "data-label", g->label);
    buf_printf(&v->out, " data-by=\"%s\"", names[g->by]);
    if (g->parent >= 0)
        buf_printf(&v->out, " data-group=\"g%d\"", (int)g->parent);
    buf_putc(&v->out, '>');
    put_title(v, str_fmt(v->a, "%s %.*s", names[g->by], STR_ARG(g->label)));
    put_rect(v, "frame", place->x, place->y, place->width, place->height);
    buf_puts(&v->out, "<path class=\"sort\" transform=\"translate(");
    xml_number(&v->out, place->x + 11);
    buf_putc(&v->out, ' ');
    xml_number(&v->out, place->y + 8);
    buf_printf(&v->out, ")\" d=\"%s\"/>", sorts[g->by]);
    svg_text(v, "title", place->x + 29, place->y + 19, g->title);
    buf_puts(&v->out, "</g>\n");
}

// ---- The picture --------------------------------------------------------------------------------

static void put_icons(Svg *v) {
    Map seen = map_new(v->a);
    buf_puts(&v->out, "<defs>\n");
    for (uint32_t i = 0; i < v->scene.nodes.n; i++) {
        const Icon *icon = icon_of(v->scene.nodes.at[i].resource->kind);
        const char *name = icon->kind ? icon->kind : "other";
        if (!map_set(&seen, str_of(name), NULL))
            continue;
        buf_printf(
            &v->out,
            "<g id=\"pluto-%s\"><rect width=\"%d\" height=\"%d\" rx=\"7\" fill=\"%s\"/>"
            "<path transform=\"translate(2.2 2.2) scale(1.15)\" fill=\"none\" stroke=\"#fff\" "
            "stroke-width=\"1.6\" stroke-linecap=\"round\" stroke-linejoin=\"round\" "
            "d=\"%s\"/></g>\n",
            name, SCENE_ICON, SCENE_ICON, icon->color, icon->path);
    }
    buf_puts(&v->out, "</defs>\n");
}

// For who cannot see the picture: what is connected with what.
static void put_description(Svg *v) {
    enum { SENTENCES_MAX = 100 };
    static const char *const verbs[] = {
        [EDGE_TRIGGER] = "triggers", [EDGE_CALL] = "calls", [EDGE_READ] = "reads of"};
    const Scene *s = &v->scene;
    uint32_t n = s->nodes.n;
    buf_puts(&v->out, "<title id=\"pluto-title\">");
    xml_put(&v->out, str_visible(v->a, s->arch->project));
    buf_puts(&v->out, " (");
    xml_put(&v->out, str_visible(v->a, s->arch->stack));
    buf_printf(&v->out, "): %u resource%s</title>\n<desc id=\"pluto-desc\">", n, n == 1 ? "" : "s");
    for (uint32_t i = 0; i < s->edges.n && i < SENTENCES_MAX; i++) {
        const SceneEdge *e = &s->edges.at[i];
        xml_put(&v->out, str_visible(v->a, s->nodes.at[e->from].resource->id));
        buf_printf(&v->out, " %s ", verbs[e->type]);
        xml_put(&v->out, str_visible(v->a, s->nodes.at[e->to].resource->id));
        buf_puts(&v->out, ": ");
        xml_put(&v->out, e->title);
        buf_puts(&v->out, ". ");
    }
    if (s->edges.n > SENTENCES_MAX)
        buf_printf(&v->out, "And %u more.", s->edges.n - SENTENCES_MAX);
    buf_puts(&v->out, "</desc>\n");
}

static void put_root(Svg *v) {
    buf_puts(&v->out, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"pluto\" role=\"img\" "
                      "aria-labelledby=\"pluto-title pluto-desc\"");
    svg_number(v, "width", v->width);
    svg_number(v, "height", v->height);
    buf_puts(&v->out, " viewBox=\"0 0 ");
    xml_number(&v->out, v->width);
    buf_putc(&v->out, ' ');
    xml_number(&v->out, v->height);
    buf_puts(&v->out, "\">\n");
}

Str view_svg(Arena *a, const Arch *arch, const KindTable *kinds, const ViewMarks *marks) {
    (void)kinds;
    Svg v = {.a = a, .out = buf_new(a), .marked = marks != NULL};
    scene_build(a, arch, marks, &v.scene);
    scene_fold(a, &v.scene);
    scene_refer(a, &v.scene);
    scene_place(a, &v.scene);
    const Caption *caption = svg_caption(&v);
    put_root(&v);
    put_description(&v);
    svg_style(&v);
    put_icons(&v);
    put_rect(&v, "card", 0.5, 0.5, v.width - 1, v.height - 1);
    buf_putc(&v.out, '\n');
    for (uint32_t i = 0; i < v.scene.groups.n; i++)
        put_group(&v, i);
    for (uint32_t i = 0; i < v.scene.edges.n; i++)
        put_edge(&v, i);
    for (uint32_t i = 0; i < v.scene.nodes.n; i++)
        put_node(&v, i);
    for (uint32_t i = 0; i < v.scene.refs.n; i++)
        put_ref(&v, i);
    if (!v.scene.nodes.n)
        svg_text(&v, "none", 24, 28, STR("This program creates no resources."));
    svg_caption_put(&v, caption);
    buf_puts(&v.out, "</svg>\n");
    return buf_str(&v.out);
}
