// What going back would do.
//
// Input: a stack's events, and the template that failed. Output: a plan: what the failed deployment
// made goes, what it changed becomes what it was. Invariant: CloudFormation does not hand out the
// template that it goes back to, so a resource's older properties are those of its last event
// before; where there is none, it is only said that it is put back.

#include "adapters/aws/deploy/operations.h"

#include "adapters/aws/service/json.h"

#include <string.h>

enum { PAGES_MAX = 40 };

typedef struct Touched {
    CfnEvent newest; // of the failed deployment
    Str now, before; // properties as JSON, empty where they are not known
    bool made, changed, replaced;
} Touched;

typedef struct History {
    Vec(Touched) all;
    bool stable; // the events before are older than the failed deployment
} History;

static Touched *touched_of(History *h, Str id) {
    for (uint32_t i = 0; i < h->all.n; i++)
        if (str_eq(h->all.at[i].newest.id, id))
            return &h->all.at[i];
    return NULL;
}

static bool of_stack(const CfnEvent *e) {
    return str_eq(e->physical, e->stack_id);
}

// Where the last deployment that ended well ended.
static bool is_stable(const CfnEvent *e) {
    return str_ends(e->status, "_COMPLETE") && !str_starts(e->status, "REVIEW");
}

static void newer_add(Work *k, History *h, const CfnEvent *e) {
    Touched *t = touched_of(h, e->id);
    if (!t) {
        vec_push(k->a, &h->all, (Touched){.newest = *e});
        t = &vec_last(&h->all);
    }
    if (!t->now.n)
        t->now = e->properties;
    if (!t->newest.physical.n)
        t->newest.physical = e->physical;
    t->made = t->made || str_starts(e->status, "CREATE_");
    t->changed = t->changed || str_starts(e->status, "UPDATE_");
    t->replaced = t->replaced || str_contains(e->reason, "creation of a new physical resource");
}

static void event_add(Work *k, History *h, const CfnEvent *e) {
    if (of_stack(e)) {
        h->stable = h->stable || is_stable(e);
        return;
    }
    if (!h->stable) {
        newer_add(k, h, e);
        return;
    }
    Touched *t = touched_of(h, e->id);
    if (t && !t->before.n && str_ends(e->status, "_COMPLETE"))
        t->before = e->properties;
}

static bool known(const History *h) {
    for (uint32_t i = 0; i < h->all.n; i++) {
        const Touched *t = &h->all.at[i];
        if (t->changed && !t->made && !t->before.n)
            return false;
    }
    return h->stable;
}

static bool history_read(Work *k, History *out) {
    Str next = STR_EMPTY;
    for (int page = 0; page < PAGES_MAX && !known(out); page++) {
        CfnEventVec events = {0};
        CfnRefusal r;
        if (!cfn_events(k->client, k->a, k->stack.id, next, &events, &next, &r, k->err))
            return over_world(k);
        if (r.code.n) {
            cfn_refused("DescribeStackEvents", &r, k->err);
            return over_world(k);
        }
        for (uint32_t i = 0; i < events.n; i++)
            event_add(k, out, &events.at[i]);
        if (!next.n)
            break;
    }
    return true;
}

// ---- Changes ------------------------------------------------------------------------------------

