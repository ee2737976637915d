// Escapes: values in the hands of code that cannot be seen.
//
// At the top level, what unseen code gets is remembered by the opaque object that stands for it;
// when a handler uses that object, everything it holds escapes there. In a handler, an escape
// applies the value's own rule at once: an identity permits its operations, a resource all of its
// client operations, a function is called with unknown arguments (now, and again at the end, for it
// may be called at any time), and an object gives away whatever can be reached from it.

#include "deducer/eval/effects.h"
#include "deducer/explore/explore.h"

#include <string.h>

enum { NESTING_MAX = 64 };

typedef struct Escape {
    Interp *I;
    Obj *receiver;  // the library's function, class or object that gets the values; may be NULL
    Span span;      // of the call that gives them away
    bool streaming; // the receiver will stream
    uint32_t visit; // marks objects that this escape has been at
    uint32_t depth;
} Escape;

static void escape_value(Escape *e, Value v);

// ---- Identities ---------------------------------------------------------------------------------

// The library's export behind an opaque object: itself, or what made it.
static const Obj *maker_of(const Obj *o) {
    if (!o || o->cls != O_OPAQUE)
        return NULL;
    return o->u.opaque.module.n ? o : o->u.opaque.made_by;
}

// What people call it: the export that made it, else the expression that gave it.
static Str label_of(const Obj *receiver) {
    const Obj *maker = maker_of(receiver);
    const Obj *o = maker ? maker : receiver;
    return o ? o->u.opaque.label : STR("unseen code");
}

static bool module_matches(const char *pattern, Str module) {
    size_t n = pattern ? strlen(pattern) : 0;
    if (!pattern)
        return true;
    if (n && pattern[n - 1] == '*')
        return module.n >= n - 1 && !memcmp(pattern, module.p, n - 1);
    return str_is(module, pattern);
}

static const Consumer *find_consumer(const Kind *k, Str property, const Obj *maker) {
    if (!maker)
        return NULL;
    Str name = maker->u.opaque.export_name;
    int64_t dot =
        str_rfind_char(name, '.'); // a member of a namespace import, or of a default export
    if (dot >= 0)
        name = str_slice(name, (uint32_t)dot + 1, name.n);
    for (const Consumer *c = k->consumers; c && c->name; c++)
        if (str_is(name, c->name) && str_is(property, c->property) &&
            module_matches(c->module, maker->u.opaque.module))
            return c;
    return NULL;
}

static void permit(Escape *e, const Resource *r, const char *const *ops, Span where, Str note) {
    for (uint32_t i = 0; ops && ops[i]; i++)
        evidence_edge(e->I, EDGE_CALL, r, str_of(ops[i]), where, note);
}

static void permit_streaming(Escape *e, const Resource *r, const Property *row, Span where) {
    permit(e, r, row->permits_streaming, where, str_fmt(e->I->a, "%s is streamed from", row->name));
}

static void permit_identity(Escape *e, const Resource *r, const Property *row, Span where) {
    const Obj *maker = maker_of(e->receiver);
    Str note = str_fmt(e->I->a, "%s reaches %.*s", row->name, STR_ARG(label_of(e->receiver)));
    const Consumer *c = find_consumer(r->kind, str_of(row->name), maker);
    permit(e, r, c ? c->operations : row->permits, where, note);
    if (e->streaming)
        permit(e, r, row->permits_streaming, where, note);
}

typedef void (*Permit)(Escape *e, const Resource *r, const Property *row, Span where);

static void permit_identities(Escape *e, const ArchValue *v, Span where, Permit each) {
    Interp *I = e->I;
    for (uint32_t i = 0; v && v->items && i < v->count; i++)
        permit_identities(e, v->items[i], where, each);
    if (!v || v->type != ARCH_PROPERTY)
        return;
    for (uint32_t i = 0; i < I->resources.n; i++) {
        const Resource *r = I->resources.at[i];
        const Property *row = str_eq(r->id, v->text) ? kind_property(r->kind, v->property) : NULL;
        if (row)
            each(e, r, row, where);
    }
}

