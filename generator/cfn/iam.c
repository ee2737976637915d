// IAM: what a role may do, and no more.
//
// Input: edges of the graph, actions of the kinds' rows. Output: roles with an inline policy.
// Invariant: one statement for each resource and condition, its actions sorted and without doubles;
// no managed policy, no action with a wildcard.
#include "generator/cfn/iam.h"

#include "generator/cfn/names.h"

enum {
    POLICY_MAX = 10240, // characters of all inline policies of a role, white space not counted
    LATE_SIZE = 64,     // a guess, on the low side, of what a Ref or Fn::GetAtt turns into
    DEPTH_MAX = 32,
};

static void add_action(Arena *a, StrVec *actions, Str action) {
    uint32_t at = 0;
    while (at < actions->n && str_cmp(actions->at[at], action) < 0)
        at++;
    if (at < actions->n && str_eq(actions->at[at], action))
        return;
    vec_push(a, actions, action);
    for (uint32_t i = actions->n - 1; i > at; i--)
        actions->at[i] = actions->at[i - 1];
    actions->at[at] = action;
}

void policy_allow(Policy *p, Str sid, const char *const *actions, Json *resource, Json *condition) {
    Statement *s = NULL;
    for (uint32_t i = 0; i < p->statements.n && !s; i++)
        if (str_eq(p->statements.at[i].sid, sid))
            s = &p->statements.at[i];
    if (!s) {
        Json *resources = json_push(json_array(), resource);
        vec_push(p->arena, &p->statements,
                 (Statement){.sid = sid, .resources = resources, .condition = condition});
        s = &vec_last(&p->statements);
    } else {
        cJSON_Delete(resource);
        cJSON_Delete(condition);
    }
    for (; *actions; actions++)
        add_action(p->arena, &s->actions, str_of(*actions));
}

Json *policy_condition(const char *test, const char *key, Json *value) {
    return json_set(json_object(), test, json_set(json_object(), key, value));
}

static Json *statement_json(const Statement *s) {
    Json *actions = json_array();
    for (uint32_t i = 0; i < s->actions.n; i++)
        json_push(actions, json_text(s->actions.at[i]));
    Json *json = json_set_text(json_object(), "Sid", s->sid);
    json_set(json, "Effect", json_string("Allow"));
    json_set(json, "Action", json_one_or_all(actions));
    json_set(json, "Resource", json_one_or_all(s->resources));
    return json_set(json, "Condition", s->condition);
}

static Json *policy_json(const Policy *p) {
    Json *statements = json_array();
    for (uint32_t i = 0; i < p->statements.n; i++)
        json_push(statements, statement_json(&p->statements.at[i]));
    Json *json = json_set(json_object(), "Version", json_string("2012-10-17"));
    return json_set(json, "Statement", statements);
}

static bool is_function(const Json *json) {
    const char *key = cJSON_IsObject(json) && json->child ? json->child->string : NULL;
    return key && (str_is(str_of(key), "Ref") || str_starts(str_of(key), "Fn::"));
}

// The least that the document can come to, in characters without white space.
static size_t size_of(const Json *json, unsigned depth) {
    if (depth > DEPTH_MAX)
        return 0;
    if (cJSON_IsString(json))
        return str_of(json->valuestring).n + 2;
    if (is_function(json)) {
        const Json *sub = cJSON_GetObjectItemCaseSensitive(json, "Fn::Sub");
        return cJSON_IsString(sub) ? size_of(sub, depth + 1) : LATE_SIZE;
    }
    if (!cJSON_IsObject(json) && !cJSON_IsArray(json))
        return 4;
    size_t size = 2;
    for (const Json *item = json->child; item; item = item->next)
        size += size_of(item, depth + 1) + (item->string ? str_of(item->string).n + 3 : 0) +
                (item->next ? 1 : 0);
    return size;
}

static void check_size(Gen *g, const ArchResource *owner, const Policy *p, const Json *document) {
    size_t size = size_of(document, 0);
    if (size <= POLICY_MAX)
        return;
    Diag *d = gen_error(g, P0503, owner,
                        "the policy of `%.*s` has at least %zu characters, IAM allows %d",
                        STR_ARG(owner->id), size, (int)POLICY_MAX);
    diag_note(d, "it has %u statements, one for each resource that it uses", p->statements.n);
    diag_help(d, "divide the function into several that use fewer resources each");
}

static Json *trust_policy(const char *service, Json *condition) {
    Json *statement = json_set(json_object(), "Effect", json_string("Allow"));
    json_set(statement, "Principal", json_set(json_object(), "Service", json_string(service)));
    json_set(statement, "Action", json_string("sts:AssumeRole"));
    json_set(statement, "Condition", condition);
    Json *json = json_set(json_object(), "Version", json_string("2012-10-17"));
    return json_set(json, "Statement", json_push(json_array(), statement));
}

void role_add(Gen *g, const ArchResource *owner, Str group, Str id, const char *service,
              Json *trust, Policy *p) {
    Json *document = policy_json(p);
    check_size(g, owner, p, document);
    Json *policy = json_set(json_object(), "PolicyName", json_string("pluto"));
    json_set(policy, "PolicyDocument", document);
    Json *properties =
        json_set(json_object(), "AssumeRolePolicyDocument", trust_policy(service, trust));
    json_set(properties, "Policies", json_push(json_array(), policy));
    json_set(properties, "Tags", gen_tags(g, owner));
    gen_add(g, owner, group, id, "AWS::IAM::Role", properties);
}

void policy_allow_edge(Gen *g, const ArchEdge *e, Policy *p) {
    const Node *to = gen_node(g, e->to);
    const Lowering *lowering = to->kind->lowering;
    if (!lowering)
        return; // has been said
    if (e->type == EDGE_READ && lowering->permit_read)
        lowering->permit_read(g, to, e->operation, p);
    const Op *op = e->type == EDGE_CALL ? kind_op(to->kind, e->operation) : NULL;
    if (!op || !op->actions)
        return;
    if (!lowering->permit_call || !lowering->permit_call(g, to, e->operation, p))
        policy_allow(p, names_logical(g->arena, to->resource->kind, to->resource->name, ""),
                     op->actions, lowering->arn(g, to), NULL);
}

void policy_allow_edges(Gen *g, const Node *n, Policy *p) {
    for (uint32_t i = 0; i < n->out.n; i++)
        policy_allow_edge(g, n->out.at[i], p);
}
