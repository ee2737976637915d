// A plan as JSON, for programs. In: a Plan. Out: text in the form that docs/deploying.md fixes.
//
// Invariant: every member is always there, lists may be empty, what is not known is null.
#include "generator/plan/plan_parts.h"

static const char *const ACTIONS[PLAN_ACTION_COUNT] = {
    [PLAN_ADD] = "add",         [PLAN_CHANGE] = "change", [PLAN_MAY_REPLACE] = "may-replace",
    [PLAN_REPLACE] = "replace", [PLAN_REMOVE] = "remove", [PLAN_FOLLOW] = "follow"};

static Json *text_or_null(Str s) {
    return s.n ? json_text(s) : cJSON_CreateNull();
}

// A JSON text as the value it stands for.
static Json *parsed(Str text) {
    Json *json = text.n ? cJSON_ParseWithLength(text.p, text.n) : NULL;
    return json ? json : text_or_null(text);
}

static Json *properties_json(const PlanResource *r) {
    Json *list = json_array();
    for (uint32_t i = 0; i < r->properties.n; i++) {
        const PlanProperty *x = &r->properties.at[i];
        Json *json = json_set_text(json_object(), "path", x->path);
        json_set(json, "effect", json_string(ACTIONS[x->effect]));
        json_set(json, "before", parsed(x->before));
        json_set(json, "after", parsed(x->after));
        json_push(list, json_set(json, "cause", text_or_null(x->cause)));
    }
    return list;
}

static Json *resource_json(const PlanResource *r) {
    Json *json = json_set(json_object(), "action", json_string(ACTIONS[r->action]));
    json_set(json, "stack", text_or_null(r->stack));
    json_set_text(json, "logicalId", r->id);
    json_set_text(json, "type", r->type);
    json_set(json, "id", text_or_null(r->owner));
    json_set(json, "source", text_or_null(r->place));
    json_set(json, "policy", text_or_null(r->policy));
    json_set(json, "keepsData", json_bool(r->keeps_data));
    json_set(json, "losesData", json_bool(r->loses_data));
    return json_set(json, "properties", properties_json(r));
}

static Json *permission_json(const PlanPermission *x) {
    static const char *const effects[] = {
        [EFFECT_WIDENS] = "widens", [EFFECT_NARROWS] = "narrows", [EFFECT_NONE] = "none"};
    Json *json = json_set(json_object(), "change", json_string(x->added ? "added" : "removed"));
    json_set(json, "effect", json_string(effects[x->effect]));
    json_set_text(json, "id", x->owner);
    json_set_text(json, "role", x->role);
    json_set_text(json, "action", x->action);
    json_set(json, "resource", parsed(x->resource));
    json_set(json, "condition", parsed(x->condition));
    return json_set(json, "source", text_or_null(x->place));
}

static Json *exposure_json(const PlanExposure *x) {
    Json *json = json_set(json_object(), "change", json_string(x->added ? "added" : "removed"));
    json_set_text(json, "id", x->owner);
    json_set_text(json, "what", x->what);
    json_set(json, "for", json_string(x->anyone ? "anyone" : "iam"));
    return json_set(json, "source", text_or_null(x->place));
}

static Json *counts_json(const Plan *p) {
    Json *json = json_object();
    for (int i = 0; i < PLAN_ACTION_COUNT; i++)
        json_set(json, ACTIONS[i], json_number(p->count[i]));
    return json;
}

Str plan_json(Arena *a, const Plan *p) {
    Json *resources = json_array(), *permissions = json_array(), *exposures = json_array();
    for (uint32_t i = 0; i < p->resources.n; i++)
        json_push(resources, resource_json(&p->resources.at[i]));
    for (uint32_t i = 0; i < p->permissions.n; i++)
        json_push(permissions, permission_json(&p->permissions.at[i]));
    for (uint32_t i = 0; i < p->exposures.n; i++)
        json_push(exposures, exposure_json(&p->exposures.at[i]));
    Json *json = json_set_text(json_object(), "project", p->input->project);
    json_set_text(json, "stack", p->input->stack);
    json_set(json, "unchanged", json_bool(plan_empty(p)));
    json_set(json, "widens", json_bool(p->widens));
    json_set(json, "publishes", json_bool(p->publishes));
    json_set(json, "losesData", json_bool(p->loses_data));
    json_set(json, "counts", counts_json(p));
    json_set(json, "resources", resources);
    json_set(json, "permissions", permissions);
    json_set(json, "exposures", exposures);
    Str text = json_print(a, json, false);
    cJSON_Delete(json);
    return text;
}
