#pragma once
// What each part of the graph became: for `pluto why`, the page and comparisons.
//
// It lowers the graph as generate() does and looks at the result, so it says what is deployed and
// not what somebody remembered to say. Kinds without a template, and resources that cannot be
// lowered, leave out what is not known; nothing is reported, that is generate()'s part.
//
// References are those of one template. An application that is too large for one is deployed as
// several, which hand each other the same values as parameters.

#include "generator/generator.h"

// A resource of the template.
typedef struct TraceResource {
    Str owner; // id in the graph: "Function/chatbot"
    Str id;    // logical id: "FunctionChatbotRole"
    Str type;  // "AWS::IAM::Role"
    Str json;  // its text in the template, indented
} TraceResource;

// One action of one role on one thing.
typedef struct TracePermission {
    Str principal; // id in the graph whose role it is: a function, or a model's container
    Str role;      // the role's logical id; empty: the kind has no template yet
    Str sid;       // of the statement it stands in
    Str action;    // "dynamodb:GetItem"
    Str resource;  // JSON, compact: {"Fn::GetAtt":["KVStoreNotes","Arn"]}; without a role "Queue/q"
    Str condition; // JSON, or empty
    const ArchEdge *edge; // the first that asks for it; NULL: follows from no edge (logs)
} TracePermission;

typedef struct TraceVariable {
    Str function; // id
    Str name;
    Str value;            // JSON, compact; of a secret or a deployer's variable only the reference
    const ArchEdge *edge; // the first that asks for it, or NULL
} TraceVariable;

// A way in from outside.
typedef struct TraceExposure {
    Str id;      // of the resource: "Function/chatbot", "Router/api"
    Str what;    // "function URL", "route GET /hello", "website"
    bool anyone; // no signature, no login; false: IAM decides
} TraceExposure;

// A statement that an edge asks for, alone or with others.
typedef struct TraceGrant {
    const ArchEdge *edge;
    Str sid;
    Str statement; // as it stands in the role's policy, indented; without a role: what it would say
} TraceGrant;

typedef struct Trace {
    Vec(TraceResource) resources;     // in the template's order
    Vec(TracePermission) permissions; // by principal in the graph's order, then as in the policy
    Vec(TraceVariable) variables;     // by function in the graph's order, then by name
    Vec(TraceExposure) exposures;     // in the graph's order
    Vec(TraceGrant) grants;           // by edge in the graph's order
} Trace;

void trace(Arena *a, const Arch *arch, const KindTable *kinds, const GenerateSettings *s,
           Trace *out);

// The IAM statement that the edge's permissions stand in, as JSON with indentation, of the role of
// `edge->from`; empty where the edge permits nothing. Where there are several (signed calls of a
// URL) they are joined by a comma.
Str trace_statement(Arena *a, const Trace *t, const ArchEdge *edge);
