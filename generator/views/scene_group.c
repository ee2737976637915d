// Frames around what belongs together: a module's resources, a router with the functions it
// triggers.
//
// Input: a scene's nodes and the graph's edges. Output: its groups, and each node's group. A frame
// earns its place by telling something: modules only where there are several, a router only with
// two functions of its own and something else beside them. Invariant: no group holds fewer than two
// nodes; a router's group stands within one module or outside of all.
#include "generator/views/scene.h"

typedef struct Grouping {
    Arena *a;
    Scene *scene;
    const Map *by_id;
    uint32_t *triggered_by; // node → 1 + the one node that triggers it; 0: none, MANY: several
} Grouping;

#define MANY UINT32_MAX

static uint32_t node_of(const Grouping *g, Str id) {
    const uint32_t *number = map_find(g->by_id, id);
    return number ? *number : 0;
}

static int32_t group_add(Grouping *g, SceneBy by, Str label, int32_t parent) {
    enum { TITLE_WIDTH_MAX = 260 };
    Str title = measure_fit(g->a, label, SCENE_TEXT_SIZE, WEIGHT_BOLD, TITLE_WIDTH_MAX);
    vec_push(g->a, &g->scene->groups, (SceneGroup){by, label, title, parent});
    return (int32_t)g->scene->groups.n - 1;
}

// ---- Modules ------------------------------------------------------------------------------------

typedef struct Module {
    uint32_t nodes;
    int32_t group;
} Module;

static void modules_group(Grouping *g) {
    Scene *s = g->scene;
    Map modules = map_new(g->a);
    uint32_t several = 0; // modules with more than one resource
    for (uint32_t i = 0; i < s->nodes.n; i++) {
        Str file = s->nodes.at[i].resource->source.file;
        Module *m = map_find(&modules, file);
        if (!m && file.n) {
            m = arena_new(g->a, Module);
            map_set(&modules, file, m);
        }
        several += m && ++m->nodes == 2;
    }
    if (several < 2)
        return;
    for (uint32_t i = 0; i < modules.n; i++) {
        Module *m = modules.at[i].value;
        m->group = m->nodes < 2 ? -1 : group_add(g, BY_MODULE, modules.at[i].key, -1);
    }
    for (uint32_t i = 0; i < s->nodes.n; i++) {
        const Module *m = map_find(&modules, s->nodes.at[i].resource->source.file);
        s->nodes.at[i].group = m ? m->group : -1;
    }
}

// ---- Routers ------------------------------------------------------------------------------------

static void triggers_find(Grouping *g) {
    const Arch *arch = g->scene->arch;
    g->triggered_by = arena_array(g->a, uint32_t, arch->resources.n);
    for (uint32_t i = 0; i < arch->edges.n; i++) {
        const ArchEdge *e = &arch->edges.at[i];
        uint32_t from = node_of(g, e->from), to = node_of(g, e->to);
        if (e->type != EDGE_TRIGGER || !from || !to)
            continue;
        uint32_t *by = &g->triggered_by[to - 1];
        *by = *by == 0 || *by == from ? from : MANY;
    }
}

static bool is_router(const SceneNode *n) {
    return str_is(n->resource->kind, "Router");
}

static void routers_group(Grouping *g) {
    Scene *s = g->scene;
    uint32_t n = s->nodes.n;
    // How many functions each router has to itself, in the router's own module; how many nodes
    // stand in each module, those of none at its end.
    uint32_t *own = arena_array(g->a, uint32_t, n);
    uint32_t *held = arena_array(g->a, uint32_t, s->groups.n + 1);
    int32_t *group = arena_array(g->a, int32_t, n);
    uint32_t outside = s->groups.n;
    for (uint32_t i = 0; i < n; i++) {
        const SceneNode *node = &s->nodes.at[i];
        uint32_t by = g->triggered_by[i];
        if (by && by != MANY && s->nodes.at[by - 1].group == node->group)
            own[by - 1]++;
        held[node->group < 0 ? outside : (uint32_t)node->group]++;
        group[i] = -1;
    }
    for (uint32_t i = 0; i < n; i++) {
        const SceneNode *node = &s->nodes.at[i];
        uint32_t beside = held[node->group < 0 ? outside : (uint32_t)node->group] - own[i] - 1;
        if (is_router(node) && own[i] >= 2 && (beside > 0 || (node->group < 0 && outside > 0)))
            group[i] = group_add(g, BY_ROUTER, node->resource->name, node->group);
    }
    for (uint32_t i = 0; i < n; i++) {
        uint32_t by = g->triggered_by[i];
        if (by && by != MANY && group[by - 1] >= 0 && !is_router(&s->nodes.at[i]) &&
            s->nodes.at[by - 1].group == s->nodes.at[i].group)
            group[i] = group[by - 1];
    }
    for (uint32_t i = 0; i < n; i++)
        if (group[i] >= 0)
            s->nodes.at[i].group = group[i];
}

void scene_group(Arena *a, Scene *s, const Map *by_id) {
    Grouping g = {.a = a, .scene = s, .by_id = by_id};
    for (uint32_t i = 0; i < s->nodes.n; i++)
        s->nodes.at[i].group = -1;
    modules_group(&g);
    triggers_find(&g);
    routers_group(&g);
}
