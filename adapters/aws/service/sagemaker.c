// SageMaker's operations that a deployment needs.
//
// Input: an endpoint's name. Output: what it is doing. Invariant: an endpoint that is not there is
// no error: it may not have been made yet.

#include "adapters/aws/service/sagemaker.h"

#include "adapters/aws/service/json.h"

static const cJSON *newest_stage(const cJSON *json) {
    const cJSON *pending = cJSON_GetObjectItemCaseSensitive(json, "PendingDeploymentSummary");
    const cJSON *variants =
        cJSON_GetObjectItemCaseSensitive(pending ? pending : json, "ProductionVariants");
    const cJSON *states =
        cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(variants, 0), "VariantStatus");
    int n = cJSON_GetArraySize(states);
    return n > 0 ? cJSON_GetArrayItem(states, n - 1) : NULL;
}

static bool describe(Client *c, Arena *a, Str name, bool brief, SageMakerEndpoint *out, Err *err) {
    AwsCall q = {.service = AWS_SAGEMAKER, .operation = "DescribeEndpoint", .safe = true};
    if (brief)
        q.attempts = AWS_GLANCES, q.total_ms = AWS_GLANCE_MS;
    AwsReply r = {0};
    cJSON *body = cJSON_CreateObject(), *json;
    json_add_text(a, body, "EndpointName", name);
    q.body = json_take(a, body);
    *out = (SageMakerEndpoint){0};
    if (!aws_call(c, a, &q, &r, err))
        return false;
    if (reply_says(&r, "ValidationException", "Could not find"))
        return true;
    if (r.code.n)
        return aws_refused(&q, &r, err);
    if (!json_read(r.body, "SageMaker", &json, err))
        return false;
    const cJSON *stage = newest_stage(json);
    const cJSON *pending = cJSON_GetObjectItemCaseSensitive(json, "PendingDeploymentSummary");
    Str message = json_get(a, stage, "StatusMessage"), word = json_get(a, stage, "Status");
    *out = (SageMakerEndpoint){
        .there = true,
        .status = json_get(a, json, "EndpointStatus"),
        .config = json_get(a, json, "EndpointConfigName"),
        .reason = json_get(a, json, "FailureReason"),
        .stage = message.n ? message : word,
        .pending = json_get(a, pending, "EndpointConfigName"),
    };
    cJSON_Delete(json);
    return true;
}

bool sagemaker_endpoint(Client *c, Arena *a, Str name, SageMakerEndpoint *out, Err *err) {
    return describe(c, a, name, false, out, err);
}

bool sagemaker_there(Client *c, Arena *a, Str name, bool *there, Err *err) {
    SageMakerEndpoint e;
    if (!describe(c, a, name, true, &e, err))
        return false;
    *there = e.there;
    return true;
}
