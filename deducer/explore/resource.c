// Resources: what `new Kind(…)` records, and what can be asked of an instance.

#include "deducer/eval/effects.h"
#include "deducer/explore/explore.h"

#include <string.h>

enum { NAME_MAX_LENGTH = 64 };

ArchPlace place_of(Interp *I, Span span) {
    const Source *s = span.file ? sources_get(I->sources, span.file) : NULL;
    if (!s)
        return (ArchPlace){0};
    LineCol at = source_line_col(I->sources, span.file, span.start);
    return (ArchPlace){s->path, at.line, at.column};
}

ArchResource *resource_row(Interp *I, const Resource *r) {
    return &I->arch->resources.at[r->index];
}

// ---- May something be created here? -------------------------------------------------------------

static void explain_doubt(Interp *I, Diag *d) {
    for (const Doubt *x = I->doubt; x; x = x->outer) {
        if (!x->where.file)
            continue;
        diag_label(d, x->where,
                   x->loop ? "how often this loop runs is not known"
                           : "this is not known while compiling");
        diag_reasons(d, x->why);
        return;
    }
}

bool creation_allowed(Interp *I, Span span, const char *what) {
    if (I->exploring && I->explorer->from) {
        Diag *d =
            diag_error(I->diags, P0305, span, "this %s is created when a function runs", what);
        diag_primary(d, "resources must exist before the program runs");
        ArchPlace p = I->explorer->from->handler.place;
        diag_note(d, "it is reached from the function at %.*s:%u:%u", STR_ARG(p.file), p.line,
                  p.column);
        diag_help(d, "create it at the top level and use it in the function");
        return false;
    }
    if (I->exploring) {
        Diag *d = diag_error(I->diags, P0210, span,
                             "this %s is created by a callback that unseen code may call", what);
        const Frame *f = I->frame;
        if (f && f->call_span.file)
            diag_label(d, f->call_span, "the callback is handed over here");
        diag_help(d,
                  "call it from code of the program: a loop, or a function of the program's own");
        return false;
    }
    if (!I->doubt)
        return true;
    bool loop = false;
    for (const Doubt *x = I->doubt; x; x = x->outer)
        loop |= x->loop;
    Diag *d = loop ? diag_error(I->diags, P0203, span,
                                "this %s would be created an unknown number of times", what)
                   : diag_error(I->diags, P0204, span,
                                "whether this %s is created is only known at run time", what);
    explain_doubt(I, d);
    if (loop)
        diag_help(d, "loop over a literal array, or give each %s its own declaration", what);
    else
        diag_help(d,
                  "create it always, or decide by a constant or by `process.env.PLUTO_STACK_NAME`");
    return false;
}

// ---- Recording ----------------------------------------------------------------------------------

static bool is_name_char(char c, bool first) {
    bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return alnum || (!first && (c == '-' || c == '_' || c == '.'));
}

static bool name_is_valid(Interp *I, const Kind *kind, Str name, Span span) {
    bool ok = name.n > 0 && name.n <= NAME_MAX_LENGTH;
    for (uint32_t i = 0; ok && i < name.n; i++)
        ok = is_name_char(name.p[i], i == 0);
    if (ok)
        return true;
    Diag *d = name.n
                  ? diag_error(I->diags, P0304, span, "`%.*s` cannot be the name of a %s",
                               STR_ARG(name), kind->name)
                  : diag_error(I->diags, P0304, span, "the name of this %s is empty", kind->name);
    diag_help(d, "use 1 to %d letters, digits, `-`, `_` and `.`, beginning with a letter or digit",
              NAME_MAX_LENGTH);
    return false;
}

