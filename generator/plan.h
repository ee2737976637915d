#pragma once
// What a deployment would do to a stack: the templates that are deployed against those that were
// generated. Part of the generator's public face.
//
//     Plan plan;
//     if (!plan_compare(arena, &input, &plan, &err)) …   // what is deployed is no template
//     write(plan_text(arena, &plan, color));
//
// It knows what CloudFormation does with each property of the types that pluto writes (in place, or
// by replacing the resource), follows what a replacement changes in others, and says of every
// role what it may do more and less. It asks nobody: no network, no account. Where CloudFormation
// itself has said what it would do, its word goes in the place of ours (plan_told).

#include "generator/diff.h"

// A template; the main one has the empty id, a nested one its stack's logical id.
typedef struct PlanTemplate {
    Str id, json;
} PlanTemplate;

typedef struct PlanSide {
    const PlanTemplate *templates;
    uint32_t template_count;
    PairVec parameters; // of the main template, where they are known
} PlanSide;

typedef struct PlanInput {
    Str project, stack;     // for the title
    Str before_name;        // "what is deployed", "old.json"
    Str after_name;         // empty: "the program"
    PlanSide before, after; // before without a template: there is no stack yet
} PlanInput;

typedef enum PlanAction {
    PLAN_ADD,
    PLAN_CHANGE,
    PLAN_MAY_REPLACE, // CloudFormation decides when it does it
    PLAN_REPLACE,
    PLAN_REMOVE,
    PLAN_FOLLOW, // listed for what it names, which keeps its name: nothing happens to it
    PLAN_ACTION_COUNT
} PlanAction;

typedef struct PlanProperty {
    Str path;          // "MemorySize", "DeletionPolicy"
    PlanAction effect; // PLAN_CHANGE: in place; PLAN_REPLACE; PLAN_MAY_REPLACE
    Str before, after; // JSON, compact; empty: not given. A secret is said to be hidden
    Str cause;         // what changed that this refers to: a parameter, a replaced resource
} PlanProperty;

typedef struct PlanResource {
    PlanAction action;
    Str stack, id, type; // stack: logical id of the nested stack, or empty
    Str owner;           // "Function/chatbot", or empty
    Str place;           // "src/index.ts:3:19", or empty
    Str policy;          // DeletionPolicy or UpdateReplacePolicy where something goes, or empty
    bool keeps_data;     // its type holds what nobody can make again
    bool loses_data;     // and this would take it away
    Vec(PlanProperty) properties;
} PlanResource;

typedef struct PlanPermission {
    bool added;
    DiffEffect effect;
    Str owner, role;           // "Function/chatbot", "FunctionChatbotRole"
    Str action, on, condition; // on: for people; condition: JSON, or empty
    Str resource;              // JSON, compact
    Str place;                 // of the owner
} PlanPermission;

typedef struct PlanExposure {
    bool added;  // or opened from IAM to anyone; else removed or closed
    bool anyone; // on the side that has it, after's where both do
    Str owner, what, place;
} PlanExposure;

typedef struct Plan {
    const PlanInput *input;
    Vec(PlanResource) resources; // in the order of the templates, what goes last
    Vec(PlanPermission) permissions;
    Vec(PlanExposure) exposures;
    uint32_t count[PLAN_ACTION_COUNT];
    bool widens, publishes, loses_data;
} Plan;

// Everything in `out` lives in `a` or in the input.
bool plan_compare(Arena *a, const PlanInput *in, Plan *out, Err *err);

// What CloudFormation says that it would do with a resource. plan_told() takes its list, which is
// whole, for the plan's resources; of ours stays what we know of each.
typedef struct PlanWord {
    Str stack, id, type;
    PlanAction action;
    bool keeps_data, loses_data;
    const PlanProperty *properties; // for where we saw no change
    uint32_t property_count;
} PlanWord;
void plan_told(Arena *a, Plan *plan, const PlanWord *words, uint32_t count);

bool plan_empty(const Plan *p);
Str plan_text(Arena *a, const Plan *p, bool color);
Str plan_json(Arena *a, const Plan *p);

// What a change of a property does to a resource of a type that pluto writes; PLAN_MAY_REPLACE for
// types that it does not.
PlanAction plan_effect(Str type, Str property);
// Its type holds what nobody can make again: tables, buckets, queues, secrets.
bool plan_keeps_data(Str type);
