// SageMaker's operations that a deployment needs.
//
// Input: an endpoint's name. Output: what it is doing. Invariant: an endpoint that is not there is
// no error: it may not have been made yet.

#include "adapters/aws/service/sagemaker.h"

#include "adapters/aws/service/json.h"

#include <ctype.h>

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

// A call that takes one name.
static bool call_named(Client *c, Arena *a, const char *operation, const char *member, Str name,
                       AwsCall *q, AwsReply *r, Err *err) {
    cJSON *body = cJSON_CreateObject();
    json_add_text(a, body, member, name);
    *q = (AwsCall){.service = AWS_SAGEMAKER, .operation = operation, .safe = true};
    *r = (AwsReply){0};
    q->body = json_take(a, body);
    return aws_call(c, a, q, r, err);
}

bool sagemaker_endpoint_move(Client *c, Arena *a, Str name, Str config, Err *err) {
    AwsCall q = {.service = AWS_SAGEMAKER, .operation = "UpdateEndpoint", .safe = true};
    AwsReply r = {0};
    cJSON *body = cJSON_CreateObject();
    json_add_text(a, body, "EndpointName", name);
    json_add_text(a, body, "EndpointConfigName", config);
    q.body = json_take(a, body);
    if (!aws_call(c, a, &q, &r, err))
        return false;
    // Our own request, asked again because its answer was lost; or somebody else's.
    if (reply_says(&r, "ValidationException", "Cannot update in-progress endpoint"))
        return true;
    return !r.code.n || aws_refused(&q, &r, err);
}

bool sagemaker_config(Client *c, Arena *a, Str name, bool *there, SageMakerNameVec *models,
                      Err *err) {
    AwsCall q;
    AwsReply r;
    cJSON *json;
    *there = false;
    if (!call_named(c, a, "DescribeEndpointConfig", "EndpointConfigName", name, &q, &r, err))
        return false;
    if (reply_says(&r, "ValidationException", "Could not find"))
        return true;
    if (r.code.n)
        return aws_refused(&q, &r, err);
    if (!json_read(r.body, "SageMaker", &json, err))
        return false;
    const cJSON *variant;
    cJSON_ArrayForEach(variant, cJSON_GetObjectItemCaseSensitive(json, "ProductionVariants")) {
        Str model = json_get(a, variant, "ModelName");
        if (model.n)
            vec_push(a, models, model);
    }
    cJSON_Delete(json);
    return *there = true;
}

static bool same_name(Str x, Str y) {
    for (uint32_t i = 0; i < x.n && x.n == y.n; i++)
        if (tolower((unsigned char)x.p[i]) != tolower((unsigned char)y.p[i]))
            return false;
    return x.n == y.n;
}

static Str name_among(Arena *a, const cJSON *json, Str lower) {
    const cJSON *config;
    cJSON_ArrayForEach(config, cJSON_GetObjectItemCaseSensitive(json, "EndpointConfigs")) {
        Str name = json_get(a, config, "EndpointConfigName");
        if (same_name(name, lower))
            return name;
    }
    return STR_EMPTY;
}

// Newest first: what is looked for has just been made or replaced.
bool sagemaker_config_name(Client *c, Arena *a, Str lower, Str *name, Err *err) {
    enum { PAGES_MAX = 50 };
    Str next = STR_EMPTY;
    *name = STR_EMPTY;
    for (int page = 0; page < PAGES_MAX && !name->n && (!page || next.n); page++) {
        AwsCall q = {.service = AWS_SAGEMAKER, .operation = "ListEndpointConfigs", .safe = true};
        AwsReply r = {0};
        cJSON *body = cJSON_CreateObject(), *json;
        json_add_text(a, body, "SortBy", STR("CreationTime"));
        json_add_text(a, body, "SortOrder", STR("Descending"));
        cJSON_AddNumberToObject(body, "MaxResults", 100);
        if (next.n)
            json_add_text(a, body, "NextToken", next);
        q.body = json_take(a, body);
        if (!aws_call(c, a, &q, &r, err))
            return false;
        if (r.code.n)
            return aws_refused(&q, &r, err);
        if (!json_read(r.body, "SageMaker", &json, err))
            return false;
        *name = name_among(a, json, lower);
        next = json_get(a, json, "NextToken");
        cJSON_Delete(json);
    }
    return true;
}

static bool gone(Client *c, Arena *a, const char *operation, const char *member, Str name,
                 Err *err) {
    AwsCall q;
    AwsReply r;
    if (!call_named(c, a, operation, member, name, &q, &r, err))
        return false;
    if (reply_says(&r, "ValidationException", "Could not find"))
        return true;
    return !r.code.n || aws_refused(&q, &r, err);
}

bool sagemaker_config_delete(Client *c, Arena *a, Str name, Err *err) {
    return gone(c, a, "DeleteEndpointConfig", "EndpointConfigName", name, err);
}

bool sagemaker_model_delete(Client *c, Arena *a, Str name, Err *err) {
    return gone(c, a, "DeleteModel", "ModelName", name, err);
}