Resource *resource_add(Interp *I, const Kind *kind, Str name, Span name_span, Span span) {
    if (!name_is_valid(I, kind, name, name_span))
        return NULL;
    Str id = str_fmt(I->a, "%s/%.*s", kind->name, STR_ARG(name));
    ArchResource *other = arch_resource(I->arch, id);
    if (other) {
        Diag *d = diag_error(I->diags, P0303, span, "there is a %s called `%.*s` already",
                             kind->name, STR_ARG(name));
        FileId file = sources_find(I->sources, other->source.file);
        LineCol at = {other->source.line, other->source.column};
        uint32_t offset = source_offset(I->sources, file, at);
        diag_label(d, (Span){file, offset, offset + 1}, "the other one");
        diag_help(d, "give each %s its own name", kind->name);
        return NULL;
    }
    Resource *r = arena_new(I->a, Resource);
    *r = (Resource){
        .kind = kind, .name = name, .id = id, .index = I->arch->resources.n, .span = span};
    r->handler = ABSENT;
    ArchResource row = {
        .id = id, .kind = str_of(kind->name), .name = name, .source = place_of(I, span)};
    row.arguments = arch_object(I->a);
    vec_push(I->a, &I->arch->resources, row);
    vec_push(I->a, &I->resources, r);
    return r;
}

void resource_set_handler(Interp *I, Resource *r, Value handler, Span span) {
    ArchHandler *h = &resource_row(I, r)->handler;
    Value first = value_at(handler, 0);
    if (first.tag == V_OBJECT && first.u.obj->cls == O_FUNCTION)
        span = first.u.obj->site;
    r->handler = handler;
    effects_function(I, r);
    h->present = true;
    h->place = place_of(I, span);
    h->export_name = r->name;
}

void resource_set_call(Interp *I, Resource *r, const Call *c, uint32_t argument) {
    const Node *n = c->node;
    if (!n || !I->frame || I->frame->fn || argument >= n->u.call.arg_count)
        return;
    for (uint32_t i = 0; i <= argument; i++)
        if (n->u.call.args[i]->kind == N_SPREAD)
            return;
    r->call = n;
    r->argument = argument;
}

// ---- Construction -------------------------------------------------------------------------------

static bool is_options_object(Value v) {
    return v.tag == V_OBJECT && (v.u.obj->cls == O_PLAIN || v.u.obj->cls == O_OPAQUE);
}

static uint32_t count_params(const Param *params) {
    uint32_t n = 0;
    while (params && params[n].name)
        n++;
    return n;
}

typedef struct Construction {
    const Kind *kind;
    Resource *resource;
    Value values[8]; // by parameter
    uint32_t n;
    bool shifted; // the older signature: options where the name is now
} Construction;

// Arguments to parameters. The older signature has the options where the name is now.
static bool match_params(Interp *I, Construction *k, const Call *c) {
    const Param *params = k->kind->params;
    k->n = count_params(params);
    BUG_IF(k->n > 8);
    if (c->open) {
        Diag *d = diag_error(I->diags, P0310, c->span, "how many arguments %s gets is not known",
                             k->kind->name);
        diag_reasons(d, value_unknown(c->rest));
        return false;
    }
    for (uint32_t i = 0; i < k->n; i++) {
        if (k->kind->options_for_name && !strcmp(params[i].name, "name") && i < c->n &&
            is_options_object(c->args[i])) {
            k->values[i] = ABSENT;
            k->shifted = true;
            k->values[i + 1] = c->args[i];
            break;
        }
        k->values[i] = i < c->n ? c->args[i] : ABSENT;
    }
    uint32_t most = k->shifted ? k->n - 1 : k->n;
    if (c->n <= most)
        return true;
    Diag *d = diag_error(I->diags, P0301, c->span, "%s takes at most %u argument%s, but gets %u",
                         k->kind->name, most, most == 1 ? "" : "s", c->n);
    diag_help(d, "remove the arguments that are too many");
    return false;
}

static Value option(Interp *I, Value options, const char *name) {
    if (options.tag != V_OBJECT || options.u.obj->cls == O_OPAQUE)
        return ABSENT;
    Prop *p = obj_find(options.u.obj, sym_lit(I->interner, name));
    return p ? p->cell.v : ABSENT;
}

