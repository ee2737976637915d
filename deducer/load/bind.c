// The binder: which declaration each name stands for.
//
// In: a module as parsed. Out: Scope records, every N_IDENT resolved, names of enums' and
// namespaces' own members rewritten to members, exports tied to their bindings, imports that only
// types use marked. Reports double declarations and assignments to what can't be assigned to
// (P0112). Invariant: one walk, linear in the tree; recursion as deep as the tree, which the parser
// limits.

#include "deducer/load/bind_scope.h"
#include "deducer/load/parse.h"

typedef struct Alias { // `import a = b.c`
    Node *node;
    uint32_t entry;
} Alias;

typedef struct Merged { // a namespace that was walked, by its binding
    const Scope *scope;
    uint32_t slot;
    const Node *ns;
} Merged;

typedef struct Bind {
    Scopes sc;
    LoadContext *lc;
    Module *m;
    Vec(Alias) aliases;
    Vec(Merged) namespaces;
    Vec(Sym) types; // names that the module declares as types only
} Bind;

typedef void (*WalkFn)(Bind *, Node *);

typedef enum TargetUse { TARGET_DECLARE, TARGET_DECLARE_VAR, TARGET_ASSIGN } TargetUse;

static void walk(Bind *b, Node *n);
static void walk_all(Bind *b, Node *const *at, uint32_t count);

static Diag *bind_error(Bind *b, Span span, const char *before, Sym name, const char *after) {
    Str text = sym_str(b->lc->interner, name);
    b->m->has_errors = true;
    return diag_error(b->lc->diags, P0112, span, "%s`%.*s` %s", before, STR_ARG(text), after);
}

// ---- Collecting declarations --------------------------------------------------------------------

static void declare_target(Bind *b, const Node *t, BindKind kind) {
    if (t == NULL)
        return;
    switch (t->kind) {
    case N_IDENT:
        scope_declare(&b->sc, t, kind);
        break;
    case N_DEFAULT:
        declare_target(b, t->u.binary.left, kind);
        break;
    case N_REST:
        declare_target(b, t->u.unary.operand, kind);
        break;
    case N_PROPERTY:
        declare_target(b, t->u.prop.value, kind);
        break;
    case N_ARRAY_PATTERN:
    case N_OBJECT_PATTERN:
        for (uint32_t i = 0; i < t->u.list.count; i++)
            declare_target(b, t->u.list.at[i], kind);
        break;
    case N_ERROR:
        break;
    default:
        diag_error(b->lc->diags, P0112, t->span, "only a name or a pattern can be declared");
        b->m->has_errors = true;
        break;
    }
}

static void declare_var(Bind *b, const Node *var) {
    static const BindKind kinds[] = {
        [VAR_VAR] = BIND_VAR, [VAR_LET] = BIND_LET, [VAR_CONST] = BIND_CONST};
    for (uint32_t i = 0; i < var->u.var.count; i++) {
        declare_target(b, var->u.var.at[i]->u.binary.left, kinds[var->op]);
    }
}

// What the statement declares in the scope that it stands in directly.
static void declare_lexical(Bind *b, Node *s) {
    switch (s->kind) {
    case N_VAR:
        if (s->op != VAR_VAR)
            declare_var(b, s);
        break;
    case N_FUNCTION_DECL:
        scope_declare(&b->sc, s->u.fn->self, BIND_FUNCTION);
        scope_add_function(&b->sc, s);
        break;
    case N_CLASS_DECL:
        if (s->u.cls.decl != NULL)
            scope_declare(&b->sc, s->u.cls.decl, BIND_CLASS);
        break;
    case N_ENUM:
        scope_declare(&b->sc, s->u.enum_.decl, BIND_ENUM);
        break;
    case N_NAMESPACE:
        scope_declare(&b->sc, s->u.ns.decl, BIND_NAMESPACE);
        break;
    case N_LABELED:
        declare_lexical(b, s->u.labeled.body);
        break;
    default:
        break;
    }
}

static bool is_lexical(const Node *s) {
    while (s->kind == N_LABELED)
        s = s->u.labeled.body;
    return (s->kind == N_VAR && s->op != VAR_VAR) || s->kind == N_FUNCTION_DECL ||
           s->kind == N_CLASS_DECL || s->kind == N_ENUM || s->kind == N_NAMESPACE;
}

