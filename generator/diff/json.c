// A comparison as JSON, for programs.
//
// Input: a Diff. Output: text in the form that docs/comparing.md fixes.
// Invariant: every member is always there, lists may be empty, what is not known is null; members
// are only ever added.
#include "generator/cfn/json.h"
#include "generator/diff/words.h"

static const char *const CHANGES[] = {[MARK_NONE] = "none",
                                      [MARK_ADDED] = "added",
                                      [MARK_REMOVED] = "removed",
                                      [MARK_CHANGED] = "changed"};

static Json *null_json(void) {
    Json *json = cJSON_CreateNull();
    if (!json)
        BUG("no memory for a comparison");
    return json;
}

// A JSON text as the value it stands for.
static Json *parsed(Str text) {
    Json *json = text.n ? cJSON_ParseWithLength(text.p, text.n) : NULL;
    return json ? json : text.n ? json_text(text) : null_json();
}

static Json *place_json(ArchPlace p) {
    if (!p.line)
        return null_json();
    Json *json = json_set_text(json_object(), "file", p.file);
    json_set(json, "line", json_number(p.line));
    return json_set(json, "column", json_number(p.column));
}

static Json *side_json(const DiffSide *side) {
    Json *json = json_set_text(json_object(), "name", side->name);
    json_set_text(json, "project", side->arch->project);
    return json_set_text(json, "stack", side->arch->stack);
}

static Json *members_json(const DiffMemberVec *members) {
    Json *list = json_array();
    for (uint32_t i = 0; i < members->n; i++) {
        const DiffMember *m = &members->at[i];
        Json *json = json_set_text(json_object(), "path", m->path);
        json_set(json, "before", parsed(m->before));
        json_push(list, json_set(json, "after", parsed(m->after)));
    }
    return list;
}

static Json *exposure_json(Arena *a, const Diff *d, const DiffExposure *e) {
    const char *change = e->before && e->after ? (e->added ? "opened" : "closed")
                         : e->after            ? "added"
                                               : "removed";
    const TraceExposure *const sides[] = {e->before, e->after};
    Json *who[2];
    for (int i = 0; i < 2; i++)
        who[i] = sides[i] ? json_string(sides[i]->anyone ? "anyone" : "iam") : null_json();
    Json *json = json_set(json_object(), "change", json_string(change));
    json_set_text(json, "id", e->exposure->id);
    json_set_text(json, "what", e->exposure->what);
    json_set(json, "before", who[0]);
    json_set(json, "after", who[1]);
    return json_set(json, "source", place_json(words_exposure_place(a, d, e)));
}

static Json *edge_ends(Json *json, const ArchEdge *e) {
    json_set_text(json, "from", e->from);
    json_set_text(json, "to", e->to);
    json_set(json, "type", json_string(edge_type_name(e->type)));
    return json_set_text(json, "operation", e->operation);
}

static Json *permission_json(const Diff *d, const DiffPermission *p) {
    static const char *const effects[] = {
        [EFFECT_WIDENS] = "widens", [EFFECT_NARROWS] = "narrows", [EFFECT_NONE] = "none"};
    const TracePermission *t = p->permission;
    const ArchResource *r = arch_resource(p->added ? d->after.arch : d->before.arch, t->principal);
    ArchPlace place = r ? r->source : (ArchPlace){0};
    if (t->edge && t->edge->evidence.n)
        place = vec_last(&t->edge->evidence).place;
    Json *json = json_set(json_object(), "change", json_string(p->added ? "added" : "removed"));
    json_set(json, "effect", json_string(effects[p->effect]));
    json_set_text(json, "principal", t->principal);
    json_set_text(json, "action", t->action);
    json_set(json, "resource", parsed(t->resource));
    json_set(json, "condition", parsed(t->condition));
    json_set(json, "edge", t->edge ? edge_ends(json_object(), t->edge) : null_json());
    return json_set(json, "source", place_json(place));
}

static Json *resource_json(const DiffResource *r) {
    const ArchResource *shown = r->after ? r->after : r->before;
    Json *json =
        json_set(json_object(), "change", json_string(r->renamed ? "renamed" : CHANGES[r->mark]));
    json_set_text(json, "id", shown->id);
    json_set(json, "was", r->renamed ? json_text(r->before->id) : null_json());
    json_set(json, "members", members_json(&r->members));
    return json_set(json, "source", place_json(shown->source));
}

static Json *arguments_json(Arena *a, const ArchEdge *e) {
    return e && e->arguments ? parsed(arch_value_to_json(a, e->arguments)) : null_json();
}

static Json *edge_json(Arena *a, const DiffEdge *e) {
    Json *json = json_set(json_object(), "change", json_string(CHANGES[e->mark]));
    edge_ends(json, e->after ? e->after : e->before);
    json_set(json, "before", arguments_json(a, e->before));
    json_set(json, "after", arguments_json(a, e->after));
    return json_set(json, "source", place_json(words_edge_place(e)));
}

Str diff_json(Arena *a, const Diff *d) {
    Json *exposures = json_array(), *permissions = json_array();
    Json *resources = json_array(), *edges = json_array();
    for (uint32_t i = 0; i < d->exposures.n; i++)
        json_push(exposures, exposure_json(a, d, &d->exposures.at[i]));
    for (uint32_t i = 0; i < d->permissions.n; i++)
        json_push(permissions, permission_json(d, &d->permissions.at[i]));
    for (uint32_t i = 0; i < d->resources.n; i++)
        json_push(resources, resource_json(&d->resources.at[i]));
    for (uint32_t i = 0; i < d->edges.n; i++)
        json_push(edges, edge_json(a, &d->edges.at[i]));
    Json *json = json_set(json_object(), "version", json_number(1));
    json_set(json, "before", side_json(&d->before));
    json_set(json, "after", side_json(&d->after));
    json_set(json, "changed", json_bool(!diff_empty(d)));
    json_set(json, "widens", json_bool(d->widens));
    json_set(json, "publishes", json_bool(d->publishes));
    json_set(json, "exposures", exposures);
    json_set(json, "permissions", permissions);
    json_set(json, "resources", resources);
    json_set(json, "edges", edges);
    json_set(json, "settings", members_json(&d->settings));
    Str text = json_print(a, json, false);
    cJSON_Delete(json);
    return text;
}
