#pragma once
// Slice: from the evaluated program to what each of its functions needs of it. `slice_all` is the
// door, the rest stands between the files of slice/.
//
//     units_make    the program as units (top-level statements) and what each refers to   units.c
//     need_*        one function's closure over names, heap and effects                   need.c
//     reach_value   what of the heap a kept name leads to                                 reach.c
//     text_of       the module's text with the rest blanked out                           text.c

#include "deducer/eval/effects.h"

// Fills I->in->slices, in the order of the graph's functions, where they are wanted, and adds to
// each function's row the variables of the environment that its modules use while they load. All
// texts are the compile's own. `recorder` is what the top level did.
void slice_all(Interp *I, const struct Recorder *recorder);

// ---- The plan: the same for all functions -------------------------------------------------------

typedef enum UseKind {
    USE_BINDING, // of the module: slot
    USE_IMPORT,  // index of the import; `member` where it is a namespace of which one is used
    USE_MODULE,  // all of what a request leads to: import("./x")
} UseKind;

typedef struct Use {
    UseKind kind;
    uint32_t index;
    Sym member;
} Use;

typedef Vec(Use) UseVec;

// A handler's expression at the top level: what other functions do without.
typedef struct Hole {
    const Node *call, *argument;
    UseVec uses;
} Hole;

// A top-level statement.
typedef struct Unit {
    uint32_t module; // index
    const Node *node;
    Span span; // with `export`
    Vec(uint32_t) slots;
    UseVec uses;
    Vec(Hole) holes;
    const Effects *effects; // NULL: it never ran
    Vec(uint32_t) touched;  // indices of Plan.touched
    Vec(Str) handed;        // variables of the environment that code which cannot be seen got
    bool is_default;        // makes the default export
    bool jsx, waits;        // waits: `await`, not in a function
} Unit;

typedef Vec(uint32_t) IndexVec;

typedef struct PlanModule {
    const Module *module;
    uint32_t first, end; // its units
    bool whole;          // too strange to cut: everything stays
    IndexVec *declared;  // by slot: units that declare it
    IndexVec *users;     // by slot: units that use it, of all modules
    bool default_used;
} PlanModule;

// A cell or object that some statement changed after another one had made it.
typedef struct Touched {
    const void *at;
    IndexVec pasts; // of the recorder's
} Touched;

typedef struct Plan {
    Interp *I;
    const struct Recorder *recorder;
    Vec(Unit) units;
    PlanModule *modules; // by Module.index
    Vec(Touched) touched;
    uint32_t *table; // 1 + index into touched, hashed by address
    uint32_t table_cap;
} Plan;

Plan *units_make(Interp *I, const struct Recorder *recorder);
// 1 + index into touched, or 0.
uint32_t units_touched(const Plan *p, const void *at);

// ---- One function's needs -----------------------------------------------------------------------

typedef struct NeedModule {
    bool needed; // something of it
    bool live;   // stands in the slice
    bool *slots, *imports, *exports;
    bool *stars; // by index of star_exports: names come through it
} NeedModule;

typedef struct Need {
    const Plan *plan;
    const Resource *function; // NULL: of everybody, to find out who uses what
    bool *units;
    NeedModule *modules;
    bool *reached; // by index of Plan.touched
    IndexVec queue;
    uint32_t visit; // marks objects that were looked at
} Need;

Need *need_make(const Plan *p, const Resource *function);
// True where the hole becomes `null`.
bool need_fills(const Need *n, const Unit *u, const Hole *hole);

// True where the function's environment has the variable.
bool need_gets_variable(const Need *n, Str name);

// Marks everything that can be reached from v.
void reach_value(Need *n, Value v);
void reach_cell(Need *n, const Cell *c);

// ---- Texts --------------------------------------------------------------------------------------

Str text_of(const Need *n, const Module *m);