static bool has_lexical(Node *const *at, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (is_lexical(at[i]))
            return true;
    }
    return false;
}

static void declare_body(Bind *b, Node *const *at, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        declare_lexical(b, at[i]);
}

static void hoist(Bind *b, const Node *s);

static void hoist_all(Bind *b, Node *const *at, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        hoist(b, at[i]);
}

// Declares each `var` in the statement, however deep, but not in functions.
static void hoist(Bind *b, const Node *s) {
    if (s == NULL)
        return;
    switch (s->kind) {
    case N_VAR:
        if (s->op == VAR_VAR)
            declare_var(b, s);
        break;
    case N_BLOCK:
        hoist_all(b, s->u.block.at, s->u.block.count);
        break;
    case N_IF:
        hoist(b, s->u.cond.yes);
        hoist(b, s->u.cond.no);
        break;
    case N_FOR:
        hoist(b, s->u.loop.init);
        hoist(b, s->u.loop.body);
        break;
    case N_WHILE:
    case N_DO:
        hoist(b, s->u.loop.body);
        break;
    case N_FOR_IN:
    case N_FOR_OF:
        hoist(b, s->u.each.target);
        hoist(b, s->u.each.body);
        break;
    case N_TRY:
        hoist(b, s->u.try_.block);
        hoist(b, s->u.try_.handler);
        hoist(b, s->u.try_.finalizer);
        break;
    case N_SWITCH:
        for (uint32_t i = 0; i < s->u.switch_.count; i++) {
            const Node *c = s->u.switch_.cases[i];
            hoist_all(b, c->u.case_.body, c->u.case_.count);
        }
        break;
    case N_LABELED:
        hoist(b, s->u.labeled.body);
        break;
    default:
        break;
    }
}

// ---- Targets ------------------------------------------------------------------------------------

static void check_assignable(Bind *b, const Node *ident, const Entry *e) {
    if (e->kind == ENTRY_IMPORT) {
        Diag *d = bind_error(b, ident->span, "the import ", e->name, "cannot be assigned to");
        diag_label(d, e->span, "imported here");
    } else if (e->kind == ENTRY_LOCAL && e->scope->at[e->slot].kind == BIND_CONST) {
        Diag *d = bind_error(b, ident->span, "the constant ", e->name, "cannot be assigned to");
        diag_label(d, e->span, "declared `const` here");
    }
}

// A `var` that shares its name with a `let` in a block between it and its function.
static void check_var(Bind *b, const Node *ident, const Entry *e) {
    if (e->kind != ENTRY_LOCAL || e->scope->is_function)
        return;
    if (e->scope->at[e->slot].kind == BIND_CATCH)
        return;
    Diag *d = bind_error(b, ident->span, "", e->name, "is declared twice");
    diag_label(d, e->span, "first declared here");
}

static void target(Bind *b, Node *t, TargetUse use) {
    if (t == NULL)
        return;
    switch (t->kind) {
    case N_IDENT: {
        Entry *e = scope_resolve(&b->sc, t);
        if (e == NULL)
            break;
        if (use == TARGET_ASSIGN) {
            e->used = true;
            check_assignable(b, t, e);
        } else if (use == TARGET_DECLARE_VAR) {
            check_var(b, t, e);
        }
        break;
    }
    case N_DEFAULT:
        target(b, t->u.binary.left, use);
        walk(b, t->u.binary.right);
        break;
    case N_REST:
        target(b, t->u.unary.operand, use);
        break;
    case N_PROPERTY:
        if (t->flags & NF_COMPUTED)
            walk(b, t->u.prop.key);
        target(b, t->u.prop.value, use);
        break;
    case N_ARRAY_PATTERN:
    case N_OBJECT_PATTERN:
        for (uint32_t i = 0; i < t->u.list.count; i++)
            target(b, t->u.list.at[i], use);
        break;
    default:
        walk(b, t);
        break;
    }
}

// ---- Expressions --------------------------------------------------------------------------------

