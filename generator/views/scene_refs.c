// References: in a large picture, what is used from everywhere is drawn once, and stands as a small
// sign beside those who use it.
//
// Input: a scene with its lines and frames. Output: its references, and the lines that end at them.
// Why: one model that forty modules use makes one tower of forty pictures, with long lines; without
// it each module is a part of its own, and parts are dealt out over the page. Invariant: small
// pictures stay as they are; there is one reference for each pair of a place and a hub, where a
// place is an outermost frame, or boxes outside of all frames that lines connect.
#include "generator/views/scene.h"

#include <stdlib.h>
#include <string.h>

// Hubs are found at the first level that leaves no part larger than PART_MAX; larger pictures may
// go further: in them nobody follows a line across the page.
typedef struct Level {
    uint32_t resources; // only pictures of more
    uint32_t frames;    // so many frames lead to a hub,
    uint32_t places;    // or so many places at all
} Level;

#define NEVER UINT32_MAX

static const Level levels[] = {
    {40, 8, NEVER}, {40, 5, NEVER}, {60, 3, 3}, {160, 2, 2}, {160, 1, 1}};

enum {
    LEVELS = sizeof levels / sizeof *levels,
    PART_MAX = 40, // resources
    OTHER_WAY = 4, // at most one place in so many stands on a hub's other side
};

// Whether lines lead to a hub from everywhere (a model, a store, a log), or from it (a router whose
// routes stand in many modules).
typedef enum Hub { HUB_NONE, HUB_TARGET, HUB_SOURCE } Hub;

typedef struct Finding {
    Arena *a;
    Scene *s;
    const Level *level;
    int32_t *frame;   // node → its outermost frame, -1: none
    Hub *hub;         // node →
    uint32_t *joined; // node → another of its place where it stands outside of frames
    bool *ties; // node outside of frames, first of its place → the place is worth references
} Finding;

static uint32_t first_of(uint32_t *joined, uint32_t node) {
    while (joined[node] != node)
        node = joined[node] = joined[joined[node]];
    return node;
}

static void join(uint32_t *joined, uint32_t x, uint32_t y) {
    x = first_of(joined, x);
    y = first_of(joined, y);
    joined[x > y ? x : y] = x > y ? y : x;
}

static uint32_t place_of(const Finding *f, uint32_t node) {
    return f->frame[node] >= 0 ? (uint32_t)f->frame[node]
                               : f->s->groups.n + first_of(f->joined, node);
}

static void separate(uint32_t *joined, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        joined[i] = i;
}

// ---- What could be a hub ------------------------------------------------------------------------

// A line between two places, as seen from one of its ends.
typedef struct Link {
    uint32_t node, place; // the end, the other's place
    bool in;
} Link;

static int compare_links(const void *left, const void *right) {
    const Link *x = left, *y = right;
    if (x->node != y->node)
        return x->node < y->node ? -1 : 1;
    if (x->in != y->in)
        return x->in ? 1 : -1;
    return (x->place > y->place) - (x->place < y->place);
}

static Link *links_find(const Finding *f, uint32_t *count) {
    const Scene *s = f->s;
    Link *links = arena_array(f->a, Link, (size_t)s->edges.n * 2);
    *count = 0;
    for (uint32_t i = 0; i < s->edges.n; i++) {
        const SceneEdge *e = &s->edges.at[i];
        uint32_t from = place_of(f, e->from), to = place_of(f, e->to);
        if (from == to)
            continue;
        links[(*count)++] = (Link){e->to, from, true};
        links[(*count)++] = (Link){e->from, to, false};
    }
    qsort(links, *count, sizeof *links, compare_links);
    return links;
}

// On one side of a node.
typedef struct Degree {
    uint32_t frames, places;
    uint32_t last; // 1 + the place counted last
} Degree;

static void degree_add(Degree *d, uint32_t place, uint32_t frames) {
    if (d->last == place + 1)
        return;
    d->last = place + 1;
    d->places++;
    d->frames += place < frames;
}

static Hub judge(const Level *level, const Degree *in, const Degree *out, const SceneNode *n) {
    bool target = in->frames >= level->frames || in->places >= level->places;
    if (target && out->places * OTHER_WAY <= in->places)
        return HUB_TARGET;
    // What a function uses stands behind it anyway; what starts others in many modules does not.
    bool source = out->frames >= level->frames && !str_is(n->resource->kind, "Function");
    return source && in->places * OTHER_WAY <= out->places ? HUB_SOURCE : HUB_NONE;
}

static void hubs_find(Finding *f) {
    uint32_t count;
    separate(f->joined, f->s->nodes.n);
    const Link *links = links_find(f, &count);
    memset(f->hub, 0, f->s->nodes.n * sizeof *f->hub);
    for (uint32_t i = 0; i < count;) {
        uint32_t node = links[i].node;
        Degree in = {0}, out = {0};
        for (; i < count && links[i].node == node; i++)
            degree_add(links[i].in ? &in : &out, links[i].place, f->s->groups.n);
        f->hub[node] = judge(f->level, &in, &out, &f->s->nodes.at[node]);
    }
}

