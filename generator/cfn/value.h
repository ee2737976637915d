#pragma once
// Values of the graph as CloudFormation: literals, and what becomes known when the stack is
// deployed.

#include "generator/lowering.h"

// A value that may take part in text. NULL after a diagnostic, and for null. `name` is what the
// value is called in messages: "the variable `X`".
typedef struct ValueUse {
    const Node *reader; // whose value it is
    Str name;
} ValueUse;

Json *value_json(Gen *g, ValueUse use, const ArchValue *v);

// The value of a late property of resource `id`; NULL after a diagnostic.
Json *value_property(Gen *g, const Node *reader, Str id, Str property);

// A variable of the deployer's environment: the parameter's value, or nothing at all where the
// deployer has not set it.
Json *value_variable(Gen *g, Str variable);

// What of it is known now: the bytes of its literal parts.
uint32_t value_known_bytes(Arena *a, const ArchValue *v);
