// What of the heap a value leads to, now or at some moment of the top level.
//
// Input: a value of a name that is kept. Output: Need.reached for every changed cell and object on
// the way. Functions lead to what their environments hold, up to the module's own, whose names are
// followed as names. Invariant: each object is looked at once a need.

#include "deducer/slice/slice.h"

static void mark(Need *n, const void *at) {
    uint32_t i = units_touched(n->plan, at);
    if (!i || n->reached[i - 1])
        return;
    n->reached[i - 1] = true;
    const Touched *t = &n->plan->touched.at[i - 1];
    for (uint32_t k = 0; k < t->pasts.n; k++)
        reach_value(n, n->plan->recorder->pasts.at[t->pasts.at[k]].value);
}

void reach_cell(Need *n, const Cell *c) {
    mark(n, c);
    reach_value(n, c->v);
}

static void reach_object(Need *n, Obj *o);

static void reach(Need *n, const Obj *o) {
    if (o)
        reach_object(n, (Obj *)(uintptr_t)o);
}

static void reach_env(Need *n, const Env *env, const Module *m) {
    const Env *top = m ? n->plan->I->modules[m->index].env : NULL;
    for (; env && env != top; env = env->parent)
        for (uint32_t i = 0; i < env->scope->count; i++)
            reach_cell(n, &env->cells[i]);
}

static void reach_function(Need *n, const Obj *o) {
    reach_env(n, o->u.fn.env, o->u.fn.module);
    reach_env(n, o->u.fn.cls_env, o->u.fn.module);
    reach_value(n, o->u.fn.self);
    if (o->u.fn.self_cell)
        reach_cell(n, o->u.fn.self_cell);
    reach(n, o->u.fn.home);
    reach(n, o->u.fn.new_target);
}

static void reach_items(Need *n, const Items *items) {
    for (uint32_t i = 0; items && i < items->n; i++)
        reach_value(n, items->at[i]);
    if (items)
        reach_value(n, items->rest);
}

static void reach_iterator(Need *n, const Obj *o) {
    const Call *c = o->u.iter.call;
    reach_items(n, o->u.iter.items);
    reach_cell(n, &o->u.iter.position);
    reach_cell(n, &o->u.iter.result);
    if (!o->u.iter.fn)
        return;
    reach(n, o->u.iter.fn);
    reach_cell(n, &o->u.iter.ran);
    reach_cell(n, &o->u.iter.sent);
    reach_cell(n, &o->u.iter.thrown);
    reach_value(n, c->self);
    for (uint32_t i = 0; i < c->n; i++)
        reach_value(n, c->args[i]);
    reach_value(n, c->rest);
}

static void reach_array(Need *n, const Obj *o) {
    reach_cell(n, &o->u.array.length);
    for (uint32_t i = 0; i < o->u.array.cap; i++)
        reach_cell(n, o->u.array.at[i]);
}

static void reach_map(Need *n, const Obj *o) {
    for (uint32_t i = 0; i < o->u.map.n; i++) {
        reach_value(n, o->u.map.at[i]->key);
        reach_cell(n, &o->u.map.at[i]->value);
    }
    if (o->u.map.rest_key)
        reach_cell(n, o->u.map.rest_key);
}

static void reach_bound(Need *n, const Obj *o) {
    reach_value(n, o->u.bound.target);
    reach_value(n, o->u.bound.self);
    for (uint32_t i = 0; i < o->u.bound.n; i++)
        reach_value(n, o->u.bound.args[i]);
}

static void reach_own(Need *n, const Obj *o) {
    switch ((ObjClass)o->cls) {
    case O_FUNCTION:
        reach_function(n, o);
        break;
    case O_NATIVE:
        reach_value(n, o->u.native.data);
        break;
    case O_BOUND:
        reach_bound(n, o);
        break;
    case O_ACCESSOR:
        reach_value(n, o->u.accessor.get);
        reach_value(n, o->u.accessor.set);
        break;
    case O_MAP:
    case O_SET:
        reach_map(n, o);
        break;
    case O_PROMISE:
    case O_BOX:
    case O_DATE:
        reach_cell(n, &o->u.box.value);
        break;
    case O_ARRAY:
        reach_array(n, o);
        break;
    case O_ITERATOR:
        reach_iterator(n, o);
        break;
    case O_OPAQUE:
        reach(n, o->u.opaque.part_of);
        if (o->u.opaque.made_by)
            mark(n, o->u.opaque.made_by);
        break;
    case O_PLAIN:
    case O_REGEXP:
    case O_ERROR:
    case O_NAMESPACE:
    case O_KIND:
    case O_RESOURCE:
        break;
    }
}

// What is built in or belongs to an import is older than the program: whoever changes it stays
// anyway.
static void reach_object(Need *n, Obj *o) {
    if (o->visit == n->visit || o->birth < n->plan->recorder->first)
        return;
    o->visit = n->visit;
    mark(n, o);
    reach_own(n, o);
    for (uint32_t i = 0; i < o->prop_count; i++)
        reach_cell(n, &o->props[i]->cell);
    if (o->rest)
        reach_cell(n, o->rest);
    reach(n, o->proto);
}

void reach_value(Need *n, Value v) {
    for (uint32_t i = 0; i < value_count(v); i++) {
        Value alt = value_at(v, i);
        if (alt.tag == V_OBJECT)
            reach_object(n, alt.u.obj);
        if (alt.tag != V_LATE)
            continue;
        reach(n, alt.u.late->resource);
        for (uint32_t k = 0; k < alt.u.late->count; k++)
            reach_value(n, alt.u.late->parts[k]);
    }
}