static void walk_ident(Bind *b, Node *n) {
    Entry *e = scope_resolve(&b->sc, n);
    if (e != NULL)
        e->used = true;
}

static void walk_unary(Bind *b, Node *n) {
    walk(b, n->u.unary.operand);
}

static void walk_binary(Bind *b, Node *n) {
    walk(b, n->u.binary.left);
    walk(b, n->u.binary.right);
}

static void walk_assign(Bind *b, Node *n) {
    target(b, n->u.binary.left, TARGET_ASSIGN);
    walk(b, n->u.binary.right);
}

static void walk_update(Bind *b, Node *n) {
    target(b, n->u.unary.operand, TARGET_ASSIGN);
}

static void walk_cond(Bind *b, Node *n) {
    walk(b, n->u.cond.test);
    walk(b, n->u.cond.yes);
    walk(b, n->u.cond.no);
}

static void walk_list(Bind *b, Node *n) {
    walk_all(b, n->u.list.at, n->u.list.count);
}

static void walk_property(Bind *b, Node *n) {
    if (n->flags & NF_COMPUTED)
        walk(b, n->u.prop.key);
    walk(b, n->u.prop.value);
}

static void walk_call(Bind *b, Node *n) {
    walk(b, n->u.call.callee);
    walk_all(b, n->u.call.args, n->u.call.arg_count);
}

static void walk_member(Bind *b, Node *n) {
    walk(b, n->u.member.object);
}

static void walk_index(Bind *b, Node *n) {
    walk(b, n->u.index.object);
    walk(b, n->u.index.key);
}

static void walk_template(Bind *b, Node *n) {
    walk_all(b, n->u.tmpl.exprs, n->u.tmpl.count);
}

static void walk_tagged(Bind *b, Node *n) {
    walk(b, n->u.tagged.tag);
    walk(b, n->u.tagged.tmpl);
}

static void walk_jsx(Bind *b, Node *n) {
    walk(b, n->u.jsx.tag);
    walk_all(b, n->u.jsx.at, n->u.jsx.count);
}

// ---- Functions and classes ----------------------------------------------------------------------

static void declare_arguments(Bind *b, const Node *n) {
    if (!(n->flags & NF_USES_ARGUMENTS) || (n->flags & NF_ARROW))
        return;
    Sym name = sym_lit(b->lc->interner, "arguments");
    if (scope_own(&b->sc, name) != NULL)
        return;
    Node ident = {.kind = N_IDENT, .span = n->span};
    ident.u.ident.name = name;
    scope_declare(&b->sc, &ident, BIND_ARGUMENTS);
}

// A named function expression knows itself, unless something in it has the same name.
static void declare_self(Bind *b, Node *n) {
    FnInfo *fn = n->u.fn;
    if (n->kind != N_FUNCTION || fn->self == NULL)
        return;
    if (scope_own(&b->sc, fn->self->u.ident.name) != NULL) {
        fn->self = NULL;
    } else {
        scope_declare(&b->sc, fn->self, BIND_FUNCTION);
    }
}

static void walk_function(Bind *b, Node *n) {
    FnInfo *fn = n->u.fn;
    Node *body = fn->body;
    bool block = body->kind == N_BLOCK;
    if (n->kind == N_FUNCTION_DECL)
        scope_resolve(&b->sc, fn->self);
    scope_open(&b->sc, true);
    for (uint32_t i = 0; i < fn->param_count; i++)
        declare_target(b, fn->params[i], BIND_PARAM);
    if (block && n->op != 0)
        hoist(b, body);
    if (block)
        declare_body(b, body->u.block.at, body->u.block.count);
    declare_arguments(b, n);
    declare_self(b, n);
    fn->scope = scope_ready(&b->sc);
    n->op = 0;
    if (n->kind == N_FUNCTION && fn->self != NULL)
        scope_resolve(&b->sc, fn->self);
    for (uint32_t i = 0; i < fn->param_count; i++)
        target(b, fn->params[i], TARGET_DECLARE);
    if (block) {
        walk_all(b, body->u.block.at, body->u.block.count);
    } else {
        walk(b, body);
    }
    scope_close(&b->sc);
}