static const cJSON *member(const cJSON *object, const char *name) {
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static cJSON *parse(Str json) {
    return cJSON_ParseWithLength(json.p ? json.p : "", json.n);
}

static Str text_of(Arena *a, const cJSON *value) {
    return value ? json_take(a, cJSON_Duplicate(value, true)) : STR_EMPTY;
}

static void detail_add(Work *k, AwsChange *c, const char *name, const cJSON *from,
                       const cJSON *to) {
    if (from && to && cJSON_Compare(from, to, true))
        return;
    AwsChangeDetail d = {.attribute = STR("Properties"),
                         .name = str_dup(k->a, str_of(name)),
                         .before = text_of(k->a, from),
                         .after = text_of(k->a, to)};
    vec_push(k->a, &c->details, d);
}

static void details_add(Work *k, AwsChange *c, const Touched *t) {
    cJSON *from = parse(t->now), *to = parse(t->before);
    const cJSON *p;
    if (from && to) {
        cJSON_ArrayForEach(p, from) {
            detail_add(k, c, p->string, p, member(to, p->string));
        }
        cJSON_ArrayForEach(p, to) {
            if (!member(from, p->string))
                detail_add(k, c, p->string, NULL, p);
        }
    }
    cJSON_Delete(from);
    cJSON_Delete(to);
}

// What the failed deployment itself made stays where its policy says so.
static Str deletion_of(Arena *a, const cJSON *resource) {
    Str policy = json_get(a, resource, "DeletionPolicy");
    return str_is(policy, "Retain") || str_is(policy, "Snapshot") ? policy : STR("Delete");
}

static bool listed(const AwsTask *in, Str id) {
    for (uint32_t i = 0; i < in->id_count; i++)
        if (str_eq(in->ids[i], id))
            return true;
    return false;
}

static void change_add(Work *k, const AwsTask *in, const cJSON *resources, const Touched *t,
                       AwsPlan *out) {
    const CfnEvent *e = &t->newest;
    // A rollback that failed has put the others back already.
    if (stack_state(k->stack.status) == STACK_STUCK && !str_ends(e->status, "_FAILED"))
        return;
    if (str_is(e->status, "DELETE_COMPLETE") || (t->made && !e->physical.n) || listed(in, e->id))
        return;
    AwsChange c = {.action = t->made ? STR("Remove") : STR("Modify"),
                   .replacement = !t->made && t->replaced ? AWS_REPLACED : AWS_KEPT,
                   .id = e->id,
                   .physical = e->physical,
                   .resource = e->resource};
    if (t->made)
        c.policy = deletion_of(k->a, member(resources, str_cstr(k->a, e->id)));
    else
        details_add(k, &c, t);
    change_judge(&c);
    vec_push(k->a, &out->changes, c);
}

// ---- Templates ----------------------------------------------------------------------------------

static void properties_put(cJSON *resource, Str json) {
    cJSON *properties = parse(json);
    if (cJSON_IsObject(resource) && cJSON_IsObject(properties)) {
        cJSON_DeleteItemFromObjectCaseSensitive(resource, "Properties");
        cJSON_AddItemToObject(resource, "Properties", properties);
    } else {
        cJSON_Delete(properties);
    }
}

// Both sides with properties as CloudFormation worked them out, so that they can be compared.
static void sides_make(Work *k, cJSON *from, const History *h, AwsPlan *out) {
    cJSON *to = cJSON_Duplicate(from, true);
    cJSON *old = cJSON_GetObjectItemCaseSensitive(from, "Resources");
    cJSON *new = cJSON_GetObjectItemCaseSensitive(to, "Resources");
    for (uint32_t i = 0; i < h->all.n; i++) {
        const Touched *t = &h->all.at[i];
        const char *id = str_cstr(k->a, t->newest.id);
        if (t->made) {
            if (!t->newest.physical.n)
                cJSON_DeleteItemFromObjectCaseSensitive(old, id);
            cJSON_DeleteItemFromObjectCaseSensitive(new, id);
        } else if (t->now.n && t->before.n) {
            properties_put(cJSON_GetObjectItemCaseSensitive(old, id), t->now);
            properties_put(cJSON_GetObjectItemCaseSensitive(new, id), t->before);
        }
    }
    out->template_before = json_take(k->a, cJSON_Duplicate(from, true));
    out->template_after = json_take(k->a, to);
}

bool rollback_plan(Work *k, const AwsTask *in, AwsPlan *out) {
    History h = {0};
    Str text;
    *out = (AwsPlan){.identity = k->aws->identity,
                     .parameters_before = k->stack.parameters,
                     .parameters = k->stack.parameters};
    if (!history_read(k, &h))
        return false;
    if (!cfn_template(k->client, k->a, k->stack.id, &text, k->err))
        return over_world(k);
    cJSON *template = parse(text);
    const cJSON *resources = member(template, "Resources");
    for (uint32_t i = 0; i < h.all.n; i++)
        change_add(k, in, resources, &h.all.at[i], out);
    if (cJSON_IsObject(resources) && stack_state(k->stack.status) == STACK_PAUSED)
        sides_make(k, template, &h, out);
    cJSON_Delete(template);
    k->total = out->changes.n;
    return true;
}
