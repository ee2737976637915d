// Expressions: one function a kind, and the switch that finds it.
//
// Conditions that can't be decided fork: both sides run from the same state, and what they leave
// behind is joined.

#include "deducer/eval/effects.h"

// ---- Names --------------------------------------------------------------------------------------

// The binding in reach whose name is nearest, for the help line.
static Str suggest_name(Interp *I, Env *env, Str name) {
    Vec(Str) names = {0};
    for (; env; env = env->parent)
        for (uint32_t i = 0; i < env->scope->count; i++)
            vec_push(I->a, &names, sym_str(I->interner, env->scope->at[i].name));
    Module *m = I->frame->module;
    for (uint32_t i = 0; i < m->imports.n; i++)
        vec_push(I->a, &names, sym_str(I->interner, m->imports.at[i].local));
    for (uint32_t i = 0; i < I->realm.globals.n; i++)
        vec_push(I->a, &names, I->realm.globals.at[i].key);
    return str_suggest(name, names.at, names.n);
}

static Value read_global(Interp *I, Env *env, Node *n) {
    Str name = sym_str(I->interner, n->u.ident.name);
    Value *v = map_find(&I->realm.globals, name);
    if (v)
        return *v;
    if (str_is(name, "undefined"))
        return UNDEFINED;
    Str near = suggest_name(I, env, name);
    const Kind *kind = kind_find(I->kinds, name);
    if (kind)
        I->hint = str_fmt(I->a, "add `import { %s } from \"%s\"`", kind->name, SDK_PACKAGES[0]);
    else if (near.n)
        I->hint = str_fmt(I->a, "did you mean `%.*s`?", STR_ARG(near));
    interp_throw_error(I, "ReferenceError", n->span, "`%.*s` is not defined", STR_ARG(name));
    return UNDEFINED;
}

static Value eval_ident(Interp *I, Env *env, Node *n) {
    Value v;
    if (n->u.ident.ref == REF_LOCAL) {
        v = env_read(I, env, n);
    } else if (n->u.ident.ref == REF_IMPORT) {
        Module *m = I->frame->module;
        v = module_import(I, m, &m->imports.at[n->u.ident.slot], n->span);
    } else {
        v = read_global(I, env, n);
    }
    if (v.tag == V_LATE || v.tag == V_UNION || v.tag == V_PRIM)
        interp_note_read(I, v, n->span);
    return v;
}

Value eval_this(Interp *I, Span span) {
    Frame *f = I->frame;
    Value v = f->self_cell ? f->self_cell->v : f->self;
    if (v.tag == V_TDZ) {
        interp_throw_error(I, "ReferenceError", span,
                           "`this` is used before `super` has been called");
        return UNDEFINED;
    }
    return v;
}

// ---- Choices ------------------------------------------------------------------------------------

static Value eval_conditional(Interp *I, Env *env, Node *n) {
    Decision d;
    Value test = decision_begin(I, env, n->u.cond.test, &d);
    if (I->dead)
        return UNDEFINED;
    Truth t = interp_truth(test);
    if (t != TRUTH_MAYBE)
        return eval_expr(I, env, t == TRUTH_YES ? n->u.cond.yes : n->u.cond.no);
    Fork f;
    fork_begin(I, &f, n->u.cond.test->span, value_unknown(test), false);
    Value yes = eval_expr(I, env, n->u.cond.yes);
    decision_next(I, &d, true);
    fork_next(I, &f, yes);
    Value no = eval_expr(I, env, n->u.cond.no);
    decision_next(I, &d, false);
    return fork_end(I, &f, no);
}

static Value eval_logical(Interp *I, Env *env, Node *n) {
    Oper op = (Oper)n->op;
    Value left = eval_expr(I, env, n->u.binary.left);
    if (I->dead)
        return UNDEFINED;
    Truth keep = logical_short(op, left);
    if (keep == TRUTH_YES)
        return left;
    if (keep == TRUTH_NO)
        return eval_expr(I, env, n->u.binary.right);
    Fork f;
    fork_begin(I, &f, n->u.binary.left->span, value_unknown(left), false);
    fork_next(I, &f, logical_left(I, op, left));
    uint32_t seen = I->recorder ? I->recorder->seen : 0, exits = I->exit_count;
    Value right = eval_expr(I, env, n->u.binary.right);
    bool returns = !I->dead;
    decision_default(I, left, op, exits);
    Value v = fork_end(I, &f, right);
    // The value has the left one in it, so there is a use only where the right side does something.
    if (I->recorder && ((returns && f.changed) || I->recorder->seen != seen))
        effects_use(I, left, false);
    Value late = returns ? logical_late(I, op, left, right) : ABSENT;
    return late.tag == V_ABSENT ? v : late;
}

static bool is_nothing(Value v) {
    return v.tag == V_UNDEFINED || v.tag == V_NULL || v.tag == V_ABSENT;
}

