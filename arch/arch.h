#pragma once
// The architecture graph: the contract between the deducer, which writes it, and the generator,
// which reads it. Plain data in an arena; no pointer into a syntax tree, nothing that differs from
// run to run. docs/arch-json.md describes its JSON form. The one public header of arch/.

#include "arch/kind.h"
#include "base/base.h"

// ---- Values: what arguments are made of ---------------------------------------------------------

typedef enum ArchType {
    ARCH_NULL,
    ARCH_BOOL,
    ARCH_NUMBER,
    ARCH_STRING,
    ARCH_ARRAY,
    ARCH_OBJECT,
    // Known only later; in JSON an object with one `$` key:
    ARCH_PROPERTY, // {"$property": {"resource": "Router/api", "property": "url"}}
    ARCH_ENV,      // {"$env": "NAME"}: the deployer's environment, or the function's at run time
    ARCH_CONCAT,   // {"$concat": [ … ]}: strings and late values joined
    ARCH_SECRET,   // {"$secret": "Secret/name"}: the value of a Secret resource
    ARCH_OR,       // {"$or": [ late, fallback ]}: `late ?? fallback`, where late is an ARCH_ENV
} ArchType;

typedef struct ArchValue ArchValue;
typedef struct ArchMember {
    Str key;
    ArchValue *value;
} ArchMember;

struct ArchValue {
    ArchType type;
    bool boolean;
    double number;
    Str text;            // STRING, ENV: the name, SECRET and PROPERTY: the resource's id
    Str property;        // PROPERTY
    ArchValue **items;   // ARRAY, CONCAT, OR
    ArchMember *members; // OBJECT, in the program's order
    uint32_t count;      // of items or members
    uint32_t cap;        // room there is for them; kept by arch_*_push
};

// No value nests deeper: the deducer refuses such a program, the reader such a file.
enum { ARCH_DEPTH_MAX = 100 };

ArchValue *arch_null(Arena *a);
ArchValue *arch_bool(Arena *a, bool b);
ArchValue *arch_number(Arena *a, double d);
ArchValue *arch_string(Arena *a, Str s);
ArchValue *arch_object(Arena *a);
ArchValue *arch_array(Arena *a);
void arch_member_push(Arena *a, ArchValue *object, Str key, ArchValue *value);
void arch_item_push(Arena *a, ArchValue *array, ArchValue *value);
// The member, or NULL (also where object is NULL or not an ARCH_OBJECT).
ArchValue *arch_find(const ArchValue *object, const char *key);

// ---- The graph ----------------------------------------------------------------------------------

typedef struct ArchPlace {
    Str file;              // relative to the project's root, '/'
    uint32_t line, column; // from 1, columns in UTF-16 units; line 0: no place
} ArchPlace;

typedef struct ArchHandler {
    bool present;
    ArchPlace place;
    Str export_name; // by which the package hands out the function
} ArchHandler;

typedef Vec(Str) StrVec;

typedef struct ArchResource {
    Str id; // "<Kind>/<name>"
    Str kind, name;
    ArchValue *arguments; // ARCH_OBJECT by parameter name, without the name and without functions
    ArchHandler handler;  // Function only
    StrVec environment;   // Function only: variables that the package reads, sorted
    ArchPlace source;
} ArchResource;

typedef enum EdgeType { EDGE_CALL, EDGE_READ, EDGE_TRIGGER } EdgeType; // in alphabetical order

typedef struct ArchStep {
    ArchPlace place;
    Str note;
} ArchStep;

typedef struct ArchEdge {
    Str from, to; // ids
    EdgeType type;
    Str operation;        // the operation, or the property for EDGE_READ
    ArchValue *arguments; // ARCH_OBJECT or NULL
    Vec(ArchStep) evidence;
} ArchEdge;

typedef struct Arch {
    Str project, stack;
    Vec(ArchResource) resources; // in the order in which the program creates them
    Vec(ArchEdge) edges;         // by (from, to, type, operation, arguments)
} Arch;

ArchResource *arch_resource(const Arch *arch, Str id); // or NULL
const char *edge_type_name(EdgeType t);                // "call" …
// Sorts edges into the canonical order (byte order of ids; several triggers of one pair and
// operation by their arguments' JSON text, then by place).
void arch_sort_edges(Arena *a, Arch *arch);

// ---- JSON ---------------------------------------------------------------------------------------

// The graph as JSON text, keys and order as docs/arch-json.md says, ends with a line feed. JSON
// text holds neither NUL nor what is not UTF-8: such bytes are written as U+FFFD.
Str arch_to_json(Arena *a, const Arch *arch);
// The same for one value, compact, on one line.
Str arch_value_to_json(Arena *a, const ArchValue *v);
// Reads and checks (shape, ids resolve, ids unique, kinds and operations known to `kinds`); every
// problem is a P0507 at `name`. Unknown members are problems too. NULL where there were any.
Arch *arch_from_json(Arena *a, Str json, Str name, const KindTable *kinds, Diags *ds);
