// Statements, but for loops and try.

#include "deducer/eval/effects.h"

static void exec_var(Interp *I, Env *env, Node *n) {
    for (uint32_t i = 0; i < n->u.var.count && !I->dead; i++) {
        Node *d = n->u.var.at[i];
        Node *target = d->u.binary.left, *init = d->u.binary.right;
        if (!init) {
            if (n->op != VAR_VAR && target->kind == N_IDENT)
                env_declare(I, env, target, UNDEFINED);
            continue;
        }
        Value v = eval_expr(I, env, init);
        if (!I->dead)
            bind_pattern(I, env, target, v, n->op == VAR_VAR ? BIND_ASSIGN : BIND_DECLARE);
    }
}

static void exec_if(Interp *I, Env *env, Node *n) {
    Decision d;
    Value test = decision_begin(I, env, n->u.cond.test, &d);
    if (I->dead)
        return;
    Truth t = interp_truth(test);
    if (t != TRUTH_MAYBE) {
        Node *branch = t == TRUTH_YES ? n->u.cond.yes : n->u.cond.no;
        if (branch)
            exec_stmt(I, env, branch);
        return;
    }
    Fork f;
    fork_begin(I, &f, n->u.cond.test->span, value_unknown(test), false);
    exec_stmt(I, env, n->u.cond.yes);
    decision_next(I, &d, true);
    fork_next(I, &f, UNDEFINED);
    if (n->u.cond.no)
        exec_stmt(I, env, n->u.cond.no);
    decision_next(I, &d, false);
    fork_end(I, &f, UNDEFINED);
}

static void exec_return(Interp *I, Env *env, Node *n) {
    Value v = n->u.unary.operand ? eval_expr(I, env, n->u.unary.operand) : UNDEFINED;
    if (I->dead)
        return;
    // `return promise` in an async function inside try: not awaited, as in JavaScript.
    if (I->frame->ret)
        target_exit(I, I->frame->ret, v);
    else
        I->dead = true;
}

static void exec_jump(Interp *I, Node *n) {
    bool is_break = n->kind == N_BREAK;
    for (Label *l = I->labels; l; l = l->outer) {
        Target *t = is_break ? l->on_break : l->on_continue;
        bool named = n->u.jump.label ? l->name == n->u.jump.label : l->plain;
        if (!named || !t)
            continue;
        target_exit(I, t, UNDEFINED);
        return;
    }
    I->dead = true; // the binder has refused jumps to nowhere
}

static void exec_labeled(Interp *I, Env *env, Node *n) {
    Node *body = n->u.labeled.body;
    switch ((int)body->kind) {
    case N_FOR:
    case N_FOR_IN:
    case N_FOR_OF:
    case N_WHILE:
    case N_DO:
        exec_loop(I, env, body, n->u.labeled.label);
        return;
    default:
        break;
    }
    Target brk;
    Label l = {.name = n->u.labeled.label, .on_break = &brk, .outer = I->labels};
    target_begin(I, &brk);
    I->labels = &l;
    exec_stmt(I, env, body);
    I->labels = l.outer;
    target_end(I, &brk, UNDEFINED, NULL);
}

// ---- switch -------------------------------------------------------------------------------------

// Which cases the switch may enter, in order; *sure_out where there is exactly one.
static uint32_t find_entries(Interp *I, Env *env, Node *n, Value v, uint32_t *entries,
                             const Reason **why_out) {
    uint32_t count = 0, fallback = n->u.switch_.count;
    for (uint32_t i = 0; i < n->u.switch_.count && !I->dead; i++) {
        Node *c = n->u.switch_.cases[i];
        if (!c->u.case_.test) {
            fallback = i;
            continue;
        }
        Value test = eval_expr(I, env, c->u.case_.test);
        if (I->dead)
            return 0;
        Value equal = op_binary(I, OP_SEQ, v, test, c->u.case_.test->span);
        Truth t = interp_truth(equal);
        if (t == TRUTH_NO)
            continue;
        entries[count++] = i;
        if (t == TRUTH_YES)
            return count;
        *why_out = value_unknown(equal);
    }
    entries[count++] = fallback;
    return count;
}

static void run_cases(Interp *I, Env *env, Node *n, uint32_t from) {
    for (uint32_t i = from; i < n->u.switch_.count && !I->dead; i++)
        exec_list(I, env, n->u.switch_.cases[i]->u.case_.body,
                  n->u.switch_.cases[i]->u.case_.count);
}

void exec_switch(Interp *I, Env *env, Node *n) {
    Value v = eval_expr(I, env, n->u.switch_.value);
    if (I->dead)
        return;
    Env *inner = env_enter(I, n->u.switch_.scope, env);
    Target brk;
    Label l = {.on_break = &brk, .plain = true, .outer = I->labels};
    uint32_t *entries = arena_array(I->a, uint32_t, n->u.switch_.count + 1);
    const Reason *why = NULL;
    target_begin(I, &brk);
    uint32_t count = find_entries(I, inner, n, v, entries, &why);
    I->labels = &l;
    if (count == 1) {
        run_cases(I, inner, n, entries[0]);
    } else if (count > 1) {
        Fork f;
        fork_begin(I, &f, n->u.switch_.value->span, why, false);
        for (uint32_t i = 0; i < count; i++) {
            if (i)
                fork_next(I, &f, UNDEFINED);
            run_cases(I, inner, n, entries[i]);
        }
        fork_end(I, &f, UNDEFINED);
    }
    I->labels = l.outer;
    target_end(I, &brk, UNDEFINED, NULL);
}

