// What happens to each resource. In: the rows of both sides. Out: PlanResources.
//
// A property changes where its text does, and where what it refers to does: a parameter with
// another value, a mapping or condition with another text, a resource that is made anew. The last
// may make others anew in turn, so this goes on until nothing more follows.
//
// Invariant: what is in neither of these is untouched, and is not in the plan.
#include "generator/plan/plan_parts.h"

typedef struct Work {
    Planner *p;
    Map news;                // plan_key of what a reference may name and that is not what it was
    Vec(PlanResource) found; // one for each row of both sides, of after's order
    Vec(const PlanRow *) was, is;
} Work;

// ---- What references may name -------------------------------------------------------------------

static Str parameter_value(const PlanSide *side, const Json *template, const char *name) {
    for (uint32_t i = 0; i < side->parameters.n; i++)
        if (str_is(side->parameters.at[i].key, name))
            return side->parameters.at[i].value;
    const Json *fallback =
        plan_member(plan_member(plan_member(template, "Parameters"), name), "Default");
    return cJSON_IsString(fallback) ? str_of(fallback->valuestring) : STR_EMPTY;
}

static Json *tree_of(const PlanSide *side, const PlanHalf *half, Str id) {
    for (uint32_t i = 0; i < half->trees.n; i++)
        if (str_eq(side->templates[i].id, id))
            return half->trees.at[i];
    return NULL;
}

static void note_section(Work *w, Str stack, const Json *before, const Json *after,
                         const char *section) {
    const Json *news = plan_member(after, section);
    for (const Json *m = news ? news->child : NULL; m; m = m->next) {
        const Json *old = plan_member(plan_member(before, section), m->string);
        if (old && !cJSON_Compare(old, m, true))
            map_set(&w->news, plan_key(w->p->a, stack, str_dup(w->p->a, str_of(m->string))), w);
    }
}

static void note_parameters(Work *w, const Json *before, const Json *after) {
    const PlanInput *in = w->p->in;
    const Json *all = plan_member(after, "Parameters");
    for (const Json *m = all ? all->child : NULL; m; m = m->next) {
        Str old = parameter_value(&in->before, before, m->string);
        Str new = parameter_value(&in->after, after, m->string);
        if (old.n && new.n && !str_eq(old, new))
            map_set(&w->news, plan_key(w->p->a, STR_EMPTY, str_dup(w->p->a, str_of(m->string))), w);
    }
}

static void note_changes(Work *w) {
    const PlanInput *in = w->p->in;
    w->news = map_new(w->p->a);
    for (uint32_t i = 0; i < in->after.template_count; i++) {
        Str id = in->after.templates[i].id;
        const Json *after = w->p->after.trees.at[i];
        const Json *before = tree_of(&in->before, &w->p->before, id);
        note_section(w, id, before, after, "Mappings");
        note_section(w, id, before, after, "Conditions");
        if (!id.n && before)
            note_parameters(w, before, after);
    }
}

typedef struct Search {
    const Work *w;
    Str stack, cause;
} Search;

static void search_reference(void *context, const Reference *r) {
    Search *s = context;
    if (s->cause.n || r->type == REF_DEPENDS)
        return;
    if (map_has(&s->w->news, plan_key(s->w->p->a, s->stack, r->id)))
        s->cause = str_dup(s->w->p->a, r->id);
}

// What changed that the value refers to, or empty.
static Str cause_of(const Work *w, Str stack, Json *value) {
    // One level down, so that no property is taken for a resource's own attribute.
    Search s = {.w = w, .stack = stack};
    Json *holder = json_array();
    cJSON_AddItemReferenceToArray(holder, value);
    refs_walk(holder, search_reference, &s);
    cJSON_Delete(holder);
    return s.cause;
}

// ---- One resource -------------------------------------------------------------------------------

