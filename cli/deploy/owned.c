// Functions of the program, found at AWS.
//
// Input: the stack, with the template that is deployed, which says what belongs to what. Output:
// names at AWS. Invariant: the program is not compiled: what is deployed may be older than it.

#include "cli/deploy/deploy.h"
#include "cli/packages.h"

static bool is_function(Str owner) {
    return str_starts(owner, "Function/");
}

static Str name_of(Str owner) {
    int64_t slash = str_find(owner, STR("/"), 0);
    return str_slice(owner, (uint32_t)(slash + 1), owner.n);
}

static bool unknown(Session *s, const OwnedVec *all, Str function, Err *err) {
    Str *names = arena_array(s->arena, Str, all->n + 1);
    for (uint32_t i = 0; i < all->n; i++)
        names[i] = all->at[i].name;
    Str near = str_suggest(function, names, all->n);
    err_set(err, ERR_NOT_FOUND, "no function `%.*s` is deployed", STR_ARG(function));
    if (near.n)
        err_hint(err, "did you mean `%.*s`?", STR_ARG(near));
    return false;
}

static bool not_there(Arena *a, const Deployer *d, const AwsTarget *target, Err *err) {
    AwsIdentity who;
    if (!d->api->identity(d->aws, a, &who, err))
        return false;
    err_set(err, ERR_NOT_FOUND, "there is no stack `%.*s` in account %.*s, %.*s",
            STR_ARG(target->name), STR_ARG(who.account), STR_ARG(who.region));
    err_hint(err, "`pluto deploy` makes it");
    return false;
}

// As the deployed graph says; where there is none, functions take lists of arguments, as most do.
static bool raw_deployed(const Arch *arch, Str owner) {
    const ArchResource *r = arch ? arch_resource(arch, owner) : NULL;
    return r && function_is_raw(arch, r);
}

// A graph of another version of pluto may have what this one does not know.
static const Arch *graph_of(Session *s, Str json) {
    Diags *ignored = diags_open(s->sources);
    const Arch *arch =
        json.n ? arch_from_json(s->arena, json, STR("what is deployed"), &kind_table, ignored)
               : NULL;
    diags_close(ignored);
    return arch;
}

bool owned_find(Session *s, const Deployer *d, const AwsTarget *target, const char *type,
                Str function, OwnedVec *out, Err *err) {
    Arena *a = s->arena;
    AwsDeployed there;
    AwsStack stack;
    AwsResourceVec resources = {0};
    OwnedVec all = {0};
    Map places = map_new(a);
    bool exists = false;
    AwsIdentity who;
    if (target->account.n && !identity_fits(d, a, target, &who, err))
        return false;
    if (!d->api->deployed(d->aws, a, target, &there, err))
        return false;
    if (!there.there)
        return not_there(a, d, target, err);
    if (!stack_is_own(&there.stack, target, err) ||
        !d->api->status(d->aws, a, target, &exists, &stack, &resources, err))
        return false;
    const Arch *arch = graph_of(s, there.arch_json);
    places_add(a, there.template_json, &places);
    for (uint32_t i = 0; i < there.nested.n; i++)
        places_add(a, there.nested.at[i].json, &places);
    for (uint32_t i = 0; i < resources.n; i++) {
        const AwsResource *r = &resources.at[i];
        const Place *place = places_find(&places, r->id);
        if (!place || !str_is(r->resource, type) || !is_function(place->owner) || !r->physical.n)
            continue;
        Owned one = {name_of(place->owner), r->physical, raw_deployed(arch, place->owner)};
        vec_push(a, &all, one);
        if (!function.n || str_eq(one.name, function) || str_eq(place->owner, function))
            vec_push(a, out, one);
    }
    return out->n > 0 || !function.n || unknown(s, &all, function, err);
}
