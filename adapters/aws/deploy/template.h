#pragma once
// What a deployment has to know of a template, and what it does to it. Private to
// adapters/aws/deploy.

#include "adapters/adapters.h"

typedef struct TemplateFacts {
    Str text;    // what AWS gets
    bool iam;    // it makes roles or policies
    bool named;  // and names them
    bool nested; // it has nested stacks
    bool hidden; // it has parameters whose values AWS tells nobody
    bool bucket; // it has the parameter ArtifactBucket
} TemplateFacts;

// Leaves out where each resource stands in the program, so that moving lines changes nothing at
// AWS; `arch_key` says where the whole graph is kept (empty: it says nothing).
bool template_prepare(Arena *a, Str json, Str arch_key, TemplateFacts *out, Err *err);
// The same resources, parameters, outputs …: all but the template's own metadata.
bool template_same(Str x, Str y);
Str template_arch_key(Arena *a, Str json);

typedef struct TemplateEndpoint {
    Str id, config; // logical ids of an endpoint and the configuration that it refers to
} TemplateEndpoint;
typedef Vec(TemplateEndpoint) TemplateEndpointVec;
void template_endpoints(Arena *a, Str json, TemplateEndpointVec *out);

// Logical ids and types of what stays when the stack is deleted.
void template_retained(Arena *a, Str json, AwsPairVec *out);

// The logical id of the function that is `id` in the graph, in the main template or a nested one.
Str template_function(Arena *a, const AwsDeploy *in, Str id);
