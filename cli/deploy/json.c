// Deployments, told to programs: one line of JSON an event, on the standard output.
//
// Input: the engine's events. Output: docs/arch-json.md, `pluto deploy`. Invariant: each line is
// one object with the member `event`, as harmless to a terminal as plain text; the last one is
// `done` or `failed`.

#include "cli/deploy/deploy.h"
#include "cli/here.h"
#include "cli/terminal.h"

#include <cjson/cJSON.h>

static void set(Arena *a, cJSON *object, const char *name, Str value) {
    if (value.n)
        cJSON_AddStringToObject(object, name, str_cstr(a, value));
}

static cJSON *event_new(const char *name) {
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "event", name);
    return json;
}

static void write_event(cJSON *json) {
    Err ignored = {0};
    char *text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    Arena scratch;
    arena_init(&scratch);
    terminal_write(str_cat(&scratch, json_visible(&scratch, str_of(text)), STR("\n")), &ignored);
    arena_release(&scratch);
    cJSON_free(text);
}

static void add_place(Arena *a, const Teller *t, cJSON *json, Str id) {
    const Place *place = places_find(t->places, id);
    if (!place)
        return;
    set(a, json, "owner", place->owner);
    set(a, json, "file", place->at.file);
    if (place->at.line) {
        cJSON_AddNumberToObject(json, "line", place->at.line);
        cJSON_AddNumberToObject(json, "column", place->at.column);
    }
}

static void add_resource(Arena *a, const Teller *t, cJSON *json, const AwsEvent *e) {
    set(a, json, "stack", e->stack);
    set(a, json, "id", e->id);
    set(a, json, "physicalId", e->physical);
    set(a, json, "type", e->resource);
    set(a, json, "status", e->status);
    set(a, json, "reason", e->reason);
    set(a, json, "time", e->time);
    add_place(a, t, json, e->id);
}

static const char *const PHASES[AWS_PHASE_COUNT] = {
    [AWS_PHASE_RESOLVE] = "resolve",     [AWS_PHASE_LOOKUP] = "lookup",
    [AWS_PHASE_PREFLIGHT] = "preflight", [AWS_PHASE_ARTIFACTS] = "artifacts",
    [AWS_PHASE_CHANGES] = "changes",     [AWS_PHASE_REVIEW] = "review",
    [AWS_PHASE_EXECUTE] = "execute",     [AWS_PHASE_FOLLOW] = "follow",
    [AWS_PHASE_VERIFY] = "verify",       [AWS_PHASE_OUTPUTS] = "outputs",
    [AWS_PHASE_CLEAN] = "clean",         [AWS_PHASE_DELETE] = "delete",
};
static const char *const EVENTS[] = {
    [AWS_EVENT_PHASE] = "phase",       [AWS_EVENT_UPLOAD] = "upload",
    [AWS_EVENT_RESOURCE] = "resource", [AWS_EVENT_PROGRESS] = "progress",
    [AWS_EVENT_NOTE] = "note",         [AWS_EVENT_WARNING] = "warning",
    [AWS_EVENT_OUTPUT] = "output",     [AWS_EVENT_BEAT] = "beat",
    [AWS_EVENT_TICK] = "tick",
};

void json_event(const Teller *t, const AwsEvent *e) {
    Arena scratch;
    arena_init(&scratch);
    cJSON *json = event_new(EVENTS[e->type]);
    if (e->type == AWS_EVENT_PHASE)
        cJSON_AddStringToObject(json, "phase", PHASES[e->phase]);
    if (e->type == AWS_EVENT_UPLOAD) {
        cJSON_AddNumberToObject(json, "bytes", (double)e->bytes);
        cJSON_AddBoolToObject(json, "reused", e->reused);
    }
    add_resource(&scratch, t, json, e);
    set(&scratch, json, "text", e->text);
    cJSON_AddNumberToObject(json, "seconds", (double)(int64_t)(e->seconds * 1000) / 1000);
    write_event(json);
    arena_release(&scratch);
}

static cJSON *details_json(Arena *a, const AwsChange *c) {
    cJSON *list = cJSON_CreateArray();
    for (uint32_t i = 0; i < c->details.n; i++) {
        const AwsChangeDetail *d = &c->details.at[i];
        cJSON *row = cJSON_CreateObject();
        set(a, row, "attribute", d->attribute);
        set(a, row, "name", d->name);
        set(a, row, "path", d->path);
        set(a, row, "recreation", d->recreation);
        set(a, row, "cause", d->cause);
        set(a, row, "before", review_value(a, d->before));
        set(a, row, "after", review_value(a, d->after));
        cJSON_AddItemToArray(list, row);
    }
    return list;
}

