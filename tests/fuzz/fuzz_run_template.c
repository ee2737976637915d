// Any bytes as a template that is to run on this machine. No crash, no endless evaluation; what is
// refused says why.

#include "adapters/run/run.h"
#include "adapters/run/tree.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool variable(Host *h, Arena *a, Str name, Str *out) {
    (void)h, (void)a;
    *out = name;
    return name.n % 2;
}

static uint16_t port(void *context, Str id, Err *err) {
    uint16_t *next = context;
    if (id.n > 200) {
        err_set(err, ERR_IO, "no port is left");
        return 0;
    }
    return ++*next;
}

static void check_app(const App *app) {
    for (uint32_t i = 0; i < app->functions.n; i++) {
        const AppFunction *f = &app->functions.at[i];
        BUG_IF(f->timeout_ms == 0 || f->timeout_ms > 900000 || f->memory_mb == 0);
        BUG_IF(f->name.n == 0 || f->arn.n <= f->name.n);
    }
    for (uint32_t i = 0; i < app->urls.n; i++)
        BUG_IF(app->urls.at[i].function >= app->functions.n || !app->urls.at[i].port);
    for (uint32_t i = 0; i < app->apis.n; i++)
        for (uint32_t k = 0; k < app->apis.at[i].routes.n; k++)
            BUG_IF(app->apis.at[i].routes.at[k].function >= app->functions.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 1 << 16)
        return 0;
    Arena a;
    arena_init(&a);
    Str text = {(const char *)data, (uint32_t)size};
    Host host = {.env = variable};
    RunFunction functions[20];
    RunApp in = {.template_json = text,
                 .arch_json = STR("{\"resources\":[{\"id\":\"Function/f\"}]}"),
                 .functions = functions,
                 .host = &host};
    // A template may be nested in itself, once.
    RunTemplate nested = {STR("N"), text};
    in.nested = &nested;
    in.nested_count = str_contains(text, "\"N\"");
    // Each resource has a package.
    const Tree *r = tree_child(tree_read(&a, text), "Resources");
    for (; r && in.function_count < 20; r = r->next) {
        Str id = tree_str_at(&a, tree_find(tree_find(r, "Metadata"), "pluto"), "id");
        functions[in.function_count++] = (RunFunction){id.n ? id : r->key, STR("/p"), STR("h")};
    }
    uint16_t next = 4000;
    AppRead read = {.in = &in,
                    .region = STR("us-east-1"),
                    .endpoint = STR("http://127.0.0.1:4000"),
                    .port = port,
                    .context = &next};
    App app;
    Err err = {0};
    if (app_read(&a, &read, &app, &err))
        check_app(&app);
    else
        BUG_IF(err.kind == ERR_NONE || !err.message[0]);
    arena_release(&a);
    return 0;
}
