// What the roles of a stack may do more and less, and who may call its functions. In: both sides'
// roles and permissions. Out: PlanPermissions.
//
// Invariant: a permission is the same only if owner, action, resource and condition are the same
// text; nothing is concluded from ARNs, save that a permission without a condition contains those
// with one. So it may be said that something widens which does not, and never the other way round.
// What forbids (a Deny, a boundary) counts the other way.
#include "generator/plan/plan_parts.h"

// A permission of one side. `forbids`: less of it is more. `usual`: told with its owner, where that
// is new or gone: that a function writes its logs, that a service takes its role, its ways in.
typedef struct Grant {
    Str key, key_open; // with its condition; without
    PlanPermission permission;
    bool forbids, usual;
} Grant;
typedef Vec(Grant) GrantVec;

typedef struct Reading {
    Arena *a;
    const PlanHalf *half;
    const PlanRow *role;
    GrantVec *out;
} Reading;

// ---- In words -----------------------------------------------------------------------------------

static Str owner_words(Arena *a, Str owner) {
    int64_t slash = str_find(owner, STR("/"), 0);
    if (slash < 0)
        return owner;
    return str_fmt(a, "%.*s %.*s", (int)slash, owner.p, (int)(owner.n - (uint32_t)slash - 1),
                   owner.p + slash + 1);
}

static const char *item_text(const Json *array, int index) {
    const Json *item = cJSON_GetArrayItem(array, index);
    return cJSON_IsString(item) ? item->valuestring : NULL;
}

// "arn:…:${Account}:… (Account: DeepLearningContainers)": from which mapping, or as what.
static Str sub_words(Arena *a, const Json *list) {
    Buf b = buf_new(a);
    const Json *given = cJSON_GetArrayItem(list, 1);
    buf_puts(&b, item_text(list, 0));
    bool first = true;
    for (const Json *v = given ? given->child : NULL; v; v = v->next) {
        const Json *map = plan_member(v, "Fn::FindInMap");
        buf_printf(&b, "%s%s: ", first ? " (" : ", ", v->string);
        if (map && item_text(map, 0))
            buf_puts(&b, item_text(map, 0));
        else
            buf_put(&b, plan_value(a, v));
        first = false;
    }
    buf_puts(&b, first ? "" : ")");
    return buf_str(&b);
}

// "KVStore notes (KVStoreNotes.Arn)", "arn:…", or the JSON itself.
static Str on_words(const Reading *r, const Json *resource) {
    Arena *a = r->a;
    if (cJSON_IsString(resource))
        return str_dup(a, str_of(resource->valuestring));
    const Json *first = resource ? resource->child : NULL;
    if (!first || first->next)
        return plan_value(a, resource);
    Str function = str_of(first->string), target, shown;
    if (str_is(function, "Ref") && cJSON_IsString(first)) {
        target = shown = str_dup(a, str_of(first->valuestring));
    } else if (str_is(function, "Fn::GetAtt") && item_text(first, 0) && item_text(first, 1)) {
        target = str_dup(a, str_of(item_text(first, 0)));
        shown = str_fmt(a, "%.*s.%s", STR_ARG(target), item_text(first, 1));
    } else if (str_is(function, "Fn::Sub") && cJSON_IsString(first)) {
        return str_dup(a, str_of(first->valuestring));
    } else if (str_is(function, "Fn::Sub") && item_text(first, 0)) {
        return sub_words(a, first);
    } else {
        return plan_value(a, resource);
    }
    const PlanRow *row = map_find(&r->half->owners, target);
    if (!row || !row->owner.n)
        return shown;
    return str_fmt(a, "%.*s (%.*s)", STR_ARG(owner_words(a, row->owner)), STR_ARG(shown));
}

// ---- Reading ------------------------------------------------------------------------------------

static void add_grant(const Reading *r, Str action, Str resource, Str on, Str condition,
                      bool forbids) {
    Arena *a = r->a;
    Str owner = r->role->owner.n ? r->role->owner : r->role->id;
    Str open = str_fmt(a, "%d %.*s\n%.*s\n%.*s", forbids, STR_ARG(owner), STR_ARG(action),
                       STR_ARG(resource));
    vec_push(a, r->out,
             (Grant){.key_open = open,
                     .key = str_fmt(a, "%.*s\n%.*s", STR_ARG(open), STR_ARG(condition)),
                     .forbids = forbids,
                     .usual = str_starts(action, "logs:"),
                     .permission = {.owner = owner,
                                    .role = r->role->id,
                                    .action = action,
                                    .resource = resource,
                                    .on = on,
                                    .condition = condition,
                                    .place = r->role->place}});
}