// A variable may hold what the function's own `envs` say: `envs: { TABLE: store.awsTableName }`.
static void permit_variable(Escape *e, const Late *l, Permit each) {
    static const char *const OPTIONS[] = {"envs", "environment"};
    const ArchResource *from = e->I->explorer->from;
    const ArchValue *options = from ? arch_find(from->arguments, "options") : NULL;
    for (size_t i = 0; i < sizeof OPTIONS / sizeof *OPTIONS; i++) {
        const ArchValue *envs = arch_find(options, OPTIONS[i]);
        for (uint32_t k = 0; envs && envs->type == ARCH_OBJECT && k < envs->count; k++)
            if (str_eq(envs->members[k].key, l->name))
                permit_identities(e, envs->members[k].value, l->why->where, each);
    }
}

static bool is_within(Span inner, Span outer) {
    return inner.file == outer.file && inner.start >= outer.start && inner.end <= outer.end;
}

// What was read elsewhere: the use comes first, then the place of reading.
static void escape_property(Escape *e, const Late *l) {
    Interp *I = e->I;
    const Resource *r = l->resource->u.resource;
    Explorer *x = I->explorer;
    const Via *before = x->via;
    Via use = {before, e->span, STR_EMPTY};
    if (e->receiver && !before && !is_within(l->why->where, e->span)) {
        use.note = str_fmt(I->a, "uses %.*s", STR_ARG(label_of(e->receiver)));
        x->via = &use;
    }
    evidence_edge(I, EDGE_READ, r, l->name, l->why->where,
                  str_fmt(I->a, "reads %.*s", STR_ARG(l->name)));
    if (l->row)
        permit_identity(e, r, l->row, l->why->where);
    x->via = before;
}

static void escape_late(Escape *e, const Late *l) {
    Interp *I = e->I;
    for (uint32_t i = 0; i < l->count; i++)
        escape_value(e, l->parts[i]);
    if (l->kind == LATE_ENV) {
        interp_note_env(I, l->name);
        permit_variable(e, l, permit_identity);
    }
    if (l->kind == LATE_PROPERTY)
        escape_property(e, l);
}

// ---- Functions ----------------------------------------------------------------------------------

static Value unknown_argument(Interp *I, Span where, Str label) {
    return interp_unknown(I, reason_new(I, where, NULL, "it is passed by code that cannot be seen"),
                          label);
}

// One call, under a fork: it may happen or not.
static void call_unseen_function(Interp *I, Value fn, Value self, Span span, bool construct) {
    Fork f;
    Value arg = unknown_argument(I, span, STR("argument"));
    Call c = {.self = self, .open = true, .rest = arg, .span = span};
    bool recorded = fn.tag == V_OBJECT && effects_call_begin(I, fn.u.obj);
    fork_begin(I, &f, span, NULL, false);
    fork_next(I, &f, UNDEFINED);
    Value v = construct ? interp_construct(I, fn, &c, STR("may be created by unseen code"))
                        : interp_call(I, fn, &c, STR("may be called by unseen code"));
    if (!I->dead) {
        v = interp_await(I, v, span);
        if (!I->dead)
            interp_escape(I, v, NULL, span); // its result goes back there
    }
    fork_end(I, &f, UNDEFINED);
    if (recorded)
        effects_call_end(I);
}

static void escape_function(Escape *e, Obj *fn, Value self) {
    Interp *I = e->I;
    if (I->explorer)
        vec_push(I->a, &I->explorer->callbacks, fn);
    if (fn->flags & OF_CLASS) {
        call_unseen_function(I, value_object(fn), UNDEFINED, e->span, true);
        return;
    }
    call_unseen_function(I, value_object(fn), self, e->span, false);
}

// ---- Objects ------------------------------------------------------------------------------------

static bool is_builtin_proto(const Realm *r, const Obj *o) {
    return o == r->object || o == r->function || o == r->array || o == r->error ||
           o == r->promise || o == r->map || o == r->set || o == r->iterator || o == r->generator ||
           o == r->regexp || o == r->date;
}

