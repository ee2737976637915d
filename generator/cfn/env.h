#pragma once
// The environment variables of a function.

#include "generator/lowering.h"

// The script that Lambda starts in Node.js's place, in every package: how a package starts, not
// what the program set.
#define ENV_WRAPPER "AWS_LAMBDA_EXEC_WRAPPER"
#define ENV_WRAPPER_PATH "/var/task/pluto/start"

// {"NAME": value, …} sorted by name.
Json *env_json(Gen *g, const Node *n);

// The properties of `to` that an edge to it brings into the environment of the function it leaves:
// what the handler reads, and what its clients need to reach the resource.
StrVec env_properties(Arena *a, const Kind *to, const ArchEdge *e);

typedef enum EnvName { ENV_FREE, ENV_RESERVED, ENV_OURS, ENV_MALFORMED } EnvName;
// Whether a program may set a variable of that name.
EnvName env_name(Str name);
