// Writing down what top-level statements do.
//
// Input: the evaluator's writes, calls and throws while a recorder is there. Output: one Effects a
// statement. Invariant: whatever a statement does to a cell or object that is older than itself is
// in its list, or it is marked `world`.

#include "deducer/eval/effects.h"

typedef struct Touch {
    const void *at;
    const Effects *last;
} Touch;

void effects_record(Interp *I) {
    struct Recorder *r = arena_new(I->a, struct Recorder);
    r->first = ++I->epoch;
    r->touch_cap = 256;
    r->touches = arena_array(I->a, Touch, r->touch_cap);
    I->recorder = r;
}

void effects_begin(Interp *I, const Module *m, const Node *statement) {
    struct Recorder *r = I->recorder;
    if (!r)
        return;
    Effects *e = arena_new(I->a, Effects);
    *e = (Effects){.module = m, .statement = statement, .epoch = ++I->epoch, .around = r->now};
    e->declares = statement->kind == N_VAR || statement->kind == N_CLASS_DECL ||
                  statement->kind == N_FUNCTION_DECL || statement->kind == N_ENUM ||
                  statement->kind == N_NAMESPACE || statement->kind == N_EXPORT_DEFAULT ||
                  statement->kind == N_EXPORT_ASSIGN;
    vec_push(I->a, &r->all, e);
    r->now = e;
}

void effects_end(Interp *I) {
    if (I->recorder)
        I->recorder->now = (Effects *)(uintptr_t)I->recorder->now->around;
}

// ---- What was touched ---------------------------------------------------------------------------

static Touch *touch_in(Touch *touches, uint32_t cap, const void *at) {
    uint64_t h = (uintptr_t)at >> 3;
    uint32_t i = (uint32_t)((h * 0x9E3779B97F4A7C15u) >> 32) & (cap - 1);
    while (touches[i].at && touches[i].at != at)
        i = (i + 1) & (cap - 1);
    return &touches[i];
}

static void grow_touches(Interp *I, struct Recorder *r) {
    uint32_t cap = r->touch_cap * 2;
    Touch *touches = arena_array(I->a, Touch, cap);
    for (uint32_t i = 0; i < r->touch_cap; i++)
        if (r->touches[i].at)
            *touch_in(touches, cap, r->touches[i].at) = r->touches[i];
    r->touches = touches;
    r->touch_cap = cap;
}

// True where `e` has not touched it before; loops write the same cells over and over.
static bool touch_add(Interp *I, Effects *e, const void *at) {
    struct Recorder *r = I->recorder;
    if (r->touch_count * 2 >= r->touch_cap)
        grow_touches(I, r);
    Touch *t = touch_in(r->touches, r->touch_cap, at);
    if (t->last == e)
        return false;
    r->touch_count += !t->at;
    *t = (Touch){at, e};
    vec_push(I->a, &e->touched, at);
    return true;
}

void effects_write(Interp *I, const Cell *c) {
    struct Recorder *r = I->recorder;
    if (!r)
        return;
    if (r->calling && !c->local)
        vec_push(I->a, &vec_last(&r->callbacks).cells, c);
    for (Effects *e = r->now; e; e = (Effects *)(uintptr_t)e->around) {
        if (c->birth >= e->epoch)
            continue;
        e->world |= c->birth < r->first;
        if (touch_add(I, e, c))
            vec_push(I->a, &r->pasts, (Past){c, c->v});
    }
}

static void touch_object(Interp *I, Effects *e, const Obj *o) {
    if (o->birth >= e->epoch)
        return;
    e->world |= o->birth < I->recorder->first;
    touch_add(I, e, o);
}

void effects_touch(Interp *I, Value v) {
    if (!I->recorder)
        return;
    for (Effects *e = I->recorder->now; e; e = (Effects *)(uintptr_t)e->around)
        for (uint32_t i = 0; i < value_count(v); i++)
            if (value_at(v, i).tag == V_OBJECT)
                touch_object(I, e, value_at(v, i).u.obj);
}

// ---- What is seen outside -----------------------------------------------------------------------

void effects_world(Interp *I) {
    if (!I->recorder)
        return;
    I->recorder->seen++;
    for (Effects *e = I->recorder->now; e; e = (Effects *)(uintptr_t)e->around)
        e->world = true;
}

void effects_throw(Interp *I) {
    if (!I->recorder)
        return;
    for (Effects *e = I->recorder->now; e; e = (Effects *)(uintptr_t)e->around)
        e->throws = true;
}

void effects_function(Interp *I, const Resource *resource) {
    if (!I->recorder)
        return;
    for (Effects *e = I->recorder->now; e; e = (Effects *)(uintptr_t)e->around)
        vec_push(I->a, &e->functions, resource->index);
}

// ---- Code that cannot be seen -------------------------------------------------------------------

// An object that a library made, rather than the library itself.
static const Obj *made(const Obj *o) {
    if (!o || !((o->cls == O_OPAQUE && !o->u.opaque.module.n) || (o->flags & OF_OPAQUE_BASE)))
        return NULL;
    return o->cls == O_OPAQUE && o->u.opaque.part_of ? o->u.opaque.part_of : o;
}