static bool is_something(Value v) {
    return !is_nothing(v);
}

Value chain_link(Interp *I, Value v, Span span) {
    Truth t = logical_short(OP_NULLISH, v); // YES: it is something
    if (t == TRUTH_YES || !I->chain)
        return v;
    if (t == TRUTH_NO) {
        target_exit(I, I->chain, UNDEFINED);
        return UNDEFINED;
    }
    target_leave(I, I->chain, span, value_unknown(v));
    return value_filter(I->a, v, is_something);
}

static Value eval_chain(Interp *I, Env *env, Node *n) {
    Target t, *outer = I->chain;
    target_begin(I, &t);
    I->chain = &t;
    Value v = eval_expr(I, env, n->u.unary.operand);
    I->chain = outer;
    target_end(I, &t, v, &v);
    return v;
}

// ---- Members ------------------------------------------------------------------------------------

static Value eval_member(Interp *I, Env *env, Node *n) {
    Node *o = n->u.member.object;
    if (o->kind == N_SUPER) {
        Obj *home = I->frame->home;
        if (!home || !home->proto)
            return UNDEFINED;
        return interp_get(I, value_object(home->proto), n->u.member.name, n->span);
    }
    Value object = eval_expr(I, env, o);
    if (I->dead)
        return UNDEFINED;
    if (n->flags & NF_OPTIONAL)
        object = chain_link(I, object, n->span);
    return I->dead ? UNDEFINED : interp_get(I, object, n->u.member.name, n->span);
}

static Value eval_index(Interp *I, Env *env, Node *n) {
    Value object = n->u.index.object->kind == N_SUPER ? eval_this(I, n->span)
                                                      : eval_expr(I, env, n->u.index.object);
    if (I->dead)
        return UNDEFINED;
    if (n->flags & NF_OPTIONAL)
        object = chain_link(I, object, n->span);
    if (I->dead)
        return UNDEFINED;
    Value key = eval_expr(I, env, n->u.index.key);
    return I->dead ? UNDEFINED : interp_get_index(I, object, key, n->span);
}

// ---- Operators ----------------------------------------------------------------------------------

static Value eval_binary(Interp *I, Env *env, Node *n) {
    // Long sums lean to the left: their spine is walked without recursion.
    uint32_t depth = 0;
    Node *leftmost = n;
    while (leftmost->kind == N_BINARY) {
        leftmost = leftmost->u.binary.left;
        depth++;
    }
    Node **spine = arena_alloc(I->a, depth * sizeof *spine);
    Node *at = n;
    for (uint32_t i = depth; i-- > 0; at = at->u.binary.left)
        spine[i] = at;
    Value v = eval_expr(I, env, leftmost);
    for (uint32_t i = 0; i < depth && !I->dead; i++) {
        Value right = eval_expr(I, env, spine[i]->u.binary.right);
        if (!I->dead)
            v = op_binary(I, (Oper)spine[i]->op, v, right, spine[i]->span);
    }
    return v;
}

static Value eval_delete(Interp *I, Env *env, Node *target) {
    if (target->kind == N_CHAIN)
        target = target->u.unary.operand;
    if (target->kind != N_MEMBER && target->kind != N_INDEX) {
        eval_expr(I, env, target);
        return value_bool(true);
    }
    bool member = target->kind == N_MEMBER;
    Value o = eval_expr(I, env, member ? target->u.member.object : target->u.index.object);
    if (I->dead)
        return UNDEFINED;
    Value key = member ? value_string(sym_str(I->interner, target->u.member.name))
                       : eval_expr(I, env, target->u.index.key);
    if (!I->dead)
        interp_delete(I, o, key);
    return value_bool(true);
}

static Value eval_unary(Interp *I, Env *env, Node *n) {
    Node *operand = n->u.unary.operand;
    if (n->op == OP_DELETE)
        return eval_delete(I, env, operand);
    if (n->op == OP_TYPEOF && operand->kind == N_IDENT && operand->u.ident.ref == REF_GLOBAL &&
        !map_has(&I->realm.globals, sym_str(I->interner, operand->u.ident.name)))
        return value_string(STR("undefined"));
    Value v = eval_expr(I, env, operand);
    return I->dead ? UNDEFINED : op_unary(I, (Oper)n->op, v, n->span);
}

static Value eval_template(Interp *I, Env *env, Node *n) {
    Value v = value_string(n->u.tmpl.strings[0]);
    for (uint32_t i = 0; i < n->u.tmpl.count; i++) {
        Value e = eval_expr(I, env, n->u.tmpl.exprs[i]);
        if (I->dead)
            return UNDEFINED;
        e = interp_to_string(I, e, n->u.tmpl.exprs[i]->span);
        if (I->dead)
            return UNDEFINED;
        v = op_binary(I, OP_ADD, v, e, n->span);
        v = op_binary(I, OP_ADD, v, value_string(n->u.tmpl.strings[i + 1]), n->span);
    }
    return v;
}

