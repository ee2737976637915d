// Resources that wait for each other.
//
// Input: the complete template. Output: a P0502 for each circle, in the program's terms.
// Invariant: what passes has an order in which CloudFormation can create it. The check is on the
// template and not on the graph, so that it holds whatever the lowerings do.
#include "generator/cfn/circle.h"

#include "generator/cfn/refs.h"

typedef enum Color { WHITE, GREY, BLACK } Color;

typedef struct Vertex {
    Vec(uint32_t) to;
    Color color;
    bool told;     // is part of a circle that has been reported
    uint32_t next; // the reference to follow next, while grey
} Vertex;

typedef struct Circle {
    Gen *g;
    Map index; // id → a uint32_t
    Vertex *vertices;
    uint32_t count;
    Vec(uint32_t) path; // the grey vertices, in order
    uint32_t from;      // whose references are being collected
} Circle;

static void collect(void *context, const Reference *r) {
    Circle *c = context;
    const uint32_t *to = map_find(&c->index, r->id);
    if (to)
        vec_push(c->g->arena, &c->vertices[c->from].to, *to);
}

static void build(Circle *c) {
    Arena *a = c->g->arena;
    const TemplateResourceVec *resources = &c->g->template->resources;
    c->count = resources->n;
    c->vertices = arena_array(a, Vertex, c->count + 1);
    c->index = map_new(a);
    uint32_t *numbers = arena_array(a, uint32_t, c->count + 1);
    for (uint32_t i = 0; i < c->count; i++) {
        numbers[i] = i;
        map_set(&c->index, resources->at[i].id, &numbers[i]);
    }
    for (c->from = 0; c->from < c->count; c->from++)
        refs_walk(resources->at[c->from].json, collect, c);
}

// Why the owner `from` waits for the owner `to`, as far as the graph says it.
static void note(Gen *g, Diag *d, Str from, Str to) {
    const Node *n = gen_node(g, from);
    const ArchEdge *why = NULL;
    for (uint32_t i = 0; i < n->out.n; i++) {
        const ArchEdge *e = n->out.at[i];
        if (str_eq(e->to, to) && (!why || e->type == EDGE_READ))
            why = e;
    }
    if (why) {
        ArchPlace p = gen_edge_place(g, why);
        diag_note(d, "`%.*s` %s `%.*s` of `%.*s` at %.*s:%u:%u", STR_ARG(from),
                  why->type == EDGE_READ ? "reads" : "uses", STR_ARG(why->operation), STR_ARG(to),
                  STR_ARG(p.file), p.line, p.column);
        return;
    }
    diag_note(d, "a value that `%.*s` is made with comes from `%.*s`", STR_ARG(from), STR_ARG(to));
}

// The owners on the path from `first` to its end, each once in a row.
static StrVec owners(const Circle *c, uint32_t first) {
    StrVec list = {0};
    for (uint32_t i = first; i < c->path.n; i++) {
        Str owner = c->g->template->resources.at[c->path.at[i]].owner;
        if (list.n == 0 || !str_eq(vec_last(&list), owner))
            vec_push(c->g->arena, &list, owner);
    }
    if (list.n > 1 && str_eq(list.at[0], vec_last(&list)))
        list.n--;
    return list;
}

static void report(Circle *c, uint32_t first) {
    Gen *g = c->g;
    StrVec list = owners(c, first);
    BUG_IF(list.n == 0);
    Buf names = buf_new(g->arena);
    for (uint32_t i = 0; i < list.n; i++)
        buf_printf(&names, "%s`%.*s`",
                   i == 0            ? ""
                   : i + 1 == list.n ? " and "
                                     : ", ",
                   STR_ARG(list.at[i]));
    Str all = buf_str(&names);
    const ArchResource *r = gen_node(g, list.at[0])->resource;
    Diag *d =
        list.n == 1
            ? gen_error(g, P0502, r, "%.*s needs a value that exists only after it", STR_ARG(all))
            : gen_error(g, P0502, r, "%.*s need each other's values before they exist",
                        STR_ARG(all));
    for (uint32_t i = 0; i < list.n; i++)
        note(g, d, list.at[i], list.at[(i + 1) % list.n]);
    diag_help(d, "hand the value over at run time: in the request, or through a KVStore");
    for (uint32_t i = first; i < c->path.n; i++)
        c->vertices[c->path.at[i]].told = true;
}

static void step_into(Circle *c, uint32_t v) {
    c->vertices[v].color = GREY;
    vec_push(c->g->arena, &c->path, v);
}

static void back_to(Circle *c, uint32_t v) {
    uint32_t first = c->path.n;
    while (first > 0 && c->path.at[first - 1] != v)
        first--;
    if (!c->vertices[v].told)
        report(c, first - 1);
}

// Depth first without recursion: chains of resources can be long.
static void search(Circle *c, uint32_t start) {
    step_into(c, start);
    while (c->path.n) {
        Vertex *v = &c->vertices[vec_last(&c->path)];
        if (v->next == v->to.n) {
            v->color = BLACK;
            (void)vec_pop(&c->path);
            continue;
        }
        uint32_t to = v->to.at[v->next++];
        if (c->vertices[to].color == WHITE)
            step_into(c, to);
        else if (c->vertices[to].color == GREY)
            back_to(c, to);
    }
}

void circle_check(Gen *g) {
    Circle c = {.g = g};
    build(&c);
    for (uint32_t i = 0; i < c.count; i++)
        if (c.vertices[i].color == WHITE)
            search(&c, i);
}
