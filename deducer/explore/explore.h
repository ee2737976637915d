#pragma once
// Explore: from resources and handlers to the edges of the graph. Between the files of explore/.

#include "deducer/eval/run.h"

typedef struct Later Later;

// What the exploration of one handler has found so far.
typedef struct Explorer {
    ArchResource
        *from; // NULL: functions that unseen code got at the top level are looked into (checking)
    Str from_id;
    Map edges;             // "to\ntype\noperation" → ArchEdge *: the shortest evidence so far
    Vec(Obj *) callbacks;  // functions that unseen code has and may call at any time
    Vec(Obj *) escaped;    // objects flagged OF_ESCAPED, to be cleared
    Vec(Later *) later;    // calls whose end may come at any time
    bool ending;           // they run
    uint32_t recalled;     // entries of Interp.history that have been looked at
    uint32_t epoch;        // what is older was there before the handler
    const struct Via *via; // escaping: how what escapes got there, or NULL
} Explorer;

// A further step of evidence, behind the chain of calls: a use of unseen code, and where the object
// that is used was made. Lives on the C stack while something escapes.
typedef struct Via {
    const struct Via *before;
    Span span;
    Str note;
} Via;

// ---- resource.c: constructors and operations ----------------------------------------------------

ArchResource *resource_row(Interp *I, const Resource *r);
// Records a resource. NULL where its name is not valid or taken (reported).
Resource *resource_add(Interp *I, const Kind *kind, Str name, Span name_span, Span span);
void resource_set_handler(Interp *I, Resource *r, Value handler, Span span);
// The call whose argument `argument` is the handler: slices write `null` there for other functions.
void resource_set_call(Interp *I, Resource *r, const Call *c, uint32_t argument);
ArchPlace place_of(Interp *I, Span span);
// False, with the right diagnostic, where nothing may be created or connected here: in a handler,
// or on a path that may not run. `what` is "SageMaker" or "route".
bool creation_allowed(Interp *I, Span span, const char *what);

// ---- argument.c: from values to what stands in the graph ----------------------------------------

typedef struct ArgContext {
    const char *of;   // "SageMaker", "router.get"
    Span span;        // of the argument where it is written out, else of the call
    const Node *node; // the argument's expression, or NULL
} ArgContext;

// The context of the i-th argument of a call.
ArgContext argument_context(const char *of, const Call *c, uint32_t i);
// Checks `v` against the parameter and converts it. NULL where it is not given or wrong (reported).
ArchValue *argument_convert(Interp *I, const ArgContext *c, const Param *p, Value v);
// True where v may be called.
bool argument_is_function(Value v);

// ---- infra.c ------------------------------------------------------------------------------------

Value infra_call(Interp *I, const Call *c);

// ---- evidence.c ---------------------------------------------------------------------------------

// Records an edge of the present handler with the present chain of calls and one more step.
void evidence_edge(Interp *I, EdgeType type, const Resource *to, Str operation, Span span,
                   Str note);
// The edges of a handler into the graph.
void evidence_flush(Interp *I, Explorer *x);

// ---- escape.c -----------------------------------------------------------------------------------

// Calls everything that unseen code may call, under forks.
void escape_run_callbacks(Interp *I);

// ---- later.c: what may happen at any time -------------------------------------------------------

// After a run of the handler: whatever happens later finds variables as they were at any moment.
void later_run(Interp *I);
void escape_clear(Interp *I, Explorer *x);

// ---- explore.c ----------------------------------------------------------------------------------

// All handlers; fills the graph's edges.
void explore_all(Interp *I);