// ---- References ---------------------------------------------------------------------------------

// Outside of frames, what lines connect is one place. A box with nothing but a line to one hub is
// none: the hub stands beside it.
static void places_find(Finding *f) {
    const Scene *s = f->s;
    uint32_t n = s->nodes.n;
    uint32_t *one = arena_array(f->a, uint32_t, n); // node → 1 + the only hub it has a line to
    separate(f->joined, n);
    memset(f->ties, 0, n * sizeof *f->ties);
    for (uint32_t i = 0; i < s->edges.n; i++) {
        uint32_t ends[] = {s->edges.at[i].from, s->edges.at[i].to};
        if (f->frame[ends[0]] < 0 && f->frame[ends[1]] < 0 && !f->hub[ends[0]] && !f->hub[ends[1]])
            join(f->joined, ends[0], ends[1]);
    }
    for (uint32_t i = 0; i < s->edges.n; i++) {
        for (unsigned side = 0; side < 2; side++) {
            uint32_t end = side ? s->edges.at[i].to : s->edges.at[i].from;
            uint32_t other = side ? s->edges.at[i].from : s->edges.at[i].to;
            if (f->frame[end] >= 0 || f->hub[end] || end == other)
                continue;
            uint32_t first = first_of(f->joined, end);
            if (!f->hub[other] || (one[first] && one[first] != other + 1))
                f->ties[first] = true;
            one[first] = other + 1;
        }
    }
}

static bool has_references(const Finding *f, uint32_t node) {
    return f->frame[node] >= 0 || (!f->hub[node] && f->ties[first_of(f->joined, node)]);
}

// The hub that a line is to be spared, or UINT32_MAX; `user`: its other end.
static uint32_t hub_of(const Finding *f, const SceneEdge *e, uint32_t *user) {
    if (place_of(f, e->from) == place_of(f, e->to))
        return UINT32_MAX;
    bool target = f->hub[e->to] == HUB_TARGET && has_references(f, e->from);
    bool source = f->hub[e->from] == HUB_SOURCE && has_references(f, e->to);
    *user = target ? e->from : e->to;
    return target ? e->to : source ? e->from : UINT32_MAX;
}

static void references_make(Finding *f) {
    Scene *s = f->s;
    Map known = map_new(f->a); // place and hub → 1 + index
    s->refs.n = 0;
    for (uint32_t i = 0; i < s->edges.n; i++) {
        SceneEdge *e = &s->edges.at[i];
        uint32_t user, hub = hub_of(f, e, &user);
        e->ref = -1;
        if (hub == UINT32_MAX)
            continue;
        Str key = str_fmt(f->a, "%u %u", place_of(f, user), hub);
        uint32_t *index = map_find(&known, key);
        if (!index) {
            index = arena_new(f->a, uint32_t);
            *index = s->refs.n;
            map_set(&known, key, index);
            vec_push(f->a, &s->refs, (SceneRef){.of = hub, .group = f->frame[user]});
        }
        e->ref = (int32_t)*index;
    }
}

// Resources in the largest part: what frames and lines hold together.
static uint32_t largest_part(const Finding *f) {
    const Scene *s = f->s;
    uint32_t n = s->nodes.n, largest = 0;
    uint32_t *part = arena_array(f->a, uint32_t, n), *size = arena_array(f->a, uint32_t, n);
    uint32_t *first = arena_array(f->a, uint32_t, s->groups.n); // frame → 1 + a node in it
    separate(part, n);
    for (uint32_t i = 0; i < n; i++) {
        if (f->frame[i] < 0)
            continue;
        uint32_t *seen = &first[f->frame[i]];
        if (*seen)
            join(part, *seen - 1, i);
        *seen = i + 1;
    }
    for (uint32_t i = 0; i < s->edges.n; i++)
        if (s->edges.at[i].ref < 0)
            join(part, s->edges.at[i].from, s->edges.at[i].to);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t *held = &size[first_of(part, i)];
        largest = ++*held > largest ? *held : largest;
    }
    return largest;
}

void scene_refer(Arena *a, Scene *s) {
    uint32_t n = s->nodes.n;
    Finding f = {.a = a,
                 .s = s,
                 .frame = arena_array(a, int32_t, n),
                 .hub = arena_array(a, Hub, n),
                 .joined = arena_array(a, uint32_t, n),
                 .ties = arena_array(a, bool, n)};
    for (uint32_t i = 0; i < n; i++) {
        int32_t g = s->nodes.at[i].group;
        while (g >= 0 && s->groups.at[g].parent >= 0)
            g = s->groups.at[g].parent;
        f.frame[i] = g;
    }
    for (unsigned i = 0; i < LEVELS && n > levels[i].resources; i++) {
        f.level = &levels[i];
        hubs_find(&f);
        places_find(&f);
        references_make(&f);
        if (largest_part(&f) <= PART_MAX)
            break;
    }
    for (uint32_t i = 0; i < s->refs.n; i++)
        s->nodes.at[s->refs.at[i].of].refs++;
}
