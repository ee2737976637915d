#pragma once
// References within a template: who needs whom.

#include "generator/cfn/template.h"

typedef enum RefType { REF_REF, REF_ATT, REF_DEPENDS, REF_SUB, REF_CONDITION, REF_MAPPING } RefType;

typedef struct Reference {
    RefType type;
    Str id;        // what is referred to: a resource, parameter, condition or mapping
    Str attribute; // REF_ATT, and REF_SUB with a dot
    Json *node;    // REF_REF and REF_ATT: the object that is the reference, to be rewritten
} Reference;

// Calls `visit` for every reference in the tree, in its order, pseudo parameters left out. A node
// may be rewritten while it is visited.
void refs_walk(Json *json, void (*visit)(void *context, const Reference *r), void *context);
