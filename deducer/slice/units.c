// The plan: the program as units, with what each declares, refers to and did when it ran.
//
// Input: bound trees, and the recorder's notes. Output: a Plan, the same for all functions.
// Invariant: every name of a module's own scope and every import that stands in a statement is
// among the statement's uses, in functions within it, too; what cannot be followed makes the module
// whole.

#include "deducer/slice/slice.h"

typedef struct Walk {
    Plan *plan;
    PlanModule *pm;
    Unit *unit;
    UseVec *uses;   // the unit's, or those of the hole that is walked
    uint32_t depth; // of functions
} Walk;

typedef void (*WalkFn)(Walk *w, const Node *n);

static void walk(Walk *w, const Node *n);

static void walk_all(Walk *w, Node *const *at, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        walk(w, at[i]);
}

// ---- Names --------------------------------------------------------------------------------------

static void use(Walk *w, UseKind kind, uint32_t index, Sym member) {
    for (uint32_t i = w->uses->n; i-- > 0 && i + 8 > w->uses->n;) {
        const Use *u = &w->uses->at[i];
        if (u->kind == kind && u->index == index && u->member == member)
            return;
    }
    vec_push(w->plan->I->a, w->uses, (Use){kind, index, member});
}

static void walk_ident(Walk *w, const Node *n) {
    static const char *const COMMONJS[] = {"require", "module", "exports", "eval"};
    if (n->u.ident.ref == REF_IMPORT)
        use(w, USE_IMPORT, n->u.ident.slot, 0);
    else if (n->flags & NF_TOP)
        use(w, USE_BINDING, n->u.ident.slot, 0);
    if (n->u.ident.ref != REF_GLOBAL)
        return;
    Str name = sym_str(w->plan->I->interner, n->u.ident.name);
    for (size_t i = 0; i < sizeof COMMONJS / sizeof *COMMONJS; i++)
        w->pm->whole |= str_is(name, COMMONJS[i]);
}

static void declare(Walk *w, const Node *ident) {
    if (!ident || ident->kind != N_IDENT || !(ident->flags & NF_TOP))
        return;
    uint32_t slot = ident->u.ident.slot, unit = (uint32_t)(w->unit - w->plan->units.at);
    for (uint32_t i = 0; i < w->unit->slots.n; i++)
        if (w->unit->slots.at[i] == slot)
            return;
    vec_push(w->plan->I->a, &w->unit->slots, slot);
    vec_push(w->plan->I->a, &w->pm->declared[slot], unit);
}

static void walk_target(Walk *w, const Node *t, bool declares) {
    if (!t)
        return;
    switch ((int)t->kind) {
    case N_IDENT:
        if (declares)
            declare(w, t);
        else
            walk_ident(w, t);
        break;
    case N_DEFAULT:
        walk_target(w, t->u.binary.left, declares);
        walk(w, t->u.binary.right);
        break;
    case N_REST:
        walk_target(w, t->u.unary.operand, declares);
        break;
    case N_PROPERTY:
        if (t->flags & NF_COMPUTED)
            walk(w, t->u.prop.key);
        walk_target(w, t->u.prop.value, declares);
        break;
    case N_ARRAY_PATTERN:
    case N_OBJECT_PATTERN:
        for (uint32_t i = 0; i < t->u.list.count; i++)
            walk_target(w, t->u.list.at[i], declares);
        break;
    default:
        walk(w, t);
    }
}

// ---- Expressions --------------------------------------------------------------------------------

static void walk_unary(Walk *w, const Node *n) {
    walk(w, n->u.unary.operand);
}

static void walk_binary(Walk *w, const Node *n) {
    walk(w, n->u.binary.left);
    walk(w, n->u.binary.right);
}

static void walk_assign(Walk *w, const Node *n) {
    walk_target(w, n->u.binary.left, false);
    walk(w, n->u.binary.right);
}

static void walk_cond(Walk *w, const Node *n) {
    walk(w, n->u.cond.test);
    walk(w, n->u.cond.yes);
    walk(w, n->u.cond.no);
}

static void walk_list(Walk *w, const Node *n) {
    walk_all(w, n->u.list.at, n->u.list.count);
}

static void walk_pattern(Walk *w, const Node *n) {
    walk_target(w, n, false);
}

