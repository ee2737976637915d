// Change sets: made, read, executed, taken away.
//
// Input: a template and what goes with it. Output: what CloudFormation would do. Invariant: a
// change set is read whole, page by page; what a page leaves out of itself is asked for again.

#include "adapters/aws/service/cloudformation.h"

#include <string.h>

// ---- Making -------------------------------------------------------------------------------------

static void add_pairs(Query *q, const char *list, const char *key, const char *value,
                      const AwsPair *pairs, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        query_member(q, list, i + 1, key, pairs[i].key);
        query_member(q, list, i + 1, value, pairs[i].value);
    }
}

// Only what the template needs: whoever limits capabilities by policy can go on doing so.
static void add_capabilities(Query *q, const CfnChangeSetInput *in) {
    if (in->named_iam)
        query_member(q, "Capabilities", 1, NULL, STR("CAPABILITY_NAMED_IAM"));
    else if (in->iam)
        query_member(q, "Capabilities", 1, NULL, STR("CAPABILITY_IAM"));
}

bool cfn_change_set_create(Client *c, Arena *a, const CfnChangeSetInput *in, Str *arn,
                           Str *stack_id, CfnRefusal *refusal, Err *err) {
    Query q = query_new(a);
    query_add(&q, "StackName", in->stack);
    query_add(&q, "ChangeSetName", in->name);
    query_add(&q, "ChangeSetType", in->creates ? STR("CREATE") : STR("UPDATE"));
    query_add(&q, "ClientToken", in->token);
    query_add(&q, "Description", in->description);
    query_add(&q, "TemplateBody", in->template_body);
    query_add(&q, "TemplateURL", in->template_url);
    if (in->nested)
        query_flag(&q, "IncludeNestedStacks", true);
    add_capabilities(&q, in);
    add_pairs(&q, "Parameters", "ParameterKey", "ParameterValue", in->parameters,
              in->parameter_count);
    add_pairs(&q, "Tags", "Key", "Value", in->tags, in->tag_count);
    // In Express mode CloudFormation does not roll back unless it is told to.
    if (in->express) {
        query_add(&q, "DeploymentConfig.Mode", STR("EXPRESS"));
        query_flag(&q, "DeploymentConfig.DisableRollback", in->no_rollback);
    }
    const Xml *result;
    if (!cfn_call(c, a, "CreateChangeSet", &q, true, refusal, &result, err))
        return false;
    *arn = xml_text(result, "Id");
    *stack_id = xml_text(result, "StackId");
    return true;
}

// ---- Reading ------------------------------------------------------------------------------------

static AwsChangeDetail detail_read(const Xml *m) {
    const Xml *target = xml_at(m, "Target");
    return (AwsChangeDetail){
        .attribute = xml_text(target, "Attribute"),
        .name = xml_text(target, "Name"),
        .path = xml_text(target, "Path"),
        .recreation = xml_text(target, "RequiresRecreation"),
        .before = xml_text(target, "BeforeValue"),
        .after = xml_text(target, "AfterValue"),
        .cause = xml_text(m, "CausingEntity"),
    };
}

static AwsReplacement replacement_read(const Xml *m, Str policy) {
    Str word = xml_text(m, "Replacement");
    // Where it depends on how another resource's change goes, the policy is named all the same.
    if (str_is(word, "Conditional"))
        return AWS_MAY_BE_REPLACED;
    if (str_is(word, "True") || str_starts(policy, "ReplaceAnd"))
        return AWS_REPLACED;
    return AWS_KEPT;
}

static AwsChange change_read(Arena *a, const Xml *m) {
    AwsChange change = {
        .action = xml_text(m, "Action"),
        .policy = xml_text(m, "PolicyAction"),
        .id = xml_text(m, "LogicalResourceId"),
        .physical = xml_text(m, "PhysicalResourceId"),
        .resource = xml_text(m, "ResourceType"),
    };
    change.replacement = replacement_read(m, change.policy);
    const Xml *details = xml_at(m, "Details");
    for (const Xml *d = xml_first(details, "member"); d; d = xml_next(d))
        vec_push(a, &change.details, detail_read(d));
    return change;
}

static bool has_change(const CfnChangeSet *set, Str id) {
    for (uint32_t i = 0; i < set->changes.n; i++)
        if (str_eq(set->changes.at[i].id, id))
            return true;
    return false;
}

