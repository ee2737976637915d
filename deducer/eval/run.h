#pragma once
// Between the files of the evaluator: running nodes in environments. What natives may use stands in
// interp.h.

#include "deducer/eval/interp.h"

// ---- Environments (env.c) -----------------------------------------------------------------------

// Enters a scope: a new environment with its bindings (let, const and classes uninitialised,
// functions created), or `outer` itself where the scope binds nothing. `scope` may be NULL.
Env *env_enter(Interp *I, const Scope *scope, Env *outer);
// A copy with the present values: the fresh environment of a `for (let …)` round.
Env *env_copy(Interp *I, Env *env);
Cell *env_cell(Env *env, const Node *ident); // REF_LOCAL
// The first use of a binding: its declaration has run.
void env_declare(Interp *I, Env *env, const Node *ident, Value v);
Value env_read(Interp *I, Env *env, const Node *ident);
void env_assign(Interp *I, Env *env, const Node *ident, Value v);

// ---- Expressions and statements -----------------------------------------------------------------

Value eval_expr(Interp *I, Env *env, Node *n);
Value eval_call(Interp *I, Env *env, Node *n);                // call_expr.c: N_CALL
Value eval_new(Interp *I, Env *env, Node *n);                 // N_NEW
Value eval_tagged(Interp *I, Env *env, Node *n);              // N_TAGGED
Value eval_assign(Interp *I, Env *env, Node *n);              // assign.c: N_ASSIGN
Value eval_update(Interp *I, Env *env, Node *n);              // N_UPDATE
Value class_decorate(Interp *I, Env *env, Node *n, Obj *cls); // decorate.c
Value eval_class(Interp *I, Env *env, Node *n, Sym name);     // class.c
Value eval_function(Interp *I, Env *env, Node *n);            // a closure
Value eval_object(Interp *I, Env *env, Node *n);              // literal.c
Value eval_array(Interp *I, Env *env, Node *n);
Value eval_jsx(Interp *I, Env *env, Node *n);
Value eval_this(Interp *I, Span span);
// The key of an N_PROPERTY, N_METHOD or N_FIELD as a value.
Value eval_key(Interp *I, Env *env, Node *member);
// A `?.` link: where v is undefined or null, the chain ends; gives what else it may be.
Value chain_link(Interp *I, Value v, Span span);
Truth logical_short(Oper op, Value left); // whether the left side decides (assign.c)
Value logical_left(Interp *I, Oper op, Value left);
Value logical_late(Interp *I, Oper op, Value left, Value right);
// Evaluates arguments into c (args, n, open, rest).
void eval_args(Interp *I, Env *env, Node **args, uint32_t count, Call *c);
// What the source calls it: `a.b.c`, `f`; "a value" where it has no short name.
Str expr_name(Interp *I, const Node *n);

void exec_stmt(Interp *I, Env *env, Node *n);
void exec_list(Interp *I, Env *env, Node **at, uint32_t count);
void exec_loop(Interp *I, Env *env, Node *n, Sym label); // loop.c
void exec_try(Interp *I, Env *env, Node *n);             // try.c
void exec_switch(Interp *I, Env *env, Node *n);          // switch.c

// Where break and continue go; a chain on the C stack, cut at function borders.
typedef struct Label {
    Sym name;                       // 0: none
    Target *on_break, *on_continue; // NULL where the statement has none
    bool plain; // unlabelled break and continue mean it too (loops; switch for break)
    struct Label *outer;
} Label;

// A `finally` block, or the disposal of what `using` holds, that waits: every path that leaves runs
// it first.
typedef struct Finally {
    Node *block; // NULL: disposal
    Value resource;
    Span span;
    Env *env;
    Frame *frame;
    struct Label *labels;
    Target *catcher;
    struct Finally *outer;
} Finally;

// Runs what waits between here and `until`, innermost first.
void run_finals(Interp *I, Finally *until);
void run_final(Interp *I, Finally *f);

// ---- Binding (pattern.c) ------------------------------------------------------------------------