// A property of an escaped object: methods are called with the object as `this`.
static void escape_member(Escape *e, Value v, Value self) {
    for (uint32_t i = 0; i < value_count(v) && !e->I->dead; i++) {
        Value alt = value_at(v, i);
        Obj *o = alt.tag == V_OBJECT ? alt.u.obj : NULL;
        if (o && o->cls == O_FUNCTION && !(o->flags & (OF_CLASS | OF_ESCAPED))) {
            o->flags |= OF_ESCAPED;
            vec_push(e->I->a, &e->I->explorer->escaped, o);
            call_unseen_function(e->I, alt, self, e->span, false);
            vec_push(e->I->a, &e->I->explorer->callbacks, o);
        } else if (o && o->cls == O_ACCESSOR) {
            if (o->u.accessor.get.tag == V_OBJECT)
                call_unseen_function(e->I, o->u.accessor.get, self, e->span, false);
            if (o->u.accessor.set.tag == V_OBJECT)
                call_unseen_function(e->I, o->u.accessor.set, self, e->span, false);
        } else {
            escape_value(e, alt);
        }
    }
}

static void escape_properties(Escape *e, Obj *o, Value self) {
    for (uint32_t i = 0; i < o->prop_count && !e->I->dead; i++) {
        Str name = sym_str(e->I->interner, o->props[i]->key);
        if (str_is(name, "constructor"))
            continue; // not by itself a way back into the class
        if (name.n && name.p[0] == '#')
            continue; // nobody else can name it
        escape_member(e, o->props[i]->cell.v, self);
    }
}

static bool wants_streaming(Interp *I, const Obj *o) {
    Prop *p = obj_find(o, sym_lit(I->interner, "streaming"));
    return p && p->cell.v.tag != V_ABSENT && interp_truth(p->cell.v) != TRUTH_NO;
}

static void escape_contents(Escape *e, Obj *o) {
    Value self = value_object(o);
    bool streaming = e->streaming;
    if (o->cls == O_PLAIN && wants_streaming(e->I, o))
        e->streaming = true;
    for (Obj *p = o; p && !is_builtin_proto(&e->I->realm, p) && p->cls != O_OPAQUE; p = p->proto)
        escape_properties(e, p, self);
    if (o->cls == O_ARRAY) {
        Value all = array_join(e->I, o);
        if (all.tag != V_ABSENT)
            escape_value(e, all);
    }
    if (o->cls == O_MAP || o->cls == O_SET)
        for (uint32_t i = 0; i < o->u.map.n; i++) {
            escape_value(e, o->u.map.at[i]->key);
            escape_value(e, o->u.map.at[i]->value.v);
        }
    if (o->rest && o->rest->v.tag != V_ABSENT)
        escape_value(e, o->rest->v);
    e->streaming = streaming;
}

static void escape_resource(Escape *e, Obj *o) {
    const Resource *r = o->u.resource;
    Str label = e->receiver ? e->receiver->u.opaque.label : STR("unseen code");
    Str note = str_fmt(e->I->a, "%.*s is handed to %.*s", STR_ARG(r->name), STR_ARG(label));
    for (const Op *op = r->kind->ops; op && op->name; op++)
        if (op->role == OP_CLIENT)
            evidence_edge(e->I, EDGE_CALL, r, str_of(op->name), e->span, note);
}

// Whoever has the class can create resources, and nobody could count them.
static void escape_kind(Escape *e, Obj *kind) {
    const char *name = kind->u.kind.kind->name;
    Diag *d = diag_error(e->I->diags, P0210, e->span,
                         "the class %s is handed to code that cannot be seen", name);
    diag_help(d, "create each %s in code of the program, and hand over the instance", name);
}

