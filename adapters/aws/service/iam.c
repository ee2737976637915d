// What somebody is allowed, as IAM itself judges.
//
// Input: a principal, actions, resources. Output: verdicts. Invariant: a denial that a condition on
// an unknown part of the request may explain is none.

#include "adapters/aws/service/iam.h"

#include "adapters/aws/query.h"
#include "adapters/aws/xml.h"

enum { PATIENCE_MS = 5000, ATTEMPTS = 2, PAGES_MAX = 50 };

bool iam_verdicts_read(Arena *a, Str body, IamVerdictVec *out, Str *next, Err *err) {
    Xml *root;
    *next = STR_EMPTY;
    if (!xml_parse(a, body, &root, err))
        return false;
    const Xml *result = xml_at(root, "SimulatePrincipalPolicyResult");
    const Xml *list = xml_at(result, "EvaluationResults");
    for (const Xml *m = xml_first(list, "member"); m; m = xml_next(m)) {
        Str decision = xml_text(m, "EvalDecision");
        bool unsure = xml_at(m, "MissingContextValues/member") != NULL;
        bool no = str_is(decision, "implicitDeny") || str_is(decision, "explicitDeny");
        vec_push(a, out,
                 (IamVerdict){.action = xml_text(m, "EvalActionName"),
                              .resource = xml_text(m, "EvalResourceName"),
                              .denied = no && !unsure});
    }
    if (str_is(xml_text(result, "IsTruncated"), "true"))
        *next = xml_text(result, "Marker");
    return true;
}

static void context_add(Query *form, uint32_t at, const char *key, Str value) {
    query_member(form, "ContextEntries", at, "ContextKeyName", str_of(key));
    query_member(form, "ContextEntries", at, "ContextKeyValues.member.1", value);
    query_member(form, "ContextEntries", at, "ContextKeyType", STR("string"));
}

static Query form_of(Arena *a, Str principal, const IamQuestion *q) {
    Query form = query_new(a);
    query_add(&form, "PolicySourceArn", principal);
    for (uint32_t i = 0; i < q->action_count; i++)
        query_member(&form, "ActionNames", i + 1, NULL, q->actions[i]);
    for (uint32_t i = 0; i < q->resource_count; i++)
        query_member(&form, "ResourceArns", i + 1, NULL, q->resources[i]);
    context_add(&form, 1, "aws:RequestedRegion", q->region);
    if (q->passed_to.n)
        context_add(&form, 2, "iam:PassedToService", q->passed_to);
    query_add(&form, "MaxItems", STR("1000"));
    return form;
}

bool iam_simulate(Client *c, Arena *a, Str principal, const IamQuestion *q, bool *there,
                  bool *allowed, IamVerdictVec *out, Err *err) {
    Str next = STR_EMPTY;
    *there = *allowed = true;
    for (int page = 0; page < PAGES_MAX; page++) {
        Query form = form_of(a, principal, q);
        query_add(&form, "Marker", next);
        // Not repeated where it fails: what is not known stops nobody.
        AwsCall call = {.service = AWS_IAM,
                        .operation = "SimulatePrincipalPolicy",
                        .body = query_text(&form),
                        .total_ms = PATIENCE_MS,
                        .attempts = ATTEMPTS};
        AwsReply r = {0};
        if (!aws_call(c, a, &call, &r, err))
            return false;
        *there = !reply_is(&r, "NoSuchEntity");
        *allowed = !reply_denied(&r);
        if (!*there || !*allowed)
            return true;
        if (r.code.n)
            return aws_refused(&call, &r, err);
        if (!iam_verdicts_read(a, r.body, out, &next, err))
            return false;
        if (!next.n)
            break;
    }
    return true;
}

bool iam_role(Client *c, Arena *a, Str name, bool *there, Str *arn, Err *err) {
    Query form = query_new(a);
    Xml *root;
    query_add(&form, "RoleName", name);
    AwsCall call = {.service = AWS_IAM,
                    .operation = "GetRole",
                    .body = query_text(&form),
                    .safe = true,
                    .total_ms = PATIENCE_MS,
                    .attempts = ATTEMPTS};
    AwsReply r = {0};
    *there = false;
    if (!aws_call(c, a, &call, &r, err))
        return false;
    if (r.code.n)
        return true;
    if (!xml_parse(a, r.body, &root, err))
        return false;
    *arn = xml_text(xml_at(root, "GetRoleResult/Role"), "Arn");
    *there = arn->n > 0;
    return true;
}
