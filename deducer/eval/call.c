// Calls: binding `this` and arguments, running bodies, async functions, recursion.
//
// A call runs its callee's body at once, with the arguments at hand: every call site has its own
// view of the callee. Recursion under a condition that can't be decided is where that would not
// end: from the third activation of one function on, further calls join their arguments into that
// activation, take what it has returned so far, and it runs again until nothing changes.

#include "deducer/eval/effects.h"

#include <string.h>

enum { RECURSION_FROM = 3, RECURSION_ROUNDS = 20, DEPTH_MAX = 20000 };

typedef struct Recursion {
    Value self;
    Value *args;
    uint32_t n;
    Value result; // joined over all runs; V_ABSENT before the first returns
    bool again;   // arguments grew, or a result was used before it was complete
    bool used;
} Recursion;

Value call_arg(Interp *I, const Call *c, uint32_t i) {
    if (i < c->n)
        return c->args[i];
    return c->open ? join(I, UNDEFINED, c->rest) : UNDEFINED;
}

// ---- Arguments ----------------------------------------------------------------------------------

static void set_arguments_object(Interp *I, Env *env, const Scope *scope, const Call *c) {
    for (uint32_t i = 0; i < scope->count; i++) {
        if (scope->at[i].kind != BIND_ARGUMENTS)
            continue;
        Items *it = items_new(I);
        for (uint32_t k = 0; k < c->n; k++)
            items_push(I, it, c->args[k]);
        if (c->open)
            items_open(I, it, c->rest, value_unknown(c->rest));
        interp_write(I, &env->cells[i], value_object(array_from(I, it, c->span)));
    }
}

static void bind_params(Interp *I, Env *env, const FnInfo *info, const Call *c) {
    if (env && env->scope == info->scope)
        set_arguments_object(I, env, info->scope, c);
    for (uint32_t i = 0; i < info->param_count && !I->dead; i++) {
        Node *p = info->params[i];
        if (p->kind != N_REST) {
            bind_pattern(I, env, p, call_arg(I, c, i), BIND_DECLARE);
            continue;
        }
        Items *it = items_new(I);
        for (uint32_t k = i; k < c->n; k++)
            items_push(I, it, c->args[k]);
        if (c->open)
            items_open(I, it, c->rest, value_unknown(c->rest));
        bind_pattern(I, env, p->u.unary.operand, value_object(array_from(I, it, p->span)),
                     BIND_DECLARE);
    }
}

// ---- Bodies -------------------------------------------------------------------------------------

static Value run_body(Interp *I, Frame *f, const Call *c) {
    FnInfo *info = f->fn->u.fn.info;
    Label *labels = I->labels;
    Target ret;
    Value v = UNDEFINED;
    I->labels = NULL;
    f->ret = &ret;
    target_begin(I, &ret);
    Env *env = env_enter(I, info->scope, f->fn->u.fn.env);
    if (f->fn->u.fn.node->kind == N_FUNCTION && info->self) // a named expression knows itself
        env_declare(I, env, info->self, value_object(f->fn));
    bind_params(I, env, info, c);
    if (!I->dead && info->body) {
        if (info->body->kind == N_BLOCK) {
            Env *inner = env_enter(I, info->body->u.block.scope, env);
            exec_list(I, inner, info->body->u.block.at, info->body->u.block.count);
        } else {
            v = eval_expr(I, env, info->body);
        }
    }
    target_end(I, &ret, v, &v);
    I->labels = labels;
    return v;
}

static Value run_async(Interp *I, Frame *f, const Call *c) {
    Target caught, *outer = I->catcher;
    Value error;
    target_begin(I, &caught);
    I->catcher = &caught;
    Value v = run_body(I, f, c);
    if (!I->dead)
        v = interp_await(I, v, c->span);
    I->catcher = outer;
    bool returns = !I->dead, throws = caught.exits || (I->dead && I->direct == &caught);
    target_end(I, &caught, UNDEFINED, &error);
    if (I->dead)
        return UNDEFINED;
    if (!returns && throws)
        return value_object(obj_rejected(I, error, c->span));
    Obj *p = obj_promise(I, v, c->span);
    if (throws)
        obj_define_lit(I, p, "#rejection", error);
    return value_object(p);
}