static void walk_property(Walk *w, const Node *n) {
    if (n->flags & NF_COMPUTED)
        walk(w, n->u.prop.key);
    walk(w, n->u.prop.value);
}

static void walk_member(Walk *w, const Node *n) {
    const Node *object = n->u.member.object;
    if (object->kind == N_IDENT && object->u.ident.ref == REF_IMPORT &&
        !w->pm->module->imports.at[object->u.ident.slot].name)
        use(w, USE_IMPORT, object->u.ident.slot, n->u.member.name);
    else
        walk(w, object);
}

static void walk_index(Walk *w, const Node *n) {
    walk(w, n->u.index.object);
    walk(w, n->u.index.key);
}

static void walk_template(Walk *w, const Node *n) {
    walk_all(w, n->u.tmpl.exprs, n->u.tmpl.count);
}

static void walk_tagged(Walk *w, const Node *n) {
    walk(w, n->u.tagged.tag);
    walk(w, n->u.tagged.tmpl);
}

static void walk_jsx(Walk *w, const Node *n) {
    w->unit->jsx = true;
    walk(w, n->u.jsx.tag);
    walk_all(w, n->u.jsx.at, n->u.jsx.count);
}

static void walk_await(Walk *w, const Node *n) {
    w->unit->waits |= w->depth == 0;
    walk_unary(w, n);
}

static void walk_import_call(Walk *w, const Node *n) {
    const Node *operand = n->u.unary.operand;
    Str specifier = STR_EMPTY;
    if (operand->kind == N_STRING)
        specifier = operand->u.text;
    if (operand->kind == N_TEMPLATE && operand->u.tmpl.count == 0)
        specifier = operand->u.tmpl.strings[0];
    for (uint32_t i = 0; i < w->pm->module->requests.n; i++)
        if (specifier.n && str_eq(w->pm->module->requests.at[i].specifier, specifier))
            use(w, USE_MODULE, i, 0);
    walk(w, operand);
}

static void walk_function(Walk *w, const Node *n) {
    const FnInfo *fn = n->u.fn;
    if (n->kind == N_FUNCTION_DECL)
        declare(w, fn->self);
    w->depth++;
    for (uint32_t i = 0; i < fn->param_count; i++)
        walk_target(w, fn->params[i], true);
    walk(w, fn->body);
    w->depth--;
}

static void walk_class(Walk *w, const Node *n) {
    if (n->kind == N_CLASS_DECL)
        declare(w, n->u.cls.decl);
    w->unit->is_default |= n->kind == N_CLASS_DECL && !n->u.cls.decl && n == w->unit->node;
    walk_all(w, n->u.cls.decorators, n->u.cls.decorator_count);
    walk(w, n->u.cls.super);
    walk(w, n->u.cls.ctor);
    walk_all(w, n->u.cls.members, n->u.cls.member_count);
}

// ---- Calls that create functions ----------------------------------------------------------------

static bool names_sdk(const PlanModule *pm, const Node *ident) {
    if (ident->kind != N_IDENT || ident->u.ident.ref != REF_IMPORT)
        return false;
    const Import *im = &pm->module->imports.at[ident->u.ident.slot];
    return pm->module->requests.at[im->request].kind == TARGET_SDK;
}

static bool is_constant(const Walk *w, const Node *ident) {
    if (ident->kind != N_IDENT)
        return false;
    if (ident->u.ident.ref == REF_IMPORT)
        return true;
    return (ident->flags & NF_TOP) &&
           w->pm->module->scope->at[ident->u.ident.slot].kind == BIND_CONST;
}

static Value constant_value(const Walk *w, const Node *ident) {
    Interp *I = w->plan->I;
    Module *m = I->program->modules.at[w->pm->module->index];
    if (ident->u.ident.ref == REF_IMPORT)
        return module_import(I, m, &m->imports.at[ident->u.ident.slot], SPAN_NONE);
    return I->modules[m->index].env->cells[ident->u.ident.slot].v;
}

// Nothing but a kind's constructor or a resource's operation can be called here.
static bool calls_sdk(const Walk *w, const Node *call) {
    const Node *callee = call->u.call.callee;
    if (call->kind == N_NEW)
        return names_sdk(w->pm, callee) ||
               (callee->kind == N_MEMBER && names_sdk(w->pm, callee->u.member.object));
    if (callee->kind != N_MEMBER || !is_constant(w, callee->u.member.object))
        return false;
    Value v = constant_value(w, callee->u.member.object);
    return v.tag == V_OBJECT && v.u.obj->cls == O_RESOURCE;
}

