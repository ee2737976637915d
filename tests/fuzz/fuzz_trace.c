// Any graph, lowered: no crash whatever resources, options and edges say, and what is accepted is
// traced completely.

#include "generator/trace.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Where the template could be made, every edge that asks for a statement finds it in a policy.
static void check(Arena *a, const Arch *arch, const Trace *t) {
    for (uint32_t i = 0; i < t->grants.n; i++)
        if (!t->grants.at[i].statement.n)
            BUG("no statement for %.*s", STR_ARG(t->grants.at[i].sid));
    for (uint32_t i = 0; i < t->permissions.n; i++)
        if (!t->permissions.at[i].action.n || !t->permissions.at[i].resource.n)
            BUG("half a permission of %.*s", STR_ARG(t->permissions.at[i].principal));
    for (uint32_t i = 0; i < arch->edges.n; i++)
        trace_statement(a, t, &arch->edges.at[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 1 << 18)
        return 0;
    Arena a;
    arena_init(&a);
    Sources *sources = sources_open();
    Diags *ds = diags_open(sources);
    Str json = {(const char *)data, (uint32_t)size};
    Arch *arch = arch_from_json(&a, json, STR("arch.json"), &kind_table, ds);
    GenerateSettings settings = {0};
    Trace t;
    Output out;
    if (arch) {
        trace(&a, arch, &kind_table, &settings, &t);
        if (generate(&a, arch, &kind_table, &settings, &out, ds))
            check(&a, arch, &t);
    }
    diags_close(ds);
    sources_close(sources);
    arena_release(&a);
    return 0;
}
