#pragma once
// A plan under construction. Private to generator/plan/.

#include "generator/cfn/refs.h"
#include "generator/plan.h"

// A resource of a template.
typedef struct PlanRow {
    Str stack, id, type, owner, place;
    Json *json; // of the template
} PlanRow;
typedef Vec(PlanRow) PlanRowVec;

// One side, read.
typedef struct PlanHalf {
    Vec(Json *) trees; // as the templates are given
    PlanRowVec rows;   // of all templates, in their order
    Map index;         // plan_key → PlanRow *
    Map owners;        // logical id → PlanRow *, the first of that id
} PlanHalf;

typedef struct Planner {
    Arena *a;
    const PlanInput *in;
    PlanHalf before, after;
    Plan *out;
} Planner;

Str plan_key(Arena *a, Str stack, Str id);
const Json *plan_member(const Json *json, const char *name);
// A value's text, compact; a secret is said to be hidden.
Str plan_value(Arena *a, const Json *json);
// "DeletionPolicy" and the like, or empty.
Str plan_attribute(const PlanRow *row, const char *name);

// Fill in resources and count; permissions and widens; exposures and publishes.
void plan_resources(Planner *p);
void plan_permissions(Planner *p);
void plan_exposures(Planner *p);