bool call_is_settled(const Interp *I, const Call *c) {
    const Frame *f = I->frame;
    if (!c->node || c->node->kind != N_CALL)
        return !f || !f->outer; // of a handler
    if (c->node->flags & NF_AWAITED)
        return true;
    if (!(c->node->flags & NF_RETURNED) || !f || !f->fn || !f->ret || f->ret->finals != I->finals)
        return false;
    return f->settled || (f->fn->u.fn.node->flags & NF_ASYNC);
}

static bool holds_promise(Value v) {
    for (uint32_t i = 0; i < value_count(v); i++)
        if (value_at(v, i).tag == V_OBJECT && value_at(v, i).u.obj->cls == O_PROMISE)
            return true;
    return false;
}

// ---- Frames -------------------------------------------------------------------------------------

static Frame frame_for(Interp *I, Obj *fn, const Call *c, Str note) {
    Frame f = {.outer = I->frame, .fn = fn, .module = fn->u.fn.module, .call = c};
    bool arrow = fn->u.fn.node && (fn->u.fn.node->flags & NF_ARROW);
    f.self = arrow ? fn->u.fn.self : c->self;
    f.self_cell = arrow ? fn->u.fn.self_cell : NULL;
    f.new_target = arrow ? fn->u.fn.new_target : c->new_target;
    f.home = fn->u.fn.home;
    f.call_span = c->span;
    f.call_note = note;
    f.context = context_mix(I->frame ? I->frame->context : 0, fn->u.fn.node, c->span.start);
    f.fork_depth = I->fork_depth;
    f.settled = call_is_settled(I, c);
    return f;
}

static Value run_frame(Interp *I, Frame *f, const Call *c) {
    I->frame = f;
    I->depth++;
    bool async = f->fn->u.fn.node->flags & NF_ASYNC;
    Value v = async && !f->generator ? run_async(I, f, c) : run_body(I, f, c);
    I->depth--;
    I->frame = f->outer;
    return v;
}

Value call_generator(Interp *I, Obj *g) {
    Call call = *g->u.iter.call;
    Frame f = frame_for(I, g->u.iter.fn, &call, STR_EMPTY);
    f.generator = g;
    return run_frame(I, &f, &call);
}

// ---- Recursion ----------------------------------------------------------------------------------

// The innermost activation of fn's code once there are enough of them, and the path from it to here
// is one that may not be taken.
static Frame *recursive_activation(Interp *I, const Obj *fn) {
    uint32_t count = 0;
    Frame *innermost = NULL;
    if (!I->doubt)
        return NULL;
    for (Frame *f = I->frame; f; f = f->outer) {
        if (!f->fn || f->fn->cls != O_FUNCTION || f->fn->u.fn.node != fn->u.fn.node)
            continue;
        if (!innermost)
            innermost = f;
        if (f->recursion)
            return f;
        if (++count >= RECURSION_FROM && I->fork_depth > f->fork_depth)
            return innermost;
    }
    return NULL;
}

static bool grow(Interp *I, Value *at, Value v) {
    Value j = at->tag == V_ABSENT ? v : join_rounds(I, *at, v);
    if (value_same(j, *at))
        return false;
    *at = j;
    return true;
}

static Value join_recursion(Interp *I, Frame *f, const Call *c) {
    Recursion *r = f->recursion;
    I->joins++;
    r->again |= grow(I, &r->self, c->self);
    for (uint32_t i = 0; i < r->n; i++)
        r->again |= grow(I, &r->args[i], call_arg(I, c, i));
    r->used = true;
    if (r->result.tag != V_ABSENT)
        return r->result;
    I->dead = true; // nothing has returned so far: this path waits for the next run
    return UNDEFINED;
}