// What an unseen object holds was given to whatever made it; using the object is using that.
static void escape_held(Escape *e, Obj *o) {
    Explorer *x = e->I->explorer;
    const Via *before = x->via;
    Via use = {before, e->span, STR_EMPTY}, made = {before, o->site, STR_EMPTY};
    if (o->u.opaque.made_by) {
        Str label = label_of(o);
        made.note = str_fmt(e->I->a, "made with %.*s", STR_ARG(label));
        if (!before) {
            use.note = str_fmt(e->I->a, "uses what %.*s gave", STR_ARG(o->u.opaque.label));
            made.before = &use;
        }
        x->via = &made;
    }
    if (maker_of(o))
        e->receiver = o;
    escape_contents(e, o);
    x->via = before;
}

static void escape_object(Escape *e, Obj *o) {
    Interp *I = e->I;
    if (o->visit == e->visit || o == I->realm.env || o == I->realm.global_this)
        return;
    bool again = o->flags & OF_ESCAPED;
    // Functions are called once; containers are looked through for every receiver, for it may use
    // the identities in them in its own way.
    if (again && (o->cls == O_FUNCTION || o->cls == O_NATIVE || o->cls == O_BOUND))
        return;
    o->visit = e->visit;
    if (!again)
        vec_push(I->a, &I->explorer->escaped, o);
    o->flags |= OF_ESCAPED;
    Obj *receiver = e->receiver;
    switch ((ObjClass)o->cls) {
    case O_FUNCTION:
        escape_function(e, o, UNDEFINED);
        escape_properties(e, o, value_object(o));
        break;
    case O_NATIVE:
        if (o->u.native.ptr)
            call_unseen_function(I, value_object(o), UNDEFINED, e->span, false);
        break;
    case O_BOUND:
        call_unseen_function(I, value_object(o), UNDEFINED, e->span, false);
        break;
    case O_RESOURCE:
        escape_resource(e, o);
        break;
    case O_OPAQUE:
        escape_held(e, o);
        break;
    case O_PROMISE:
    case O_BOX:
    case O_DATE:
        escape_value(e, o->u.box.value.v);
        break;
    case O_ITERATOR: {
        Items *items = iterator_items(I, o);
        Value all = items_join(I, items);
        if (!I->dead && all.tag != V_ABSENT)
            escape_value(e, all);
        break;
    }
    case O_NAMESPACE:
        escape_value(e, namespace_any(I, o, e->span));
        break;
    case O_KIND:
        escape_kind(e, o);
        break;
    case O_ACCESSOR:
    case O_REGEXP:
        break;
    case O_PLAIN:
    case O_ARRAY:
    case O_MAP:
    case O_SET:
    case O_ERROR:
        escape_contents(e, o);
        break;
    }
    e->receiver = receiver;
}

static void escape_value(Escape *e, Value v) {
    if (e->depth > NESTING_MAX * 16)
        return;
    e->depth++;
    for (uint32_t i = 0; i < value_count(v) && !e->I->gave_up; i++) {
        Value alt = value_at(v, i);
        if (alt.tag == V_LATE)
            escape_late(e, alt.u.late);
        else if (alt.tag == V_OBJECT)
            escape_object(e, alt.u.obj);
    }
    e->depth--;
}

void interp_escape(Interp *I, Value v, Obj *receiver, Span span) {
    if (I->exploring) {
        Escape e = {.I = I, .receiver = receiver, .span = span, .visit = ++I->visits};
        escape_value(&e, v);
    } else if (receiver) {
        for (uint32_t i = 0; i < value_count(v); i++) {
            Value alt = value_at(v, i);
            if (alt.tag == V_OBJECT || alt.tag == V_LATE)
                obj_add_rest(I, receiver, alt);
        }
    }
}

// ---- Calls of unseen code -----------------------------------------------------------------------

static void hold(Interp *I, Obj *bag, Value v) {
    for (uint32_t i = 0; i < value_count(v); i++) {
        Value alt = value_at(v, i);
        if (alt.tag == V_OBJECT ? alt.u.obj != bag : alt.tag == V_LATE)
            obj_add_rest(I, bag, alt);
    }
}

// An import itself holds nothing worth remembering; its members hold it.
static bool is_import(Value v) {
    return v.tag == V_OBJECT && v.u.obj->cls == O_OPAQUE && v.u.obj->u.opaque.module.n &&
           !v.u.obj->rest;
}

