#pragma once
// The evaluator: runs JavaScript over abstract values.
//
// One machine serves both phases. At the top level nearly everything is known and it runs the
// program as Node would; in a handler arguments are unknown and it takes both sides of what it
// can't decide. State changes go through interp_write, which keeps a trail; a Fork runs
// alternatives one after the other from the same state and joins what they leave behind.
//
// Control: a path that has ended (returned, thrown, broken out) is `dead`. Everything that
// evaluates returns at once, with any value, when I->dead is set after a step.

#include "deducer/eval/value.h"

typedef struct Realm {
    Obj *object, *function, *array, *string, *number, *boolean, *bigint, *symbol, *promise, *map,
        *set, *regexp, *date, *error, *iterator, *generator; // prototypes
    Map globals;                                             // name → Value *
    Obj *global_this;
    Obj *env; // process.env: reading any key of it gives a known string or a LATE_ENV (access.c)
} Realm;

typedef struct TrailEntry {
    Cell *cell;
    Value old;
} TrailEntry;

// Why the path being run may not be the one that runs, innermost last.
typedef struct Doubt {
    Span where; // the condition, loop head …
    const Reason *why;
    bool loop; // an unknown number of times, rather than perhaps
    // Not 0: the path goes on because another one has left for the target of that depth (`if (x)
    // return;`), and is in doubt until that target ends.
    uint32_t until;
    struct Doubt *outer;
} Doubt;

// The state that a path left behind, against a base: final values of the cells it changed.
typedef struct Snapshot {
    Cell **cells;
    Value *values;
    uint32_t count;
    Value value; // what was returned, thrown …
    struct Snapshot *next;
} Snapshot;

// Where paths that end early come together: function calls (return), loops and labels (break,
// continue), try (throw).
typedef struct Target {
    uint32_t mark;          // trail length at its start
    uint32_t epoch;         // what is not older was made since
    Snapshot *exits;        // of paths that ended here under some fork
    uint32_t depth;         // of targets around and with it
    uint32_t fork_depth;    // I->fork_depth at its start
    Doubt *doubt;           // I->doubt at its start
    uint32_t last_mark;     // saved I->mark_epoch
    uint32_t exits_before;  // saved I->exit_count
    struct Finally *finals; // I->finals at its start: those further in run when a path ends here
} Target;

typedef struct Frame {
    struct Frame *outer;
    Obj *fn; // NULL: a module's top level
    Module *module;
    Value self;      // `this`; V_TDZ before super() has run
    Cell *self_cell; // derived constructors and what captures their `this`; or NULL
    Obj *new_target;
    Obj *home;
    Span call_span; // where it was called
    Str call_note;  // evidence: "calls createModel"
    Target *ret;
    const Call *call;
    Obj *generator;   // whose body runs; or NULL
    uint64_t context; // hash of the path of calls and loop rounds: names allocations in fixpoints
    bool entered_unseen; // called by code that cannot be seen
    struct Recursion *recursion;
    uint32_t fork_depth; // at its start
    bool settled;        // nothing runs between its end and the settling of the promise it gives
} Frame;

struct Interp {
    Arena *a;
    Diags *diags;
    Sources *sources;
    Interner *interner;
    const DeduceInput *in;
    Program *program;
    const KindTable *kinds;
    Arch *arch;
    Realm realm;

    bool dead;      // the present path has ended
    bool exploring; // running a handler, not the top level
    bool gave_up;   // budget or stack exhausted: reported once, everything returns
    bool lenient;   // a resource without the member asked for is no mistake
    bool may_throw; // something since the last try began may have thrown
    uint32_t
        fixpoint; // depth of loops and recursions being repeated: allocations are reused by site
    bool widen;   // fixpoints give up primitives that go on changing
    Doubt *doubt; // NULL: the present path is certain
    Frame *frame;
    uint32_t depth; // of frames
    uint64_t steps, step_limit, total_steps;
    uintptr_t stack_floor; // lowest address the C stack may reach

    Vec(TrailEntry) trail;
    Vec(TrailEntry)
        history; // exploring: values that cells have had, now or on paths that have ended
    uint32_t history_epoch; // of the handler's start; 0: nothing is added
    uint32_t epoch;         // counts marks
    uint32_t mark_epoch;    // of the innermost mark: older cells are logged
    uint32_t fork_epoch; // of the innermost fork: what is older is undone between its alternatives
    uint32_t fork_depth;
    uint32_t target_depth;
    uint32_t
        outermost_exit; // the least depth of a target that a path left for, within the present fork
    uint32_t exit_count; // paths that ended under a fork so far
    Target *direct;      // dead: the path ended there with its state standing as it is; else NULL
    Value direct_value;
    Target *chain;   // of the innermost optional chain
    Target *catcher; // innermost try; NULL: none
    uint32_t next_id;
    uint32_t visits; // escapes so far