// One or several values: the first of them, and from one to the next.
static const Json *one_of(const Json *list) {
    return cJSON_IsArray(list) ? list->child : list;
}
static const Json *next_of(const Json *list, const Json *one) {
    return cJSON_IsArray(list) ? one->next : NULL;
}

static bool forbids(const Json *statement) {
    const Json *effect = plan_member(statement, "Effect");
    return !cJSON_IsString(effect) || !str_is(str_of(effect->valuestring), "Allow");
}

static Str action_text(Arena *a, const Json *action, bool denied) {
    Str text = cJSON_IsString(action) ? str_of(action->valuestring) : plan_value(a, action);
    return denied ? str_cat(a, STR("(denied) "), text) : str_dup(a, text);
}

static void read_statement(const Reading *r, const Json *s) {
    Arena *a = r->a;
    const Json *actions = plan_member(s, "Action"), *resources = plan_member(s, "Resource");
    Str condition = plan_value(a, plan_member(s, "Condition"));
    // A statement by exception is compared as a whole.
    if (!actions || !resources) {
        Str text = plan_value(a, s);
        add_grant(r, STR("a statement by exception"), text, text, STR_EMPTY, forbids(s));
        return;
    }
    for (const Json *x = one_of(actions); x; x = next_of(actions, x)) {
        Str action = action_text(a, x, forbids(s));
        for (const Json *o = one_of(resources); o; o = next_of(resources, o))
            add_grant(r, action, plan_value(a, o), on_words(r, o), condition, forbids(s));
    }
}

static void read_document(const Reading *r, const Json *document) {
    const Json *list = plan_member(document, "Statement");
    for (const Json *s = cJSON_IsObject(list) ? list : one_of(list); s; s = next_of(list, s))
        read_statement(r, s);
}

// Who may take the role.
static void read_trust(const Reading *r, const Json *document) {
    Arena *a = r->a;
    const Json *list = plan_member(document, "Statement");
    for (const Json *s = cJSON_IsObject(list) ? list : one_of(list); s; s = next_of(list, s)) {
        const Json *principal = plan_member(s, "Principal"), *actions = plan_member(s, "Action");
        Str who = plan_value(a, principal ? principal : plan_member(s, "NotPrincipal"));
        Str on = str_fmt(a, "this role %s %.*s", principal ? "by" : "by all but", STR_ARG(who));
        Str condition = plan_value(a, plan_member(s, "Condition"));
        bool service = principal && principal->child && !principal->child->next &&
                       str_is(str_of(principal->child->string), "Service");
        for (const Json *x = one_of(actions); x; x = next_of(actions, x)) {
            add_grant(r, action_text(a, x, forbids(s)), principal ? who : on, on, condition,
                      forbids(s));
            vec_last(r->out).usual = service;
        }
    }
}

static void read_role(const Reading *r) {
    const Json *properties = plan_member(r->role->json, "Properties");
    const Json *policies = plan_member(properties, "Policies");
    for (const Json *p = policies ? policies->child : NULL; p; p = p->next)
        read_document(r, plan_member(p, "PolicyDocument"));
    const Json *managed = plan_member(properties, "ManagedPolicyArns");
    for (const Json *m = managed ? managed->child : NULL; m; m = m->next)
        add_grant(r, STR("all of a managed policy"), plan_value(r->a, m), on_words(r, m), STR_EMPTY,
                  false);
    const Json *boundary = plan_member(properties, "PermissionsBoundary");
    if (boundary)
        add_grant(r, STR("(boundary)"), plan_value(r->a, boundary), on_words(r, boundary),
                  STR_EMPTY, true);
    read_trust(r, plan_member(properties, "AssumeRolePolicyDocument"));
}

