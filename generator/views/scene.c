// From the graph to what a picture shows: the words of each box and line, and their sizes.
//
// Input: a graph and, for comparisons, its marks. Output: a Scene, then its places by the layout.
// Invariant: every text in it is fit to be shown (no control character, none that turns the
// direction of writing) and fits into the room it is given; nodes and edges stand in the graph's
// order.
#include "generator/views/scene.h"

#include "generator/expose.h"

enum { NODE_WIDTH_MIN = 140, NODE_WIDTH_MAX = 300, LABEL_WIDTH_MAX = 200 };
enum { TEXT_WIDTH_MAX = NODE_WIDTH_MAX - SCENE_ICON - SCENE_ICON_GAP - 2 * SCENE_PAD };
enum { GLOBE = 20 }; // what the sign of a way in takes in the first line

const char *scene_sign(ViewMark mark) {
    static const char *const signs[] = {
        [MARK_NONE] = "", [MARK_ADDED] = "+", [MARK_REMOVED] = "−", [MARK_CHANGED] = "~"};
    return signs[mark];
}

const char *scene_mark_name(ViewMark mark) {
    static const char *const names[] = {[MARK_NONE] = "",
                                        [MARK_ADDED] = "added",
                                        [MARK_REMOVED] = "removed",
                                        [MARK_CHANGED] = "changed"};
    return names[mark];
}

// ---- Nodes --------------------------------------------------------------------------------------

// What is worth a glance beside the name, and whether anyone may come in from outside.
static Str hint_of(Arena *a, const ArchResource *r, bool triggered, bool triggers, bool *anyone) {
    const ArchValue *options = arch_find(r->arguments, "options");
    const ArchValue *instance = arch_find(options, "instanceType");
    const ArchValue *memory = arch_find(options, "memory");
    UrlAccess url = expose_url(r, triggered);
    *anyone = url == URL_PUBLIC || expose_site(r->kind) || (str_is(r->kind, "Router") && triggers);
    if (url != URL_NONE)
        return url == URL_PUBLIC ? STR("public URL") : STR("URL for IAM");
    if (*anyone)
        return STR("public");
    if (instance && instance->type == ARCH_STRING)
        return instance->text;
    if (str_is(r->kind, "Function") && memory && memory->type == ARCH_NUMBER)
        return str_fmt(a, "%.0f MB", memory->number);
    return STR_EMPTY;
}

static void nodes_build(Arena *a, Scene *s, const ViewMarks *marks, const Map *by_id) {
    const Arch *arch = s->arch;
    bool *triggered = arena_array(a, bool, arch->resources.n);
    bool *triggers = arena_array(a, bool, arch->resources.n);
    for (uint32_t i = 0; i < arch->edges.n; i++) {
        const uint32_t *from = map_find(by_id, arch->edges.at[i].from);
        const uint32_t *to = map_find(by_id, arch->edges.at[i].to);
        if (arch->edges.at[i].type == EDGE_TRIGGER && from && to)
            triggers[*from - 1] = triggered[*to - 1] = true;
    }
    for (uint32_t i = 0; i < arch->resources.n; i++) {
        const ArchResource *r = &arch->resources.at[i];
        SceneNode n = {.resource = r, .mark = marks ? marks->resources[i] : MARK_NONE};
        Str hint = hint_of(a, r, triggered[i], triggers[i], &n.anyone);
        double room = TEXT_WIDTH_MAX - (n.anyone ? GLOBE : 0);
        n.kind = measure_fit(a, r->kind, SCENE_TEXT_SIZE, WEIGHT_PLAIN, room);
        room -= measure_text(n.kind, SCENE_TEXT_SIZE, WEIGHT_PLAIN) +
                measure_text(STR(" · "), SCENE_TEXT_SIZE, WEIGHT_PLAIN);
        if (room > 2 * SCENE_TEXT_SIZE)
            n.hint = measure_fit(a, hint, SCENE_TEXT_SIZE, WEIGHT_PLAIN, room);
        n.name = measure_fit(a, r->name, SCENE_NAME_SIZE, WEIGHT_BOLD, TEXT_WIDTH_MAX);
        vec_push(a, &s->nodes, n);
    }
}

// ---- Edges --------------------------------------------------------------------------------------

// "GET /notes/:id", "cron rate(1 day)", "get".
static Str operation_text(Arena *a, const ArchEdge *e) {
    const ArchValue *path = arch_find(e->arguments, "path");
    if (e->type == EDGE_TRIGGER && path && path->type == ARCH_STRING)
        return expose_route(a, e);
    Buf b = buf_new(a);
    buf_put(&b, e->operation);
    for (uint32_t i = 0; e->type == EDGE_TRIGGER && e->arguments && i < e->arguments->count; i++) {
        const ArchValue *v = e->arguments->members[i].value;
        if (v->type == ARCH_STRING)
            buf_printf(&b, " %.*s", STR_ARG(v->text));
    }
    return buf_str(&b);
}

