// Which resources only got another name.
//
// Input: two graphs. Output: the older one in the newer one's names.
// Rule: a resource that is gone and one that is new are one thing under two names where they are of
// one kind, stand in one file, and have the same arguments, variables and edges, and nothing else
// on either side fits as well.
// Invariant: whatever is decided here hides no permission. The graphs are compared after renaming,
// so all that a renamed function may do beyond what it could under its old name is a difference.
// What has no template is never taken for renamed: nothing is known of whether a new name reaches
// data that is there already.
#include "generator/diff/rename.h"

#include <stdlib.h>

// A resource that only one side has.
typedef struct Lone {
    const ArchResource *resource;
    Str signature;
    StrVec edges;   // sorted texts
    uint32_t twins; // of the same signature on its own side
    struct Lone *other;
} Lone;

typedef struct Side {
    const Arch *arch;
    Map ids; // id → ArchResource
    Vec(Lone) lones;
} Side;

static Map ids_of(Arena *a, const Arch *arch) {
    Map ids = map_new(a);
    for (uint32_t i = 0; i < arch->resources.n; i++)
        map_set(&ids, arch->resources.at[i].id, &arch->resources.at[i]);
    return ids;
}

// ---- What has to be the same --------------------------------------------------------------------

// The arguments without the name, where they repeat it: `new Function(f, {name: "x"})`.
static ArchValue *with_name(Arena *a, const ArchValue *arguments, Str old, Str new) {
    ArchValue *copy = arch_object(a);
    for (uint32_t i = 0; arguments && i < arguments->count; i++) {
        ArchMember m = arguments->members[i];
        const ArchValue *name = arch_find(m.value, "name");
        if (str_is(m.key, "options") && name && name->type == ARCH_STRING &&
            str_eq(name->text, old)) {
            ArchValue *options = arch_object(a);
            for (uint32_t k = 0; k < m.value->count; k++) {
                ArchMember o = m.value->members[k];
                arch_member_push(a, options, o.key,
                                 str_is(o.key, "name") ? arch_string(a, new) : o.value);
            }
            m.value = options;
        }
        arch_member_push(a, copy, m.key, m.value);
    }
    return copy;
}

static int compare_texts(const void *x, const void *y) {
    return str_cmp(*(const Str *)x, *(const Str *)y);
}

// How an edge looks from one of its ends. The other end is named where both sides have it, else
// only its kind is: it may have been renamed, too.
static Str edge_text(Arena *a, const ArchEdge *e, bool out, const Side *own, const Side *other,
                     Str self) {
    Str end = out ? e->to : e->from;
    const ArchResource *r = map_find(&own->ids, end);
    Str shown = str_eq(end, self)                 ? STR("itself")
                : map_has(&other->ids, end) || !r ? end
                                                  : str_fmt(a, "a %.*s", STR_ARG(r->kind));
    return str_fmt(a, "%d %s %.*s %.*s %.*s", out, edge_type_name(e->type), STR_ARG(e->operation),
                   STR_ARG(shown),
                   STR_ARG(e->arguments ? arch_value_to_json(a, e->arguments) : STR_EMPTY));
}

static Str signature_of(Arena *a, Lone *lone, const Side *own, const Side *other) {
    const ArchResource *r = lone->resource;
    for (uint32_t i = 0; i < own->arch->edges.n; i++) {
        const ArchEdge *e = &own->arch->edges.at[i];
        if (str_eq(e->from, r->id))
            vec_push(a, &lone->edges, edge_text(a, e, true, own, other, r->id));
        if (str_eq(e->to, r->id))
            vec_push(a, &lone->edges, edge_text(a, e, false, own, other, r->id));
    }
    if (lone->edges.n)
        qsort(lone->edges.at, lone->edges.n, sizeof *lone->edges.at, compare_texts);
    Buf b = buf_new(a);
    Str arguments = arch_value_to_json(a, with_name(a, r->arguments, r->name, STR_EMPTY));
    buf_printf(&b, "%.*s\n%.*s\n%.*s\n%d\n", STR_ARG(r->kind), STR_ARG(r->source.file),
               STR_ARG(arguments), r->handler.present);
    for (uint32_t i = 0; i < r->environment.n; i++)
        buf_printf(&b, "reads %.*s\n", STR_ARG(r->environment.at[i]));
    for (uint32_t i = 0; i < lone->edges.n; i++)
        buf_printf(&b, "%.*s\n", STR_ARG(lone->edges.at[i]));
    return buf_str(&b);
}

