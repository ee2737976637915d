#pragma once
// IAM: policies with one statement a resource, roles that hold one policy.

#include "generator/lowering.h"

typedef struct Statement {
    Str sid; // letters and digits; statements of one sid are one statement
    StrVec actions;
    Json *resources; // an array
    Json *condition; // or NULL
} Statement;

struct Policy {
    Arena *arena;
    Vec(Statement) statements; // in the order in which they were first needed
};

// Permits `actions` (NULL-terminated) on `resource`. A second call with the same sid only adds
// actions; resource and condition are then dropped.
void policy_allow(Policy *p, Str sid, const char *const *actions, Json *resource, Json *condition);

// {"Test": {"key": value}}
Json *policy_condition(const char *test, const char *key, Json *value);

// Adds an AWS::IAM::Role that `service` may take on; `trust` is a condition or NULL. Its inline
// policy is `p`, whose trees it takes. `group` as in gen_add.
void role_add(Gen *g, const ArchResource *owner, Str group, Str id, const char *service,
              Json *trust, Policy *p);

// What a `call` or `read` edge permits, added to p: nothing where the kind it leads to has no
// template.
void policy_allow_edge(Gen *g, const ArchEdge *e, Policy *p);
// The same for all edges of a node.
void policy_allow_edges(Gen *g, const Node *n, Policy *p);