// The activation that further calls are joined into.
static Value run_recursive(Interp *I, Obj *fn, const Call *c, Str note) {
    const FnInfo *info = fn->u.fn.info;
    Recursion r = {.self = c->self, .n = info->param_count, .result = ABSENT};
    r.args = arena_alloc(I->a, (r.n + 1) * sizeof *r.args);
    for (uint32_t i = 0; i < r.n; i++)
        r.args[i] = call_arg(I, c, i);
    bool widened = I->widen;
    I->fixpoint++;
    for (uint32_t round = 0; round < RECURSION_ROUNDS; round++) {
        Call call = {.self = r.self,
                     .args = arena_copy(I->a, r.args, r.n * sizeof *r.args),
                     .n = r.n,
                     .callee = fn,
                     .new_target = c->new_target,
                     .span = c->span};
        Frame f = frame_for(I, fn, &call, note);
        Fork fork;
        f.recursion = &r;
        r.again = r.used = false;
        I->widen = widened || round > 1;
        fixpoint_round(I);
        fork_begin(I, &fork, c->span, NULL, false);
        fork.rounds = true;
        if (round == 0)
            I->dead = true; // the first run is no alternative to not running
        fork_next(I, &fork, UNDEFINED);
        Value v = run_frame(I, &f, &call);
        bool grown = !I->dead && grow(I, &r.result, v);
        fork_end(I, &fork, UNDEFINED);
        if (I->gave_up || !(r.again || (grown && r.used) || fork.changed))
            break;
        I->dead = false;
    }
    I->fixpoint--;
    I->widen = widened;
    I->dead = I->gave_up || r.result.tag == V_ABSENT;
    return I->dead ? UNDEFINED : r.result;
}

Value call_function(Interp *I, Obj *fn, const Call *c, Str note) {
    Node *node = fn->u.fn.node;
    if (!node || !fn->u.fn.info || !interp_step(I, c->span))
        return UNDEFINED;
    if (I->depth > DEPTH_MAX)
        return interp_too_deep(I, c->span);
    if (node->flags & NF_GENERATOR)
        return generator_new(I, fn, c);
    if (I->doubt) {
        Frame *f = recursive_activation(I, fn);
        if (f && f->recursion)
            return join_recursion(I, f, c);
        if (f)
            return run_recursive(I, fn, c, note);
    }
    Value v;
    if (memo_find(I, fn, c, &v))
        return v;
    MemoStart start = memo_begin(I, c);
    Frame f = frame_for(I, fn, c, note);
    v = run_frame(I, &f, c);
    memo_end(I, &start, fn, c, v);
    if (I->exploring && !f.settled && !I->dead && holds_promise(v))
        interp_defer(I, fn, c, note);
    return v;
}

// ---- Calling any value --------------------------------------------------------------------------

static bool is_callable(Value v) {
    if (v.tag != V_OBJECT)
        return false;
    uint8_t cls = v.u.obj->cls;
    return cls == O_FUNCTION || cls == O_NATIVE || cls == O_BOUND || cls == O_OPAQUE ||
           cls == O_KIND;
}

static Value call_bound(Interp *I, Obj *b, const Call *c, Str note, bool construct) {
    Call inner = *c;
    inner.node = NULL; // its arguments are not these
    inner.n = b->u.bound.n + c->n;
    Value *args = arena_alloc(I->a, inner.n * sizeof *args);
    for (uint32_t i = 0; i < inner.n; i++)
        args[i] = i < b->u.bound.n ? b->u.bound.args[i] : c->args[i - b->u.bound.n];
    inner.args = args;
    if (construct)
        return interp_construct(I, b->u.bound.target, &inner, note);
    inner.self = b->u.bound.self;
    return interp_call(I, b->u.bound.target, &inner, note);
}

// Built-ins that keep their arguments as they are.
static bool passes_on(const Native *row) {
    static const char *const NAMES[] = {"add", "of", "push", "reject", "resolve", "set", "unshift"};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (!strcmp(row->name, NAMES[i]))
            return true;
    return false;
}

