#pragma once
// `pluto why`: a question about two resources of the graph, and what answers it. Private to cli/.

#include "cli/pipeline.h"
#include "cli/session.h"
#include "generator/trace.h"

typedef Vec(const ArchEdge *) EdgeList;

typedef struct Why {
    Arena *a;
    const Arch *arch;
    Sources *sources;
    Trace trace;
    Map permissions, variables; // id → 1 + where those of the resource start in the trace
    bool color;
    // The question; NULL: any. `from` uses, calls or triggers `to`.
    const ArchResource *from, *to;
    Str operation;  // or empty
    EdgeList edges; // the answer, in the graph's order
} Why;

// Reads the trace: before any answer.
void why_open(Why *w, const GenerateSettings *settings);

// Who is meant by two words ("chatbot", "Function/chatbot"), in the direction in which there are
// edges. The second may be empty: everything that touches the first is then the answer. False
// where a name does not exist or means several, said in err.
bool why_resolve(Why *w, Str first, Str second, Err *err);
// Whether the kinds have the operation at all; else err says what they have.
bool why_operation(const Why *w, Str operation, Err *err);

// The answers: for people, for people about everything, for programs.
Str why_text(const Why *w);
Str why_report(const Why *w);
Str why_json(const Why *w);

// ---- What the answers share ---------------------------------------------------------------------

// "KVStore users"
Str why_name(const Why *w, Str id);
Str why_place(Arena *a, ArchPlace p); // "src/a.ts:3:5", empty: none
// "get", "endpointName", "POST /say"
Str why_what(Arena *a, const ArchEdge *e);
// How many edges from `first` on the same steps led to: one use that permits several operations.
uint32_t why_group(const EdgeList *edges, uint32_t first);
// Their operations: "get, query and set".
Str why_operations(Arena *a, const EdgeList *edges, uint32_t first, uint32_t count);
// The line without blanks around it; empty where it is not at hand or holds what looks like a
// secret.
Str why_line(const Why *w, ArchPlace p);
// Cells of the terminal, and as much of a line as fits.
unsigned why_width(Arena *a, Str s);
Str why_cut(Arena *a, Str line, unsigned cells);
// The actions that the edge's operation needs, with commas.
Str why_actions(const Why *w, const ArchEdge *e);
// The role's logical id, empty: none yet.
Str why_role(const Why *w, const ArchEdge *e);
// The permissions that the edge's operation needs, and the variables that reach `to` by any edge.
typedef Vec(const TracePermission *) PermissionList;
typedef Vec(const TraceVariable *) VariableList;
PermissionList why_permissions(const Why *w, const ArchEdge *e);
VariableList why_variables(const Why *w, const ArchEdge *e);
bool why_is_module(Str path);

// ---- Where there is no edge ---------------------------------------------------------------------

// What was looked at, and what comes nearest.
typedef struct NoEdge {
    uint32_t modules, functions;
    EdgeList uses;    // what `from` uses
    EdgeList used_by; // who uses `to`
    EdgeList between; // edges of the two with another operation
    EdgeList callers; // what calls or triggers `from`
    EdgeList way;     // from one to the other over others
    StrVec given;     // arguments of `from` that hold something of `to`: "options.envs.TOKEN"
    const ArchResource *nearest; // of the kind of `to`, used by `from`; or NULL
    Str variable;                // that holds `to` where it is made; empty: not found
    Vec(ArchPlace) mentions;     // of the variable, its declaration aside
    uint32_t mention_count;      // of all, more than are kept
    const TraceExposure *url;    // of `from`, or NULL
} NoEdge;

NoEdge why_not(const Why *w);
// Whether it is a value of `to` that is known after deployment, and not an operation.
bool why_is_read(const Why *w, Str operation);
// The shortest way over calls and triggers, empty where there is none.
EdgeList why_way(const Why *w, const ArchResource *from, const ArchResource *to);
// `users` in `export const users: KVStore = new KVStore(…)`, empty where that is not what stands
// where the resource is made.
Str why_variable(const Why *w, const ArchResource *r);
// What to do about it, one sentence a line.
StrVec why_advice(const Why *w, const NoEdge *n);
Str why_not_text(const Why *w, const NoEdge *n);

// Colours where the answer goes to a terminal.
typedef enum Ink { INK_PLAIN, INK_BOLD, INK_DIM, INK_BLUE, INK_GREEN } Ink;
void why_put(const Why *w, Buf *b, Ink ink, Str s);