// Whether something of the property is told already.
static bool has_property(const PlanResource *r, Str name) {
    for (uint32_t i = 0; i < r->properties.n; i++) {
        Str path = r->properties.at[i].path;
        bool starts = path.n >= name.n && str_eq(str_slice(path, 0, name.n), name);
        if (starts && (path.n == name.n || path.p[name.n] == '.' || path.p[name.n] == '['))
            return true;
    }
    return false;
}

static void add_property(Work *w, PlanResource *r, PlanProperty property) {
    vec_push(w->p->a, &r->properties, property);
    if (property.effect > r->action)
        r->action = property.effect;
}

// {"Ref": …} and {"Fn::…": …} are values, not objects.
static bool is_function(const Json *json) {
    const Json *first = json->child;
    return first && !first->next && first->string &&
           (str_is(str_of(first->string), "Ref") || str_starts(str_of(first->string), "Fn::"));
}

static bool has_parts(const Json *old, const Json *new) {
    if (cJSON_IsObject(old) && cJSON_IsObject(new))
        return !is_function(old) && !is_function(new);
    return cJSON_IsArray(old) && cJSON_IsArray(new) &&
           cJSON_GetArraySize(old) == cJSON_GetArraySize(new);
}

static void compare_values(Work *w, PlanResource *r, PlanProperty base, const Json *old,
                           const Json *new);

static void compare_parts(Work *w, PlanResource *r, PlanProperty base, const Json *old,
                          const Json *new) {
    Arena *a = w->p->a;
    PlanProperty part = base;
    int index = 0;
    for (const Json *m = new->child; m; m = m->next, index++) {
        const Json *was = m->string ? plan_member(old, m->string) : cJSON_GetArrayItem(old, index);
        part.path = m->string ? str_fmt(a, "%.*s.%s", STR_ARG(base.path), m->string)
                              : str_fmt(a, "%.*s[%d]", STR_ARG(base.path), index);
        compare_values(w, r, part, was, m);
    }
    for (const Json *m = cJSON_IsObject(new) ? old->child : NULL; m; m = m->next) {
        part.path = str_fmt(a, "%.*s.%s", STR_ARG(base.path), m->string);
        if (!plan_member(new, m->string))
            compare_values(w, r, part, m, NULL);
    }
}

// One PlanProperty for each part that differs. The depth is that of cJSON's own limit at most.
static void compare_values(Work *w, PlanResource *r, PlanProperty base, const Json *old,
                           const Json *new) {
    if (old && new &&cJSON_Compare(old, new, true))
        return;
    if (old && new &&has_parts(old, new)) {
        compare_parts(w, r, base, old, new);
        return;
    }
    base.before = plan_value(w->p->a, old);
    base.after = plan_value(w->p->a, new);
    add_property(w, r, base);
}

static void compare_property(Work *w, PlanResource *r, const char *name, const Json *old,
                             Json *new) {
    Str path = str_dup(w->p->a, str_of(name));
    if (has_property(r, path))
        return;
    PlanProperty base = {.path = path, .effect = plan_effect(r->type, path)};
    if (!old || !new || !cJSON_Compare(old, new, true)) {
        compare_values(w, r, base, old, new);
    } else if ((base.cause = cause_of(w, r->stack, new)).n) {
        base.before = base.after = plan_value(w->p->a, new);
        add_property(w, r, base);
    }
}

static void compare_properties(Work *w, PlanResource *r, const PlanRow *was, const PlanRow *is) {
    const Json *old = plan_member(was->json, "Properties");
    const Json *new = plan_member(is->json, "Properties");
    for (Json *m = new ? new->child : NULL; m; m = m->next)
        compare_property(w, r, m->string, plan_member(old, m->string), m);
    for (Json *m = old ? old->child : NULL; m; m = m->next)
        if (!plan_member(new, m->string))
            compare_property(w, r, m->string, m, NULL);
}