// Evaluating it does nothing, and there is room for `null`.
static bool is_replaceable(const Node *n) {
    enum { NULL_LENGTH = 4 };
    if (n->span.end - n->span.start < NULL_LENGTH)
        return false;
    while (n->kind == N_MEMBER)
        n = n->u.member.object;
    return n->kind == N_FUNCTION || n->kind == N_IDENT;
}

static const Node *handler_in(const Walk *w, const Node *call) {
    const Interp *I = w->plan->I;
    for (uint32_t i = 0; i < I->resources.n; i++) {
        const Resource *r = I->resources.at[i];
        if (r->call != call)
            continue;
        const Node *argument = call->u.call.args[r->argument];
        return is_replaceable(argument) && calls_sdk(w, call) ? argument : NULL;
    }
    return NULL;
}

static void walk_call(Walk *w, const Node *n) {
    const Node *handler = w->plan->recorder ? handler_in(w, n) : NULL;
    walk(w, n->u.call.callee);
    for (uint32_t i = 0; i < n->u.call.arg_count; i++) {
        if (n->u.call.args[i] != handler) {
            walk(w, n->u.call.args[i]);
            continue;
        }
        Hole hole = {.call = n, .argument = handler};
        UseVec *uses = w->uses;
        w->uses = &hole.uses;
        walk(w, handler);
        w->uses = uses;
        vec_push(w->plan->I->a, &w->unit->holes, hole);
    }
}

// ---- Statements ---------------------------------------------------------------------------------

static void walk_block(Walk *w, const Node *n) {
    walk_all(w, n->u.block.at, n->u.block.count);
}

static void walk_var(Walk *w, const Node *n) {
    for (uint32_t i = 0; i < n->u.var.count; i++) {
        walk_target(w, n->u.var.at[i]->u.binary.left, true);
        walk(w, n->u.var.at[i]->u.binary.right);
    }
}

static void walk_loop(Walk *w, const Node *n) {
    walk(w, n->u.loop.init);
    walk(w, n->u.loop.test);
    walk(w, n->u.loop.update);
    walk(w, n->u.loop.body);
}

static void walk_each(Walk *w, const Node *n) {
    w->unit->waits |= w->depth == 0 && (n->flags & NF_AWAIT);
    walk(w, n->u.each.iter);
    walk_target(w, n->u.each.target, false);
    walk(w, n->u.each.body);
}

static void walk_try(Walk *w, const Node *n) {
    walk(w, n->u.try_.block);
    walk_target(w, n->u.try_.param, true);
    walk(w, n->u.try_.handler);
    walk(w, n->u.try_.finalizer);
}

static void walk_switch(Walk *w, const Node *n) {
    walk(w, n->u.switch_.value);
    for (uint32_t i = 0; i < n->u.switch_.count; i++) {
        const Node *c = n->u.switch_.cases[i];
        walk(w, c->u.case_.test);
        walk_all(w, c->u.case_.body, c->u.case_.count);
    }
}

static void walk_labeled(Walk *w, const Node *n) {
    walk(w, n->u.labeled.body);
}

static void walk_enum(Walk *w, const Node *n) {
    declare(w, n->u.enum_.decl);
    for (uint32_t i = 0; i < n->u.enum_.count; i++)
        walk(w, n->u.enum_.members[i].value);
}

static void walk_namespace(Walk *w, const Node *n) {
    declare(w, n->u.ns.decl);
    walk_all(w, n->u.ns.at, n->u.ns.count);
}

static void walk_default(Walk *w, const Node *n) {
    w->unit->is_default = true;
    walk(w, n->u.unary.operand);
}

static void walk_static_block(Walk *w, const Node *n) {
    walk(w, n->u.static_.block);
}