typedef enum BindMode { BIND_DECLARE, BIND_ASSIGN } BindMode;
void bind_pattern(Interp *I, Env *env, Node *target, Value v, BindMode mode);
void assign_ident(Interp *I, Env *env, Node *ident, Value v); // assign.c
void assign_to(Interp *I, Env *env, Node *target, Value v);   // any assignment target
// As { ...from } does, without the keys in `taken`.
void copy_properties(Interp *I, Obj *o, Value v, const Value *taken, uint32_t count, Span span);
void define_method(Interp *I, Env *env, Obj *on, Node *m, Value key, uint32_t flags);

// ---- Calls (call.c) -----------------------------------------------------------------------------

Value call_function(Interp *I, Obj *fn, const Call *c, Str note);
// True where the promise that the call gives is awaited at once: nothing runs in between.
bool call_is_settled(const Interp *I, const Call *c);
// `name`, `length` or `prototype` of a function.
Value function_property(Interp *I, Obj *fn, Str name);
// The fields of a class, set on a new instance.
void init_fields(Interp *I, Obj *cls, Obj *instance);
// super(…): constructs the parent of the running class with its new.target.
Value construct_parent(Interp *I, Obj *cls, const Call *c);
// Runs `body` with `this` and home set, as a method of a class under construction would.
Value run_in_class(Interp *I, Env *env, Obj *home, Value self, Node *expr, Scope *scope);
// Runs the body of a generator with it as Frame.generator.
Value call_generator(Interp *I, Obj *g);

// ---- Generators (generator.c) -------------------------------------------------------------------

Value generator_new(Interp *I, Obj *fn, const Call *c);
// What an iterator gives, from its start; runs a generator that has not run on this path.
Items *iterator_items(Interp *I, Obj *o);
// The consumer's next(v) and throw(v).
void generator_send(Interp *I, Obj *g, Value v);
void generator_throw(Interp *I, Obj *g, Value v);
Value eval_yield(Interp *I, Env *env, Node *n);

// ---- Forks on a condition -----------------------------------------------------------------------

// Joins v with `fallback` under the state of the present path only (no effects).
Value join(Interp *I, Value a, Value b);
// Of what stood before a round of a fixpoint and what the round left: widens what goes on changing.
Value join_rounds(Interp *I, Value a, Value b);
// What cells older than `epoch` have become since mark.
Snapshot *snapshot_take(Interp *I, uint32_t mark, uint32_t epoch, Value v);
void trail_undo(Interp *I, uint32_t mark, uint32_t epoch);
// Every value that any cell has had since mark: the state at some point in between.
Snapshot *snapshot_anytime(Interp *I, uint32_t mark, uint32_t epoch, Value v);
// Joins the snapshots into the present state (which must be the base); gives the join of their
// values.
Value snapshots_join(Interp *I, Snapshot *list, bool *changed_out);
// A path that ended directly at a target further out becomes a snapshot there: before its state is
// undone.
void direct_to_snapshot(Interp *I);
// One path leaves for t with the state as it is, another goes on, in doubt until t ends.
void target_leave(Interp *I, Target *t, Span where, const Reason *why);
// Around alternatives: where some of them left for a target further out, what goes on stays in
// doubt.
uint32_t exits_watch(Interp *I);
void exits_settle(Interp *I, uint32_t before, const Doubt *doubt);
// Ends t without joining what ended there.
void target_close(Interp *I, Target *t);
uint32_t mark_push(Interp *I, uint32_t *mark_out, uint32_t *last_out); // gives the epoch
// Ends what mark_push began with `last`, when I->exit_count was `exits_before`.
void mark_pop(Interp *I, uint32_t last, uint32_t exits_before);

// Runs `body` any number of times, none among them, until the state no longer changes (loop.c).
typedef void (*RoundBody)(Interp *I, void *state);
void run_fixpoint(Interp *I, Span where, const Reason *why, RoundBody body, void *state);

// ---- Allocation by site (site.c) ----------------------------------------------------------------

// While fixpoint > 0: the object made here in an earlier round, or NULL.
Obj *site_find(Interp *I, Span site, uint32_t cls);
void site_add(Interp *I, Span site, uint32_t cls, Obj *o);
Env *site_find_env(Interp *I, const Scope *scope);
void site_add_env(Interp *I, const Scope *scope, Env *env);
void fixpoint_round(Interp *I); // a new round begins
uint64_t context_mix(uint64_t context, const void *what, uint64_t round);