// Who may call a function, and on which conditions.
static void read_invoker(const Reading *r) {
    static const char *const limits[] = {"SourceArn",           "SourceAccount",
                                         "PrincipalOrgID",      "EventSourceToken",
                                         "FunctionUrlAuthType", "InvokedViaFunctionUrl"};
    const Json *all = plan_member(r->role->json, "Properties");
    const Json *function = plan_member(all, "FunctionName");
    Json *condition = json_object();
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        Json *limit = cJSON_GetObjectItemCaseSensitive(all, limits[i]);
        if (limit)
            cJSON_AddItemReferenceToObject(condition, limits[i], limit);
    }
    const Json *action = plan_member(all, "Action");
    Str who = plan_value(r->a, plan_member(all, "Principal"));
    Str resource = str_fmt(r->a, "{\"function\":%.*s,\"principal\":%.*s}",
                           STR_ARG(plan_value(r->a, function)), STR_ARG(who));
    add_grant(r, cJSON_IsString(action) ? str_dup(r->a, str_of(action->valuestring)) : STR_EMPTY,
              resource, str_fmt(r->a, "%.*s by %.*s", STR_ARG(on_words(r, function)), STR_ARG(who)),
              condition->child ? plan_value(r->a, condition) : STR_EMPTY, false);
    vec_last(r->out).usual = str_ends(who, ".amazonaws.com\"") ||
                             plan_member(condition, "FunctionUrlAuthType") ||
                             plan_member(condition, "InvokedViaFunctionUrl");
    cJSON_Delete(condition);
}

static GrantVec grants_of(Arena *a, const PlanHalf *half) {
    GrantVec all = {0};
    for (uint32_t i = 0; i < half->rows.n; i++) {
        const PlanRow *row = &half->rows.at[i];
        Reading r = {.a = a, .half = half, .role = row, .out = &all};
        if (str_is(row->type, "AWS::IAM::Role"))
            read_role(&r);
        else if (str_is(row->type, "AWS::Lambda::Permission"))
            read_invoker(&r);
        else if (str_is(row->type, "AWS::IAM::Policy") ||
                 str_is(row->type, "AWS::IAM::ManagedPolicy") ||
                 str_is(row->type, "AWS::IAM::RolePolicy"))
            read_document(&r, plan_member(plan_member(row->json, "Properties"), "PolicyDocument"));
    }
    return all;
}

// ---- Comparing ----------------------------------------------------------------------------------

static Map owners_of(Arena *a, const PlanHalf *half) {
    Map all = map_new(a);
    for (uint32_t i = 0; i < half->rows.n; i++)
        map_set(&all, half->rows.at[i].owner, &half->rows.at[i]);
    return all;
}

static bool goes_without_saying(const Grant *g, const Map *owners) {
    return g->usual && !map_has(owners, g->permission.owner);
}

static void one_way(Planner *p, const GrantVec *mine, const GrantVec *theirs, const PlanHalf *other,
                    bool added) {
    Map keys = map_new(p->a), open = map_new(p->a), said = map_new(p->a);
    Map owners = owners_of(p->a, other);
    for (uint32_t i = 0; i < theirs->n; i++) {
        map_set(&keys, theirs->at[i].key, &theirs->at[i]);
        if (!theirs->at[i].permission.condition.n)
            map_set(&open, theirs->at[i].key_open, &theirs->at[i]);
    }
    for (uint32_t i = 0; i < mine->n; i++) {
        Grant *g = &mine->at[i];
        if (map_has(&keys, g->key) || !map_set(&said, g->key, g))
            continue;
        bool nothing =
            (!g->forbids && map_has(&open, g->key_open)) || goes_without_saying(g, &owners);
        g->permission.added = added;
        g->permission.effect = nothing               ? EFFECT_NONE
                               : added != g->forbids ? EFFECT_WIDENS
                                                     : EFFECT_NARROWS;
        vec_push(p->a, &p->out->permissions, g->permission);
        p->out->widens = p->out->widens || g->permission.effect == EFFECT_WIDENS;
    }
}

void plan_permissions(Planner *p) {
    GrantVec old = grants_of(p->a, &p->before), new = grants_of(p->a, &p->after);
    one_way(p, &new, &old, &p->before, true);
    one_way(p, &old, &new, &p->after, false);
}
