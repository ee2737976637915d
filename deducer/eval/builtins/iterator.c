// Iterators of arrays, Maps, strings, and generators: next, return, throw, and the helpers that
// walk them.
//
// An iterator is a list of Items and a position. A generator is run to its end when it is first
// asked, and again when next() gives it something new.

#include "deducer/eval/builtins/builtins.h"

Value iterator_of(Interp *I, Items *items, Span span) {
    return value_object(obj_iterator(I, items, span));
}

Items *iterator_rest(Interp *I, Obj *o, Span span) {
    Items *all = iterator_items(I, o);
    Items *out = items_new(I);
    double at;
    if (!known_number(o->u.iter.position.v, &at) || (o->flags & OF_SUMMARY)) {
        items_open(I, out, items_join(I, all),
                   reason_new(I, span, all->why, "how far the iterator got is not known"));
        return out;
    }
    for (uint32_t i = (uint32_t)at; i < all->n; i++)
        items_push(I, out, all->at[i]);
    if (all->open)
        items_open(I, out, all->rest, all->why);
    return out;
}

static Value result(Interp *I, const Call *c, Value v, Value done) {
    Obj *o = obj_plain(I, c->span);
    obj_define(I, o, key_of(I, "value"), v, 0);
    obj_define(I, o, key_of(I, "done"), done, 0);
    bool async = is_object(c->self, O_ITERATOR) && (c->self.u.obj->flags & OF_ASYNC);
    return async ? value_object(obj_promise(I, value_object(o), c->span)) : value_object(o);
}

static Value next(Interp *I, const Call *c) {
    if (!is_object(c->self, O_ITERATOR))
        return wrong_self(I, c, "iterator");
    Obj *o = c->self.u.obj;
    generator_send(I, o, call_arg(I, c, 0));
    Items *all = iterator_items(I, o);
    if (I->dead)
        return UNDEFINED;
    double at;
    if (known_number(o->u.iter.position.v, &at) && !(o->flags & OF_SUMMARY)) {
        if (at < all->n) {
            interp_write(I, &o->u.iter.position, value_number(at + 1));
            return result(I, c, without_absent(I, all->at[(uint32_t)at]), value_bool(false));
        }
        if (!all->open) {
            interp_write(I, &o->u.iter.position, value_number((double)all->n + 1));
            return result(I, c, at > all->n ? UNDEFINED : o->u.iter.result.v, value_bool(true));
        }
    } else {
        at = 0;
    }
    Items *left = iterator_rest(I, o, c->span);
    Value any = items_join(I, left);
    any = any.tag == V_ABSENT ? UNDEFINED : value_join(I->a, any, o->u.iter.result.v);
    return result(I, c, any,
                  value_prim(PT_BOOL, left->why
                                          ? left->why
                                          : reason_new(I, c->span, NULL,
                                                       "when the iterator ends is not known")));
}

static void finish(Interp *I, const Call *c) {
    if (!is_object(c->self, O_ITERATOR))
        return;
    Obj *o = c->self.u.obj;
    const Items *all = iterator_items(I, o); // what it would have done may be done
    if (!I->dead)
        interp_write(I, &o->u.iter.position, value_number((double)all->n + 1));
}

static Value return_early(Interp *I, const Call *c) {
    finish(I, c);
    return I->dead ? UNDEFINED : result(I, c, call_arg(I, c, 0), value_bool(true));
}

static Value throw_into(Interp *I, const Call *c) {
    finish(I, c);
    if (I->dead || !is_object(c->self, O_ITERATOR) || !c->self.u.obj->u.iter.fn) {
        interp_throw(I, call_arg(I, c, 0), c->span);
        return UNDEFINED;
    }
    generator_throw(I, c->self.u.obj, call_arg(I, c, 0));
    I->may_throw = true; // where it does not catch it
    Value any = items_join(I, iterator_items(I, c->self.u.obj));
    const Reason *why = reason_new(I, c->span, NULL, "whether the generator goes on is not known");
    return result(I, c, any.tag == V_ABSENT ? UNDEFINED : join(I, UNDEFINED, any),
                  value_prim(PT_BOOL, why));
}

static Value itself(Interp *I, const Call *c) {
    (void)I;
    return c->self;
}

// ---- Helpers: on what is left, as an array's methods would --------------------------------------

static Value left_array(Interp *I, const Call *c) {
    Items *it = interp_iterate(I, c->self, c->span);
    return I->dead ? UNDEFINED : array_of(I, it, c->span);
}

// Runs the array method of the same name on what is left.
static Value as_array(Interp *I, const Call *c) {
    Call inner = *c;
    inner.self = left_array(I, c);
    if (I->dead)
        return UNDEFINED;
    const char *name = c->callee->u.native.row->name;
    for (const Native *row = array_walks; row->name; row++)
        if (str_is(str_of(row->name), name))
            return row->fn(I, &inner);
    return UNDEFINED;
}

static Value as_iterator(Interp *I, const Call *c) {
    Value array = as_array(I, c);
    return I->dead ? UNDEFINED : iterator_of(I, array_items(I, array, c->span), c->span);
}

static Value limited(Interp *I, const Call *c, bool take) {
    Items *it = interp_iterate(I, c->self, c->span), *out = items_new(I);
    double n;
    if (I->dead)
        return UNDEFINED;
    Value arg = interp_to_number(I, call_arg(I, c, 0));
    if (!known_number(arg, &n)) {
        items_open(I, out, items_join(I, it), value_unknown(arg));
        return iterator_of(I, out, c->span);
    }
    n = to_integer(n);
    for (uint32_t i = 0; i < it->n; i++)
        if (take ? i < n : i >= n)
            items_push(I, out, it->at[i]);
    if (it->open && (!take || it->n < n))
        items_open(I, out, it->rest, it->why);
    return iterator_of(I, out, c->span);
}

static Value take(Interp *I, const Call *c) {
    return limited(I, c, true);
}

static Value drop(Interp *I, const Call *c) {
    return limited(I, c, false);
}

static Value from(Interp *I, const Call *c) {
    Items *it = interp_iterate(I, call_arg(I, c, 0), c->span);
    return I->dead ? UNDEFINED : iterator_of(I, it, c->span);
}

static Value construct(Interp *I, const Call *c) {
    return value_object(obj_new(I, O_PLAIN, proto_for(I, c, I->realm.iterator), c->span));
}

static const Native iterator_methods[] = {
    {"next", next, 0},
    {"return", return_early, 1},
    {"throw", throw_into, 1},
    {"@@iterator", itself, 0},
    {"@@asyncIterator", itself, 0},
    {"map", as_iterator, 1},
    {"filter", as_iterator, 1},
    {"flatMap", as_iterator, 1},
    {"take", take, 1},
    {"drop", drop, 1},
    {"toArray", left_array, 0},
    {"forEach", as_array, 1},
    {"reduce", as_array, 1},
    {"some", as_array, 1},
    {"every", as_array, 1},
    {"find", as_array, 1},
    {NULL, NULL, 0},
};

void install_iterator(Interp *I) {
    static const Native row = {"Iterator", construct, 0};
    static const Native statics[] = {{"from", from, 1}, {NULL, NULL, 0}};
    constructor_new(I, &row, I->realm.iterator, statics);
    obj_natives(I, I->realm.iterator, iterator_methods);
}
