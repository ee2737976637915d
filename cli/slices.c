// Slices as JSON.
//
// Input: the slices of a compile. Output: `[{"function", "key", "modules": [{"path", "text",
// "imports": {specifier: path}}]}]`, in the order of the graph, the entry first.

#include "cli/slices.h"

#include <cjson/cJSON.h>

static void add_text(Arena *a, cJSON *json, const char *name, Str text) {
    cJSON_AddStringToObject(json, name, str_cstr(a, text));
}

static cJSON *module_json(Arena *a, const SliceModule *m) {
    cJSON *json = cJSON_CreateObject();
    add_text(a, json, "path", m->path);
    add_text(a, json, "text", m->text);
    cJSON *imports = cJSON_AddObjectToObject(json, "imports");
    for (uint32_t i = 0; i < m->imports.n; i++)
        add_text(a, imports, str_cstr(a, m->imports.at[i].specifier), m->imports.at[i].module);
    return json;
}

Str slices_json(Arena *a, const SliceVec *slices) {
    cJSON *all = cJSON_CreateArray();
    for (uint32_t i = 0; i < slices->n; i++) {
        const Slice *s = &slices->at[i];
        cJSON *json = cJSON_CreateObject();
        add_text(a, json, "function", s->function);
        add_text(a, json, "key", s->key);
        cJSON *modules = cJSON_AddArrayToObject(json, "modules");
        for (uint32_t k = 0; k < s->modules.n; k++)
            cJSON_AddItemToArray(modules, module_json(a, &s->modules.at[k]));
        cJSON_AddItemToArray(all, json);
    }
    char *text = cJSON_Print(all);
    Str out = str_cat(a, str_of(text), STR("\n"));
    cJSON_free(text);
    cJSON_Delete(all);
    return out;
}