static void page_read(Arena *a, const Xml *result, CfnChangeSet *out) {
    out->there = true;
    out->arn = xml_text(result, "ChangeSetId");
    out->name = xml_text(result, "ChangeSetName");
    out->stack_id = xml_text(result, "StackId");
    out->status = xml_text(result, "Status");
    out->reason = xml_text(result, "StatusReason");
    out->execution = xml_text(result, "ExecutionStatus");
    out->description = xml_text(result, "Description");
    out->created = xml_text(result, "CreationTime");
    const Xml *list = xml_at(result, "Changes");
    for (const Xml *m = xml_first(list, "member"); m; m = xml_next(m)) {
        const Xml *change = xml_at(m, "ResourceChange");
        if (!change || has_change(out, xml_text(change, "LogicalResourceId")))
            continue;
        vec_push(a, &out->changes, change_read(a, change));
        vec_push(a, &out->nested, xml_text(change, "ChangeSetId"));
    }
}

static bool pages_read(Client *c, Arena *a, Str stack, Str name, bool values, CfnChangeSet *out,
                       Err *err) {
    Str next = STR_EMPTY;
    do {
        Query q = query_new(a);
        CfnRefusal refusal;
        const Xml *result;
        query_add(&q, "StackName", stack);
        query_add(&q, "ChangeSetName", name);
        query_add(&q, "NextToken", next);
        if (values)
            query_flag(&q, "IncludePropertyValues", true);
        if (!cfn_call(c, a, "DescribeChangeSet", &q, true, &refusal, &result, err))
            return false;
        if (cfn_is_missing(&refusal))
            return true;
        if (refusal.code.n)
            return cfn_refused("DescribeChangeSet", &refusal, err);
        page_read(a, result, out);
        if (!aws_next_page("DescribeChangeSet", &next, xml_text(result, "NextToken"), err))
            return false;
    } while (next.n);
    return true;
}

// With values CloudFormation may drop changes, and says so in the reason: then a second, plain
// reading adds what is missing.
bool cfn_change_set(Client *c, Arena *a, Str stack, Str name, bool values, CfnChangeSet *out,
                    Err *err) {
    *out = (CfnChangeSet){0};
    if (!pages_read(c, a, stack, name, values, out, err))
        return false;
    if (values && str_contains(out->reason, "incomplete ChangeSet data"))
        return pages_read(c, a, stack, name, false, out, err);
    return true;
}

bool cfn_change_sets(Client *c, Arena *a, Str stack, CfnSummaryVec *out, Err *err) {
    Str next = STR_EMPTY;
    do {
        Query q = query_new(a);
        CfnRefusal refusal;
        const Xml *result;
        query_add(&q, "StackName", stack);
        query_add(&q, "NextToken", next);
        if (!cfn_call(c, a, "ListChangeSets", &q, true, &refusal, &result, err))
            return false;
        if (cfn_is_missing(&refusal))
            return true;
        if (refusal.code.n)
            return cfn_refused("ListChangeSets", &refusal, err);
        const Xml *list = xml_at(result, "Summaries");
        for (const Xml *m = xml_first(list, "member"); m; m = xml_next(m)) {
            CfnSummary s = {xml_text(m, "ChangeSetId"), xml_text(m, "ChangeSetName"),
                            xml_text(m, "Status"), xml_text(m, "ExecutionStatus"),
                            xml_text(m, "Description")};
            vec_push(a, out, s);
        }
        if (!aws_next_page("ListChangeSets", &next, xml_text(result, "NextToken"), err))
            return false;
    } while (next.n);
    return true;
}

// ---- Ending -------------------------------------------------------------------------------------

// What is gone already is as good as deleted.
bool cfn_change_set_delete(Client *c, Arena *a, Str stack, Str name, Err *err) {
    Query q = query_new(a);
    CfnRefusal refusal;
    const Xml *result;
    query_add(&q, "StackName", stack);
    query_add(&q, "ChangeSetName", name);
    if (!cfn_call(c, a, "DeleteChangeSet", &q, true, &refusal, &result, err))
        return false;
    if (refusal.code.n && !cfn_is_missing(&refusal))
        return cfn_refused("DeleteChangeSet", &refusal, err);
    return true;
}

// DisableRollback is said in any case: what it is without being said is documented in two ways. In
// Express mode the change set has said it, and CloudFormation refuses to be told twice.
bool cfn_change_set_execute(Client *c, Arena *a, Str stack, Str arn, Str token,
                            const bool *no_rollback, CfnRefusal *refusal, Err *err) {
    Query q = query_new(a);
    const Xml *result;
    query_add(&q, "StackName", stack);
    query_add(&q, "ChangeSetName", arn);
    query_add(&q, "ClientRequestToken", token);
    if (no_rollback)
        query_flag(&q, "DisableRollback", *no_rollback);
    return cfn_call(c, a, "ExecuteChangeSet", &q, true, refusal, &result, err);
}
