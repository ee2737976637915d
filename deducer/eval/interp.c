// The evaluator's floor: reasons, unknown values, throwing, and the limits that end what doesn't
// end.

#include "deducer/eval/effects.h"

#include <stdio.h>

// ---- Reasons ------------------------------------------------------------------------------------

const Reason *reason_new(Interp *I, Span where, const Reason *because, const char *fmt, ...) {
    Reason *r = arena_new(I->a, Reason);
    va_list ap;
    va_start(ap, fmt);
    r->what = str_vfmt(I->a, fmt, ap);
    va_end(ap);
    r->where = where;
    r->because = because;
    return r;
}

void diag_reasons(Diag *d, const Reason *r) {
    for (int i = 0; r && i < 6; i++, r = r->because) {
        if (r->where.file)
            diag_label(d, r->where, "%.*s", STR_ARG(r->what));
        else
            diag_note(d, "%.*s", STR_ARG(r->what));
    }
}

Value interp_unknown(Interp *I, const Reason *why, Str label) {
    return value_object(obj_opaque(I, why, label));
}

Value interp_prim(Interp *I, uint32_t mask, Span where, const char *fmt, ...) {
    Reason *r = arena_new(I->a, Reason);
    va_list ap;
    va_start(ap, fmt);
    r->what = str_vfmt(I->a, fmt, ap);
    va_end(ap);
    r->where = where;
    return value_prim(mask, r);
}

// ---- Throwing -----------------------------------------------------------------------------------

static Str text_property(Interp *I, Value error, const char *name) {
    Str s;
    if (error.tag != V_OBJECT || error.u.obj->cls == O_OPAQUE)
        return STR_EMPTY;
    bool exploring = I->exploring;
    Value v = interp_get(I, error, sym_lit(I->interner, name), SPAN_NONE);
    I->exploring = exploring;
    return known_string(v, &s) ? s : STR_EMPTY;
}

static Str describe_error(Interp *I, Value error, Str *type_out) {
    Str s;
    *type_out = text_property(I, error, "name");
    if (error.tag == V_OBJECT) {
        Str message = text_property(I, error, "message");
        if (message.n)
            return message;
    }
    if (known_string(error, &s))
        return s;
    return STR("a value that is no Error");
}

void report_uncaught(Interp *I, Value error, Span span) {
    Str type;
    I->dead = false;
    Str message = describe_error(I, error, &type);
    Code code = I->code                          ? I->code
                : str_is(type, "TypeError")      ? P0208
                : str_is(type, "ReferenceError") ? P0202
                                                 : P0201;
    Diag *d;
    if (code == P0201)
        d = diag_error(I->diags, code, span,
                       "the program throws while it is being understood: %.*s", STR_ARG(message));
    else
        d = diag_error(I->diags, code, span, "%.*s", STR_ARG(message));
    uint32_t shown = 0;
    for (const Frame *f = I->frame; f && f->fn && shown < 4; f = f->outer, shown++)
        if (f->call_span.file)
            diag_label(d, f->call_span, "called from here");
    if (I->hint.n)
        diag_help(d, "%.*s", STR_ARG(I->hint));
    I->hint = STR_EMPTY;
    I->code = 0;
    I->dead = I->gave_up = true;
}

void interp_throw(Interp *I, Value v, Span span) {
    if (I->dead)
        return;
    effects_throw(I);
    if (I->catcher) {
        target_exit(I, I->catcher, v);
        I->dead = true;
        I->hint = STR_EMPTY;
        I->code = 0;
        return;
    }
    run_finals(I, NULL);
    if (I->dead)
        return;
    if (!I->exploring && !I->doubt)
        report_uncaught(I, v, span);
    I->dead = true;
}

static Obj *error_prototype(Interp *I, const char *type) {
    Value *ctor = map_find(&I->realm.globals, str_of(type));
    if (!ctor || ctor->tag != V_OBJECT)
        return I->realm.error;
    Prop *p = obj_find(ctor->u.obj, sym_lit(I->interner, "prototype"));
    return p && p->cell.v.tag == V_OBJECT ? p->cell.v.u.obj : I->realm.error;
}

void interp_throw_error(Interp *I, const char *type, Span span, const char *fmt, ...) {
    if (I->dead)
        return;
    va_list ap;
    va_start(ap, fmt);
    Str message = str_vfmt(I->a, fmt, ap);
    va_end(ap);
    Obj *error = obj_new(I, O_ERROR, error_prototype(I, type), span);
    obj_define_lit(I, error, "message", value_string(message));
    obj_define_lit(I, error, "name", value_string(str_of(type)));
    interp_throw(I, value_object(error), span);
}

// ---- Limits -------------------------------------------------------------------------------------

static void give_up(Interp *I) {
    I->dead = I->gave_up = true;
}

void interp_too_complex(Interp *I, Span where) {
    if (I->gave_up)
        return;
    if (I->loop.file)
        where = I->loop;
    Diag *d = diag_error(I->diags, I->exploring ? P0401 : P0205, where,
                         I->exploring
                             ? "what this function may do takes too long to find out"
                             : "the program does not come to an end while it is being understood");
    if (!I->exploring)
        diag_help(d, "make sure that loops and recursion at the top level end");
    else
        diag_help(d, "split the function, or move this code where the function does not call it");
    give_up(I);
}

Value interp_too_deep(Interp *I, Span where) {
    if (!I->gave_up) {
        Diag *d = diag_error(I->diags, P0206, where, "calls are nested too deeply here");
        const Frame *f = I->frame;
        if (f && f->fn && f->call_span.file)
            diag_label(d, f->call_span, "called from here");
        diag_help(d, "make sure that the recursion ends");
    }
    give_up(I);
    return UNDEFINED;
}

bool interp_step(Interp *I, Span where) {
    char here;
    if (I->dead)
        return false;
    I->steps++;
    if ((uintptr_t)&here < I->stack_floor) {
        interp_too_deep(I, where);
        return false;
    }
    if (I->steps > I->step_limit) {
        interp_too_complex(I, where);
        return false;
    }
    return true;
}
