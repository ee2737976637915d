#pragma once
// A CloudFormation template under construction, and its text.
//
// Ownership: a Template owns the trees in it until template_text or template_drop.

#include "generator/cfn/json.h"

typedef struct TemplateResource {
    Str id;     // logical id
    Str owner;  // id in the graph: "Function/chatbot"
    Str group;  // id of the function it belongs with, empty: belongs to the application as a whole
    Json *json; // {"Type", "Properties", …}
} TemplateResource;

typedef Vec(TemplateResource) TemplateResourceVec;

typedef struct TemplatePart {
    Str id;
    Json *json;
} TemplatePart;

typedef Vec(TemplatePart) TemplatePartVec;

typedef struct Template {
    Arena *arena;
    Str description;
    Json *metadata; // or NULL
    TemplatePartVec parameters, mappings, conditions, outputs;
    TemplateResourceVec resources;
    Map ids; // of resources: id → a Str in the arena, its owner
} Template;

Template template_new(Arena *a, Str description);
void template_drop(Template *t);

// The part of that id, or NULL.
Json *template_part(const TemplatePartVec *parts, Str id);
// Adds a part where it is not there yet, else drops `json`.
void template_part_add(Template *t, TemplatePartVec *parts, Str id, Json *json);
// False where the id is taken; *other is then its owner.
bool template_resource_add(Template *t, TemplateResource resource, Str *other);

// The template's text. Takes all trees out of `t`. Where the text exceeds `max` bytes, *largest is
// the owner of the resource with the longest text.
Str template_text(Arena *a, Template *t, uint32_t max, Str *largest);
