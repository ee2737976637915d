// What CloudFormation tells of an operation: events, findings of its checks, hooks.
//
// Input: a stack or change set. Output: events newest first, as they come. Invariant: who may not
// ask for findings learns that, and nothing fails because of it.

#include "adapters/aws/service/cloudformation.h"

static CfnEvent event_read(const Xml *m) {
    return (CfnEvent){
        .event = xml_text(m, "EventId"),
        .operation = xml_text(m, "OperationId"),
        .token = xml_text(m, "ClientRequestToken"),
        .time = xml_text(m, "Timestamp"),
        .stack_id = xml_text(m, "StackId"),
        .stack_name = xml_text(m, "StackName"),
        .id = xml_text(m, "LogicalResourceId"),
        .physical = xml_text(m, "PhysicalResourceId"),
        .resource = xml_text(m, "ResourceType"),
        .status = xml_text(m, "ResourceStatus"),
        .reason = xml_text(m, "ResourceStatusReason"),
        .properties = xml_text(m, "ResourceProperties"),
        .hook = xml_text(m, "HookType"),
        .hook_status = xml_text(m, "HookStatus"),
        .hook_reason = xml_text(m, "HookStatusReason"),
    };
}

bool cfn_events(Client *c, Arena *a, Str stack, Str next_token, CfnEventVec *out, Str *next,
                CfnRefusal *refusal, Err *err) {
    Query q = query_new(a);
    const Xml *result;
    query_add(&q, "StackName", stack);
    query_add(&q, "NextToken", next_token);
    *next = next_token;
    if (!cfn_call(c, a, "DescribeStackEvents", &q, true, refusal, &result, err))
        return false;
    const Xml *list = xml_at(result, "StackEvents");
    for (const Xml *m = xml_first(list, "member"); m; m = xml_next(m))
        vec_push(a, out, event_read(m));
    return aws_next_page("DescribeStackEvents", next, xml_text(result, "NextToken"), err);
}

static bool denied(const CfnRefusal *r) {
    AwsReply reply = {.status = 403, .code = r->code, .message = r->message};
    // An endpoint that does not know the operation is one that cannot tell.
    return reply_denied(&reply) || str_is(r->code, "InvalidAction") ||
           str_is(r->code, "InternalFailure") || str_is(r->code, "NotImplemented");
}

static CfnFinding finding_read(const Xml *m) {
    Str reason = xml_text(m, "ValidationStatusReason");
    if (!reason.n)
        reason = xml_text(m, "ResourceStatusReason");
    if (!reason.n)
        reason = xml_text(m, "HookStatusReason");
    return (CfnFinding){
        .id = xml_text(m, "LogicalResourceId"),
        .resource = xml_text(m, "ResourceType"),
        .path = xml_text(m, "ValidationPath"),
        .name = xml_text(m, "ValidationName"),
        .reason = reason,
        .fails = !str_is(xml_text(m, "ValidationFailureMode"), "WARN"),
    };
}

bool cfn_findings(Client *c, Arena *a, Str stack, Str change_set, bool *there, CfnFindingVec *out,
                  Err *err) {
    Str next = STR_EMPTY;
    *there = true;
    do {
        Query q = query_new(a);
        CfnRefusal refusal;
        const Xml *result;
        query_add(&q, "StackName", stack);
        query_add(&q, "ChangeSetName", change_set);
        query_flag(&q, "Filters.FailedEvents", true);
        query_add(&q, "NextToken", next);
        if (!cfn_call(c, a, "DescribeEvents", &q, true, &refusal, &result, err))
            return false;
        if (denied(&refusal) || cfn_is_missing(&refusal))
            return *there = false, true;
        if (refusal.code.n)
            return cfn_refused("DescribeEvents", &refusal, err);
        const Xml *list = xml_at(result, "OperationEvents");
        for (const Xml *m = xml_first(list, "member"); m; m = xml_next(m)) {
            // The end of the operation is among them: it says that something failed, not what.
            if (str_ends(xml_text(m, "EventType"), "_ERROR"))
                vec_push(a, out, finding_read(m));
        }
        if (!aws_next_page("DescribeEvents", &next, xml_text(result, "NextToken"), err))
            return false;
    } while (next.n);
    return true;
}

bool cfn_hooks(Client *c, Arena *a, Str change_set, bool *there, CfnFindingVec *out, Err *err) {
    Query q = query_new(a);
    CfnRefusal refusal;
    const Xml *result;
    *there = true;
    query_add(&q, "TargetType", STR("CHANGE_SET"));
    query_add(&q, "TargetId", change_set);
    if (!cfn_call(c, a, "ListHookResults", &q, true, &refusal, &result, err))
        return false;
    if (denied(&refusal) || str_is(refusal.code, "HookResultNotFound"))
        return *there = false, true;
    if (refusal.code.n)
        return cfn_refused("ListHookResults", &refusal, err);
    const Xml *list = xml_at(result, "HookResults");
    for (const Xml *m = xml_first(list, "member"); m; m = xml_next(m)) {
        if (!str_is(xml_text(m, "Status"), "HOOK_COMPLETE_FAILED") &&
            !str_is(xml_text(m, "Status"), "HOOK_FAILED"))
            continue;
        CfnFinding f = {.name = xml_text(m, "TypeName"),
                        .reason = xml_text(m, "HookStatusReason"),
                        .fails = str_is(xml_text(m, "FailureMode"), "FAIL")};
        vec_push(a, out, f);
    }
    return true;
}
