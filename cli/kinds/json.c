// The table of kinds as JSON, for editors, tests and whoever generates code from it.
//
// Input: rows of the table. Output: `{"version": 1, "kinds": […]}`, members in a fixed order.
// Invariant: everything that a row says but its lowering is there; a member that says nothing is
// left out.

#include "cli/kinds/kinds.h"

#include <cjson/cJSON.h>

enum { VERSION = 1 };

static cJSON *list_json(const char *const *list) {
    cJSON *json = cJSON_CreateArray();
    for (; list && *list; list++)
        cJSON_AddItemToArray(json, cJSON_CreateString(*list));
    return json;
}

static void add_list(cJSON *json, const char *name, const char *const *list) {
    if (list)
        cJSON_AddItemToObject(json, name, list_json(list));
}

static void add_true(cJSON *json, const char *name, bool value) {
    if (value)
        cJSON_AddBoolToObject(json, name, true);
}

static void add_text(cJSON *json, const char *name, const char *text) {
    if (text)
        cJSON_AddStringToObject(json, name, text);
}

static const char *type_name(ParamType type) {
    static const char *const names[] = {
        [P_STRING] = "string",     [P_NUMBER] = "number", [P_BOOLEAN] = "boolean",
        [P_FUNCTION] = "function", [P_OBJECT] = "object", [P_ENV_MAP] = "environment",
        [P_LIST] = "list",         [P_ANY] = "any",
    };
    return names[type];
}

// The depth is that of the table, which is ours.
static cJSON *params_json(const Param *params) {
    cJSON *list = cJSON_CreateArray();
    for (const Param *p = params; p && p->name; p++) {
        cJSON *json = cJSON_CreateObject();
        add_text(json, "name", p->name);
        add_text(json, "type", type_name(p->type));
        add_true(json, "required", p->required);
        if (p->type == P_NUMBER && (p->min != 0 || p->max != 0)) {
            cJSON_AddNumberToObject(json, "minimum", p->min);
            cJSON_AddNumberToObject(json, "maximum", p->max);
        }
        add_list(json, "choices", p->choices);
        add_true(json, "orFalse", p->or_false);
        add_true(json, "known", p->must_be_known);
        if (p->fields)
            cJSON_AddItemToObject(json, "fields", params_json(p->fields));
        add_text(json, "doc", p->doc);
        cJSON_AddItemToArray(list, json);
    }
    return list;
}

static cJSON *ops_json(const Op *ops) {
    static const char *const roles[] = {[OP_CLIENT] = "client",
                                        [OP_INFRA] = "infrastructure",
                                        [OP_LATE] = "late",
                                        [OP_LIBRARY] = "library"};
    cJSON *list = cJSON_CreateArray();
    for (const Op *op = ops; op && op->name; op++) {
        cJSON *json = cJSON_CreateObject();
        add_text(json, "name", op->name);
        add_text(json, "role", roles[op->role]);
        if (op->params)
            cJSON_AddItemToObject(json, "parameters", params_json(op->params));
        add_list(json, "actions", op->actions);
        add_text(json, "doc", op->doc);
        cJSON_AddItemToArray(list, json);
    }
    return list;
}

static cJSON *properties_json(const Property *properties) {
    cJSON *list = cJSON_CreateArray();
    for (const Property *p = properties; p && p->name; p++) {
        cJSON *json = cJSON_CreateObject();
        add_text(json, "name", p->name);
        add_text(json, "value", p->known);
        add_list(json, "permits", p->permits);
        add_list(json, "permitsStreaming", p->permits_streaming);
        add_text(json, "doc", p->doc);
        cJSON_AddItemToArray(list, json);
    }
    return list;
}

static cJSON *libraries_json(const Consumer *consumers) {
    cJSON *list = cJSON_CreateArray();
    for (const Consumer *c = consumers; c && c->name; c++) {
        cJSON *json = cJSON_CreateObject();
        add_text(json, "module", c->module);
        add_text(json, "name", c->name);
        add_text(json, "given", c->property);
        add_list(json, "may", c->operations);
        cJSON_AddItemToArray(list, json);
    }
    return list;
}

static cJSON *kind_json(const Kind *k) {
    cJSON *json = cJSON_CreateObject();
    add_text(json, "name", k->name);
    add_text(json, "doc", k->doc);
    cJSON_AddBoolToObject(json, "template", k->lowering != NULL);
    cJSON_AddItemToObject(json, "parameters", params_json(k->params));
    add_true(json, "optionsForName", k->options_for_name);
    cJSON_AddItemToObject(json, "operations", ops_json(k->ops));
    cJSON_AddItemToObject(json, "properties", properties_json(k->properties));
    cJSON_AddItemToObject(json, "libraries", libraries_json(k->consumers));
    return json;
}

Str kinds_json(Arena *a, const Kind *const *kinds, uint32_t count) {
    cJSON *json = cJSON_CreateObject(), *list = cJSON_CreateArray();
    cJSON_AddNumberToObject(json, "version", VERSION);
    for (uint32_t i = 0; i < count; i++)
        cJSON_AddItemToArray(list, kind_json(kinds[i]));
    cJSON_AddItemToObject(json, "kinds", list);
    char *text = cJSON_PrintUnformatted(json);
    Str out = str_fmt(a, "%s\n", text ? text : "null");
    cJSON_free(text);
    cJSON_Delete(json);
    return out;
}