static Str signed_text(Arena *a, ViewMark mark, Str text) {
    return mark == MARK_NONE ? text : str_fmt(a, "%s %.*s", scene_sign(mark), STR_ARG(text));
}

// Adds an operation to the last line where it fits there, else as a line of its own; false where
// there is no room.
static bool label_add(Arena *a, SceneEdge *e, Str text) {
    text = measure_fit(a, text, SCENE_TEXT_SIZE, WEIGHT_PLAIN, LABEL_WIDTH_MAX);
    if (e->lines && e->type != EDGE_TRIGGER) {
        Str *last = &e->label[e->lines - 1];
        Str longer = str_fmt(a, "%.*s · %.*s", STR_ARG(*last), STR_ARG(text));
        if (measure_text(longer, SCENE_TEXT_SIZE, WEIGHT_PLAIN) <= LABEL_WIDTH_MAX) {
            *last = longer;
            return true;
        }
    }
    if (e->lines == SCENE_LINES_MAX)
        return false;
    e->label[e->lines++] = text;
    return true;
}

// Marks of parts stand in the label where they differ; where they agree, the line's own says it.
static void edge_label(Arena *a, const Scene *s, SceneEdge *e, const ViewMark *marks) {
    Buf title = buf_new(a);
    bool full = false;
    uint32_t left = 0;
    e->mark = marks ? marks[e->edges[0]] : MARK_NONE;
    for (uint32_t i = 1; marks && i < e->count; i++)
        if (marks[e->edges[i]] != e->mark)
            e->mark = MARK_CHANGED;
    for (uint32_t i = 0; i < e->count; i++) {
        Str text = operation_text(a, &s->arch->edges.at[e->edges[i]]);
        if (marks && (e->mark == MARK_CHANGED || i == 0))
            text = signed_text(a, marks[e->edges[i]], text);
        buf_printf(&title, "%s%.*s", i ? ", " : "", STR_ARG(text));
        full = full || !label_add(a, e, text);
        left += full;
    }
    if (full)
        e->label[SCENE_LINES_MAX - 1] = str_fmt(a, "… %u more", left + 1);
    e->title = str_visible(a, buf_str(&title));
}

// The graph's edges are sorted, so those that become one line stand together.
static void edges_build(Arena *a, Scene *s, const ViewMarks *marks, const Map *by_id) {
    const Arch *arch = s->arch;
    uint32_t *indices = arena_array(a, uint32_t, arch->edges.n);
    for (uint32_t i = 0, next; i < arch->edges.n; i = next) {
        const ArchEdge *first = &arch->edges.at[i];
        for (next = i; next < arch->edges.n; next++) {
            const ArchEdge *e = &arch->edges.at[next];
            if (e->type != first->type || !str_eq(e->from, first->from) ||
                !str_eq(e->to, first->to))
                break;
            indices[next] = next;
        }
        const uint32_t *from = map_find(by_id, first->from), *to = map_find(by_id, first->to);
        if (!from || !to)
            continue;
        SceneEdge e = {.from = *from - 1,
                       .to = *to - 1,
                       .type = first->type,
                       .edges = &indices[i],
                       .count = next - i,
                       .ref = -1};
        edge_label(a, s, &e, marks ? marks->edges : NULL);
        vec_push(a, &s->edges, e);
    }
}

void scene_build(Arena *a, const Arch *arch, const ViewMarks *marks, Scene *out) {
    *out = (Scene){.arch = arch};
    Map by_id = map_new(a);
    uint32_t *numbers = arena_array(a, uint32_t, arch->resources.n);
    for (uint32_t i = 0; i < arch->resources.n; i++) {
        numbers[i] = i + 1;
        map_set(&by_id, arch->resources.at[i].id, &numbers[i]);
    }
    nodes_build(a, out, marks, &by_id);
    edges_build(a, out, marks, &by_id);
    scene_group(a, out, &by_id);
}

// The indices of one pair's calls and reads stand in a row, as the graph's edges do.
static bool folds(const SceneEdge *call, const SceneEdge *read) {
    return call->type == EDGE_CALL && read->type == EDGE_READ && call->from == read->from &&
           call->to == read->to && call->mark == read->mark && call->mark != MARK_CHANGED;
}

void scene_fold(Arena *a, Scene *s) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < s->edges.n; i++) {
        SceneEdge *e = &s->edges.at[i], *last = kept ? &s->edges.at[kept - 1] : NULL;
        if (!last || !folds(last, e)) {
            s->edges.at[kept++] = *e;
            continue;
        }
        BUG_IF(last->edges + last->count != e->edges);
        last->count += e->count;
        last->title = str_fmt(a, "%.*s, reads %.*s", STR_ARG(last->title), STR_ARG(e->title));
    }
    s->edges.n = kept;
}

