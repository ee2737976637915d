#pragma once
// Routes of an HTTP API: the program's `/users/:id` as API Gateway has it.

#include "generator/lowering.h"

typedef struct Route {
    Str key;      // "GET /users/{id}", "ANY /{proxy+}"
    Str arn_tail; // "GET/users/{id}": method and path in the ARN that a permission names
    Str shape; // the key without the parameters' names: two routes of one shape answer one request
} Route;

typedef struct Routes {
    Gen *g;
    Map seen; // shape → the edge
} Routes;

Routes routes_new(Gen *g);
// The route of a trigger edge. False after a P0309: it is malformed, or answers what another does.
bool routes_add(Routes *rs, const ArchEdge *edge, Route *out);

// The route of method ("get", "all") and path; *problem says what is wrong where it gives false.
bool route_parse(Arena *a, Str method, Str path, Route *out, const char **problem);