static Value eval_sequence(Interp *I, Env *env, Node *n) {
    Value v = UNDEFINED;
    for (uint32_t i = 0; i < n->u.list.count && !I->dead; i++)
        v = eval_expr(I, env, n->u.list.at[i]);
    return v;
}

static Value eval_private_in(Interp *I, Env *env, Node *n) {
    Value o = eval_expr(I, env, n->u.member.object);
    if (I->dead)
        return UNDEFINED;
    return op_binary(I, OP_IN, value_string(sym_str(I->interner, n->u.member.name)), o, n->span);
}

// ---- Modules ------------------------------------------------------------------------------------

static Value eval_import_call(Interp *I, Env *env, Node *n) {
    Value v = eval_expr(I, env, n->u.unary.operand);
    Str specifier;
    if (I->dead)
        return UNDEFINED;
    if (known_string(v, &specifier))
        v = module_dynamic(I, I->frame->module, specifier, n->span);
    else
        v = module_unknown(I, v, n->span);
    return value_object(obj_promise(I, v, n->span));
}

static Value eval_meta(Interp *I, Node *n) {
    const Reason *why =
        reason_new(I, n->span, NULL, "`import.meta` depends on where the program runs");
    return interp_unknown(I, why, STR("import.meta"));
}

static Value eval_regex(Interp *I, Node *n) {
    Obj *o = obj_new(I, O_REGEXP, I->realm.regexp, n->span);
    o->u.regexp.source = n->u.regex.pattern;
    o->u.regexp.flags = n->u.regex.flags;
    obj_define(I, o, sym_lit(I->interner, "lastIndex"), value_number(0), PROP_HIDDEN);
    return value_object(o);
}

static Value eval_await(Interp *I, Env *env, Node *n) {
    Value v = eval_expr(I, env, n->u.unary.operand);
    return I->dead ? UNDEFINED : interp_await(I, v, n->span);
}

// ---- The switch ---------------------------------------------------------------------------------

static Value eval_constant(Interp *I, Node *n) {
    switch ((int)n->kind) {
    case N_NUMBER:
        return value_number(n->u.number);
    case N_STRING:
        return value_string(n->u.text);
    case N_BIGINT: {
        Value v = {V_BIGINT, n->u.text.n, {0}};
        v.u.str = n->u.text.p;
        return v;
    }
    case N_REGEX:
        return eval_regex(I, n);
    case N_TRUE:
        return value_bool(true);
    case N_FALSE:
        return value_bool(false);
    case N_NULL:
        return (Value){V_NULL, 0, {0}};
    case N_THIS:
        return eval_this(I, n->span);
    case N_NEW_TARGET:
        return I->frame->new_target ? value_object(I->frame->new_target) : UNDEFINED;
    case N_IMPORT_META:
        return eval_meta(I, n);
    default:
        break;
    }
    Diag *d = diag_error(I->diags, P0106, n->span, "this code cannot be read");
    diag_help(d, "write it in plain TypeScript");
    I->dead = I->gave_up = true;
    return UNDEFINED;
}

Value eval_expr(Interp *I, Env *env, Node *n) {
    if (!interp_step(I, n->span))
        return UNDEFINED;
    switch ((int)n->kind) {
    case N_IDENT:
        return eval_ident(I, env, n);
    case N_TEMPLATE:
        return eval_template(I, env, n);
    case N_TAGGED:
        return eval_tagged(I, env, n);
    case N_ARRAY:
        return eval_array(I, env, n);
    case N_OBJECT:
        return eval_object(I, env, n);
    case N_FUNCTION:
        return eval_function(I, env, n);
    case N_CLASS:
        return eval_class(I, env, n, n->u.cls.name);
    case N_UNARY:
        return eval_unary(I, env, n);
    case N_UPDATE:
        return eval_update(I, env, n);
    case N_BINARY:
        return eval_binary(I, env, n);
    case N_LOGICAL:
        return eval_logical(I, env, n);
    case N_ASSIGN:
        return eval_assign(I, env, n);
    case N_CONDITIONAL:
        return eval_conditional(I, env, n);
    case N_CALL:
        return eval_call(I, env, n);
    case N_NEW:
        return eval_new(I, env, n);
    case N_IMPORT_CALL:
        return eval_import_call(I, env, n);
    case N_MEMBER:
        return eval_member(I, env, n);
    case N_INDEX:
        return eval_index(I, env, n);
    case N_CHAIN:
        return eval_chain(I, env, n);
    case N_SEQUENCE:
        return eval_sequence(I, env, n);
    case N_YIELD:
        return eval_yield(I, env, n);
    case N_AWAIT:
        return eval_await(I, env, n);
    case N_PRIVATE_IN:
        return eval_private_in(I, env, n);
    case N_JSX:
        return eval_jsx(I, env, n);
    default:
        return eval_constant(I, n);
    }
}
