// Arguments: from abstract values to what stands in the graph, checked against the kind's
// parameters.
//
// A value that is only known at run time can't stand there; one that is known after deployment, or
// that comes from the deployer's environment, can, unless the parameter decides names or shape.

#include "deducer/explore/explore.h"

#include <math.h>
#include <string.h>

enum { DEPTH_LIMIT = 32 };

static ArchValue *convert_any(Interp *I, const ArgContext *c, Str path, Value v, uint32_t depth);
static ArchValue *convert_fields(Interp *I, const ArgContext *c, const Param *fields, Str path,
                                 Value v);

bool argument_is_function(Value v) {
    uint32_t n = value_count(v);
    for (uint32_t i = 0; i < n; i++) {
        Value alt = value_at(v, i);
        if (alt.tag != V_OBJECT)
            return false;
        uint8_t cls = alt.u.obj->cls;
        if (cls == O_FUNCTION ? (alt.u.obj->flags & OF_CLASS) != 0
                              : cls != O_NATIVE && cls != O_BOUND && cls != O_OPAQUE)
            return false;
    }
    return true;
}

ArgContext argument_context(const char *of, const Call *c, uint32_t i) {
    ArgContext ctx = {of, c->span, NULL};
    if (!c->node || i >= c->node->u.call.arg_count)
        return ctx;
    for (uint32_t k = 0; k <= i; k++)
        if (c->node->u.call.args[k]->kind == N_SPREAD)
            return ctx;
    ctx.node = c->node->u.call.args[i];
    ctx.span = ctx.node->span;
    return ctx;
}

// The context of a member: its own place, where the object is written out.
static ArgContext member_context(const ArgContext *c, Str name) {
    ArgContext inner = {c->of, c->span, NULL};
    if (!c->node || c->node->kind != N_OBJECT)
        return inner;
    for (uint32_t i = 0; i < c->node->u.list.count; i++) {
        const Node *m = c->node->u.list.at[i];
        if (m->kind != N_PROPERTY || m->u.prop.key->kind != N_STRING)
            continue;
        if (!str_eq(m->u.prop.key->u.text, name))
            continue;
        inner.node = m->u.prop.value;
        inner.span = m->span;
    }
    return inner;
}

static ArchValue *report_unknown(Interp *I, const ArgContext *c, Str path, Value v) {
    const Reason *why = value_unknown(v);
    Diag *d = diag_error(I->diags, P0310, c->span, "`%.*s` of %s is only known at run time",
                         STR_ARG(path), c->of);
    if (why)
        diag_reasons(d, why);
    else if (v.tag == V_UNION)
        diag_note(d, "it has several possible values");
    diag_help(d, "use a constant");
    return NULL;
}

static ArchValue *report_type(Interp *I, const ArgContext *c, Str path, const char *wanted,
                              Value v) {
    Str got = interp_typeof(v);
    if (v.tag == V_NULL)
        got = STR("null");
    if (v.tag == V_OBJECT && v.u.obj->cls == O_ARRAY)
        got = STR("array");
    if (v.tag == V_OBJECT && v.u.obj->cls == O_RESOURCE)
        got = STR("resource");
    Diag *d = diag_error(I->diags, P0301, c->span, "`%.*s` of %s must be %s, but is %s%.*s",
                         STR_ARG(path), c->of, wanted,
                         got.n && strchr("aeiou", got.p[0]) ? "an "
                         : got.n                            ? "a "
                                                            : "",
                         STR_ARG(got));
    diag_help(d, "pass %s", wanted);
    return NULL;
}

// ---- Late values --------------------------------------------------------------------------------

static ArchValue *arch_typed(Interp *I, ArchType type) {
    ArchValue *v = arena_new(I->a, ArchValue);
    v->type = type;
    return v;
}