static void walk_field(Bind *b, Node *n) {
    if (n->flags & NF_COMPUTED)
        walk(b, n->u.prop.key);
    b->sc.function++; // what the initialiser uses, a function uses
    walk(b, n->u.prop.value);
    b->sc.function--;
}

static void walk_static_block(Bind *b, Node *n) {
    Node *block = n->u.static_.block;
    scope_open(&b->sc, true);
    if (n->op != 0)
        hoist(b, block);
    declare_body(b, block->u.block.at, block->u.block.count);
    n->u.static_.scope = scope_ready(&b->sc);
    n->op = 0;
    walk_all(b, block->u.block.at, block->u.block.count);
    scope_close(&b->sc);
}

static void walk_class(Bind *b, Node *n) {
    if (n->kind == N_CLASS_DECL && n->u.cls.decl != NULL)
        scope_resolve(&b->sc, n->u.cls.decl);
    scope_open(&b->sc, false);
    if (n->u.cls.self != NULL)
        scope_declare(&b->sc, n->u.cls.self, BIND_CLASS);
    n->u.cls.scope = scope_ready(&b->sc);
    if (n->u.cls.self != NULL)
        scope_resolve(&b->sc, n->u.cls.self);
    walk_all(b, n->u.cls.decorators, n->u.cls.decorator_count);
    walk(b, n->u.cls.super);
    walk(b, n->u.cls.ctor);
    walk_all(b, n->u.cls.members, n->u.cls.member_count);
    scope_close(&b->sc);
}

// ---- Statements ---------------------------------------------------------------------------------

static void walk_var(Bind *b, Node *n) {
    TargetUse use = n->op == VAR_VAR ? TARGET_DECLARE_VAR : TARGET_DECLARE;
    for (uint32_t i = 0; i < n->u.var.count; i++) {
        Node *d = n->u.var.at[i];
        target(b, d->u.binary.left, use);
        walk(b, d->u.binary.right);
    }
    if (!(n->flags & NF_SHORTHAND))
        return;
    const Entry *e = scope_find(&b->sc, n->u.var.at[0]->u.binary.left->u.ident.name);
    if (e == NULL)
        return;
    Alias alias = {n, (uint32_t)(e - b->sc.entries.at)};
    vec_push(b->sc.scratch, &b->aliases, alias);
}

// Import aliases of a scope that ends: those that no value used stand for types.
static void drop_aliases(Bind *b, uint32_t first_entry) {
    while (b->aliases.n > 0 && vec_last(&b->aliases).entry >= first_entry) {
        Alias alias = vec_pop(&b->aliases);
        if (b->sc.entries.at[alias.entry].used)
            continue;
        alias.node->kind = N_EMPTY;
        alias.node->flags = 0;
        alias.node->op = 0;
        alias.node->u.list.at = NULL;
        alias.node->u.list.count = 0;
    }
}

static void walk_statements(Bind *b, Node *const *at, uint32_t count, Scope **scope_out,
                            bool catches) {
    if (!has_lexical(at, count)) {
        walk_all(b, at, count);
        return;
    }
    scope_open(&b->sc, false);
    vec_last(&b->sc.open).catches = catches;
    declare_body(b, at, count);
    *scope_out = scope_ready(&b->sc);
    walk_all(b, at, count);
    scope_close(&b->sc);
}

static void walk_block(Bind *b, Node *n) {
    walk_statements(b, n->u.block.at, n->u.block.count, &n->u.block.scope, false);
}

static bool opens_scope(const Node *var) {
    return var != NULL && var->kind == N_VAR && var->op != VAR_VAR;
}

static void walk_for(Bind *b, Node *n) {
    bool scoped = opens_scope(n->u.loop.init);
    if (scoped) {
        scope_open(&b->sc, false);
        declare_var(b, n->u.loop.init);
        n->u.loop.scope = scope_ready(&b->sc);
    }
    walk(b, n->u.loop.init);
    walk(b, n->u.loop.test);
    walk(b, n->u.loop.update);
    walk(b, n->u.loop.body);
    if (scoped)
        scope_close(&b->sc);
}

static void walk_loop(Bind *b, Node *n) {
    walk(b, n->u.loop.test);
    walk(b, n->u.loop.body);
}