static Value call_native(Interp *I, Obj *fn, const Call *c) {
    const Native *row = fn->u.native.row;
    struct Recorder *recorder = I->recorder;
    if (!recorder)
        return row->fn(I, c);
    uint32_t seen = recorder->seen;
    Value v = row->fn(I, c);
    for (uint32_t i = 0; i < c->n; i++) {
        if (!passes_on(row))
            effects_use(I, c->args[i], false);
        if (recorder->seen != seen) // console.log(settings)
            effects_hand(I, c->args[i]);
    }
    return v;
}

static Value call_one(Interp *I, Obj *fn, const Call *c, Str note) {
    Call inner = *c;
    inner.callee = fn;
    inner.new_target = NULL;
    inner.note = note;
    switch ((ObjClass)fn->cls) {
    case O_FUNCTION:
        if (fn->flags & OF_CLASS)
            break;
        return call_function(I, fn, &inner, note);
    case O_NATIVE:
        return interp_step(I, c->span) ? call_native(I, fn, &inner) : UNDEFINED;
    case O_BOUND:
        return call_bound(I, fn, &inner, note, false);
    case O_OPAQUE:
        return interp_call_unseen(I, fn, &inner, fn->u.opaque.label);
    case O_KIND:
    case O_PLAIN:
    case O_ARRAY:
    case O_ACCESSOR:
    case O_MAP:
    case O_SET:
    case O_PROMISE:
    case O_REGEXP:
    case O_DATE:
    case O_ERROR:
    case O_ITERATOR:
    case O_NAMESPACE:
    case O_RESOURCE:
    case O_BOX:
        break;
    }
    I->hint = STR("write `new` before it");
    interp_throw_error(I, "TypeError", c->span, "a class is called without `new`");
    return UNDEFINED;
}

typedef Value (*CallOne)(Interp *I, Obj *fn, const Call *c, Str note);

// Tries every callable alternative; those that aren't are left out where others are.
static Value call_each(Interp *I, Value callee, const Call *c, Str note, CallOne one) {
    Value callable = value_filter(I->a, callee, is_callable);
    if (callable.tag == V_ABSENT) {
        Str what = note;
        if (str_starts(what, "calls ") || str_starts(what, "creates "))
            what = str_slice(what, (uint32_t)str_find(what, STR(" "), 0) + 1, what.n);
        bool named = what.n && !str_is(what, "a function");
        what = named ? str_fmt(I->a, "`%.*s`", STR_ARG(what)) : STR("the value called here");
        const Reason *why = value_unknown(callee);
        interp_throw_error(I, "TypeError", c->span, "%.*s is not a function%s%.*s", STR_ARG(what),
                           why ? ": " : "", why ? (int)why->what.n : 0, why ? why->what.p : "");
        return UNDEFINED;
    }
    if (value_count(callable) < value_count(callee))
        I->may_throw = true;
    if (callable.tag == V_OBJECT)
        return one(I, callable.u.obj, c, note);
    Fork f;
    Value v = UNDEFINED;
    fork_begin(I, &f, c->span, value_unknown(callee), false);
    for (uint32_t i = 0; i < value_count(callable); i++) {
        if (i)
            fork_next(I, &f, v);
        v = one(I, value_at(callable, i).u.obj, c, note);
    }
    return fork_end(I, &f, v);
}

Value interp_call(Interp *I, Value callee, const Call *c, Str note) {
    if (I->dead)
        return UNDEFINED;
    return call_each(I, callee, c, note, call_one);
}

Value interp_call_values(Interp *I, Value callee, Value self, const Value *args, uint32_t n,
                         Span span) {
    Call c = {.self = self, .args = args, .n = n, .span = span};
    return interp_call(I, callee, &c, STR_EMPTY);
}

// ---- Construction -------------------------------------------------------------------------------