// Every identity that an opaque object holds, for methods that stream.
static void stream_identities(Escape *e, Value v, uint32_t depth) {
    for (uint32_t i = 0; i < value_count(v) && depth < 12; i++) {
        Value alt = value_at(v, i);
        if (alt.tag == V_LATE) {
            const Late *l = alt.u.late;
            for (uint32_t k = 0; k < l->count; k++)
                stream_identities(e, l->parts[k], depth + 1);
            if (l->kind == LATE_ENV)
                permit_variable(e, l, permit_streaming);
            if (l->kind == LATE_PROPERTY && l->row)
                permit_streaming(e, l->resource->u.resource, l->row, l->why->where);
        } else if (alt.tag == V_OBJECT && alt.u.obj->cls != O_FUNCTION) {
            Obj *o = alt.u.obj;
            if (o->rest)
                stream_identities(e, o->rest->v, depth + 1);
            for (uint32_t k = 0; k < o->prop_count; k++)
                stream_identities(e, o->props[k]->cell.v, depth + 1);
        }
    }
}

// LangChain's ways of making a chain of a chain: they give a new one and change nothing, so a
// prompt that two chains share does not join them.
static bool gives_copy(Interp *I, const Obj *self, const Call *c) {
    static const char *const METHODS[] = {"assign",        "bind",       "bindTools",
                                          "map",           "partial",    "pick",
                                          "pipe",          "withConfig", "withFallbacks",
                                          "withListeners", "withRetry",  "withStructuredOutput"};
    const Obj *maker = maker_of(self);
    if (!maker || !c->name)
        return false;
    Str module = maker->u.opaque.module;
    if (!str_starts(module, "@langchain/") && !str_starts(module, "langchain/"))
        return false;
    for (size_t i = 0; i < sizeof METHODS / sizeof *METHODS; i++)
        if (str_is(sym_str(I->interner, c->name), METHODS[i]))
            return true;
    return false;
}

// The library's object whose method is called, where it may keep what it is given; NULL: it does
// not.
static Obj *keeper(Interp *I, const Call *c) {
    Obj *self = c->self.tag == V_OBJECT ? c->self.u.obj : NULL;
    if (self && self->flags & OF_OPAQUE_BASE &&
        self->rest) { // the base class has its own part of it
        Value base = value_at(self->rest->v, 0);
        self = base.tag == V_OBJECT ? base.u.obj : NULL;
    }
    if (!self || self->cls != O_OPAQUE || self->u.opaque.module.n)
        return NULL;
    return gives_copy(I, self, c) ? NULL : self;
}

// `app.route("/a").get(handler)`: what a part is given, the whole keeps; and every part holds the
// whole.
static void keep(Interp *I, Obj *whole, Value v) {
    if (!whole)
        return;
    hold(I, whole, v);
    if (whole->u.opaque.part_of)
        hold(I, whole->u.opaque.part_of, v);
}

static void give_away(Interp *I, Obj *callee, const Call *c, Obj *result) {
    Obj *self = c->self.tag == V_OBJECT && c->self.u.obj->cls == O_OPAQUE ? c->self.u.obj : NULL;
    Obj *whole = is_import(value_object(callee)) ? NULL : keeper(I, c);
    bool is_part = whole && whole->u.opaque.part_of;
    result->u.opaque.part_of = is_part ? whole->u.opaque.part_of : whole;
    Obj *receiver = maker_of(callee) || !self ? callee : self;
    for (uint32_t i = 0; i < c->n && !I->gave_up; i++) {
        interp_escape(I, c->args[i], I->exploring ? receiver : result, c->span);
        hold(I, result, c->args[i]);
        keep(I, whole, c->args[i]);
    }
    if (c->open) {
        interp_escape(I, c->rest, I->exploring ? receiver : result, c->span);
        hold(I, result, c->rest);
        keep(I, whole, c->rest);
    }
    if (!is_import(c->self)) {
        interp_escape(I, c->self, I->exploring ? receiver : result, c->span);
        hold(I, result, c->self);
    }
    if (!is_import(value_object(callee))) {
        interp_escape(I, value_object(callee), I->exploring ? receiver : result, c->span);
        hold(I, result, value_object(callee));
    }
}