// ---- Declarations -------------------------------------------------------------------------------

// An enum or namespace may be declared in parts: the object that is there already goes on.
static Obj *declared_object(Interp *I, Env *env, Node *decl, Span span) {
    Value v = decl->u.ident.ref == REF_LOCAL ? env_cell(env, decl)->v : UNDEFINED;
    if (v.tag == V_OBJECT)
        return v.u.obj;
    Obj *o = obj_plain(I, span);
    env_declare(I, env, decl, value_object(o));
    return o;
}

static void exec_enum(Interp *I, Env *env, Node *n) {
    Obj *o = declared_object(I, env, n->u.enum_.decl, n->span);
    double next = 0;
    for (uint32_t i = 0; i < n->u.enum_.count && !I->dead; i++) {
        struct EnumMember *m = &n->u.enum_.members[i];
        Value v = value_number(next);
        if (m->value)
            v = eval_expr(I, env, m->value);
        if (I->dead)
            return;
        obj_define(I, o, sym_of(I->interner, m->name), v, 0);
        double d;
        if (!known_number(v, &d))
            continue;
        obj_define(I, o, sym_of(I->interner, number_to_str(I->a, d)), value_string(m->name), 0);
        next = d + 1;
    }
}

static void exec_namespace(Interp *I, Env *env, Node *n) {
    Obj *o = declared_object(I, env, n->u.ns.decl, n->span);
    Env *inner = env_enter(I, n->u.ns.scope, env);
    exec_list(I, inner, n->u.ns.at, n->u.ns.count);
    for (uint32_t i = 0; i < n->u.ns.export_count && !I->dead && inner != env; i++)
        for (uint32_t k = 0; k < inner->scope->count; k++)
            if (inner->scope->at[k].name == n->u.ns.exports[i])
                obj_define(I, o, n->u.ns.exports[i], inner->cells[k].v, 0);
}

static void exec_class(Interp *I, Env *env, Node *n) {
    Value v = eval_class(I, env, n, n->u.cls.name);
    if (!I->dead && n->u.cls.decl)
        env_declare(I, env, n->u.cls.decl, v);
    if (!I->dead && !n->u.cls.decl)
        module_set_default(I, I->frame->module, v);
}

// ---- The switch ---------------------------------------------------------------------------------

// `using x = …`: what follows runs with the disposal of x waiting.
static void exec_using(Interp *I, Env *env, Node **at, uint32_t count) {
    exec_stmt(I, env, at[0]);
    if (I->dead)
        return;
    Node *target = at[0]->u.var.at[0]->u.binary.left;
    Finally f = {.span = at[0]->span,
                 .frame = I->frame,
                 .labels = I->labels,
                 .catcher = I->catcher,
                 .outer = I->finals};
    f.resource = target->kind == N_IDENT ? env_read(I, env, target) : UNDEFINED;
    I->finals = &f;
    exec_list(I, env, at + 1, count - 1);
    I->finals = f.outer;
    if (!I->dead)
        run_final(I, &f);
}

void exec_list(Interp *I, Env *env, Node **at, uint32_t count) {
    for (uint32_t i = 0; i < count && !I->dead; i++) {
        if (at[i]->kind == N_VAR && (at[i]->flags & NF_USING)) {
            exec_using(I, env, at + i, count - i);
            return;
        }
        exec_stmt(I, env, at[i]);
    }
}

void exec_stmt(Interp *I, Env *env, Node *n) {
    if (!interp_step(I, n->span))
        return;
    switch ((int)n->kind) {
    case N_VAR:
        exec_var(I, env, n);
        break;
    case N_EXPR:
        eval_expr(I, env, n->u.unary.operand);
        break;
    case N_BLOCK:
    case N_PROGRAM: {
        Env *inner = env_enter(I, n->u.block.scope, env);
        exec_list(I, inner, n->u.block.at, n->u.block.count);
        break;
    }
    case N_IF:
        exec_if(I, env, n);
        break;
    case N_FOR:
    case N_FOR_IN:
    case N_FOR_OF:
    case N_WHILE:
    case N_DO:
        exec_loop(I, env, n, 0);
        break;
    case N_RETURN:
        exec_return(I, env, n);
        break;
    case N_THROW: {
        Value v = eval_expr(I, env, n->u.unary.operand);
        if (!I->dead)
            interp_throw(I, v, n->span);
        break;
    }
    case N_BREAK:
    case N_CONTINUE:
        exec_jump(I, n);
        break;
    case N_TRY:
        exec_try(I, env, n);
        break;
    case N_SWITCH:
        exec_switch(I, env, n);
        break;
    case N_LABELED:
        exec_labeled(I, env, n);
        break;
    case N_CLASS_DECL:
        exec_class(I, env, n);
        break;
    case N_ENUM:
        exec_enum(I, env, n);
        break;
    case N_NAMESPACE:
        exec_namespace(I, env, n);
        break;
    case N_EXPORT_DEFAULT:
    case N_EXPORT_ASSIGN: {
        Value v = eval_expr(I, env, n->u.unary.operand);
        if (!I->dead)
            module_set_default(I, I->frame->module, v);
        break;
    }
    case N_FUNCTION_DECL:
    case N_EMPTY:
    case N_IMPORT:
        break;
    default:
        eval_expr(I, env, n);
        break;
    }
}