static ArchValue *convert_late(Interp *I, const ArgContext *c, Str path, const Late *l) {
    ArchValue *v = NULL;
    switch (l->kind) {
    case LATE_PROPERTY:
        v = arch_typed(I, ARCH_PROPERTY);
        v->text = l->resource->u.resource->id;
        v->property = l->name;
        return v;
    case LATE_ENV:
        v = arch_typed(I, ARCH_ENV);
        v->text = l->name;
        return v;
    case LATE_CONCAT:
        v = arch_typed(I, ARCH_CONCAT);
        break;
    case LATE_OR:
        v = arch_typed(I, ARCH_OR);
        break;
    case LATE_DERIVED: {
        Diag *d = diag_error(I->diags, P0310, c->span,
                             "`%.*s` of %s is computed from a value known only later",
                             STR_ARG(path), c->of);
        diag_reasons(d, l->why);
        diag_help(d,
                  "use the value as it is, or join it with strings; compute with it in a function");
        return NULL;
    }
    }
    for (uint32_t i = 0; i < l->count; i++) {
        Value part = l->parts[i];
        ArchValue *item = part.tag == V_LATE ? convert_late(I, c, path, part.u.late)
                                             : arch_string(I->a, value_str(part));
        if (!item)
            return NULL;
        arch_item_push(I->a, v, item);
    }
    return v;
}

static ArchValue *convert_secret(Interp *I, Obj *res) {
    ArchValue *v = arch_typed(I, ARCH_SECRET);
    v->text = res->u.resource->id;
    return v;
}

// ---- Scalars ------------------------------------------------------------------------------------

static ArchValue *convert_string(Interp *I, const ArgContext *c, const Param *p, Str path,
                                 Value v) {
    if (v.tag == V_LATE)
        return convert_late(I, c, path, v.u.late);
    if (v.tag == V_BOOL && p->or_false && !v.u.b)
        return arch_bool(I->a, false);
    if (v.tag != V_STRING)
        return report_type(I, c, path, "a string", v);
    Str s = value_str(v);
    bool allowed = !p->choices;
    Vec(Str) names = {0};
    for (uint32_t i = 0; p->choices && p->choices[i]; i++) {
        allowed |= str_is(s, p->choices[i]);
        vec_push(I->a, &names, str_of(p->choices[i]));
    }
    if (allowed)
        return arch_string(I->a, s);
    Diag *d = diag_error(I->diags, P0308, c->span, "`%.*s` of %s cannot be `%.*s`", STR_ARG(path),
                         c->of, STR_ARG(s));
    Str near = str_suggest(s, names.at, names.n);
    Buf b = buf_new(I->a);
    for (uint32_t i = 0; i < names.n; i++)
        buf_printf(&b, "%s`%.*s`", i ? ", " : "", STR_ARG(names.at[i]));
    if (p->or_false)
        buf_puts(&b, ", `false`");
    if (near.n)
        diag_help(d, "did you mean `%.*s`? it may be %.*s", STR_ARG(near), STR_ARG(buf_str(&b)));
    else
        diag_help(d, "it may be %.*s", STR_ARG(buf_str(&b)));
    return NULL;
}

static ArchValue *convert_number(Interp *I, const ArgContext *c, const Param *p, Str path,
                                 Value v) {
    if (v.tag != V_NUMBER)
        return report_type(I, c, path, "a number", v);
    double d = v.u.num;
    bool bounded = p->min != 0 || p->max != 0;
    if (!isfinite(d) || d != floor(d) || (bounded && (d < p->min || d > p->max))) {
        Str text = number_to_str(I->a, d);
        Diag *x = diag_error(I->diags, P0308, c->span, "`%.*s` of %s cannot be %.*s", STR_ARG(path),
                             c->of, STR_ARG(text));
        if (bounded)
            diag_help(x, "it may be a whole number from %.0f to %.0f", p->min, p->max);
        else
            diag_help(x, "it must be a whole number");
        return NULL;
    }
    return arch_number(I->a, d);
}

// ---- Objects and lists --------------------------------------------------------------------------

static Str member_path(Interp *I, Str path, Str name) {
    return path.n ? str_fmt(I->a, "%.*s.%.*s", STR_ARG(path), STR_ARG(name)) : name;
}

static bool is_exact_object(Interp *I, const ArgContext *c, Str path, Value v, Sym **keys,
                            uint32_t *n) {
    bool exact;
    *keys = obj_keys(I, v.u.obj, n, &exact);
    if (exact)
        return true;
    Diag *d =
        diag_error(I->diags, P0310, c->span,
                   "which keys `%.*s` of %s has is only known at run time", STR_ARG(path), c->of);
    if (v.u.obj->rest)
        diag_reasons(d, value_unknown(v.u.obj->rest->v));
    diag_help(d, "write the keys out");
    return false;
}

