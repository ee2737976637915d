#pragma once
// Which route of an HTTP API a request takes. Private to adapters/run.

#include "adapters/run/run.h"

typedef struct RouteMatch {
    const AppRoute *route;
    AppPairVec parameters; // decoded
} RouteMatch;

// `path` is percent-encoded and without the stage. False where no route fits.
bool route_match(Arena *a, const AppApi *api, Str method, Str path, RouteMatch *out);
// Takes the stage off the path; false where the API has no such stage.
bool route_stage(const AppApi *api, Str path, Str *rest);