static void walk_each(Bind *b, Node *n) {
    bool scoped = opens_scope(n->u.each.target);
    walk(b, n->u.each.iter);
    if (scoped) {
        scope_open(&b->sc, false);
        declare_var(b, n->u.each.target);
        n->u.each.scope = scope_ready(&b->sc);
    }
    if (n->u.each.target->kind == N_VAR) {
        walk(b, n->u.each.target);
    } else {
        target(b, n->u.each.target, TARGET_ASSIGN);
    }
    walk(b, n->u.each.body);
    if (scoped)
        scope_close(&b->sc);
}

static void walk_try(Bind *b, Node *n) {
    walk(b, n->u.try_.block);
    Node *handler = n->u.try_.handler;
    if (handler != NULL && n->u.try_.param == NULL)
        walk(b, handler);
    if (handler != NULL && n->u.try_.param != NULL) {
        scope_open(&b->sc, false);
        declare_target(b, n->u.try_.param, BIND_CATCH);
        n->u.try_.scope = scope_ready(&b->sc);
        target(b, n->u.try_.param, TARGET_DECLARE);
        walk_statements(b, handler->u.block.at, handler->u.block.count, &handler->u.block.scope,
                        true);
        scope_close(&b->sc);
    }
    walk(b, n->u.try_.finalizer);
}

static void walk_switch(Bind *b, Node *n) {
    walk(b, n->u.switch_.value);
    scope_open(&b->sc, false);
    for (uint32_t i = 0; i < n->u.switch_.count; i++) {
        const Node *c = n->u.switch_.cases[i];
        declare_body(b, c->u.case_.body, c->u.case_.count);
    }
    n->u.switch_.scope = scope_ready(&b->sc);
    for (uint32_t i = 0; i < n->u.switch_.count; i++) {
        Node *c = n->u.switch_.cases[i];
        walk(b, c->u.case_.test);
        walk_all(b, c->u.case_.body, c->u.case_.count);
    }
    scope_close(&b->sc);
}

static void walk_labeled(Bind *b, Node *n) {
    walk(b, n->u.labeled.body);
}

static void walk_enum(Bind *b, Node *n) {
    Node *decl = n->u.enum_.decl;
    scope_resolve(&b->sc, decl);
    uint32_t mark = scope_mark(&b->sc);
    for (uint32_t i = 0; i < n->u.enum_.count; i++) {
        scope_add_member(&b->sc, sym_of(b->lc->interner, n->u.enum_.members[i].name), decl);
    }
    for (uint32_t i = 0; i < n->u.enum_.count; i++)
        walk(b, n->u.enum_.members[i].value);
    scope_forget(&b->sc, mark);
}

// What earlier parts of the same namespace export is visible in this one.
static void add_merged(Bind *b, Node *n) {
    const Entry *e = scope_resolve(&b->sc, n->u.ns.decl);
    if (e == NULL || e->kind != ENTRY_LOCAL)
        return;
    Merged merged = {e->scope, e->slot, n};
    for (uint32_t i = 0; i < b->namespaces.n; i++) {
        const Merged *m = &b->namespaces.at[i];
        if (m->scope != merged.scope || m->slot != merged.slot)
            continue;
        for (uint32_t k = 0; k < m->ns->u.ns.export_count; k++) {
            scope_add_member(&b->sc, m->ns->u.ns.exports[k], n->u.ns.decl);
        }
    }
    vec_push(b->sc.scratch, &b->namespaces, merged);
}

static void walk_namespace(Bind *b, Node *n) {
    uint32_t mark = scope_mark(&b->sc);
    add_merged(b, n);
    scope_open(&b->sc, true);
    if (n->op != 0)
        hoist_all(b, n->u.ns.at, n->u.ns.count);
    declare_body(b, n->u.ns.at, n->u.ns.count);
    n->u.ns.scope = scope_ready(&b->sc);
    n->op = 0;
    walk_all(b, n->u.ns.at, n->u.ns.count);
    for (uint32_t i = 0; i < n->u.ns.export_count; i++) {
        Entry *e = scope_own(&b->sc, n->u.ns.exports[i]);
        if (e != NULL)
            e->used = true;
    }
    drop_aliases(b, mark);
    scope_close(&b->sc);
    scope_forget(&b->sc, mark);
}

