// What a change does to the architecture and to its permissions.
//
// Input: two graphs with their settings. Output: what was added, removed and changed, and the union
// of both for pictures.
// Invariant: everything stands in the order of the newer graph, what only the older one has behind
// it; places and evidence are never compared, so code that only moves is no difference.
#include "generator/diff.h"

#include "generator/diff/members.h"
#include "generator/diff/power.h"
#include "generator/diff/rename.h"
#include "generator/diff/words.h"

// ---- Resources ----------------------------------------------------------------------------------

static Map resources_of(Arena *a, const Arch *arch) {
    Map all = map_new(a);
    for (uint32_t i = 0; i < arch->resources.n; i++)
        map_set(&all, arch->resources.at[i].id, &arch->resources.at[i]);
    return all;
}

static ViewMark resource_compare(Arena *a, Diff *d, const ArchResource *before,
                                 const ArchResource *after, const ArchResource *renamed,
                                 Str *note) {
    DiffResource r = {.before = renamed ? renamed : before, .after = after};
    r.renamed = renamed != NULL;
    if (before)
        members_of_resources(a, before, after, &r.members);
    r.mark = !before ? MARK_ADDED : r.members.n || renamed ? MARK_CHANGED : MARK_NONE;
    r.what = words_members(a, &r);
    *note = r.mark == MARK_CHANGED ? r.what : STR_EMPTY;
    if (r.mark != MARK_NONE)
        vec_push(a, &d->resources, r);
    return r.mark;
}

static void compare_resources(Arena *a, Diff *d, const Arch *before, const Arch *after,
                              const Map *renamed) {
    Map old = resources_of(a, before), new = resources_of(a, after);
    uint32_t most = before->resources.n + after->resources.n;
    ViewMark *marks = arena_array(a, ViewMark, most);
    Str *notes = arena_array(a, Str, most);
    for (uint32_t i = 0; i < after->resources.n; i++) {
        const ArchResource *r = &after->resources.at[i];
        uint32_t k = d->merged.resources.n;
        marks[k] =
            resource_compare(a, d, map_find(&old, r->id), r, map_find(renamed, r->id), &notes[k]);
        vec_push(a, &d->merged.resources, *r);
    }
    for (uint32_t i = 0; i < before->resources.n; i++) {
        const ArchResource *r = &before->resources.at[i];
        if (map_has(&new, r->id))
            continue;
        marks[d->merged.resources.n] = MARK_REMOVED;
        vec_push(a, &d->merged.resources, *r);
        vec_push(a, &d->resources, (DiffResource){.mark = MARK_REMOVED, .before = r});
    }
    d->marks.resources = marks;
    d->marks.notes = notes;
}

// ---- Edges --------------------------------------------------------------------------------------

// What becomes of the edges that are the same but for their evidence, in their order.
typedef struct Fate {
    DiffEdge edge;
    struct Fate *next;
} Fate;

// Edges that differ in their arguments alone.
typedef struct Kin {
    const ArchEdge *before, *after;
    uint32_t olds, news;
} Kin;

static Str kin_key(Arena *a, const ArchEdge *e) {
    return str_fmt(a, "%d %u %.*s %u %.*s %.*s", (int)e->type, e->from.n, STR_ARG(e->from), e->to.n,
                   STR_ARG(e->to), STR_ARG(e->operation));
}

static Str edge_key(Arena *a, const ArchEdge *e) {
    Str kin = kin_key(a, e);
    Str arguments = e->arguments ? arch_value_to_json(a, e->arguments) : STR_EMPTY;
    return str_fmt(a, "%u %.*s %.*s", kin.n, STR_ARG(kin), STR_ARG(arguments));
}

static void fate_push(Arena *a, Map *fates, Str key, DiffEdge edge) {
    Fate *fate = arena_new(a, Fate), *last = map_find(fates, key);
    fate->edge = edge;
    while (last && last->next)
        last = last->next;
    if (last)
        last->next = fate;
    else
        map_set(fates, key, fate);
}

static Kin *kin_of(Arena *a, Map *kins, const ArchEdge *e) {
    Str key = kin_key(a, e);
    Kin *kin = map_find(kins, key);
    if (!kin) {
        kin = arena_new(a, Kin);
        map_set(kins, key, kin);
    }
    return kin;
}