static Obj *prototype_of(Interp *I, Obj *target, Span span) {
    Value v = interp_get(I, value_object(target), sym_lit(I->interner, "prototype"), span);
    return v.tag == V_OBJECT ? v.u.obj : I->realm.object;
}

static Value construct_native(Interp *I, Obj *fn, const Call *c) {
    Value v = call_native(I, fn, c);
    if (!I->dead && v.tag == V_OBJECT && c->new_target != fn)
        v.u.obj->proto = prototype_of(I, c->new_target, c->span);
    return v;
}

// `new Unseen(…)`, and super(…) of a class that extends it: then the instance is the program's own,
// and the unseen constructor has got hold of it.
static Value construct_unseen(Interp *I, Obj *fn, const Call *c) {
    if (!c->new_target || c->new_target->cls != O_FUNCTION)
        return interp_call_unseen(I, fn, c, fn->u.opaque.label);
    Obj *o = obj_new(I, O_PLAIN, prototype_of(I, c->new_target, c->span), c->span);
    o->flags |= OF_OPAQUE_BASE;
    Call inner = *c;
    inner.self = value_object(o);
    Value held = interp_call_unseen(I, fn, &inner, fn->u.opaque.label);
    if (held.tag == V_OBJECT)
        obj_add_rest(I, o, held);
    return value_object(o);
}

static bool is_object(Value v) {
    return v.tag == V_OBJECT;
}

static Value construct_class(Interp *I, Obj *fn, const Call *c, Str note) {
    Node *cls = fn->u.fn.cls;
    bool derived = cls && cls->u.cls.super;
    Value self = UNDEFINED;
    if (!derived) {
        self = value_object(obj_new(I, O_PLAIN, prototype_of(I, c->new_target, c->span), c->span));
        if (cls)
            init_fields(I, fn, self.u.obj);
    }
    if (!fn->u.fn.info) { // a default constructor
        if (!derived || I->dead)
            return self;
        return construct_parent(I, fn, c);
    }
    Call inner = *c;
    inner.self = derived ? (Value){V_TDZ, 0, {0}} : self;
    Frame f = frame_for(I, fn, &inner, note);
    if (derived)
        f.self_cell = cell_new(I, inner.self);
    if (!interp_step(I, c->span))
        return UNDEFINED;
    Value v = run_frame(I, &f, &inner);
    if (I->dead)
        return UNDEFINED;
    Value returned = value_filter(I->a, v, is_object);
    if (derived)
        self = f.self_cell->v;
    if (returned.tag == V_ABSENT)
        return self;
    return value_count(returned) == value_count(v) ? returned : join(I, self, returned);
}

Value construct_parent(Interp *I, Obj *cls, const Call *c) {
    Value parent = cls->proto ? value_object(cls->proto) : UNDEFINED;
    Value self = interp_construct(I, parent, c, STR("creates the base class"));
    if (!I->dead && self.tag == V_OBJECT)
        init_fields(I, cls, self.u.obj);
    return self;
}

static Value construct_one(Interp *I, Obj *fn, const Call *c, Str note) {
    Call inner = *c;
    inner.callee = fn;
    inner.note = note;
    if (!inner.new_target)
        inner.new_target = fn;
    if (fn->cls == O_FUNCTION && fn->u.fn.node && !(fn->u.fn.node->flags & NF_ARROW))
        return construct_class(I, fn, &inner, note);
    if (fn->cls == O_KIND)
        return kind_construct(I, fn, &inner);
    if (fn->cls == O_NATIVE)
        return construct_native(I, fn, &inner);
    if (fn->cls == O_BOUND)
        return call_bound(I, fn, &inner, note, true);
    if (fn->cls == O_OPAQUE)
        return construct_unseen(I, fn, &inner);
    interp_throw_error(I, "TypeError", c->span, "an arrow function is no constructor");
    return UNDEFINED;
}

Value interp_construct(Interp *I, Value callee, const Call *c, Str note) {
    if (I->dead)
        return UNDEFINED;
    return call_each(I, callee, c, note, construct_one);
}
