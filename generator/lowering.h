#pragma once
// What turns a resource of the graph into CloudFormation. Private to generator/: kinds/ implement
// it, generate.c drives it, cfn/ serves it.

#include "generator/cfn/template.h"
#include "generator/generator.h"

// A resource of the graph with its edges.
typedef struct Node {
    const ArchResource *resource;
    const Kind *kind;
    Vec(const ArchEdge *) out, in;
} Node;

typedef struct Gen {
    Arena *arena;
    const Arch *arch;
    const KindTable *kinds;
    const GenerateSettings *settings;
    Diags *diags;
    Template *template;
    Node *nodes; // in the order of the graph's resources
    uint32_t node_count;
    Map by_id;     // id → Node *
    Map variables; // parameter → the name of the deployer's variable, a Str *
    CodeAssetVec code;
} Gen;

typedef struct Policy Policy; // cfn/iam.h

// The part of a Kind's row that only the generator knows.
struct Lowering {
    // Adds the resource's CloudFormation to g->template.
    void (*emit)(Gen *g, const Node *n);
    // The value of a late property, for the use of `reader`; NULL after a diagnostic.
    Json *(*property)(Gen *g, const Node *n, Str property, const Node *reader);
    // What the operations' actions act on: an ARN.
    Json *(*arn)(Gen *g, const Node *n);
    // The same for people: "table of KVStore/users".
    Str (*arn_text)(Arena *a, const Arch *arch, const ArchResource *r);
    // What a `read` edge permits, NULL: nothing.
    void (*permit_read)(Gen *g, const Node *n, Str property, Policy *policy);
    // What an operation permits where that is not its actions on `arn`; false where it is. NULL: it
    // always is.
    bool (*permit_call)(Gen *g, const Node *n, Str operation, Policy *policy);
};

// The node of that id; a graph that has been read has one for every id in it.
const Node *gen_node(const Gen *g, Str id);

// An error at the resource's place.
Diag *gen_error(Gen *g, Code code, const ArchResource *r, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
Diag *gen_error_at(Gen *g, Code code, ArchPlace place, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

// Where `literal` stands in the program's text, looked for from `place` on; `place` where it does
// not or where there is no text.
ArchPlace gen_literal_place(const Gen *g, ArchPlace place, Str literal);

// Where the first piece of an edge's evidence stands, else where its source resource does.
ArchPlace gen_edge_place(const Gen *g, const ArchEdge *edge);

// Adds {"Type": type, "Properties": properties} with where it comes from. `group`: the function
// that it belongs with, or the empty slice. Gives the resource, to add more to it, or NULL after an
// error.
Json *gen_add(Gen *g, const ArchResource *owner, Str group, Str id, const char *type,
              Json *properties);
void gen_output(Gen *g, Str id, Str description, Json *value);
// The parameter for a package or another thing that a deployment fills in.
void gen_parameter(Gen *g, Str id, Str description);

// The tags of everything that is made for `r`, as a list of {Key, Value} or as an object.
Json *gen_tags(Gen *g, const ArchResource *r);
Json *gen_tag_object(Gen *g, const ArchResource *r);

// ---- Options: members of the argument `options` -------------------------------------------------

const ArchValue *option_value(const ArchResource *r, const char *name);
// `fallback` where the member is missing or not of the type.
double option_number(const ArchResource *r, const char *name, double fallback);
Str option_text(const ArchResource *r, const char *name, Str fallback);
bool option_bool(const ArchResource *r, const char *name, bool fallback);