static ArchValue *convert_env(Interp *I, const ArgContext *c, Str path, Value v) {
    if (v.tag != V_OBJECT || v.u.obj->cls != O_PLAIN)
        return report_type(I, c, path, "an object", v);
    ArchValue *out = arch_object(I->a);
    Sym *keys;
    uint32_t n;
    if (!is_exact_object(I, c, path, v, &keys, &n))
        return NULL;
    for (uint32_t i = 0; i < n; i++) {
        Str name = sym_str(I->interner, keys[i]);
        Str at = member_path(I, path, name);
        Value e = interp_get(I, v, keys[i], c->span);
        ArgContext member = member_context(c, name);
        ArchValue *item = NULL;
        if (e.tag == V_UNDEFINED)
            continue;
        if (e.tag == V_OBJECT && e.u.obj->cls == O_RESOURCE &&
            !strcmp(e.u.obj->u.resource->kind->name, "Secret"))
            item = convert_secret(I, e.u.obj);
        else if (e.tag == V_STRING)
            item = arch_string(I->a, value_str(e));
        else if (e.tag == V_NUMBER)
            item = arch_number(I->a, e.u.num);
        else if (e.tag == V_BOOL)
            item = arch_bool(I->a, e.u.b);
        else if (e.tag == V_LATE)
            item = convert_late(I, &member, at, e.u.late);
        else if (value_unknown(e) || e.tag == V_UNION)
            report_unknown(I, &member, at, e);
        else
            report_type(I, &member, at, "a string", e);
        if (item)
            arch_member_push(I->a, out, name, item);
    }
    return out;
}

static ArchValue *convert_list(Interp *I, const ArgContext *c, const Param *p, Str path, Value v) {
    if (v.tag != V_OBJECT || v.u.obj->cls != O_ARRAY)
        return report_type(I, c, path, "an array", v);
    Items *items = interp_iterate(I, v, c->span);
    if (items->open)
        return report_unknown(I, c, path, items->rest);
    ArchValue *out = arch_array(I->a);
    for (uint32_t i = 0; i < items->n; i++) {
        Str at = str_fmt(I->a, "%.*s[%u]", STR_ARG(path), i);
        ArgContext element = {c->of, c->span, NULL};
        if (c->node && c->node->kind == N_ARRAY && c->node->u.list.count == items->n)
            element = (ArgContext){c->of, c->node->u.list.at[i]->span, c->node->u.list.at[i]};
        ArchValue *item =
            p->fields ? convert_fields(I, &element, p->fields, at, items->at[i])
                      : convert_string(I, &element, &(Param){.type = P_STRING}, at, items->at[i]);
        if (item)
            arch_item_push(I->a, out, item);
    }
    return out;
}

static ArchValue *convert_param(Interp *I, const ArgContext *c, const Param *p, Str path, Value v) {
    if (v.tag == V_ABSENT || v.tag == V_UNDEFINED) {
        if (!p->required)
            return NULL;
        Diag *d = diag_error(I->diags, P0301, c->span, "%s needs `%.*s`", c->of, STR_ARG(path));
        diag_help(d, "%s", p->doc ? p->doc : "pass it");
        return NULL;
    }
    bool env_object = v.tag == V_OBJECT && v.u.obj->cls == O_OPAQUE;
    if (v.tag == V_PRIM || v.tag == V_UNION || env_object)
        return report_unknown(I, c, path, v);
    if (v.tag == V_LATE && p->must_be_known)
        return report_unknown(I, c, path, v);
    switch (p->type) {
    case P_STRING:
        return convert_string(I, c, p, path, v);
    case P_NUMBER:
        return v.tag == V_LATE ? report_unknown(I, c, path, v) : convert_number(I, c, p, path, v);
    case P_BOOLEAN:
        return v.tag == V_BOOL ? arch_bool(I->a, v.u.b)
                               : report_type(I, c, path, "true or false", v);
    case P_OBJECT:
        return convert_fields(I, c, p->fields, path, v);
    case P_ENV_MAP:
        return convert_env(I, c, path, v);
    case P_LIST:
        return convert_list(I, c, p, path, v);
    case P_ANY:
        return convert_any(I, c, path, v, 0);
    case P_FUNCTION:
        break;
    }
    BUG("a function is no argument of the graph");
}

