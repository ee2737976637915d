#pragma once
// Plans of deployments: what `pluto diff` and `pluto deploy` show before anything happens. Private
// to cli/.

#include "cli/pipeline.h"
#include "generator/plan.h"

typedef Vec(PlanTemplate) PlanTemplateVec;

// What was generated, as the newer side of a plan.
PlanSide plan_side_of(Arena *a, const Output *output);
// The template at `path`, or the one that a build left in that folder, with its nested templates.
bool plan_side_read(Session *s, Str path, PlanSide *out, Err *err);
// Prints the plan (text, or JSON with --json). EXIT_WIDENS where permissions widen, something
// becomes public or data would be lost, unless --exit-zero.
int plan_show(const Session *s, const Plan *plan);