static const WalkFn walkers[N_KIND_COUNT] = {
    [N_IDENT] = walk_ident,
    [N_TEMPLATE] = walk_template,
    [N_TAGGED] = walk_tagged,
    [N_ARRAY] = walk_list,
    [N_OBJECT] = walk_list,
    [N_PROPERTY] = walk_property,
    [N_FUNCTION] = walk_function,
    [N_CLASS] = walk_class,
    [N_UNARY] = walk_unary,
    [N_UPDATE] = walk_update,
    [N_BINARY] = walk_binary,
    [N_LOGICAL] = walk_binary,
    [N_ASSIGN] = walk_assign,
    [N_CONDITIONAL] = walk_cond,
    [N_CALL] = walk_call,
    [N_NEW] = walk_call,
    [N_IMPORT_CALL] = walk_unary,
    [N_MEMBER] = walk_member,
    [N_INDEX] = walk_index,
    [N_CHAIN] = walk_unary,
    [N_SEQUENCE] = walk_list,
    [N_SPREAD] = walk_unary,
    [N_YIELD] = walk_unary,
    [N_AWAIT] = walk_unary,
    [N_PRIVATE_IN] = walk_member,
    [N_JSX] = walk_jsx,
    [N_BLOCK] = walk_block,
    [N_VAR] = walk_var,
    [N_EXPR] = walk_unary,
    [N_IF] = walk_cond,
    [N_FOR] = walk_for,
    [N_FOR_IN] = walk_each,
    [N_FOR_OF] = walk_each,
    [N_WHILE] = walk_loop,
    [N_DO] = walk_loop,
    [N_RETURN] = walk_unary,
    [N_THROW] = walk_unary,
    [N_TRY] = walk_try,
    [N_SWITCH] = walk_switch,
    [N_LABELED] = walk_labeled,
    [N_FUNCTION_DECL] = walk_function,
    [N_CLASS_DECL] = walk_class,
    [N_ENUM] = walk_enum,
    [N_NAMESPACE] = walk_namespace,
    [N_EXPORT_DEFAULT] = walk_unary,
    [N_EXPORT_ASSIGN] = walk_unary,
    [N_METHOD] = walk_property,
    [N_FIELD] = walk_field,
    [N_STATIC_BLOCK] = walk_static_block,
};

static void walk(Bind *b, Node *n) {
    if (n != NULL && walkers[n->kind] != NULL)
        walkers[n->kind](b, n);
}

static void walk_all(Bind *b, Node *const *at, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        walk(b, at[i]);
}

// ---- Imports and exports ------------------------------------------------------------------------

static bool is_type(const Bind *b, Sym name) {
    for (uint32_t i = 0; i < b->types.n; i++) {
        if (b->types.at[i] == name)
            return true;
    }
    return false;
}

static void tie_export(Bind *b, Export *x) {
    if (x->kind != EXPORT_LOCAL)
        return;
    if (x->type_only) {
        x->kind = EXPORT_TYPE;
        return;
    }
    Entry *e = scope_find(&b->sc, x->from_name);
    if (e != NULL && e->kind == ENTRY_IMPORT && !b->m->imports.at[e->slot].type_only) {
        x->kind = EXPORT_IMPORT;
        x->slot = e->slot;
        b->sc.import_used[e->slot] = true;
    } else if (e != NULL && e->kind == ENTRY_LOCAL) {
        x->slot = e->slot;
        e->used = true;
    } else if (e != NULL || is_type(b, x->from_name)) {
        x->kind = EXPORT_TYPE;
        x->type_only = true;
    } else {
        bind_error(b, x->span, "", x->from_name, "is exported but not declared");
        x->kind = EXPORT_TYPE;
    }
}

static bool same_value(const Export *x, const Export *y) {
    return x->kind == y->kind && x->slot == y->slot && x->kind != EXPORT_DEFAULT_EXPR;
}