// ---- Sizes --------------------------------------------------------------------------------------

static double larger(double x, double y) {
    return x > y ? x : y;
}

static double node_text_width(Arena *a, const SceneNode *n) {
    const Str parts[] = {n->hint, n->places};
    Str line = n->kind;
    for (unsigned i = 0; i < 2; i++)
        if (parts[i].n)
            line = str_fmt(a, "%.*s · %.*s", STR_ARG(line), STR_ARG(parts[i]));
    double kind = measure_text(line, SCENE_TEXT_SIZE, WEIGHT_PLAIN) + (n->anyone ? GLOBE : 0);
    return larger(kind, measure_text(n->name, SCENE_NAME_SIZE, WEIGHT_BOLD));
}

// How often it is referred to, where the boxes are wide enough.
static void places_say(Arena *a, SceneNode *n, double room) {
    if (n->refs)
        n->places = str_fmt(a, "%u place%s", n->refs, n->refs == 1 ? "" : "s");
    if (node_text_width(a, n) > room)
        n->places = STR_EMPTY;
}

static double ref_width(const SceneRef *r) {
    return SCENE_REF_ICON + 3 * SCENE_REF_PAD + measure_text(r->name, SCENE_TEXT_SIZE, WEIGHT_BOLD);
}

// All boxes are of one width, that of the widest: columns of them are calm.
static void nodes_size(Arena *a, Scene *s) {
    uint32_t n = s->nodes.n;
    LayoutNode *nodes = arena_array(a, LayoutNode, n + s->refs.n);
    double width = NODE_WIDTH_MIN;
    for (uint32_t i = 0; i < n; i++)
        width = larger(width, node_text_width(a, &s->nodes.at[i]) + SCENE_ICON + SCENE_ICON_GAP +
                                  2 * SCENE_PAD);
    for (uint32_t i = 0; i < n; i++)
        places_say(a, &s->nodes.at[i], width - SCENE_ICON - SCENE_ICON_GAP - 2 * SCENE_PAD);
    for (uint32_t i = 0; i < n; i++)
        nodes[i] = (LayoutNode){.width = (double)(uint32_t)(width + 1),
                                .height = SCENE_NODE_HEIGHT,
                                .group = s->nodes.at[i].group};
    for (uint32_t i = 0; i < s->refs.n; i++) {
        SceneRef *r = &s->refs.at[i];
        r->name = measure_fit(a, s->nodes.at[r->of].resource->name, SCENE_TEXT_SIZE, WEIGHT_BOLD,
                              width - SCENE_REF_ICON - 3 * SCENE_REF_PAD);
        nodes[n + i] = (LayoutNode){.width = (double)(uint32_t)(ref_width(r) + 1),
                                    .height = SCENE_REF_HEIGHT,
                                    .group = r->group};
    }
    s->layout.nodes = nodes;
    s->layout.node_count = n + s->refs.n;
}

static void edges_size(Arena *a, Scene *s) {
    enum { LABEL_PAD = 4 };
    LayoutEdge *edges = arena_array(a, LayoutEdge, s->edges.n);
    for (uint32_t i = 0; i < s->edges.n; i++) {
        const SceneEdge *e = &s->edges.at[i];
        double width = 0;
        for (uint32_t k = 0; k < e->lines; k++)
            width = larger(width, measure_text(e->label[k], SCENE_TEXT_SIZE, WEIGHT_PLAIN));
        uint32_t ref = e->ref < 0 ? UINT32_MAX : s->refs.at[e->ref].of;
        uint32_t place = s->nodes.n + (uint32_t)(e->ref < 0 ? 0 : e->ref);
        edges[i] = (LayoutEdge){.from = e->from == ref ? place : e->from,
                                .to = e->to == ref ? place : e->to,
                                .label_width = width + 2 * LABEL_PAD,
                                .label_height = e->lines * (double)SCENE_LINE_HEIGHT};
    }
    s->layout.edges = edges;
    s->layout.edge_count = s->edges.n;
}

static void groups_size(Arena *a, Scene *s) {
    enum { TITLE_HEIGHT = 20, TITLE_ICON = 20 };
    LayoutGroup *groups = arena_array(a, LayoutGroup, s->groups.n);
    for (uint32_t i = 0; i < s->groups.n; i++) {
        const SceneGroup *g = &s->groups.at[i];
        double width = measure_text(g->title, SCENE_TEXT_SIZE, WEIGHT_BOLD) + TITLE_ICON;
        groups[i] =
            (LayoutGroup){.parent = g->parent, .title_width = width, .title_height = TITLE_HEIGHT};
    }
    s->layout.groups = groups;
    s->layout.group_count = s->groups.n;
}

void scene_place(Arena *a, Scene *s) {
    nodes_size(a, s);
    edges_size(a, s);
    groups_size(a, s);
    layout_run(a, &s->layout);
}