static bool names_command(const char *command, Str method) {
    static const char SUFFIX[] = "Command";
    size_t n = strlen(command), suffix = sizeof SUFFIX - 1;
    if (n != method.n + suffix || strcmp(command + method.n, SUFFIX) != 0)
        return false;
    return method.n && (command[0] | 0x20) == method.p[0] &&
           !memcmp(command + 1, method.p + 1, method.n - 1);
}

// Clients of the AWS SDK have a method for every command: `client.query(input)` is
// `client.send(new QueryCommand(input))`. The command as an export, where a table knows it; else
// NULL.
static Obj *command_of(Interp *I, const Call *c, const Reason *why) {
    const Obj *self = c->self.tag == V_OBJECT ? c->self.u.obj : NULL;
    const Obj *maker = maker_of(self);
    if (!maker || self == maker || !c->name)
        return NULL;
    Str method = sym_str(I->interner, c->name);
    for (uint32_t i = 0; i < I->kinds->n; i++)
        for (const Consumer *row = I->kinds->at[i]->consumers; row && row->name; row++) {
            if (!names_command(row->name, method) ||
                !module_matches(row->module, maker->u.opaque.module))
                continue;
            // Made at a place of its own, so that in repeated loops it is never the call's result.
            Obj *command =
                obj_new(I, O_OPAQUE, NULL, (Span){c->span.file, c->span.start, ~c->span.end});
            command->site = c->span;
            command->u.opaque.why = why;
            command->u.opaque.label = method;
            command->u.opaque.module = maker->u.opaque.module;
            command->u.opaque.export_name = str_of(row->name);
            return command;
        }
    return NULL;
}

Value interp_call_unseen(Interp *I, Obj *callee, const Call *c, Str label) {
    if (!interp_step(I, c->span))
        return UNDEFINED;
    const Reason *why =
        reason_new(I, c->span, callee->cls == O_OPAQUE ? callee->u.opaque.why : NULL,
                   "it is what `%.*s` gives", STR_ARG(label));
    Obj *command = command_of(I, c, why);
    if (command)
        callee = command;
    Obj *result = obj_opaque(I, why, label);
    if (!result->u.opaque.made_by)
        result->u.opaque.made_by = (Obj *)(uintptr_t)maker_of(callee);
    I->may_throw = true;
    effects_unseen(I, callee, c);
    struct Recorder *recorder = I->recorder; // what objects are taken to hold is no effect
    I->recorder = NULL;
    give_away(I, callee, c, result);
    I->recorder = recorder;
    if (!I->exploring) {
        vec_push(I->a, &I->unseen, result);
        return value_object(result);
    }
    Str name = c->name ? sym_str(I->interner, c->name) : label;
    if (str_starts(name, "stream")) {
        Escape e = {.I = I, .receiver = callee, .span = c->span};
        const Via *before = I->explorer->via;
        Via use = {before, c->span, str_fmt(I->a, "calls %.*s", STR_ARG(name))};
        I->explorer->via = &use;
        stream_identities(&e, c->self, 0);
        stream_identities(&e, value_object(result), 0);
        I->explorer->via = before;
    }
    I->dead = I->gave_up;
    return value_object(result);
}

void escape_run_callbacks(Interp *I) {
    Explorer *x = I->explorer;
    for (uint32_t i = 0; i < x->callbacks.n && !I->gave_up; i++) {
        Obj *fn = x->callbacks.at[i];
        call_unseen_function(I, value_object(fn), UNDEFINED, fn->site, (fn->flags & OF_CLASS) != 0);
    }
}

void escape_clear(Interp *I, Explorer *x) {
    for (uint32_t i = 0; i < x->escaped.n; i++)
        x->escaped.at[i]->flags &= (uint8_t)~OF_ESCAPED;
    (void)I;
}