static void walk_strange(Walk *w, const Node *n) {
    (void)n;
    w->pm->whole = true;
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
    [N_UPDATE] = walk_unary,
    [N_BINARY] = walk_binary,
    [N_LOGICAL] = walk_binary,
    [N_ASSIGN] = walk_assign,
    [N_CONDITIONAL] = walk_cond,
    [N_CALL] = walk_call,
    [N_NEW] = walk_call,
    [N_IMPORT_CALL] = walk_import_call,
    [N_MEMBER] = walk_member,
    [N_INDEX] = walk_index,
    [N_CHAIN] = walk_unary,
    [N_SEQUENCE] = walk_list,
    [N_SPREAD] = walk_unary,
    [N_YIELD] = walk_unary,
    [N_AWAIT] = walk_await,
    [N_PRIVATE_IN] = walk_member,
    [N_JSX] = walk_jsx,
    [N_ARRAY_PATTERN] = walk_pattern,
    [N_OBJECT_PATTERN] = walk_pattern,
    [N_DEFAULT] = walk_pattern,
    [N_REST] = walk_pattern,
    [N_BLOCK] = walk_block,
    [N_VAR] = walk_var,
    [N_EXPR] = walk_unary,
    [N_IF] = walk_cond,
    [N_FOR] = walk_loop,
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
    [N_EXPORT_DEFAULT] = walk_default,
    [N_EXPORT_ASSIGN] = walk_default,
    [N_METHOD] = walk_property,
    [N_FIELD] = walk_property,
    [N_STATIC_BLOCK] = walk_static_block,
    [N_ERROR] = walk_strange,
};

static void walk(Walk *w, const Node *n) {
    if (n && walkers[n->kind])
        walkers[n->kind](w, n);
}

// ---- Units --------------------------------------------------------------------------------------

static Span with_export(const Module *m, Span span) {
    for (uint32_t i = 0; i < m->export_spans.n; i++) {
        Span s = m->export_spans.at[i];
        if (s.start <= span.start && span.end <= s.end)
            return s;
    }
    return span;
}

static void add_units(Plan *p, PlanModule *pm) {
    Interp *I = p->I;
    const Module *m = pm->module;
    pm->first = p->units.n;
    for (uint32_t i = 0; m->program && i < m->program->u.block.count; i++) {
        const Node *n = m->program->u.block.at[i];
        if (n->kind == N_IMPORT || n->kind == N_EMPTY)
            continue;
        Unit unit = {.module = m->index, .node = n, .span = with_export(m, n->span)};
        vec_push(I->a, &p->units, unit);
        Walk w = {p, pm, &vec_last(&p->units), &vec_last(&p->units).uses, 0};
        walk(&w, n);
        pm->whole |= n->kind == N_RETURN || (n->kind == N_VAR && (n->flags & NF_USING));
    }
    pm->end = p->units.n;
}

// ---- What they did ------------------------------------------------------------------------------

static uint32_t slot_of(const Plan *p, const void *at) {
    uint64_t h = (uintptr_t)at >> 3;
    uint32_t i = (uint32_t)((h * 0x9E3779B97F4A7C15u) >> 32) & (p->table_cap - 1);
    while (p->table[i] && p->touched.at[p->table[i] - 1].at != at)
        i = (i + 1) & (p->table_cap - 1);
    return i;
}

uint32_t units_touched(const Plan *p, const void *at) {
    return p->table[slot_of(p, at)];
}

static uint32_t add_touched(Plan *p, const void *at) {
    uint32_t slot = slot_of(p, at);
    if (!p->table[slot]) {
        vec_push(p->I->a, &p->touched, (Touched){.at = at});
        p->table[slot] = p->touched.n;
    }
    return p->table[slot] - 1;
}

static void add_effects(Plan *p) {
    Interp *I = p->I;
    const struct Recorder *r = p->recorder;
    uint32_t most = 1, unit = 0;
    for (uint32_t i = 0; i < r->all.n; i++)
        most += r->all.at[i]->touched.n;
    for (uint32_t i = 0; i < r->callbacks.n; i++)
        most += r->callbacks.at[i].cells.n;
    for (p->table_cap = 16; p->table_cap < most * 2;)
        p->table_cap *= 2;
    p->table = arena_array(I->a, uint32_t, p->table_cap);
    for (uint32_t i = 0; i < r->all.n; i++) {
        const Effects *e = r->all.at[i];
        const PlanModule *pm = &p->modules[e->module->index];
        for (unit = pm->first; unit < pm->end && p->units.at[unit].node != e->statement;)
            unit++;
        if (unit == pm->end)
            continue; // an import, or types
        Unit *u = &p->units.at[unit];
        u->effects = e;
        for (uint32_t k = 0; k < e->touched.n; k++)
            vec_push(I->a, &u->touched, add_touched(p, e->touched.at[k]));
    }
    for (uint32_t i = 0; i < r->pasts.n; i++) {
        uint32_t at = units_touched(p, r->pasts.at[i].cell);
        if (at)
            vec_push(I->a, &p->touched.at[at - 1].pasts, i);
    }
}

