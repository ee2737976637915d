// What roles may do, and what is open to the outside, on either side.
//
// Input: the two traces, in one set of names. Output: what was added and removed, and what each of
// it comes to.
// Invariant: a permission is the same only if principal, action, resource and condition are the
// same text. Nothing is concluded from ARNs or conditions, save that a permission without a
// condition contains those with one. So it may be said that something widens which does not, and
// never the other way round.
#include "generator/diff/power.h"

static Str permission_key(Arena *a, const TracePermission *p, Str condition) {
    return str_fmt(a, "%.*s\n%.*s\n%.*s\n%.*s", STR_ARG(p->action), STR_ARG(p->resource),
                   STR_ARG(condition), STR_ARG(p->principal));
}

typedef Vec(const TracePermission *) PermissionVec;

static void add_operation(Arena *a, const TraceGrant *grant, const KindTable *kinds,
                          PermissionVec *out) {
    const ArchEdge *e = grant->edge;
    int64_t slash = str_find(e->to, STR("/"), 0);
    const Kind *kind = kind_find(kinds, str_slice(e->to, 0, slash < 0 ? e->to.n : (uint32_t)slash));
    const Op *op = kind && e->type == EDGE_CALL ? kind_op(kind, e->operation) : NULL;
    for (const char *const *action = op ? op->actions : NULL; action && *action; action++) {
        TracePermission *p = arena_new(a, TracePermission);
        *p = (TracePermission){.principal = e->from,
                               .sid = grant->sid,
                               .action = str_of(*action),
                               .resource = arch_value_to_json(a, arch_string(a, e->to)),
                               .edge = e};
        vec_push(a, out, p);
    }
}

// All that one side permits, each once. An edge of a function that could not be lowered has no
// statement; its operations count all the same.
static PermissionVec permissions_of(Arena *a, const Trace *t, const KindTable *kinds, Map *keys) {
    PermissionVec all = {0}, once = {0};
    for (uint32_t i = 0; i < t->permissions.n; i++)
        vec_push(a, &all, &t->permissions.at[i]);
    for (uint32_t i = 0; i < t->grants.n; i++)
        if (!t->grants.at[i].statement.n)
            add_operation(a, &t->grants.at[i], kinds, &all);
    *keys = map_new(a);
    for (uint32_t i = 0; i < all.n; i++)
        if (map_set(keys, permission_key(a, all.at[i], all.at[i]->condition),
                    (void *)(uintptr_t)all.at[i]))
            vec_push(a, &once, all.at[i]);
    return once;
}

// Every function may write to its own log group: with the function itself all is said.
static bool is_own_log(const TracePermission *p, const Arch *other) {
    return !p->edge && str_starts(p->action, "logs:") && !arch_resource(other, p->principal);
}

static void compare_one_way(Arena *a, Diff *d, const PermissionVec *mine, const Map *theirs,
                            const Arch *other, bool added) {
    for (uint32_t i = 0; i < mine->n; i++) {
        const TracePermission *p = mine->at[i];
        if (map_has(theirs, permission_key(a, p, p->condition)))
            continue;
        bool covered = map_has(theirs, permission_key(a, p, STR_EMPTY)) || is_own_log(p, other);
        DiffEffect effect = covered ? EFFECT_NONE : added ? EFFECT_WIDENS : EFFECT_NARROWS;
        vec_push(a, &d->permissions, (DiffPermission){added, effect, p});
        d->widens = d->widens || effect == EFFECT_WIDENS;
    }
}

void power_compare(Arena *a, Diff *d, const KindTable *kinds) {
    Map old_keys, new_keys;
    PermissionVec old = permissions_of(a, &d->was, kinds, &old_keys);
    PermissionVec new = permissions_of(a, &d->is, kinds, &new_keys);
    compare_one_way(a, d, &new, &old_keys, d->before.arch, true);
    compare_one_way(a, d, &old, &new_keys, d->after.arch, false);
}

// ---- Ways in ------------------------------------------------------------------------------------

static Str exposure_key(Arena *a, const TraceExposure *e) {
    return str_fmt(a, "%u %.*s %.*s", e->id.n, STR_ARG(e->id), STR_ARG(e->what));
}

static Map exposures_of(Arena *a, const Trace *t) {
    Map all = map_new(a);
    for (uint32_t i = 0; i < t->exposures.n; i++) {
        const TraceExposure *e = &t->exposures.at[i];
        Str key = exposure_key(a, e);
        const TraceExposure *open = map_find(&all, key);
        if (!open || !open->anyone)
            map_set(&all, key, (void *)(uintptr_t)e);
    }
    return all;
}

void power_expose(Arena *a, Diff *d) {
    Map old = exposures_of(a, &d->was), new = exposures_of(a, &d->is);
    for (uint32_t i = 0; i < new.n; i++) {
        const TraceExposure *after = new.at[i].value, *before = map_find(&old, new.at[i].key);
        if (before && before->anyone == after->anyone)
            continue;
        bool added = !before || after->anyone;
        vec_push(a, &d->exposures, (DiffExposure){added, after, before, after});
        d->publishes = d->publishes || after->anyone;
    }
    for (uint32_t i = 0; i < old.n; i++)
        if (!map_has(&new, old.at[i].key))
            vec_push(a, &d->exposures,
                     (DiffExposure){false, old.at[i].value, old.at[i].value, NULL});
}