static void compare_attributes(Work *w, PlanResource *r, const PlanRow *was, const PlanRow *is) {
    static const char *const names[] = {"DeletionPolicy", "UpdateReplacePolicy", "Condition",
                                        "UpdatePolicy"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const Json *old = plan_member(was->json, names[i]), *new = plan_member(is->json, names[i]);
        if (has_property(r, str_of(names[i])) || (!old && !new) ||
            (old && new &&cJSON_Compare(old, new, true)))
            continue;
        add_property(w, r,
                     (PlanProperty){.path = str_of(names[i]),
                                    .effect = PLAN_CHANGE,
                                    .before = plan_value(w->p->a, old),
                                    .after = plan_value(w->p->a, new)});
    }
}

// True where it is made anew now and was not before.
static bool compare(Work *w, uint32_t i) {
    PlanResource *r = &w->found.at[i];
    const PlanRow *was = w->was.at[i], *is = w->is.at[i];
    bool known = r->action == PLAN_REPLACE;
    if (!str_eq(was->type, is->type)) {
        r->action = PLAN_REPLACE;
    } else {
        compare_properties(w, r, was, is);
        compare_attributes(w, r, was, is);
    }
    if (known || r->action != PLAN_REPLACE)
        return false;
    map_set(&w->news, plan_key(w->p->a, r->stack, r->id), r);
    return true;
}

// ---- All of them --------------------------------------------------------------------------------

static PlanResource resource_of(const PlanRow *row) {
    return (PlanResource){.action = PLAN_CHANGE,
                          .stack = row->stack,
                          .id = row->id,
                          .type = row->type,
                          .owner = row->owner,
                          .place = row->place,
                          .keeps_data = plan_keeps_data(row->type)};
}

static bool retained(Str policy) {
    return str_starts(policy, "Retain") || str_is(policy, "Snapshot");
}

static void judge(Work *w, PlanResource *r, const PlanRow *row, const char *policy) {
    r->policy = str_dup(w->p->a, plan_attribute(row, policy));
    r->loses_data = r->keeps_data && !retained(r->policy);
    w->p->out->loses_data = w->p->out->loses_data || r->loses_data;
}

static void finish(Work *w, PlanResource r) {
    w->p->out->count[r.action]++;
    vec_push(w->p->a, &w->p->out->resources, r);
}

static void gather(Work *w) {
    Planner *p = w->p;
    for (uint32_t i = 0; i < p->after.rows.n; i++) {
        const PlanRow *is = &p->after.rows.at[i];
        const PlanRow *was = map_find(&p->before.index, plan_key(p->a, is->stack, is->id));
        PlanResource r = resource_of(is);
        if (!was)
            r.action = PLAN_ADD;
        vec_push(p->a, &w->found, r);
        vec_push(p->a, &w->was, was);
        vec_push(p->a, &w->is, is);
    }
}

void plan_resources(Planner *p) {
    Work w = {.p = p};
    note_changes(&w);
    gather(&w);
    for (bool more = true; more;) {
        more = false;
        for (uint32_t i = 0; i < w.found.n; i++)
            if (w.was.at[i] && compare(&w, i))
                more = true;
    }
    for (uint32_t i = 0; i < w.found.n; i++) {
        PlanResource *r = &w.found.at[i];
        if (r->action == PLAN_REPLACE || r->action == PLAN_MAY_REPLACE)
            judge(&w, r, w.is.at[i], "UpdateReplacePolicy");
        if (r->action != PLAN_CHANGE || r->properties.n)
            finish(&w, *r);
    }
    for (uint32_t i = 0; i < p->before.rows.n; i++) {
        const PlanRow *was = &p->before.rows.at[i];
        if (map_has(&p->after.index, plan_key(p->a, was->stack, was->id)))
            continue;
        PlanResource r = resource_of(was);
        r.action = PLAN_REMOVE;
        judge(&w, &r, was, "DeletionPolicy");
        finish(&w, r);
    }
}
