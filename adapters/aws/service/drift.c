// Drift: what is there, compared by CloudFormation with what was deployed.
//
// Input: a stack. Output: the resources that differ, with their values. Invariant: only resources
// that differ are given.

#include "adapters/aws/service/cloudformation.h"

bool cfn_drift_start(Client *c, Arena *a, Str stack, Str *id, CfnRefusal *refusal, Err *err) {
    Query q = query_new(a);
    const Xml *result;
    query_add(&q, "StackName", stack);
    if (!cfn_call(c, a, "DetectStackDrift", &q, true, refusal, &result, err))
        return false;
    *id = xml_text(result, "StackDriftDetectionId");
    return true;
}

bool cfn_drift_status(Client *c, Arena *a, Str id, Str *status, Str *reason, Err *err) {
    Query q = query_new(a);
    const Xml *result;
    query_add(&q, "StackDriftDetectionId", id);
    if (!cfn_call(c, a, "DescribeStackDriftDetectionStatus", &q, true, NULL, &result, err))
        return false;
    *status = xml_text(result, "DetectionStatus");
    *reason = xml_text(result, "DetectionStatusReason");
    return true;
}

static AwsDrift drift_read(Arena *a, const Xml *m) {
    AwsDrift d = {.id = xml_text(m, "LogicalResourceId"),
                  .physical = xml_text(m, "PhysicalResourceId"),
                  .resource = xml_text(m, "ResourceType"),
                  .status = xml_text(m, "StackResourceDriftStatus")};
    const Xml *list = xml_at(m, "PropertyDifferences");
    for (const Xml *p = xml_first(list, "member"); p; p = xml_next(p)) {
        AwsDriftValue v = {xml_text(p, "PropertyPath"), xml_text(p, "ExpectedValue"),
                           xml_text(p, "ActualValue"), xml_text(p, "DifferenceType")};
        vec_push(a, &d.values, v);
    }
    return d;
}

bool cfn_drifts(Client *c, Arena *a, Str stack, AwsDriftVec *out, Err *err) {
    Str next = STR_EMPTY;
    do {
        Query q = query_new(a);
        const Xml *result;
        query_add(&q, "StackName", stack);
        query_member(&q, "StackResourceDriftStatusFilters", 1, NULL, STR("MODIFIED"));
        query_member(&q, "StackResourceDriftStatusFilters", 2, NULL, STR("DELETED"));
        query_add(&q, "NextToken", next);
        if (!cfn_call(c, a, "DescribeStackResourceDrifts", &q, true, NULL, &result, err))
            return false;
        const Xml *list = xml_at(result, "StackResourceDrifts");
        for (const Xml *m = xml_first(list, "member"); m; m = xml_next(m))
            vec_push(a, out, drift_read(a, m));
        if (!aws_next_page("DescribeStackResourceDrifts", &next, xml_text(result, "NextToken"),
                           err))
            return false;
    } while (next.n);
    return true;
}