static ArchValue *convert_fields(Interp *I, const ArgContext *c, const Param *fields, Str path,
                                 Value v) {
    if (v.tag != V_OBJECT || (v.u.obj->cls != O_PLAIN && v.u.obj->cls != O_OPAQUE))
        return report_type(I, c, path, "an object", v);
    if (v.u.obj->cls == O_OPAQUE)
        return report_unknown(I, c, path, v);
    ArchValue *out = arch_object(I->a);
    Sym *keys;
    uint32_t n;
    if (!is_exact_object(I, c, path, v, &keys, &n))
        return NULL;
    for (uint32_t i = 0; i < n; i++) {
        Str name = sym_str(I->interner, keys[i]);
        const Param *p = param_find(fields, str_cstr(I->a, name));
        if (!p) {
            StrVec names = {0};
            for (const Param *f = fields; f && f->name; f++)
                vec_push(I->a, &names, str_of(f->name));
            Str near = str_suggest(name, names.at, names.n);
            ArgContext unknown = member_context(c, name);
            Diag *d = diag_error(I->diags, P0302, unknown.span, "%s has no option `%.*s`", c->of,
                                 STR_ARG(member_path(I, path, name)));
            if (near.n)
                diag_help(d, "did you mean `%.*s`?", STR_ARG(near));
            else
                diag_help(d, "remove it");
            continue;
        }
        Value e = interp_get(I, v, keys[i], c->span);
        ArgContext member = member_context(c, name);
        ArchValue *item = convert_param(I, &member, p, member_path(I, path, name), e);
        if (item)
            arch_member_push(I->a, out, name, item);
    }
    for (const Param *f = fields; f && f->name; f++)
        if (f->required &&
            interp_get(I, v, sym_lit(I->interner, f->name), c->span).tag == V_UNDEFINED)
            convert_param(I, c, f, member_path(I, path, str_of(f->name)), UNDEFINED);
    return out;
}

// ---- Anything -----------------------------------------------------------------------------------

static ArchValue *convert_any(Interp *I, const ArgContext *c, Str path, Value v, uint32_t depth) {
    if (depth > DEPTH_LIMIT)
        return report_unknown(I, c, path, v);
    if (v.tag == V_NULL || v.tag == V_UNDEFINED || v.tag == V_ABSENT)
        return arch_null(I->a);
    if (v.tag == V_BOOL)
        return arch_bool(I->a, v.u.b);
    if (v.tag == V_NUMBER)
        return arch_number(I->a, v.u.num);
    if (v.tag == V_STRING)
        return arch_string(I->a, value_str(v));
    if (v.tag == V_LATE)
        return convert_late(I, c, path, v.u.late);
    if (v.tag != V_OBJECT || value_unknown(v))
        return report_unknown(I, c, path, v);
    Obj *o = v.u.obj;
    if (o->cls == O_ARRAY) {
        ArchValue *out = arch_array(I->a);
        Items *items = interp_iterate(I, v, c->span);
        if (items->open)
            return report_unknown(I, c, path, items->rest);
        for (uint32_t i = 0; i < items->n; i++) {
            ArchValue *item = convert_any(I, c, path, items->at[i], depth + 1);
            if (item)
                arch_item_push(I->a, out, item);
        }
        return out;
    }
    if (o->cls != O_PLAIN)
        return report_type(I, c, path, "plain data", v);
    ArchValue *out = arch_object(I->a);
    Sym *keys;
    uint32_t n;
    if (!is_exact_object(I, c, path, v, &keys, &n))
        return NULL;
    for (uint32_t i = 0; i < n; i++) {
        Str name = sym_str(I->interner, keys[i]);
        ArchValue *item = convert_any(I, c, member_path(I, path, name),
                                      interp_get(I, v, keys[i], c->span), depth + 1);
        if (item)
            arch_member_push(I->a, out, name, item);
    }
    return out;
}

ArchValue *argument_convert(Interp *I, const ArgContext *c, const Param *p, Value v) {
    return convert_param(I, c, p, str_of(p->name), v);
}
