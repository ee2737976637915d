// Stacks: what they are, what is in them, and what ends them.
//
// Input: names or ARNs. Output: AwsStack, AwsResource. Invariant: lists are complete: every page is
// read.

#include "adapters/aws/service/cloudformation.h"

static Query form_of(Arena *a, Str stack) {
    Query q = query_new(a);
    query_add(&q, "StackName", stack);
    return q;
}

static void pairs_read(Arena *a, const Xml *list, const char *key, const char *value,
                       AwsPairVec *out) {
    for (const Xml *m = xml_first(list, "member"); m; m = xml_next(m))
        vec_push(a, out, (AwsPair){xml_text(m, key), xml_text(m, value)});
}

static Str pair_find(const AwsPairVec *pairs, const char *key) {
    for (uint32_t i = 0; i < pairs->n; i++)
        if (str_is(pairs->at[i].key, key))
            return pairs->at[i].value;
    return STR_EMPTY;
}

static AwsStack stack_read(Arena *a, const Xml *m) {
    AwsStack s = {
        .name = xml_text(m, "StackName"),
        .id = xml_text(m, "StackId"),
        .status = xml_text(m, "StackStatus"),
        .reason = xml_text(m, "StackStatusReason"),
        .description = xml_text(m, "Description"),
        .created = xml_text(m, "CreationTime"),
        .updated = xml_text(m, "LastUpdatedTime"),
        .parent = xml_text(m, "ParentId"),
        .express = str_is(xml_text(m, "DeploymentConfig/Mode"), "EXPRESS"),
        .protected = str_is(xml_text(m, "EnableTerminationProtection"), "true"),
        .operation = xml_text(m, "LastOperations/member/OperationId"),
    };
    pairs_read(a, xml_at(m, "Outputs"), "OutputKey", "OutputValue", &s.outputs);
    pairs_read(a, xml_at(m, "Tags"), "Key", "Value", &s.tags);
    pairs_read(a, xml_at(m, "Parameters"), "ParameterKey", "ParameterValue", &s.parameters);
    s.project = pair_find(&s.tags, "pluto:project");
    s.stack = pair_find(&s.tags, "pluto:stack");
    return s;
}

bool cfn_stack(Client *c, Arena *a, Str stack, bool *there, AwsStack *out, Err *err) {
    Query q = form_of(a, stack);
    CfnRefusal refusal;
    const Xml *result;
    *there = false;
    if (!cfn_call(c, a, "DescribeStacks", &q, true, &refusal, &result, err))
        return false;
    if (cfn_is_missing(&refusal))
        return true;
    if (refusal.code.n)
        return cfn_refused("DescribeStacks", &refusal, err);
    const Xml *m = xml_at(result, "Stacks/member");
    if (!m)
        return true;
    *out = stack_read(a, m);
    *there = true;
    return true;
}

bool cfn_stacks(Client *c, Arena *a, AwsStackVec *out, Err *err) {
    Str next = STR_EMPTY;
    do {
        Query q = query_new(a);
        const Xml *result;
        query_add(&q, "NextToken", next);
        if (!cfn_call(c, a, "DescribeStacks", &q, true, NULL, &result, err))
            return false;
        const Xml *list = xml_at(result, "Stacks");
        for (const Xml *m = xml_first(list, "member"); m; m = xml_next(m))
            vec_push(a, out, stack_read(a, m));
        if (!aws_next_page("DescribeStacks", &next, xml_text(result, "NextToken"), err))
            return false;
    } while (next.n);
    return true;
}

bool cfn_resources(Client *c, Arena *a, Str stack, AwsResourceVec *out, Err *err) {
    Str next = STR_EMPTY;
    do {
        Query q = form_of(a, stack);
        const Xml *result;
        query_add(&q, "NextToken", next);
        if (!cfn_call(c, a, "ListStackResources", &q, true, NULL, &result, err))
            return false;
        const Xml *list = xml_at(result, "StackResourceSummaries");
        for (const Xml *m = xml_first(list, "member"); m; m = xml_next(m)) {
            AwsResource r = {.id = xml_text(m, "LogicalResourceId"),
                             .physical = xml_text(m, "PhysicalResourceId"),
                             .resource = xml_text(m, "ResourceType"),
                             .status = xml_text(m, "ResourceStatus"),
                             .reason = xml_text(m, "ResourceStatusReason"),
                             .time = xml_text(m, "LastUpdatedTimestamp")};
            vec_push(a, out, r);
        }
        if (!aws_next_page("ListStackResources", &next, xml_text(result, "NextToken"), err))
            return false;
    } while (next.n);
    return true;
}

bool cfn_template(Client *c, Arena *a, Str stack, Str *out, Err *err) {
    Query q = form_of(a, stack);
    CfnRefusal refusal;
    const Xml *result;
    *out = STR_EMPTY;
    query_add(&q, "TemplateStage", STR("Original"));
    if (!cfn_call(c, a, "GetTemplate", &q, true, &refusal, &result, err))
        return false;
    if (refusal.code.n && !cfn_is_missing(&refusal))
        return cfn_refused("GetTemplate", &refusal, err);
    *out = xml_text(result, "TemplateBody");
    return true;
}

// ---- What ends and repairs them -----------------------------------------------------------------

static bool act(Client *c, Arena *a, const char *operation, const Query *q, CfnRefusal *refusal,
                Err *err) {
    const Xml *result;
    return cfn_call(c, a, operation, q, true, refusal, &result, err);
}

static void add_list(Query *q, const char *name, const Str *list, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        query_member(q, name, i + 1, NULL, list[i]);
}

bool cfn_delete(Client *c, Arena *a, Str stack, Str token, const Str *retain, uint32_t retain_count,
                CfnRefusal *refusal, Err *err) {
    Query q = form_of(a, stack);
    query_add(&q, "ClientRequestToken", token);
    add_list(&q, "RetainResources", retain, retain_count);
    return act(c, a, "DeleteStack", &q, refusal, err);
}

bool cfn_protect(Client *c, Arena *a, Str stack, bool protect, Err *err) {
    Query q = form_of(a, stack);
    query_flag(&q, "EnableTerminationProtection", protect);
    return act(c, a, "UpdateTerminationProtection", &q, NULL, err);
}

bool cfn_cancel(Client *c, Arena *a, Str stack, Str token, CfnRefusal *refusal, Err *err) {
    Query q = form_of(a, stack);
    query_add(&q, "ClientRequestToken", token);
    return act(c, a, "CancelUpdateStack", &q, refusal, err);
}

bool cfn_rollback(Client *c, Arena *a, Str stack, Str token, CfnRefusal *refusal, Err *err) {
    Query q = form_of(a, stack);
    query_add(&q, "ClientRequestToken", token);
    return act(c, a, "RollbackStack", &q, refusal, err);
}

bool cfn_continue_rollback(Client *c, Arena *a, Str stack, Str token, const Str *skip,
                           uint32_t skip_count, CfnRefusal *refusal, Err *err) {
    Query q = form_of(a, stack);
    query_add(&q, "ClientRequestToken", token);
    add_list(&q, "ResourcesToSkip", skip, skip_count);
    return act(c, a, "ContinueUpdateRollback", &q, refusal, err);
}