static const char *const REPLACEMENTS[] = {
    [AWS_KEPT] = "no", [AWS_MAY_BE_REPLACED] = "maybe", [AWS_REPLACED] = "yes"};

void json_plan(const Teller *t, const AwsPlan *plan) {
    Arena scratch;
    arena_init(&scratch);
    cJSON *json = event_new("plan");
    cJSON_AddBoolToObject(json, "creates", plan->creates);
    set(&scratch, json, "account", plan->identity.account);
    set(&scratch, json, "region", plan->identity.region);
    cJSON *list = cJSON_AddArrayToObject(json, "changes");
    for (uint32_t i = 0; i < plan->changes.n; i++) {
        const AwsChange *c = &plan->changes.at[i];
        cJSON *row = cJSON_CreateObject();
        set(&scratch, row, "action", c->action);
        set(&scratch, row, "policy", c->policy);
        cJSON_AddStringToObject(row, "replaced", REPLACEMENTS[c->replacement]);
        set(&scratch, row, "stack", c->stack);
        set(&scratch, row, "id", c->id);
        set(&scratch, row, "physicalId", c->physical);
        set(&scratch, row, "type", c->resource);
        cJSON_AddBoolToObject(row, "losesData", c->loses_data);
        add_place(&scratch, t, row, c->id);
        cJSON_AddItemToObject(row, "details", details_json(&scratch, c));
        cJSON_AddItemToArray(list, row);
    }
    if (plan->costs.n)
        cJSON_AddItemToObject(json, "costs", costs_json(&scratch, t->places, &plan->costs));
    Plan whole;
    if (teller_review(t, &scratch, plan, &whole))
        cJSON_AddItemToObject(json, "review",
                              cJSON_Parse(str_cstr(&scratch, plan_json(&scratch, &whole))));
    write_event(json);
    arena_release(&scratch);
}

static cJSON *failures_json(const Teller *t, const AwsResult *r) {
    Arena *a = t->s->arena;
    cJSON *list = cJSON_CreateArray();
    for (uint32_t i = 0; i < r->failures.n; i++) {
        const AwsFailure *f = &r->failures.at[i];
        cJSON *row = cJSON_CreateObject();
        set(a, row, "stack", f->stack);
        set(a, row, "id", f->id);
        set(a, row, "physicalId", f->physical);
        set(a, row, "type", f->resource);
        set(a, row, "status", f->status);
        set(a, row, "reason", f->reason);
        set(a, row, "code", f->code);
        set(a, row, "help", commands_here(t->s, f->remedy));
        add_place(a, t, row, f->id);
        cJSON_AddItemToArray(list, row);
    }
    return list;
}

void json_end(const Teller *t, const AwsResult *r, const Err *err) {
    Arena *a = t->s->arena;
    bool bad = end_is_bad(r->end);
    cJSON *json = event_new(bad ? "failed" : "done");
    cJSON_AddStringToObject(json, "status", end_word(r->end));
    set(a, json, "stackName", r->name);
    set(a, json, "stackId", r->id);
    set(a, json, "stackStatus", r->status);
    cJSON *outputs = cJSON_AddObjectToObject(json, "outputs");
    for (uint32_t i = 0; i < r->outputs.n; i++)
        cJSON_AddStringToObject(outputs, str_cstr(a, r->outputs.at[i].key),
                                str_cstr(a, r->outputs.at[i].value));
    if (bad) {
        cJSON_AddStringToObject(json, "message", err->message);
        if (err->hint[0])
            set(a, json, "help", commands_here(t->s, str_of(err->hint)));
        cJSON_AddItemToObject(json, "failures", failures_json(t, r));
    }
    if (r->left.n) {
        cJSON *left = cJSON_AddArrayToObject(json, "left");
        for (uint32_t i = 0; i < r->left.n; i++)
            cJSON_AddItemToArray(left, cJSON_CreateString(str_cstr(a, r->left.at[i])));
    }
    cJSON_AddNumberToObject(json, "requests", r->calls);
    cJSON_AddNumberToObject(json, "seconds", (double)(int64_t)(r->seconds * 1000) / 1000);
    write_event(json);
}
