// Any bytes as arch.json: no crash, and what is accepted is the same after writing and reading
// again.

#include "arch/arch.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const Op function_ops[] = {
    {.name = "invoke", .role = OP_CLIENT}, {.name = "url", .role = OP_LATE}, {.name = NULL}};
static const Op router_ops[] = {{.name = "get", .role = OP_INFRA}, {.name = NULL}};
static const Op store_ops[] = {{.name = "get", .role = OP_CLIENT}, {.name = NULL}};
static const Property store_properties[] = {{.name = "awsTableName"}, {.name = NULL}};
static const Kind function_kind = {.name = "Function", .ops = function_ops};
static const Kind store_kind = {
    .name = "KVStore", .ops = store_ops, .properties = store_properties};
static const Kind router_kind = {.name = "Router", .ops = router_ops};
static const Kind secret_kind = {.name = "Secret"};
static const Kind *const rows[] = {&function_kind, &store_kind, &router_kind, &secret_kind};
static const KindTable kinds = {rows, sizeof rows / sizeof *rows};

static void check_again(Arena *a, const Arch *arch, Diags *ds) {
    Str text = arch_to_json(a, arch);
    Arch *again = arch_from_json(a, text, STR("again.json"), &kinds, ds);
    if (!again)
        BUG("what was written is refused: %.*s", STR_ARG(text));
    if (!str_eq(text, arch_to_json(a, again)))
        BUG("what was written reads as something else: %.*s", STR_ARG(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 1 << 20)
        return 0;
    Arena a;
    arena_init(&a);
    Sources *sources = sources_open();
    Diags *ds = diags_open(sources);
    Str json = {(const char *)data, (uint32_t)size};
    Arch *arch = arch_from_json(&a, json, STR("arch.json"), &kinds, ds);
    if (!arch && !diags_has_errors(ds))
        BUG("refused without a word");
    if (arch)
        check_again(&a, arch, ds);
    diags_close(ds);
    sources_close(sources);
    arena_release(&a);
    return 0;
}
