// What becomes reachable from outside, and what no longer is. In: both sides' rows. Out:
// PlanExposures.
//
// Invariant: what anyone may call without a signature is always among them, by whichever of
// Function URLs, routes, permissions and bucket policies.
#include "generator/plan/plan_parts.h"

typedef struct Way {
    Str key;
    PlanExposure exposure;
} Way;
typedef Vec(Way) WayVec;

static Str property_text(const PlanRow *row, const char *name) {
    const Json *text = plan_member(plan_member(row->json, "Properties"), name);
    return cJSON_IsString(text) ? str_of(text->valuestring) : STR_EMPTY;
}

static void add_way(Arena *a, WayVec *out, const PlanRow *row, Str what, bool anyone) {
    Str owner = row->owner.n ? row->owner : row->id;
    vec_push(
        a, out,
        (Way){.key = str_fmt(a, "%.*s\n%.*s", STR_ARG(owner), STR_ARG(what)),
              .exposure = {.anyone = anyone, .owner = owner, .what = what, .place = row->place}});
}

// A statement of a resource's policy that lets everybody in: "*", or AWS: "*".
static bool is_everybody(const Json *principal) {
    const Json *aws = cJSON_IsObject(principal) ? plan_member(principal, "AWS") : principal;
    if (cJSON_IsString(aws))
        return str_is(str_of(aws->valuestring), "*");
    for (const Json *one = cJSON_IsArray(aws) ? aws->child : NULL; one; one = one->next)
        if (cJSON_IsString(one) && str_is(str_of(one->valuestring), "*"))
            return true;
    return false;
}

static bool policy_opens(const PlanRow *row) {
    const Json *document = plan_member(plan_member(row->json, "Properties"), "PolicyDocument");
    const Json *list = plan_member(document, "Statement");
    for (const Json *s = cJSON_IsArray(list) ? list->child : list; s; s = s->next) {
        const Json *effect = plan_member(s, "Effect");
        if (cJSON_IsString(effect) && str_is(str_of(effect->valuestring), "Allow") &&
            !plan_member(s, "Condition") && is_everybody(plan_member(s, "Principal")))
            return true;
        if (!cJSON_IsArray(list))
            break;
    }
    return false;
}

// What a Function URL's own permissions say is said by the URL.
static bool opens_function(const PlanRow *row) {
    return str_is(property_text(row, "Principal"), "*") &&
           !property_text(row, "FunctionUrlAuthType").n &&
           !cJSON_IsTrue(
               plan_member(plan_member(row->json, "Properties"), "InvokedViaFunctionUrl"));
}

static void read_row(Arena *a, const PlanRow *row, WayVec *out) {
    if (str_is(row->type, "AWS::Lambda::Url")) {
        add_way(a, out, row, STR("function URL"), str_is(property_text(row, "AuthType"), "NONE"));
    } else if (str_is(row->type, "AWS::ApiGatewayV2::Route")) {
        Str guard = property_text(row, "AuthorizationType");
        add_way(a, out, row, str_fmt(a, "route %.*s", STR_ARG(property_text(row, "RouteKey"))),
                !guard.n || str_is(guard, "NONE"));
    } else if (str_is(row->type, "AWS::Lambda::Permission") && opens_function(row)) {
        add_way(a, out, row, STR("invocation by any account"), true);
    } else if (str_ends(row->type, "Policy") && policy_opens(row)) {
        add_way(a, out, row, STR("policy for everybody"), true);
    }
}

static WayVec ways_of(Arena *a, const PlanHalf *half) {
    WayVec all = {0};
    for (uint32_t i = 0; i < half->rows.n; i++)
        read_row(a, &half->rows.at[i], &all);
    return all;
}

static Map index_of(Arena *a, WayVec *ways) {
    Map all = map_new(a);
    for (uint32_t i = 0; i < ways->n; i++) {
        const Way *known = map_find(&all, ways->at[i].key);
        if (!known || !known->exposure.anyone)
            map_set(&all, ways->at[i].key, &ways->at[i]);
    }
    return all;
}

void plan_exposures(Planner *p) {
    WayVec old = ways_of(p->a, &p->before), new = ways_of(p->a, &p->after);
    Map was = index_of(p->a, &old), is = index_of(p->a, &new);
    for (uint32_t i = 0; i < is.n; i++) {
        const Way *after = is.at[i].value, *before = map_find(&was, is.at[i].key);
        if (before && before->exposure.anyone == after->exposure.anyone)
            continue;
        PlanExposure e = after->exposure;
        e.added = !before || e.anyone;
        vec_push(p->a, &p->out->exposures, e);
        p->out->publishes = p->out->publishes || e.anyone;
    }
    for (uint32_t i = 0; i < was.n; i++)
        if (!map_has(&is, was.at[i].key))
            vec_push(p->a, &p->out->exposures, ((const Way *)was.at[i].value)->exposure);
}