// The name: its own argument, the option of that name, or "default".
static bool find_name(Interp *I, const Construction *k, const Call *c, Str *name_out) {
    const Param *p = param_find(k->kind->params, "name");
    Value v = ABSENT;
    for (uint32_t i = 0; i < k->n; i++) {
        if (&k->kind->params[i] == p)
            v = k->values[i];
        else if (k->kind->options_for_name && k->kind->params[i].type == P_OBJECT &&
                 (v.tag == V_ABSENT || v.tag == V_UNDEFINED))
            v = option(I, k->values[i], "name");
    }
    if (known_string(v, name_out))
        return true;
    if (v.tag == V_ABSENT || v.tag == V_UNDEFINED) {
        *name_out = STR("default");
        if (!p || !p->required)
            return true;
        Diag *d = diag_error(I->diags, P0301, c->span, "%s needs a name", k->kind->name);
        diag_help(d, "pass it first: `new %s(\"name\", …)`", k->kind->name);
        return false;
    }
    const Reason *why = value_unknown(v);
    Diag *d;
    if (why || v.tag == V_UNION) {
        Span span =
            p ? argument_context(k->kind->name, c, (uint32_t)(p - k->kind->params)).span : c->span;
        d = diag_error(I->diags, P0310, span, "the name of this %s is only known at run time",
                       k->kind->name);
        diag_reasons(d, why);
        diag_help(d, "names must be known while compiling: use a constant");
    } else {
        d = diag_error(I->diags, P0301, c->span, "the name of a %s must be a string",
                       k->kind->name);
        if (v.tag == V_OBJECT && v.u.obj->cls == O_FUNCTION &&
            k->kind->params[0].type == P_FUNCTION)
            diag_help(d, "the function comes first: `new %s(async () => …, \"name\")`",
                      k->kind->name);
        else
            diag_help(d, "pass a string");
    }
    return false;
}

static void convert_arguments(Interp *I, const Construction *k, const Call *c) {
    for (uint32_t i = 0; i < k->n; i++) {
        const Param *p = &k->kind->params[i];
        Value v = k->values[i];
        ArgContext ctx = argument_context(k->kind->name, c, k->shifted && i ? i - 1 : i);
        if (!strcmp(p->name, "name"))
            continue;
        if (p->type != P_FUNCTION) {
            ArchValue *a = argument_convert(I, &ctx, p, v);
            if (a)
                arch_member_push(I->a, resource_row(I, k->resource)->arguments, str_of(p->name), a);
        } else if (argument_is_function(v)) {
            k->resource->key = k->resource->id;
            resource_set_call(I, k->resource, c, k->shifted && i ? i - 1 : i);
            resource_set_handler(I, k->resource, v, c->span);
        } else if (p->required || (v.tag != V_ABSENT && v.tag != V_UNDEFINED)) {
            Diag *d = diag_error(I->diags, P0306, ctx.span, "%s needs a function as `%s`",
                                 k->kind->name, p->name);
            diag_reasons(d, value_unknown(v));
            diag_help(d, "pass a function: `new %s(async () => { … })`", k->kind->name);
        }
    }
}

Value kind_construct(Interp *I, Obj *kind, const Call *c) {
    Construction k = {.kind = kind->u.kind.kind};
    Str name;
    const Reason *why = reason_new(I, c->span, NULL, "it is a resource that could not be created");
    Value failed = interp_unknown(I, why, str_of(k.kind->name));
    if (!creation_allowed(I, c->span, k.kind->name))
        return failed;
    if (!match_params(I, &k, c) || !find_name(I, &k, c, &name))
        return failed;
    k.resource = resource_add(I, k.kind, name, c->span, c->span);
    if (!k.resource)
        return failed;
    convert_arguments(I, &k, c);
    Value proto =
        interp_get(I, value_object(c->new_target), sym_lit(I->interner, "prototype"), c->span);
    Obj *o = arena_new(I->a, Obj);
    o->cls = O_RESOURCE;
    o->id = ++I->next_id;
    o->birth = I->epoch;
    o->site = c->span;
    o->proto = proto.tag == V_OBJECT ? proto.u.obj : I->realm.object;
    o->u.resource = k.resource;
    return value_object(o);
}