    Vec(Resource *) resources;   // by Resource.index
    struct Explorer *explorer;   // exploring: what is recorded (explore.h)
    struct ModuleState *modules; // by Module.index
    Span loop;                   // the head of the innermost loop that is running
    Code code;              // of the error being thrown, where its type does not say it; 0 mostly
    Str hint;               // what might mend the error being thrown; empty mostly
    Map externals;          // "specifier export" → Obj *: values of libraries
    struct Memos *memos;    // calls remembered; NULL at the start of a handler
    uint32_t joins;         // calls joined into a recursion so far
    struct Sites *sites;    // allocations by (node, context), while fixpoint > 0
    uint32_t round;         // of fixpoints, counts up
    struct Label *labels;   // where break and continue go
    struct Finally *finals; // finally blocks that wait
    Vec(Obj *) rejected;    // promises rejected at the top level, until somebody handles them
    Vec(Obj *) unseen;      // functions handed to unseen code at the top level
    struct Recorder *recorder; // the top level runs, and slices are wanted (effects.h); or NULL
};

// ---- Reasons and diagnostics --------------------------------------------------------------------

const Reason *reason_new(Interp *I, Span where, const Reason *because, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
// Adds the chain to a diagnostic as labels (at most 6).
void diag_reasons(Diag *d, const Reason *r);
// A value of which nothing is known; `label` is what to call it.
Value interp_unknown(Interp *I, const Reason *why, Str label);
// A V_PRIM with a new reason.
Value interp_prim(Interp *I, uint32_t mask, Span where, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

// ---- State --------------------------------------------------------------------------------------

void cell_init(Interp *I, Cell *c, Value v);
Cell *cell_new(Interp *I, Value v);
void interp_write(Interp *I, Cell *c, Value v);
// The old value stays possible.
void interp_write_weak(Interp *I, Cell *c, Value v);

// ---- Objects (object.c) -------------------------------------------------------------------------

Obj *obj_new(Interp *I, ObjClass cls, Obj *proto, Span site);
Obj *obj_plain(Interp *I, Span site); // {}
Obj *obj_array(Interp *I, Span site); // []
Obj *obj_native(Interp *I, const Native *row);
// A function that belongs to an object, such as a promise's resolve.
Obj *obj_native_of(Interp *I, const Native *row, const Obj *owner);
Obj *obj_promise(Interp *I, Value value, Span site);     // of a promise: that promise
Obj *obj_rejected(Interp *I, Value error, Span site);    // a promise rejected with `error`
void obj_init_cell(Interp *I, Obj *o, Cell *c, Value v); // of a new object
Obj *obj_map(Interp *I, ObjClass cls, Span site);        // O_MAP or O_SET
Obj *obj_opaque(Interp *I, const Reason *why, Str label);
Obj *obj_iterator(Interp *I, Items *items, Span site);

// Own property by key, or NULL. Does not look at array elements.
Prop *obj_find(const Obj *o, Sym key);
// Defines or replaces an own property (data).
void obj_define(Interp *I, Obj *o, Sym key, Value v, uint32_t flags);
void obj_define_lit(Interp *I, Obj *o, const char *key, Value v); // hidden: for built-ins
void obj_natives(Interp *I, Obj *o, const Native *rows);          // rows end with a NULL name
// Own enumerable string keys in JavaScript's order (integer keys first). *exact_out is false where
// there may be more or fewer keys than these.
Sym *obj_keys(Interp *I, Obj *o, uint32_t *count_out, bool *exact_out);

void array_push(Interp *I, Obj *array, Value v);
Obj *array_from(Interp *I, const Items *items, Span site);
// Replaces the contents.
void array_assign(Interp *I, Obj *array, const Items *items);

// ---- Operations (each alternative of a union is tried and the results joined) -------------------

// obj.key / obj[key], getters run, prototype chain walked; on undefined and null: a TypeError where
// the path is certain, nothing where there are other alternatives.
Value interp_get(Interp *I, Value object, Sym key, Span span);
Value interp_get_index(Interp *I, Value object, Value key, Span span);
void interp_set(Interp *I, Value object, Sym key, Value v, Span span);
void interp_set_index(Interp *I, Value object, Value key, Value v, Span span);
void interp_delete(Interp *I, Value object, Value key);
bool interp_has(Interp *I, Value object, Value key, bool *known_out);

// Calls any value. `note` is the evidence's text for the call, or empty. Gives V_UNDEFINED when
// dead.
Value interp_call(Interp *I, Value callee, const Call *c, Str note);
// The same with an argument list in place.
Value interp_call_values(Interp *I, Value callee, Value self, const Value *args, uint32_t n,
                         Span span);
Value interp_construct(Interp *I, Value callee, const Call *c, Str note);
// The argument at i: undefined behind the end; with `rest` where the list is open.
Value call_arg(Interp *I, const Call *c, uint32_t i);

Value interp_await(Interp *I, Value v, Span span);
Items *interp_iterate(Interp *I, Value v, Span span);
Items *items_new(Interp *I);
void items_push(Interp *I, Items *it, Value v);
void items_open(Interp *I, Items *it, Value rest, const Reason *why); // joins into rest
// All elements joined (with rest); V_ABSENT where empty.
Value items_join(Interp *I, const Items *it);

// Runs a native's callback over elements as a loop would: `each` known element in turn, then the
// rest as a fixpoint. Where open, the body may run any number of times.
typedef bool (*LoopBody)(Interp *I, void *state, Value element, Value index); // false: stop
void interp_for_each(Interp *I, const Items *items, Span span, LoopBody body, void *state);

void interp_throw(Interp *I, Value v, Span span);
void interp_throw_error(Interp *I, const char *type, Span span, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

// ---- Forks --------------------------------------------------------------------------------------
//
//     Fork f;
//     fork_begin(I, &f, doubt…);
//     a = yes(…);
//     fork_next(I, &f, a);
//     b = no(…);
//     Value v = fork_end(I, &f, b);

typedef struct Fork {
    uint32_t mark, epoch;
    uint32_t last_mark, last_fork; // saved I->mark_epoch, I->fork_epoch
    Snapshot *ends;                // of alternatives that did not die
    Doubt doubt;
    uint32_t exits_before; // saved I->exit_count
    uint32_t outermost;    // saved I->outermost_exit
    uint32_t depth;        // saved I->fork_depth
    bool rounds;           // a round of a fixpoint beside none
    bool changed;          // set by fork_end: the state differs from what it was before
} Fork;

void fork_begin(Interp *I, Fork *f, Span where, const Reason *why, bool loop);
void fork_next(Interp *I, Fork *f, Value v);
// Joins; dead where every alternative is. Gives the join of the alternatives' values.
Value fork_end(Interp *I, Fork *f, Value v);

void target_begin(Interp *I, Target *t);
// The present path ends at t.
void target_exit(Interp *I, Target *t, Value v);
// Joins the paths that ended at t with the present one (if alive). True where the path goes on; the
// value is the join of the exits' values (and of `v` where the present path is alive).
bool target_end(Interp *I, Target *t, Value v, Value *out);

// ---- Conversions --------------------------------------------------------------------------------

typedef enum Truth { TRUTH_NO, TRUTH_YES, TRUTH_MAYBE } Truth;
Truth interp_truth(Value v);
// The value as string / number / property key. Unknown: a V_PRIM; late: the Late itself.
Value interp_to_string(Interp *I, Value v, Span span);
// What `+` and `==` make of an object; one alternative.
Value interp_to_primitive(Interp *I, Value v, Span span);
Value interp_to_number(Interp *I, Value v);
// True and *out where v is one known string key (strings, numbers, symbols …).
bool interp_to_key(Interp *I, Value v, Sym *out);
bool known_string(Value v, Str *out);
bool known_number(Value v, double *out);
bool known_int(Value v, int64_t *out);
Str number_to_str(Arena *a, double d); // as JavaScript writes it
// What the program calls the value: "`x`", "the result of `f`", for messages.
Str interp_typeof(Value v);

// ---- Built-ins (builtins/*.c install into the realm) --------------------------------------------

void builtins_install(Interp *I);

// ---- Escapes (explore/escape.c)
// ------------------------------------------------------------------------------- `v` gets into the
// hands of code that cannot be seen. `receiver` (may be NULL) is the opaque object that gets it,
// `how` says it for the evidence ("endpointName reaches SageMakerEndpoint"). While exploring, the
// value's own rule applies at once; at the top level the receiver remembers.
void interp_escape(Interp *I, Value v, Obj *receiver, Span span);
// The result of calling unseen code with these arguments: a new opaque object holding them.
Value interp_call_unseen(Interp *I, Obj *callee, const Call *c, Str label);
