// Environments: the bindings of a scope at run time.
//
// A scope without bindings has none. In a fixpoint, an environment that closures capture is the
// same one in every round, and its bindings are written weakly; one that nobody captures is always
// fresh.

#include "deducer/eval/run.h"

static bool is_captured(const Scope *s) {
    for (uint32_t i = 0; i < s->count; i++)
        if (s->at[i].captured)
            return true;
    return false;
}

static Env *env_alloc(Interp *I, const Scope *scope, Env *outer) {
    Env *env = arena_alloc(I->a, sizeof *env + scope->count * sizeof env->cells[0]);
    env->parent = outer;
    env->scope = scope;
    return env;
}

static bool starts_undefined(const Binding *b) {
    return b->kind == BIND_VAR || b->kind == BIND_PARAM || b->kind == BIND_ARGUMENTS ||
           b->kind == BIND_FUNCTION || b->kind == BIND_NAMESPACE || b->kind == BIND_ENUM;
}

static void hoist_functions(Interp *I, Env *env) {
    const Scope *s = env->scope;
    for (uint32_t i = 0; i < s->function_count; i++) {
        Node *fn = s->functions[i];
        Value v = eval_function(I, env, fn);
        if (fn->u.fn->self)
            env_declare(I, env, fn->u.fn->self, v);
    }
}

Env *env_enter(Interp *I, const Scope *scope, Env *outer) {
    if (!scope || scope->count == 0)
        return outer;
    Env *env = I->fixpoint && is_captured(scope) ? site_find_env(I, scope) : NULL;
    if (env) {
        env->parent = outer;
    } else {
        env = env_alloc(I, scope, outer);
        for (uint32_t i = 0; i < scope->count; i++) {
            cell_init(I, &env->cells[i],
                      starts_undefined(&scope->at[i]) ? UNDEFINED : (Value){V_TDZ, 0, {0}});
            env->cells[i].local = !scope->at[i].captured;
        }
        if (is_captured(scope))
            site_add_env(I, scope, env);
    }
    hoist_functions(I, env);
    return env;
}

Env *env_copy(Interp *I, Env *env) {
    if (I->fixpoint)
        return env; // rounds share it: see above
    Env *copy = env_alloc(I, env->scope, env->parent);
    for (uint32_t i = 0; i < env->scope->count; i++)
        copy->cells[i] =
            (Cell){.v = env->cells[i].v, .birth = I->epoch, .local = env->cells[i].local};
    return copy;
}

Cell *env_cell(Env *env, const Node *ident) {
    for (uint32_t i = ident->u.ident.hops; i; i--)
        env = env->parent;
    return &env->cells[ident->u.ident.slot];
}

void env_declare(Interp *I, Env *env, const Node *ident, Value v) {
    Cell *c = env_cell(env, ident);
    // Captured and met in an earlier round: closures of that round still see the old value.
    if (I->fixpoint && c->v.tag != V_TDZ && c->v.tag != V_UNDEFINED)
        interp_write_weak(I, c, v);
    else
        interp_write(I, c, v);
}

static bool is_not_tdz(Value v) {
    return v.tag != V_TDZ;
}

static Value read_too_early(Interp *I, const Node *ident) {
    Str name = sym_str(I->interner, ident->u.ident.name);
    I->code = P0207;
    I->hint = str_fmt(I->a, "move the declaration of `%.*s` above this use", STR_ARG(name));
    interp_throw_error(I, "ReferenceError", ident->span,
                       "`%.*s` is used before its declaration has run", STR_ARG(name));
    return UNDEFINED;
}

Value env_read(Interp *I, Env *env, const Node *ident) {
    Value v = env_cell(env, ident)->v;
    if (v.tag == V_TDZ)
        return read_too_early(I, ident);
    if (v.tag == V_UNION)
        v = value_filter(I->a, v, is_not_tdz);
    return v;
}

void env_assign(Interp *I, Env *env, const Node *ident, Value v) {
    Cell *c = env_cell(env, ident);
    Env *e = env;
    for (uint32_t i = ident->u.ident.hops; i; i--)
        e = e->parent;
    const Binding *b = &e->scope->at[ident->u.ident.slot];
    if (b->kind == BIND_CONST) {
        Str name = sym_str(I->interner, ident->u.ident.name);
        interp_throw_error(I, "TypeError", ident->span, "assignment to constant variable `%.*s`",
                           STR_ARG(name));
        return;
    }
    interp_write(I, c, v);
}
