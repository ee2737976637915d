// Slices as JSON, and one of them as text.
//
// Input: the slices of a compile. Output: lines with their numbers, or `[{"function", "key",
// "modules": [{"path", "text", "imports": {specifier: path}}], "environment"}]`, in the order of
// the graph, the entry first.

#include "cli/slices.h"
#include "cli/json.h"

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
        cJSON *environment = cJSON_AddArrayToObject(json, "environment");
        for (uint32_t k = 0; k < s->environment.n; k++)
            cJSON_AddItemToArray(environment,
                                 cJSON_CreateString(str_cstr(a, s->environment.at[k])));
        cJSON_AddItemToArray(all, json);
    }
    Str out = str_cat(a, json_indented(a, all), STR("\n"));
    cJSON_Delete(all);
    return out;
}

// ---- For people ---------------------------------------------------------------------------------

// "chat" and "Function/chat" are the same.
static const Slice *slice_find(Arena *a, const SliceVec *slices, Str function, Err *err) {
    StrVec names = {0};
    for (uint32_t i = 0; i < slices->n; i++) {
        Str id = slices->at[i].function;
        Str name = str_slice(id, (uint32_t)(str_find(id, STR("/"), 0) + 1), id.n);
        if (str_eq(id, function) || str_eq(name, function))
            return &slices->at[i];
        vec_push(a, &names, str_starts(function, "Function/") ? id : name);
    }
    Str near = str_suggest(function, names.at, names.n);
    err_set(err, ERR_USAGE, "there is no function `%.*s`", STR_ARG(function));
    if (near.n)
        err_hint(err, "did you mean `%.*s`?", STR_ARG(near));
    else
        err_hint(err, "`pluto graph` shows the functions");
    return NULL;
}

static void put_module(Arena *a, Buf *b, const SliceModule *m) {
    uint32_t number = 1;
    buf_printf(b, "%.*s\n", STR_ARG(str_visible(a, m->path)));
    for (uint32_t from = 0; from < m->text.n; number++) {
        int64_t at = str_find(m->text, STR("\n"), from);
        uint32_t end = at < 0 ? m->text.n : (uint32_t)at;
        Str line = str_slice(m->text, from, end);
        while (line.n && (line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\r'))
            line.n--;
        if (line.n)
            buf_printf(b, "%5u | %.*s\n", number, STR_ARG(str_visible(a, line)));
        from = end + 1;
    }
}

bool slices_text(Arena *a, const SliceVec *slices, Str function, Str *out, Err *err) {
    const Slice *s = slice_find(a, slices, function, err);
    Buf b = buf_new(a);
    for (uint32_t i = 0; s && i < s->modules.n; i++) {
        if (i)
            buf_putc(&b, '\n');
        put_module(a, &b, &s->modules.at[i]);
    }
    *out = buf_str(&b);
    return s != NULL;
}
