// Infrastructure calls: router.get(path, fn) and the like, which connect a resource to a handler.

#include "deducer/eval/effects.h"
#include "deducer/explore/explore.h"

#include <string.h>

enum { SLUG_MAX = 48 };

// Lower-case letters and digits; runs of anything else become one '-'.
static Str slug(Interp *I, Str s) {
    Buf b = buf_new(I->a);
    bool gap = false;
    for (uint32_t i = 0; i < s.n && b.n < SLUG_MAX; i++) {
        char c = s.p[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        bool alnum = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!alnum) {
            gap = b.n > 0;
            continue;
        }
        if (gap)
            buf_putc(&b, '-');
        gap = false;
        buf_putc(&b, c);
    }
    return buf_str(&b);
}

static uint32_t triggers_so_far(Interp *I, const Resource *r, Str operation) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < I->arch->edges.n; i++) {
        const ArchEdge *e = &I->arch->edges.at[i];
        n += e->type == EDGE_TRIGGER && str_eq(e->from, r->id) && str_eq(e->operation, operation);
    }
    return n;
}

// "<resource>-<operation>-<path, expression or number>", made unique by a number where it is taken.
static Str handler_name(Interp *I, const Resource *r, const Op *op, const ArchValue *args) {
    const ArchValue *by = op->named_by ? arch_find(args, op->named_by) : NULL;
    Str part = by && by->type == ARCH_STRING ? slug(I, by->text) : STR_EMPTY;
    if (op->named_by && !part.n)
        part = STR("root");
    if (!op->named_by)
        part = str_fmt(I->a, "%u", triggers_so_far(I, r, str_of(op->name)) + 1);
    Str base = str_fmt(I->a, "%.*s-%s-%.*s", STR_ARG(r->name), op->name, STR_ARG(part));
    if (base.n > 60) { // names are limited: the start, and a hash of the whole
        uint64_t h = str_hash(base);
        base = str_fmt(I->a, "%.*s-%08x", 48, base.p, (unsigned)(h & 0xFFFFFFFFu));
    }
    Str name = base;
    for (uint32_t k = 2; arch_resource(I->arch, str_fmt(I->a, "Function/%.*s", STR_ARG(name))); k++)
        name = str_fmt(I->a, "%.*s-%u", STR_ARG(base), k);
    return name;
}

// By what the replayed call knows its handler again: what names it, else its number.
static void set_key(Interp *I, Resource *fn, const ArchValue *args) {
    const Op *op = fn->op;
    const ArchValue *by = op->named_by ? arch_find(args, op->named_by) : NULL;
    Str call = str_fmt(I->a, "%.*s %s ", STR_ARG(fn->source->id), op->name);
    Str key = by && by->type == ARCH_STRING ? str_cat(I->a, call, by->text) : STR_EMPTY;
    fn->numbered = !key.n;
    for (uint32_t i = 0; i < I->resources.n && !fn->numbered; i++)
        fn->numbered = str_eq(I->resources.at[i]->key, key);
    uint32_t number = triggers_so_far(I, fn->source, str_of(op->name)) + 1;
    fn->key = fn->numbered ? str_fmt(I->a, "%.*s#%u", STR_ARG(call), number) : key;
}

static Str callee_text(Interp *I, const Call *c, const Resource *r, const Op *op) {
    if (str_starts(c->note, "calls ") && !str_is(c->note, "calls a function"))
        return str_slice(c->note, 6, c->note.n);
    return str_fmt(I->a, "%.*s.%s", STR_ARG(r->name), op->name);
}

static void connect(Interp *I, const Call *c, const Resource *r, const Op *op, ArchValue *args,
                    uint32_t handler_at) {
    Value handler = c->args[handler_at];
    const Kind *function = kind_find(I->kinds, STR("Function"));
    BUG_IF(!function);
    Resource *fn = resource_add(I, function, handler_name(I, r, op, args), c->span, c->span);
    if (!fn)
        return;
    fn->source = r;
    fn->op = op;
    set_key(I, fn, args);
    resource_set_call(I, fn, c, handler_at);
    resource_set_handler(I, fn, handler, c->span);
    ArchEdge e = {.from = r->id, .to = fn->id, .type = EDGE_TRIGGER, .operation = str_of(op->name)};
    e.arguments = args->count ? args : NULL;
    vec_push(I->a, &e.evidence, (ArchStep){place_of(I, c->span), callee_text(I, c, r, op)});
    vec_push(I->a, &I->arch->edges, e);
}

// Website.addEnv(key, value): recorded with the resource.
static void record_setting(Interp *I, const Resource *r, const Op *op, ArchValue *args) {
    ArchValue *all = resource_row(I, r)->arguments;
    ArchValue *list = arch_find(all, op->name);
    if (!list) {
        list = arch_array(I->a);
        arch_member_push(I->a, all, str_of(op->name), list);
    }
    arch_item_push(I->a, list, args);
}

static uint32_t count_params(const Param *params) {
    uint32_t n = 0;
    while (params && params[n].name)
        n++;
    return n;
}

static bool check_count(Interp *I, const Call *c, const char *of, uint32_t most) {
    if (c->open) {
        Diag *d =
            diag_error(I->diags, P0310, c->span, "how many arguments `%s` gets is not known", of);
        diag_reasons(d, value_unknown(c->rest));
        return false;
    }
    if (c->n <= most)
        return true;
    Diag *d = diag_error(I->diags, P0301, c->span, "`%s` takes at most %u argument%s, but gets %u",
                         of, most, most == 1 ? "" : "s", c->n);
    diag_help(d, "remove the arguments that are too many");
    return false;
}

Value infra_call(Interp *I, const Call *c) {
    const Op *op = c->callee->u.native.ptr;
    const Resource *r = c->callee->u.native.data.u.obj->u.resource;
    const char *of = str_cstr(I->a, str_fmt(I->a, "%s.%s", r->kind->name, op->name));
    uint32_t handler_at = UINT32_MAX;
    if (!creation_allowed(I, c->span, str_cstr(I->a, str_fmt(I->a, "connection (`%s`)", of))))
        return UNDEFINED;
    if (!check_count(I, c, of, count_params(op->params)))
        return UNDEFINED;
    ArchValue *args = arch_object(I->a);
    unsigned errors = diags_error_count(I->diags);
    for (uint32_t i = 0; op->params && op->params[i].name; i++) {
        const Param *p = &op->params[i];
        Value v = i < c->n ? c->args[i] : ABSENT;
        ArgContext ctx = argument_context(of, c, i);
        if (p->type != P_FUNCTION) {
            ArchValue *a = argument_convert(I, &ctx, p, v);
            if (a)
                arch_member_push(I->a, args, str_of(p->name), a);
        } else if (argument_is_function(v)) {
            handler_at = i;
        } else if (p->required || v.tag != V_ABSENT) {
            Diag *d =
                diag_error(I->diags, P0306, ctx.span, "`%s` needs a function as `%s`", of, p->name);
            diag_reasons(d, value_unknown(v));
            diag_help(d, "pass a function");
        }
    }
    if (diags_error_count(I->diags) > errors)
        return UNDEFINED;
    if (handler_at != UINT32_MAX)
        connect(I, c, r, op, args, handler_at);
    else if (op->late_sets)
        record_setting(I, r, op, args);
    if (handler_at == UINT32_MAX)
        effects_touch(I, c->callee->u.native.data);
    return UNDEFINED;
}
