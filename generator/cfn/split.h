#pragma once
// Nested stacks: what a template does when it is too large for one.

#include "generator/lowering.h"

typedef struct NestedStack {
    Str id; // logical id in the main template
    Template template;
} NestedStack;

typedef Vec(NestedStack) NestedStackVec;

// The limits that CloudFormation sets for one template.
enum { RESOURCES_MAX = 500, PARAMETERS_MAX = 200, OUTPUTS_MAX = 200, TEMPLATE_MAX = 1048576 };

// Moves each function, with all that belongs to it, from g->template to one of several nested
// stacks. False after a diagnostic.
bool split(Gen *g, NestedStackVec *out);
