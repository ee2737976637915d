// The line below the picture: what the application is called, and what the signs in it mean.
//
// Input: a scene with its places. Output: the picture's size, then the caption's SVG. Invariant:
// only signs that occur are explained; where they do not fit beside each other they go to further
// lines.
#include "generator/views/svg.h"

enum { MARGIN = 24, GAP = 22, SAMPLE = 34, ROW = 20, BELOW = 16, WIDTH_MIN = 340 };

typedef enum ItemType { ITEM_NAME, ITEM_EDGE, ITEM_OPEN, ITEM_REF, ITEM_MARK } ItemType;

typedef struct Item {
    ItemType type;
    EdgeType edge;
    ViewMark mark;
    Str text, more; // `more`: behind it, paler
    double x, y;    // the left end, the base line
} Item;

enum { ITEMS_MAX = 9 }; // the name, three types, a way in, references, three marks

struct Caption {
    Item items[ITEMS_MAX];
    uint32_t n;
};

static bool edge_occurs(const Scene *s, EdgeType type) {
    for (uint32_t i = 0; i < s->edges.n; i++)
        if (s->edges.at[i].type == type)
            return true;
    return false;
}

static bool mark_occurs(const Scene *s, ViewMark mark) {
    for (uint32_t i = 0; i < s->edges.n; i++)
        if (s->edges.at[i].mark == mark)
            return true;
    for (uint32_t i = 0; i < s->nodes.n; i++)
        if (s->nodes.at[i].mark == mark)
            return true;
    return false;
}

static bool anyone_occurs(const Scene *s) {
    for (uint32_t i = 0; i < s->nodes.n; i++)
        if (s->nodes.at[i].anyone)
            return true;
    return false;
}

static void items_find(Svg *v, Caption *c) {
    static const EdgeType order[] = {EDGE_TRIGGER, EDGE_CALL, EDGE_READ};
    static const char *const words[] = {
        [EDGE_TRIGGER] = "triggers", [EDGE_CALL] = "calls", [EDGE_READ] = "reads"};
    const Scene *s = &v->scene;
    const Arch *arch = s->arch;
    Str name = measure_fit(v->a, arch->project, SCENE_TEXT_SIZE, WEIGHT_BOLD, WIDTH_MIN / 2.0);
    Str stack = measure_fit(v->a, arch->stack, SCENE_TEXT_SIZE, WEIGHT_PLAIN, WIDTH_MIN / 4.0);
    c->items[c->n++] = (Item){.type = ITEM_NAME, .text = name, .more = stack};
    for (unsigned i = 0; i < sizeof order / sizeof *order; i++)
        if (edge_occurs(s, order[i]))
            c->items[c->n++] =
                (Item){.type = ITEM_EDGE, .edge = order[i], .text = str_of(words[order[i]])};
    if (anyone_occurs(s))
        c->items[c->n++] = (Item){.type = ITEM_OPEN, .text = STR("open to anyone")};
    if (s->refs.n)
        c->items[c->n++] = (Item){.type = ITEM_REF, .text = STR("stands elsewhere in full")};
    for (ViewMark m = MARK_ADDED; m <= MARK_CHANGED; m++)
        if (mark_occurs(s, m))
            c->items[c->n++] =
                (Item){.type = ITEM_MARK,
                       .mark = m,
                       .text = str_fmt(v->a, "%s %s", scene_sign(m), scene_mark_name(m))};
}

static double lead_of(const Item *i) {
    static const double leads[] = {[ITEM_NAME] = 0,
                                   [ITEM_EDGE] = SAMPLE + 6,
                                   [ITEM_OPEN] = 19,
                                   [ITEM_REF] = SAMPLE + 6,
                                   [ITEM_MARK] = 0};
    return leads[i->type];
}

static double width_of(const Item *i) {
    Weight weight = i->type == ITEM_NAME ? WEIGHT_BOLD : WEIGHT_PLAIN;
    double width = lead_of(i) + measure_text(i->text, SCENE_TEXT_SIZE, weight);
    return i->more.n ? width + 8 + measure_text(i->more, SCENE_TEXT_SIZE, WEIGHT_PLAIN) : width;
}

Caption *svg_caption(Svg *v) {
    Caption *c = arena_new(v->a, Caption);
    items_find(v, c);
    v->width = v->scene.layout.width > WIDTH_MIN ? v->scene.layout.width : WIDTH_MIN;
    double x = MARGIN, y = v->scene.layout.height + ROW - BELOW / 2.0;
    for (uint32_t k = 0; k < c->n; k++) {
        double width = width_of(&c->items[k]);
        if (k && x + width > v->width - MARGIN) {
            x = MARGIN;
            y += ROW;
        }
        c->items[k].x = x;
        c->items[k].y = y;
        x += width + GAP;
    }
    v->height = y + BELOW;
    return c;
}

static void edge_put(Svg *v, const Item *i) {
    double y = i->y - 4;
    const LayoutPoint line[] = {{i->x + 2, y}, {i->x + 12, y}, {i->x + 22, y}, {i->x + SAMPLE, y}};
    buf_printf(&v->out, "<g class=\"%s\">", edge_type_name(i->edge));
    svg_line(v, i->edge, line, 4);
    buf_puts(&v->out, "</g>");
}

void svg_caption_put(Svg *v, const Caption *c) {
    static const char *const classes[] = {[ITEM_NAME] = "project",
                                          [ITEM_EDGE] = "hint",
                                          [ITEM_OPEN] = "open",
                                          [ITEM_REF] = "hint",
                                          [ITEM_MARK] = ""};
    buf_puts(&v->out, "<g class=\"caption\">\n");
    for (uint32_t k = 0; k < c->n; k++) {
        const Item *i = &c->items[k];
        const char *class_name = i->type == ITEM_MARK ? scene_mark_name(i->mark) : classes[i->type];
        if (i->type == ITEM_EDGE)
            edge_put(v, i);
        if (i->type == ITEM_OPEN)
            svg_globe(v, i->x, i->y - 11);
        if (i->type == ITEM_REF)
            svg_pill(v, i->x, i->y - 11, SAMPLE, 14);
        svg_text(v, class_name, i->x + lead_of(i), i->y, i->text);
        if (i->more.n)
            svg_text(v, "hint", i->x + measure_text(i->text, SCENE_TEXT_SIZE, WEIGHT_BOLD) + 8,
                     i->y, i->more);
        buf_putc(&v->out, '\n');
    }
    buf_puts(&v->out, "</g>\n");
}
