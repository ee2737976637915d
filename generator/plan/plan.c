// What a deployment would do. In: the templates of both sides. Out: a Plan.
//
// Invariant: the trees of JSON live only as long as the comparison; what the plan keeps is text in
// the arena.
#include "generator/plan/plan_parts.h"

#include <string.h>

Str plan_key(Arena *a, Str stack, Str id) {
    return str_fmt(a, "%.*s/%.*s", STR_ARG(stack), STR_ARG(id));
}

const Json *plan_member(const Json *json, const char *name) {
    return json ? cJSON_GetObjectItemCaseSensitive(json, name) : NULL;
}

static Str text_member(Arena *a, const Json *json, const char *name) {
    const Json *text = plan_member(json, name);
    return cJSON_IsString(text) ? str_dup(a, str_of(text->valuestring)) : STR_EMPTY;
}

Str plan_value(Arena *a, const Json *json) {
    if (!json)
        return STR_EMPTY;
    Str text = str_trim(json_print(a, json, true));
    const char *what = secret_in(text);
    return what ? str_fmt(a, "\"(hidden: looks like %s)\"", what) : text;
}

Str plan_attribute(const PlanRow *row, const char *name) {
    const Json *text = plan_member(row->json, name);
    return cJSON_IsString(text) ? str_of(text->valuestring) : STR_EMPTY;
}

// ---- Reading ------------------------------------------------------------------------------------

static void read_rows(Arena *a, Str stack, const Json *template, PlanHalf *out) {
    const Json *resources = plan_member(template, "Resources");
    for (Json *r = resources ? resources->child : NULL; r; r = r->next) {
        const Json *pluto = plan_member(plan_member(r, "Metadata"), "pluto");
        vec_push(a, &out->rows,
                 (PlanRow){.stack = stack,
                           .id = str_dup(a, str_of(r->string)),
                           .type = text_member(a, r, "Type"),
                           .owner = text_member(a, pluto, "id"),
                           .place = text_member(a, pluto, "source"),
                           .json = r});
    }
}

static bool read_half(Arena *a, const PlanSide *side, Str name, PlanHalf *out, Err *err) {
    for (uint32_t i = 0; i < side->template_count; i++) {
        Str text = side->templates[i].json;
        Json *tree = cJSON_ParseWithLength(text.p, text.n);
        if (!cJSON_IsObject(tree) || !cJSON_IsObject(plan_member(tree, "Resources"))) {
            cJSON_Delete(tree);
            return err_set(err, ERR_IO, "%.*s is not a template in JSON",
                           STR_ARG(str_visible(a, name)));
        }
        vec_push(a, &out->trees, tree);
        read_rows(a, side->templates[i].id, tree, out);
    }
    out->index = map_new(a);
    out->owners = map_new(a);
    for (uint32_t i = 0; i < out->rows.n; i++) {
        PlanRow *row = &out->rows.at[i];
        map_set(&out->index, plan_key(a, row->stack, row->id), row);
        if (!map_has(&out->owners, row->id))
            map_set(&out->owners, row->id, row);
    }
    return true;
}

static void drop_half(PlanHalf *half) {
    for (uint32_t i = 0; i < half->trees.n; i++)
        cJSON_Delete(half->trees.at[i]);
}

bool plan_compare(Arena *a, const PlanInput *in, Plan *out, Err *err) {
    *out = (Plan){.input = in};
    Planner p = {.a = a, .in = in, .out = out};
    bool read = read_half(a, &in->before, in->before_name, &p.before, err) &&
                read_half(a, &in->after, STR("what was generated"), &p.after, err);
    if (read) {
        plan_resources(&p);
        plan_permissions(&p);
        plan_exposures(&p);
    }
    drop_half(&p.before);
    drop_half(&p.after);
    return read;
}

// ---- CloudFormation's word ----------------------------------------------------------------------

static const PlanResource *resource_of(const Plan *plan, Str stack, Str id) {
    for (uint32_t i = 0; i < plan->resources.n; i++) {
        const PlanResource *r = &plan->resources.at[i];
        if (str_eq(r->id, id) && str_eq(r->stack, stack))
            return r;
    }
    return NULL;
}

static PlanResource told(Arena *a, const Plan *plan, const PlanWord *w) {
    const PlanResource *known = resource_of(plan, w->stack, w->id);
    PlanResource r = known ? *known : (PlanResource){.stack = w->stack, .id = w->id};
    r.action = w->action;
    r.type = w->type;
    r.keeps_data = w->keeps_data;
    r.loses_data = w->loses_data;
    for (uint32_t i = 0; !known && i < w->property_count; i++)
        vec_push(a, &r.properties, w->properties[i]);
    return r;
}

static const PlanWord *word_of(const PlanWord *words, uint32_t count, Str stack, Str id) {
    for (uint32_t i = 0; i < count; i++)
        if (str_eq(words[i].id, id) && str_eq(words[i].stack, stack))
            return &words[i];
    return NULL;
}

// `Function.Arn` or `Function`: what another resource is called, which changes with nothing but its
// replacement.
static bool names_what_stays(const PlanWord *words, uint32_t count, Str stack, Str cause) {
    int64_t dot = str_find(cause, STR("."), 0);
    if (!cause.n || (dot >= 0 && !str_is(str_slice(cause, (uint32_t)dot, cause.n), ".Arn")))
        return false;
    Str id = dot < 0 ? cause : str_slice(cause, 0, (uint32_t)dot);
    const PlanWord *w = word_of(words, count, stack, id);
    return w && w->action == PLAN_CHANGE;
}

// CloudFormation cannot rule out that what changes is called otherwise afterwards, so it lists what
// names it, too, as perhaps replaced: with each new package a function's URL.
static bool only_follows(const Plan *plan, const PlanWord *words, uint32_t count,
                         const PlanWord *w) {
    bool follows = w->action == PLAN_MAY_REPLACE && w->property_count > 0 && !w->loses_data;
    for (uint32_t i = 0; follows && i < w->property_count; i++)
        follows = names_what_stays(words, count, w->stack, w->properties[i].cause);
    return follows && !resource_of(plan, w->stack, w->id);
}

void plan_told(Arena *a, Plan *plan, const PlanWord *words, uint32_t count) {
    Plan before = *plan;
    memset(plan->count, 0, sizeof plan->count);
    memset(&plan->resources, 0, sizeof plan->resources);
    plan->loses_data = false;
    for (uint32_t i = 0; i < count; i++) {
        PlanResource r = told(a, &before, &words[i]);
        if (only_follows(&before, words, count, &words[i]))
            r.action = PLAN_FOLLOW;
        plan->count[r.action]++;
        plan->loses_data = plan->loses_data || r.loses_data;
        vec_push(a, &plan->resources, r);
    }
}

bool plan_empty(const Plan *p) {
    return !p->resources.n && !p->permissions.n && !p->exposures.n;
}