// ---- What may be called later -------------------------------------------------------------------

typedef struct Handed {
    Plan *plan;
    Unit *unit;
    uint32_t visit;
} Handed;

static void find_callbacks(Handed *h, Value v);

static void add_variable(Handed *h, Str name) {
    for (uint32_t i = 0; i < h->unit->handed.n; i++)
        if (str_eq(h->unit->handed.at[i], name))
            return;
    vec_push(h->plan->I->a, &h->unit->handed, name);
}

static void add_callback(Handed *h, const Obj *function) {
    const struct Recorder *r = h->plan->recorder;
    for (uint32_t i = 0; i < r->callbacks.n; i++) {
        const Callback *c = &r->callbacks.at[i];
        for (uint32_t k = 0; c->function == function && k < c->environment.n; k++)
            add_variable(h, c->environment.at[k]);
        for (uint32_t k = 0; c->function == function && k < c->cells.n; k++)
            if (c->cells.at[k]->birth < h->unit->effects->epoch)
                vec_push(h->plan->I->a, &h->unit->touched, add_touched(h->plan, c->cells.at[k]));
    }
}

static void find_in_object(Handed *h, Obj *o) {
    if (o->visit == h->visit)
        return;
    o->visit = h->visit;
    if (o->cls == O_FUNCTION || o->cls == O_BOUND || o->cls == O_NATIVE)
        add_callback(h, o);
    for (uint32_t i = 0; i < o->prop_count; i++)
        find_callbacks(h, o->props[i]->cell.v);
    for (uint32_t i = 0; o->cls == O_ARRAY && i < o->u.array.cap; i++)
        find_callbacks(h, o->u.array.at[i]->v);
    for (uint32_t i = 0; (o->cls == O_MAP || o->cls == O_SET) && i < o->u.map.n; i++)
        find_callbacks(h, o->u.map.at[i]->value.v);
    if (o->rest)
        find_callbacks(h, o->rest->v);
    if (o->proto)
        find_in_object(h, o->proto);
}

static void find_late(Handed *h, const Late *l) {
    if (l->kind == LATE_ENV)
        add_variable(h, l->name);
    for (uint32_t i = 0; i < l->count; i++)
        find_callbacks(h, l->parts[i]);
}

static void find_callbacks(Handed *h, Value v) {
    for (uint32_t i = 0; i < value_count(v); i++) {
        Value alt = value_at(v, i);
        if (alt.tag == V_OBJECT)
            find_in_object(h, alt.u.obj);
        if (alt.tag == V_LATE)
            find_late(h, alt.u.late);
        for (const Reason *r = alt.tag == V_PRIM ? alt.u.reason : NULL; r; r = r->because)
            if (r->env.n)
                add_variable(h, r->env);
    }
}

// Functions that a statement gave to code that cannot be seen may run at any time from then on:
// what they change, the statement changes. And whatever was given, it may read.
static void add_later_effects(Plan *p) {
    bool any = p->recorder->callbacks.n || p->recorder->reads;
    for (uint32_t i = 0; any && i < p->units.n; i++) {
        Unit *u = &p->units.at[i];
        Handed h = {p, u, ++p->I->visits};
        for (uint32_t k = 0; u->effects && k < u->effects->handed.n; k++)
            find_callbacks(&h, u->effects->handed.at[k]);
    }
}

Plan *units_make(Interp *I, const struct Recorder *recorder) {
    Plan *p = arena_new(I->a, Plan);
    uint32_t n = I->program->modules.n;
    p->I = I;
    p->recorder = recorder;
    p->modules = arena_array(I->a, PlanModule, n);
    for (uint32_t i = 0; i < n; i++) {
        PlanModule *pm = &p->modules[i];
        const Module *m = pm->module = I->program->modules.at[i];
        uint32_t slots = m->scope ? m->scope->count : 0;
        pm->declared = arena_array(I->a, IndexVec, slots + 1);
        pm->users = arena_array(I->a, IndexVec, slots + 1);
        add_units(p, pm);
    }
    add_effects(p);
    add_later_effects(p);
    return p;
}