static Map lones_find(Arena *a, Side *own, const Side *other, const KindTable *kinds) {
    for (uint32_t i = 0; i < own->arch->resources.n; i++) {
        const ArchResource *r = &own->arch->resources.at[i];
        const Kind *kind = kind_find(kinds, r->kind);
        if (kind && kind->lowering && r->source.line && !map_has(&other->ids, r->id))
            vec_push(a, &own->lones, (Lone){.resource = r});
    }
    Map by_signature = map_new(a);
    for (uint32_t i = 0; i < own->lones.n; i++) {
        Lone *lone = &own->lones.at[i];
        lone->signature = signature_of(a, lone, own, other);
        Lone *twin = map_find(&by_signature, lone->signature);
        if (twin)
            twin->twins++;
        else
            map_set(&by_signature, lone->signature, lone);
    }
    return by_signature;
}

// ---- Which resource became which ----------------------------------------------------------------

// One edge as a key, its ends in the new names where `names` is given.
static Str edge_key(Arena *a, const ArchEdge *e, const Map *names) {
    const ArchResource *from = names ? map_find(names, e->from) : NULL;
    const ArchResource *to = names ? map_find(names, e->to) : NULL;
    Str x = from ? from->id : e->from, y = to ? to->id : e->to;
    return str_fmt(a, "%s %.*s %u %.*s %.*s", edge_type_name(e->type), STR_ARG(e->operation), x.n,
                   STR_ARG(x), STR_ARG(y));
}

// The edges of a pair lead to the same things once the names found so far are put in. That there
// are as many of each is in the signature.
static bool ends_agree(Arena *a, const Lone *lone, const Arch *before, const Arch *after,
                       const Map *names) {
    Map wanted = map_new(a);
    Str old = lone->resource->id, new = lone->other->resource->id;
    for (uint32_t i = 0; i < before->edges.n; i++) {
        const ArchEdge *e = &before->edges.at[i];
        if (str_eq(e->from, old) || str_eq(e->to, old))
            map_set(&wanted, edge_key(a, e, names), lone->other);
    }
    for (uint32_t i = 0; i < after->edges.n; i++) {
        const ArchEdge *e = &after->edges.at[i];
        bool own = str_eq(e->from, new) || str_eq(e->to, new);
        if (own && !map_has(&wanted, edge_key(a, e, NULL)))
            return false;
    }
    return true;
}

// old id → new resource. What does not hold with the names found is given up, until all hold.
static Map names_find(Arena *a, const Side *before, const Side *after) {
    for (;;) {
        Map names = map_new(a);
        for (uint32_t i = 0; i < before->lones.n; i++)
            if (before->lones.at[i].other)
                map_set(&names, before->lones.at[i].resource->id,
                        (void *)(uintptr_t)before->lones.at[i].other->resource);
        bool all = true;
        for (uint32_t i = 0; i < before->lones.n; i++) {
            Lone *lone = &before->lones.at[i];
            if (!lone->other || ends_agree(a, lone, before->arch, after->arch, &names))
                continue;
            lone->other = NULL;
            all = false;
        }
        if (all)
            return names;
    }
}

static Str new_id(const Map *names, Str id) {
    const ArchResource *r = map_find(names, id);
    return r ? r->id : id;
}

Arch rename_apply(Arena *a, const Arch *before, const Arch *after, const KindTable *kinds,
                  Map *renamed) {
    Side old = {.arch = before, .ids = ids_of(a, before)};
    Side new = {.arch = after, .ids = ids_of(a, after)};
    Map olds = lones_find(a, &old, &new, kinds), news = lones_find(a, &new, &old, kinds);
    for (uint32_t i = 0; i < olds.n; i++) {
        Lone *lone = olds.at[i].value, *other = map_find(&news, lone->signature);
        lone->other = other && !lone->twins && !other->twins ? other : NULL;
    }
    Map names = names_find(a, &old, &new);
    Arch out = {.project = before->project, .stack = before->stack};
    *renamed = map_new(a);
    for (uint32_t i = 0; i < before->resources.n; i++) {
        ArchResource r = before->resources.at[i];
        const ArchResource *now = map_find(&names, r.id);
        if (now) {
            map_set(renamed, now->id, &before->resources.at[i]);
            r.arguments = with_name(a, r.arguments, r.name, now->name);
            r.id = now->id;
            r.name = now->name;
        }
        vec_push(a, &out.resources, r);
    }
    for (uint32_t i = 0; i < before->edges.n; i++) {
        ArchEdge e = before->edges.at[i];
        e.from = new_id(&names, e.from);
        e.to = new_id(&names, e.to);
        vec_push(a, &out.edges, e);
    }
    arch_sort_edges(a, &out);
    return out;
}