// A value and a type may share a name; parts of one declaration are one export.
static void unite_exports(Bind *b) {
    Map seen = map_new(b->sc.scratch);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < b->m->exports.n; i++) {
        Export x = b->m->exports.at[i];
        Str name = sym_str(b->lc->interner, x.name);
        uintptr_t known = (uintptr_t)map_find(&seen, name);
        if (known == 0) {
            b->m->exports.at[kept++] = x;
            map_set(&seen, name, (void *)(uintptr_t)kept);
            continue;
        }
        Export *first = &b->m->exports.at[known - 1];
        if (first->type_only) {
            *first = x;
        } else if (!x.type_only && !same_value(first, &x)) {
            Diag *d = bind_error(b, x.span, "", x.name, "is exported twice");
            diag_label(d, first->span, "first exported here");
        }
    }
    b->m->exports.n = kept;
}

// `export default T` of a type: nothing at run time.
static void drop_default_type(Bind *b, Node *s) {
    if (s->kind != N_EXPORT_DEFAULT || s->u.unary.operand->kind != N_IDENT)
        return;
    const Node *ident = s->u.unary.operand;
    bool type = ident->u.ident.ref == REF_GLOBAL && is_type(b, ident->u.ident.name);
    if (ident->u.ident.ref == REF_IMPORT)
        type = b->m->imports.at[ident->u.ident.slot].type_only;
    if (!type)
        return;
    for (uint32_t i = 0; i < b->m->exports.n; i++) {
        Export *x = &b->m->exports.at[i];
        if (x->kind != EXPORT_DEFAULT_EXPR)
            continue;
        x->kind = EXPORT_TYPE;
        x->type_only = true;
    }
    s->kind = N_EMPTY;
    s->u.list.at = NULL;
    s->u.list.count = 0;
}

// TypeScript drops imports that no value uses, and with them the request for the module, where
// nothing else asks for it to run.
static void settle_requests(Bind *b) {
    bool typescript = parse_is_typescript(b->m->path);
    for (uint32_t i = 0; i < b->m->imports.n; i++) {
        Import *import = &b->m->imports.at[i];
        if (typescript && !b->sc.import_used[i])
            import->type_only = true;
    }
    for (uint32_t i = 0; i < b->m->imports.n; i++) {
        const Import *import = &b->m->imports.at[i];
        if (!import->type_only)
            b->m->requests.at[import->request].types_only = false;
    }
    for (uint32_t i = 0; i < b->m->requests.n; i++) {
        Request *r = &b->m->requests.at[i];
        r->dynamic = r->dynamic && r->types_only;
        if (r->dynamic)
            r->types_only = false;
    }
}

static void collect_types(Bind *b, const Node *program) {
    for (uint32_t i = 0; i < program->u.block.count; i++) {
        const Node *s = program->u.block.at[i];
        if (s->kind != N_EMPTY)
            continue;
        for (uint32_t k = 0; k < s->u.list.count; k++) {
            vec_push(b->sc.scratch, &b->types, s->u.list.at[k]->u.ident.name);
        }
    }
}

static void bind_program(Bind *b, Node *program) {
    scope_open(&b->sc, true);
    for (uint32_t i = 0; i < b->m->imports.n; i++)
        scope_add_import(&b->sc, i);
    if (program->op != 0)
        hoist_all(b, program->u.block.at, program->u.block.count);
    declare_body(b, program->u.block.at, program->u.block.count);
    collect_types(b, program);
    Scope *scope = scope_ready(&b->sc);
    program->op = 0;
    program->u.block.scope = scope;
    b->m->scope = scope;
    walk_all(b, program->u.block.at, program->u.block.count);
    for (uint32_t i = 0; i < b->m->exports.n; i++)
        tie_export(b, &b->m->exports.at[i]);
    for (uint32_t i = 0; i < program->u.block.count; i++)
        drop_default_type(b, program->u.block.at[i]);
    unite_exports(b);
    drop_aliases(b, 0);
    scope_close(&b->sc);
    settle_requests(b);
}

void bind_module(Arena *a, LoadContext *lc, Module *m) {
    if (m->program == NULL)
        return;
    Arena scratch;
    arena_init(&scratch);
    Bind b = {.lc = lc, .m = m};
    scopes_init(&b.sc, a, &scratch, lc, m);
    bind_program(&b, m->program);
    arena_release(&scratch);
}