Obj *kind_object(Interp *I, const Kind *k) {
    Obj *o = map_find(&I->externals, str_of(k->name));
    if (o)
        return o;
    o = arena_new(I->a, Obj);
    o->cls = O_KIND;
    o->id = ++I->next_id;
    o->proto = I->realm.function;
    o->u.kind.kind = k;
    Obj *proto = arena_new(I->a, Obj);
    proto->cls = O_PLAIN;
    proto->id = ++I->next_id;
    proto->proto = I->realm.object;
    struct Recorder *recorder = I->recorder; // made when first asked for: nobody's effect
    I->recorder = NULL;
    obj_define_lit(I, o, "prototype", value_object(proto));
    I->recorder = recorder;
    map_set(&I->externals, str_of(k->name), o);
    return o;
}

Value sdk_export(Interp *I, Sym name, Span use, bool *found_out) {
    Str text = sym_str(I->interner, name);
    (void)use;
    *found_out = true;
    if (!name || str_is(text, "default")) { // import * as pluto
        Obj *ns = map_find(&I->externals, STR("@sdk"));
        if (!ns) {
            ns = arena_new(I->a, Obj);
            ns->cls = O_PLAIN;
            ns->id = ++I->next_id;
            struct Recorder *recorder = I->recorder;
            I->recorder = NULL;
            for (uint32_t i = 0; i < I->kinds->n; i++)
                obj_define(I, ns, sym_lit(I->interner, I->kinds->at[i]->name),
                           value_object(kind_object(I, I->kinds->at[i])), 0);
            I->recorder = recorder;
            map_set(&I->externals, STR("@sdk"), ns);
        }
        return value_object(ns);
    }
    const Kind *k = kind_find(I->kinds, text);
    if (k)
        return value_object(kind_object(I, k));
    for (uint32_t i = 0; SDK_TYPES[i]; i++)
        if (str_is(text, SDK_TYPES[i]))
            return UNDEFINED;
    *found_out = false;
    return UNDEFINED;
}

// ---- Members ------------------------------------------------------------------------------------

static Value client_call(Interp *I, const Call *c) {
    const Op *op = c->callee->u.native.ptr;
    const Resource *r = c->callee->u.native.data.u.obj->u.resource;
    if (!I->exploring) {
        Diag *d = diag_error(I->diags, P0209, c->span, "`%s` of %.*s is called at the top level",
                             op->name, STR_ARG(r->id));
        diag_primary(d, "this runs while compiling, when the %s does not exist yet", r->kind->name);
        diag_help(d, "call it in a function: `new Function(async () => { … })`");
        I->dead = I->gave_up = true;
        return UNDEFINED;
    }
    Str note = c->note.n ? c->note : str_fmt(I->a, "calls %s", op->name);
    evidence_edge(I, EDGE_CALL, r, str_of(op->name), c->span, note);
    for (uint32_t i = 0; i < c->n; i++)
        interp_note_read(I, c->args[i], c->span);
    I->may_throw = true;
    const Reason *why = reason_new(I, c->span, NULL, "it is what `%s` of %.*s gives at run time",
                                   op->name, STR_ARG(r->id));
    return value_object(obj_promise(I, interp_unknown(I, why, str_of(op->name)), c->span));
}

static Value late_property(Interp *I, Obj *res, Str name, const Property *row, Span span) {
    const Resource *r = res->u.resource;
    Late *l = arena_new(I->a, Late);
    l->kind = LATE_PROPERTY;
    l->resource = res;
    l->name = name;
    l->row = row;
    l->why = reason_new(I, span, NULL, "`%.*s` of %.*s is known after deployment", STR_ARG(name),
                        STR_ARG(r->id));
    if (I->exploring)
        evidence_edge(I, EDGE_READ, r, name, span, str_fmt(I->a, "reads %.*s", STR_ARG(name)));
    Value v = {V_LATE, 0, {0}};
    v.u.late = l;
    return v;
}

