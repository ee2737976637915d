// Any bytes as pluto.yml: no crash, a stack is always chosen, and every problem has a place in the
// text.

#include "cli/project/settings.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const runtimes[] = {"nodejs24.x", "nodejs22.x", NULL};
static const Param function_options[] = {
    {.name = "memory", .type = P_NUMBER, .min = 128, .max = 10240, .doc = "MB"},
    {.name = "runtime", .type = P_STRING, .choices = runtimes},
    {.name = NULL},
};
static const Param function_params[] = {
    {.name = "options", .type = P_OBJECT, .fields = function_options},
    {.name = NULL},
};
static const Kind function_kind = {.name = "Function", .params = function_params};
static const Kind *const rows[] = {&function_kind};
static const KindTable kinds = {rows, 1};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > YAML_MAX)
        return 0;
    Arena a;
    arena_init(&a);
    Sources *sources = sources_open();
    Diags *ds = diags_open(sources);
    Str text = {(const char *)data, (uint32_t)size};
    FileId file = sources_add(sources, STR("pluto.yml"), text);
    Yaml *yaml = yaml_parse(&a, file, text, ds);
    if (!yaml && !diags_has_errors(ds))
        BUG("refused without a word");
    Settings settings;
    if (yaml)
        settings_read(&a, yaml, STR_EMPTY, &kinds, ds, &settings);
    if (yaml && settings.stack.n == 0 && !diags_has_errors(ds))
        BUG("no stack was chosen");
    diags_close(ds);
    sources_close(sources);
    arena_release(&a);
    return 0;
}
