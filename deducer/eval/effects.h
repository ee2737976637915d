#pragma once
// What each statement at the top of a module does beyond what it declares, written down while the
// program is evaluated: whoever wants slices asks which statements a function can do without.

#include "deducer/eval/run.h"

// A variable of the environment that a statement computes with: compares, converts, branches on,
// prints. What only passes its value on is no use: whoever takes the value from there uses it.
typedef struct VariableUse {
    Str name;
    bool presence; // holds for every value: whether the variable is there
} VariableUse;

// One run of one top-level statement.
typedef struct Effects {
    const Module *module;
    const Node *statement;
    uint32_t epoch;               // what is not older it made itself
    bool declares;                // a declaration: code that is not seen may give it its value
    bool world;                   // changes what every part of the program sees, or is seen outside
    bool throws;                  // on some path, to whomever
    bool unseen;                  // calls code that cannot be seen
    bool acts;                    // such a call was made on an older object: `app.use(…)`
    Vec(const void *) touched;    // older cells that it wrote, older objects that it acts on
    Vec(uint32_t) functions;      // Resource.index of the functions that it creates
    Vec(Value) handed;            // to such code: what it may call at any time
    Vec(Str) environment;         // names of variables that it reads
    Vec(VariableUse) uses;        // of these
    Vec(Str) checks;              // it throws where they are not there, and that is all
    const struct Effects *around; // runs the module that this one is in: import(…)
} Effects;

typedef struct Past { // what a cell held before a statement wrote it
    const Cell *cell;
    Value value;
} Past;

// What a function changes, and which variables it reads, when code that cannot be seen calls it.
typedef struct Callback {
    const Obj *function;
    Vec(const Cell *) cells;
    Vec(Str) environment;
} Callback;

struct Recorder {
    uint32_t first; // epoch: what is older is built in, or belongs to an import
    Effects *now;
    Vec(Effects *) all;
    Vec(Past) pasts;
    Vec(Callback) callbacks;
    bool calling;          // the last of them runs
    bool reads;            // the top level reads variables of the environment
    uint32_t seen;         // counts what is seen outside, or by code that cannot be seen
    struct Touch *touches; // hashed by address: who touched it last
    uint32_t touch_count, touch_cap;
};

// Recording starts, before the modules are linked; until I->recorder is set to NULL.
void effects_record(Interp *I);
void effects_begin(Interp *I, const Module *m, const Node *statement);
void effects_end(Interp *I);

// The following do nothing where nothing is recorded.
void effects_write(Interp *I, const Cell *c); // before it changes
void effects_touch(Interp *I, Value v);       // an object changes in a way that no cell shows
void effects_world(Interp *I);
void effects_throw(Interp *I);
void effects_unseen(Interp *I, const Obj *callee, const Call *c);
void effects_function(Interp *I, const struct Resource *r);
void effects_environment(Interp *I, Str name);
// The statement computes with v. `presence`: only whether it is there.
void effects_use(Interp *I, Value v, bool presence);
// Whatever got hold of v may read all that can be reached from it.
void effects_hand(Interp *I, Value v);
// Uses so far; and: those in between were only of whether variables are there, and where they are
// not, the program ends.
uint32_t effects_mark(const Interp *I);
void effects_check(Interp *I, uint32_t mark, uint32_t end);

// ---- Decisions (decide.c) -----------------------------------------------------------------------

typedef struct Decision {
    const Node *test;
    uint32_t mark, tested; // uses before and after the test
    uint32_t exits;        // I->exit_count at the start of the alternative
    bool yes_ended;        // where the test holds, the program ends
} Decision;

// Evaluates the test.
Value decision_begin(Interp *I, Env *env, Node *test, Decision *d);
// `left ?? right`, or what says the same: the right side has just run, under a fork.
void decision_default(Interp *I, Value left, Oper op, uint32_t exits);
// At the end of each alternative, under the fork: the one where the test holds comes first.
void decision_next(Interp *I, Decision *d, bool yes);
// After the top level: code that cannot be seen calls `function`. False where that runs within
// another such call.
bool effects_call_begin(Interp *I, const Obj *function);
void effects_call_end(Interp *I);
