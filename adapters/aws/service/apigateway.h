#pragma once
// API Gateway's operations that a deployment checks with. Private to adapters/aws.

#include "adapters/aws/client.h"

typedef struct GatewayApi {
    bool there;
    bool closed; // it does not answer at its own URL
    Str cors;    // JSON; empty: none
} GatewayApi;
bool gateway_api(Client *c, Arena *a, Str api, GatewayApi *out, Err *err);

typedef struct GatewayStage {
    bool there, automatic; // automatic: it takes up routes as they come
    Str deployment;        // empty: nothing was ever deployed to it
    Str message;           // of the last attempt
} GatewayStage;
bool gateway_stage(Client *c, Arena *a, Str api, Str stage, GatewayStage *out, Err *err);

typedef struct GatewayRoute {
    Str key, target, authorization; // "GET /hello", "integrations/abc", "NONE"
} GatewayRoute;
typedef Vec(GatewayRoute) GatewayRouteVec;
// *there: whether there is such an API.
bool gateway_routes(Client *c, Arena *a, Str api, bool *there, GatewayRouteVec *out, Err *err);
