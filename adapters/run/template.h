#pragma once
// The CloudFormation template that AWS would get, evaluated against local values. Private to
// adapters/run.

#include "adapters/adapters.h"
#include "adapters/run/tree.h"

// One template of several: its parameters and what its resources call each other by.
typedef struct TemplateScope TemplateScope;

typedef struct TemplateResource {
    Str id;                 // logical: "FunctionChatbot"
    Str type;               // "AWS::Lambda::Function"
    Str owner;              // Metadata.pluto.id: "Function/chatbot"; else the logical id
    const Tree *properties; // not evaluated: see template_properties
    const Tree *condition;  // its name, or NULL
    bool present;           // its condition holds, or it has none
    bool busy;              // its own name is being made
    Str made_up;            // its id, once somebody has asked for it
    const TemplateScope *scope;
    const TemplateScope *nested; // of a stack: its template; else NULL
} TemplateResource;

typedef Vec(TemplateResource) TemplateResourceVec;

// What no template knows: the deployer's values, this machine.
typedef struct TemplateLocal {
    Str region;
    // The value of a parameter. False: there is none here, its default stands.
    bool (*parameter)(void *context, Arena *a, Str name, Str *out);
    // Where the Function URL or API of `owner` serves: "http://127.0.0.1:4301", without a slash at
    // its end.
    bool (*origin)(void *context, Arena *a, Str owner, Str *out, Err *err);
    void *context;
    const RunTemplate *nested; // only stacks of the main template have templates
    uint32_t nested_count;
} TemplateLocal;

typedef struct Template Template;

#define TEMPLATE_ACCOUNT "000000000000" // of nobody

// `local` is borrowed. False where it is no template.
bool template_read(Arena *a, Str json, const TemplateLocal *local, Template **out, Err *err);

// In the order of the templates, the main one first; those whose condition does not hold are not
// present.
TemplateResourceVec *template_resources(Template *t);
const Tree *template_metadata(const Template *t); // Metadata.pluto, or NULL
Str template_stack(const Template *t);            // "chat-dev": what made-up names begin with

// All properties, evaluated: an object.
bool template_properties(Template *t, TemplateResource *r, const Tree **out, Err *err);
// One of them, evaluated; *out is NULL where there is none.
bool template_property(Template *t, TemplateResource *r, const char *name, const Tree **out,
                       Err *err);

// attribute.c: what Ref (`attribute` is empty) and Fn::GetAtt of a resource give here.
bool template_attribute(Template *t, TemplateResource *r, Str attribute, Str *out, Err *err);

// Of the region: "aws", "aws-cn" …, and what its host names end with.
Str template_partition(const Template *t);
Str template_suffix(const Template *t);
Arena *template_arena(Template *t);
const TemplateLocal *template_local(const Template *t);
