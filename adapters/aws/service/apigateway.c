// API Gateway's operations that a deployment checks with.
//
// Input: an API's id. Output: the API, its stage, its routes. Invariant: what is not there is no
// error, and a list is read to its last page.

#include "adapters/aws/service/apigateway.h"

#include "adapters/aws/query.h"
#include "adapters/aws/service/json.h"

enum { PAGES_MAX = 100 };

static const cJSON *member(const cJSON *object, const char *name) {
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

// *json is NULL where there is no such thing.
static bool get(Client *c, Arena *a, const char *operation, Str path, Str query, cJSON **json,
                Err *err) {
    AwsCall q = {.service = AWS_APIGATEWAY,
                 .operation = operation,
                 .method = "GET",
                 .path = str_cat(a, STR("/v2/apis/"), path),
                 .query = query,
                 .safe = true,
                 .attempts = AWS_GLANCES,
                 .total_ms = AWS_GLANCE_MS};
    AwsReply r = {0};
    *json = NULL;
    if (!aws_call(c, a, &q, &r, err))
        return false;
    if (r.status == 404)
        return true;
    if (r.code.n)
        return aws_refused(&q, &r, err);
    return json_read(r.body, "API Gateway", json, err);
}

bool gateway_api(Client *c, Arena *a, Str api, GatewayApi *out, Err *err) {
    cJSON *json;
    *out = (GatewayApi){0};
    if (!get(c, a, "GetApi", percent_encoded(a, api, false), STR_EMPTY, &json, err))
        return false;
    if (!json)
        return true;
    cJSON *cors = cJSON_DetachItemFromObjectCaseSensitive(json, "corsConfiguration");
    *out = (GatewayApi){.there = true,
                        .closed = cJSON_IsTrue(member(json, "disableExecuteApiEndpoint")),
                        .cors = cors ? json_take(a, cors) : STR_EMPTY};
    cJSON_Delete(json);
    return true;
}

bool gateway_stage(Client *c, Arena *a, Str api, Str stage, GatewayStage *out, Err *err) {
    cJSON *json;
    Str path = str_fmt(a, "%.*s/stages/%.*s", STR_ARG(percent_encoded(a, api, false)),
                       STR_ARG(percent_encoded(a, stage, false)));
    *out = (GatewayStage){0};
    if (!get(c, a, "GetStage", path, STR_EMPTY, &json, err))
        return false;
    if (!json)
        return true;
    *out = (GatewayStage){.there = true,
                          .automatic = cJSON_IsTrue(member(json, "autoDeploy")),
                          .deployment = json_get(a, json, "deploymentId"),
                          .message = json_get(a, json, "lastDeploymentStatusMessage")};
    cJSON_Delete(json);
    return true;
}

bool gateway_routes(Client *c, Arena *a, Str api, bool *there, GatewayRouteVec *out, Err *err) {
    Str path = str_cat(a, percent_encoded(a, api, false), STR("/routes")), next = STR_EMPTY;
    *there = false;
    for (int page = 0; page < PAGES_MAX; page++) {
        cJSON *json;
        const cJSON *route;
        Str query = next.n ? str_fmt(a, "nextToken=%.*s", STR_ARG(percent_encoded(a, next, false)))
                           : STR_EMPTY;
        if (!get(c, a, "GetRoutes", path, query, &json, err))
            return false;
        if (!json)
            return true;
        *there = true;
        cJSON_ArrayForEach(route, member(json, "items")) {
            GatewayRoute r = {json_get(a, route, "routeKey"), json_get(a, route, "target"),
                              json_get(a, route, "authorizationType")};
            vec_push(a, out, r);
        }
        next = json_get(a, json, "nextToken");
        cJSON_Delete(json);
        if (!next.n)
            return true;
    }
    return err_set(err, ERR_IO, "API Gateway's list of routes does not end");
}