// ---- Arrays and bags (array.c) ------------------------------------------------------------------

void obj_add_rest(Interp *I, Obj *o, Value v); // something under a key that is not known
void array_open(Interp *I, Obj *array, const Reason *why);
void array_set(Interp *I, Obj *array, uint32_t i, Value v);
Value array_at(Interp *I, const Obj *array, uint32_t i);
Value array_join(Interp *I, const Obj *array);
void array_set_length(Interp *I, Obj *array, Value length);

// ---- Operators (operator.c) ---------------------------------------------------------------------

Value op_binary(Interp *I, Oper op, Value a, Value b, Span span);
Value op_unary(Interp *I, Oper op, Value v, Span span);
Value late_concat(Interp *I, Value a, Value b, Span span); // one of them late
Value late_derived(Interp *I, Value from, Span span);

// ---- Remembered calls (memo.c) ------------------------------------------------------------------

typedef struct MemoStart {
    bool on;
    uint64_t time;
    uint32_t epoch, joins;
    bool may_throw;
} MemoStart;

void memo_note_write(Interp *I, const Cell *c); // every change of every cell, undoing included
void memo_clear(Interp *I);
bool memo_find(Interp *I, Obj *fn, const Call *c, Value *out);
MemoStart memo_begin(Interp *I, const Call *c);
void memo_end(Interp *I, const MemoStart *s, Obj *fn, const Call *c, Value result);

// ---- Modules (module.c) -------------------------------------------------------------------------

typedef struct ModuleState {
    Module *module;
    Env *env;
    Obj *ns;             // made at first use
    Value default_value; // of export default <expr>; V_TDZ before
    Cell default_cell;
    bool assigned; // it has `export =`: default_cell is the whole module
    Value json;
    uint8_t phase; // 0: new, 1: running, 2: done
} ModuleState;

void module_run(Interp *I, Module *m);
void modules_link(Interp *I); // environments of all modules; checks that imports exist (P0108)
Sym *namespace_keys(Interp *I, Obj *ns, uint32_t *count_out);
struct cJSON;
Value json_value(Interp *I, const struct cJSON *json, Span span);
void report_uncaught(Interp *I, Value error, Span span); // interp.c: at the top level, gives up
void module_set_default(Interp *I, Module *m, Value v);  // export default, export =
// The value of an import binding.
Value module_import(Interp *I, Module *m, const Import *im, Span use);
Value module_export(Interp *I, Module *m, Sym name, Span use, bool *found_out);
Obj *module_namespace(Interp *I, Module *m);
Value namespace_any(Interp *I, Obj *ns, Span span); // all exports joined
Value module_dynamic(Interp *I, Module *m, Str specifier, Span span);
// A module that the loader could not know of: reported.
Value module_unknown(Interp *I, Value specifier, Span span);
Value external_value(Interp *I, Str specifier, Str name, Span span);

// ---- Limits -------------------------------------------------------------------------------------

// Counts a step; false where the budget or the stack is exhausted (reported once).
bool interp_step(Interp *I, Span where);
Value interp_too_deep(Interp *I, Span where);   // reports it, gives up
void interp_too_complex(Interp *I, Span where); // likewise: a fixpoint is not reached

// ---- Resources (explore/) -----------------------------------------------------------------------

Value kind_construct(Interp *I, Obj *kind, const Call *c);
// Members of a resource: operations and properties of its kind, an error and undefined where there
// is none; key 0: all of them joined (the name is not known). With SPAN_NONE nothing is reported
// and V_ABSENT says that there is none.
Value resource_member(Interp *I, Obj *res, Sym key, Span span);
Obj *kind_object(Interp *I, const Kind *k);
Value sdk_export(Interp *I, Sym name, Span use, bool *found_out);
void interp_note_env(Interp *I, Str name);
// The function gets the variable.
void resource_reads(Interp *I, ArchResource *from, Str name);
// What the call does may happen later, with what variables hold then: it is made again at the end.
void interp_defer(Interp *I, Obj *fn, const Call *c, Str note);
void interp_defer_generator(Interp *I, Obj *generator);
// A value is read from a variable or property: while exploring, late parts are recorded.
void interp_note_read(Interp *I, Value v, Span span);