// `defaults(options, …)` may change the program's own object that it gets; `new Client(options)`
// and options that are written in place change nothing that anybody else holds.
static void touch_arguments(Interp *I, Effects *e, const Call *c) {
    for (uint32_t i = 0; i < c->n; i++)
        for (uint32_t k = 0; k < value_count(c->args[i]); k++) {
            Value v = value_at(c->args[i], k);
            if (v.tag != V_OBJECT)
                continue;
            uint8_t cls = v.u.obj->cls;
            if (cls == O_PLAIN || cls == O_ARRAY || cls == O_MAP || cls == O_SET)
                touch_object(I, e, v.u.obj);
        }
}

static void hand(Interp *I, Effects *e, Value v) {
    if (v.tag == V_OBJECT || v.tag == V_UNION || v.tag == V_LATE || v.tag == V_PRIM)
        vec_push(I->a, &e->handed, v);
}

// A call whose result nobody takes was made for what it does: to the object that it is a method of,
// or, where that is a library itself, to who knows what.
static void record_call(Interp *I, Effects *e, const Obj *callee, const Call *c) {
    bool discarded = c->node ? (c->node->flags & NF_DISCARDED) : !e->declares && !c->new_target;
    const Obj *self = c->self.tag == V_OBJECT ? made(c->self.u.obj) : NULL;
    const Obj *on = c->new_target ? NULL : self ? self : made(callee);
    e->unseen = true;
    for (uint32_t i = 0; i < c->n; i++)
        hand(I, e, c->args[i]);
    if (c->open)
        hand(I, e, c->rest);
    if (self)
        vec_push(I->a, &e->handed, c->self);
    if (!c->new_target)
        touch_arguments(I, e, c);
    if (!discarded && (e->declares || !on))
        return;
    if (!on) {
        e->world = true;
    } else if (on->birth < e->epoch) {
        touch_object(I, e, on);
        // Two objects of one maker may be one to the library: `Database.instance()`.
        if (on->cls == O_OPAQUE && on->u.opaque.made_by)
            touch_add(I, e, on->u.opaque.made_by);
        e->acts = true;
    }
}

void effects_unseen(Interp *I, const Obj *callee, const Call *c) {
    if (!I->recorder)
        return;
    I->recorder->seen++;
    for (Effects *e = I->recorder->now; e; e = (Effects *)(uintptr_t)e->around)
        record_call(I, e, callee, c);
}

// ---- Variables of the environment ---------------------------------------------------------------

void effects_environment(Interp *I, Str name) {
    struct Recorder *r = I->recorder;
    if (!r)
        return;
    if (r->calling)
        vec_push(I->a, &vec_last(&r->callbacks).environment, name);
    for (Effects *e = r->now; e; e = (Effects *)(uintptr_t)e->around) {
        r->reads = true;
        vec_push(I->a, &e->environment, name);
    }
}

static void use(Interp *I, Str name, bool presence) {
    for (Effects *e = I->recorder->now; e; e = (Effects *)(uintptr_t)e->around)
        vec_push(I->a, &e->uses, (VariableUse){name, presence});
}

static void use_late(Interp *I, const Late *l, bool presence) {
    if (l->kind == LATE_ENV)
        use(I, l->name, presence);
    for (uint32_t i = 0; i < l->count; i++)
        if (l->parts[i].tag == V_LATE)
            use_late(I, l->parts[i].u.late, presence && l->kind != LATE_DERIVED);
}

void effects_use(Interp *I, Value v, bool presence) {
    if (!I->recorder || !I->recorder->reads)
        return;
    for (uint32_t i = 0; i < value_count(v); i++) {
        Value alt = value_at(v, i);
        if (alt.tag == V_LATE)
            use_late(I, alt.u.late, presence);
        for (const Reason *r = alt.tag == V_PRIM ? alt.u.reason : NULL; r; r = r->because)
            if (r->env.n)
                use(I, r->env, false);
    }
}

void effects_hand(Interp *I, Value v) {
    if (!I->recorder)
        return;
    for (Effects *e = I->recorder->now; e; e = (Effects *)(uintptr_t)e->around)
        hand(I, e, v);
}

uint32_t effects_mark(const Interp *I) {
    return I->recorder && I->recorder->now ? I->recorder->now->uses.n : 0;
}

// Every list of those around has grown by what the innermost one has.
void effects_check(Interp *I, uint32_t mark, uint32_t end) {
    Effects *now = I->recorder->now;
    uint32_t since = now ? now->uses.n - mark : 0;
    for (Effects *e = now; e; e = (Effects *)(uintptr_t)e->around) {
        uint32_t kept = e->uses.n - since, stop = kept + (end - mark);
        for (uint32_t i = kept; i < e->uses.n; i++)
            if (i < stop && e->uses.at[i].presence)
                vec_push(I->a, &e->checks, e->uses.at[i].name);
            else
                e->uses.at[kept++] = e->uses.at[i];
        e->uses.n = kept;
    }
}

// ---- What is called later -----------------------------------------------------------------------

bool effects_call_begin(Interp *I, const Obj *function) {
    struct Recorder *r = I->recorder;
    if (!r || r->now || r->calling)
        return false;
    vec_push(I->a, &r->callbacks, (Callback){.function = function});
    return r->calling = true;
}

void effects_call_end(Interp *I) {
    I->recorder->calling = false;
    const Callback *c = &vec_last(&I->recorder->callbacks);
    if (!c->cells.n && !c->environment.n)
        I->recorder->callbacks.n--;
}