static Value late_call(Interp *I, const Call *c) {
    const Op *op = c->callee->u.native.ptr;
    return late_property(I, c->callee->u.native.data.u.obj, str_of(op->name), NULL, c->span);
}

static Value op_function(Interp *I, Obj *res, uint32_t index) {
    static const Native client = {"client", client_call, 0}, late = {"late", late_call, 0},
                        infra = {"infra", infra_call, 0};
    Resource *r = res->u.resource;
    const Op *op = &r->kind->ops[index];
    uint32_t count = 0;
    while (r->kind->ops[count].name)
        count++;
    if (!r->members)
        r->members = arena_array(I->a, Obj *, count);
    if (!r->members[index]) {
        Obj *fn = obj_native(I, op->role == OP_CLIENT ? &client
                                : op->role == OP_LATE ? &late
                                                      : &infra);
        fn->u.native.data = value_object(res);
        fn->u.native.ptr = (void *)(uintptr_t)op;
        r->members[index] = fn;
    }
    return value_object(r->members[index]);
}

// Which operation is meant is not known, so neither is what to permit.
static Value report_any_member(Interp *I, const Resource *r, Span span) {
    Diag *d =
        diag_error(I->diags, P0402, span,
                   "which operation of %.*s is used is only known at run time", STR_ARG(r->id));
    diag_help(d, "name the operation, or choose it from an object that lists those that are meant");
    I->dead = I->gave_up = true;
    return UNDEFINED;
}

static void report_unknown_member(Interp *I, const Resource *r, Str name, Span span) {
    StrVec names = {0};
    for (const Op *op = r->kind->ops; op && op->name; op++)
        if (op->role != OP_LIBRARY)
            vec_push(I->a, &names, str_of(op->name));
    for (const Property *p = r->kind->properties; p && p->name; p++)
        vec_push(I->a, &names, str_of(p->name));
    Diag *d = diag_error(I->diags, P0307, span, "a %s has no `%.*s`", r->kind->name, STR_ARG(name));
    Str near = str_suggest(name, names.at, names.n);
    if (near.n) {
        diag_help(d, "did you mean `%.*s`?", STR_ARG(near));
        return;
    }
    Buf b = buf_new(I->a);
    for (uint32_t i = 0; i < names.n; i++)
        buf_printf(&b, "%s`%.*s`", i ? ", " : "", STR_ARG(names.at[i]));
    if (names.n)
        diag_help(d, "it has %.*s", STR_ARG(buf_str(&b)));
}

// Things that any object is asked for by unseen protocols: no member of a kind, and no mistake.
static bool is_protocol(Str name) {
    return str_starts(name, "@@") || str_is(name, "then") || str_is(name, "toJSON") ||
           str_is(name, "prototype") || str_is(name, "constructor");
}

Value resource_member(Interp *I, Obj *res, Sym key, Span span) {
    const Resource *r = res->u.resource;
    if (!key)
        return report_any_member(I, r, span);
    Str name = sym_str(I->interner, key);
    for (uint32_t i = 0; r->kind->ops && r->kind->ops[i].name; i++)
        if (r->kind->ops[i].role != OP_LIBRARY && str_is(name, r->kind->ops[i].name))
            return op_function(I, res, i);
    const Property *p = kind_property(r->kind, name);
    if (p && p->known)
        return value_string(str_of(p->known));
    if (p)
        return late_property(I, res, str_of(p->name), p, span);
    if (!span.file)
        return ABSENT;
    if (I->lenient || is_protocol(name))
        return UNDEFINED;
    report_unknown_member(I, r, name, span);
    return interp_unknown(I, reason_new(I, span, NULL, "there is no such member"), name);
}