// Where the older graph has an edge like this that no other one has been matched with.
static bool match(Map *old, Str key) {
    uint32_t *left = map_find(old, key);
    return left && *left && (*left)--;
}

static Map edges_counted(Arena *a, const Arch *arch) {
    Map all = map_new(a);
    for (uint32_t i = 0; i < arch->edges.n; i++) {
        Str key = edge_key(a, &arch->edges.at[i]);
        uint32_t *n = map_find(&all, key);
        if (!n) {
            n = arena_new(a, uint32_t);
            map_set(&all, key, n);
        }
        ++*n;
    }
    return all;
}

static Map fates_of(Arena *a, const Arch *before, const Arch *after) {
    Map fates = map_new(a), kins = map_new(a), old = edges_counted(a, before);
    Vec(const ArchEdge *) gone = {0}, come = {0};
    for (uint32_t i = 0; i < after->edges.n; i++) {
        const ArchEdge *e = &after->edges.at[i];
        if (match(&old, edge_key(a, e))) {
            fate_push(a, &fates, edge_key(a, e), (DiffEdge){MARK_NONE, e, e});
            continue;
        }
        vec_push(a, &come, e);
        Kin *kin = kin_of(a, &kins, e);
        kin->after = e;
        kin->news++;
    }
    for (uint32_t i = 0; i < before->edges.n; i++) {
        const ArchEdge *e = &before->edges.at[i];
        if (!match(&old, edge_key(a, e)))
            continue;
        vec_push(a, &gone, e);
        Kin *kin = kin_of(a, &kins, e);
        kin->before = e;
        kin->olds++;
    }
    for (uint32_t i = 0; i < come.n; i++) {
        const Kin *kin = kin_of(a, &kins, come.at[i]);
        bool pair = kin->news == 1 && kin->olds == 1;
        fate_push(
            a, &fates, edge_key(a, come.at[i]),
            (DiffEdge){pair ? MARK_CHANGED : MARK_ADDED, pair ? kin->before : NULL, come.at[i]});
    }
    for (uint32_t i = 0; i < gone.n; i++) {
        const Kin *kin = kin_of(a, &kins, gone.at[i]);
        if (kin->news != 1 || kin->olds != 1)
            fate_push(a, &fates, edge_key(a, gone.at[i]),
                      (DiffEdge){MARK_REMOVED, gone.at[i], NULL});
    }
    return fates;
}

static const ViewMark *compare_edges(Arena *a, Diff *d, const Arch *before, const Arch *after) {
    Map fates = fates_of(a, before, after);
    for (uint32_t i = 0; i < fates.n; i++)
        for (const Fate *f = fates.at[i].value; f; f = f->next)
            vec_push(a, &d->merged.edges, *(f->edge.after ? f->edge.after : f->edge.before));
    arch_sort_edges(a, &d->merged);
    ViewMark *marks = arena_array(a, ViewMark, d->merged.edges.n);
    for (uint32_t i = 0; i < d->merged.edges.n; i++) {
        Str key = edge_key(a, &d->merged.edges.at[i]);
        Fate *fate = map_find(&fates, key);
        marks[i] = fate->edge.mark;
        if (fate->edge.mark != MARK_NONE)
            vec_push(a, &d->edges, fate->edge);
        map_set(&fates, key, fate->next);
    }
    return marks;
}

// ---- Public -------------------------------------------------------------------------------------

void diff(Arena *a, const DiffSide *before, const DiffSide *after, const KindTable *kinds,
          Diff *out) {
    *out = (Diff){.before = *before, .after = *after};
    Map renamed;
    Arch *was = arena_new(a, Arch);
    const Arch *is = after->arch;
    *was = rename_apply(a, before->arch, after->arch, kinds, &renamed);
    trace(a, was, kinds, before->settings, &out->was);
    trace(a, is, kinds, after->settings, &out->is);
    out->merged = (Arch){.project = is->project, .stack = is->stack};
    members_of_sides(a, before, after, &out->settings);
    compare_resources(a, out, was, is, &renamed);
    out->marks.edges = compare_edges(a, out, was, is);
    // From here on the older graph is the one in the new names.
    out->before.arch = was;
    power_compare(a, out, kinds);
    power_expose(a, out);
}

bool diff_empty(const Diff *d) {
    return !(d->resources.n || d->edges.n || d->permissions.n || d->exposures.n || d->settings.n);
}
