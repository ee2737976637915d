// Exploring handlers: each is run from the state that the top level left behind, with arguments of
// which nothing is known, again and again until another run would change nothing (a warm function
// sees what the last call left in the module's variables). What it does is undone before the next
// handler.

#include "deducer/explore/explore.h"
#include "deducer/eval/effects.h"

static bool is_known_env(const Interp *I, Str name) {
    for (size_t i = 0; i < I->in->known_env_count; i++)
        if (str_eq(I->in->known_env[2 * i], name))
            return true;
    return false;
}

void resource_reads(Interp *I, ArchResource *from, Str name) {
    uint32_t at = 0;
    if (is_known_env(I, name))
        return;
    while (at < from->environment.n && str_cmp(from->environment.at[at], name) < 0)
        at++;
    if (at < from->environment.n && str_eq(from->environment.at[at], name))
        return;
    vec_push(I->a, &from->environment, name);
    for (uint32_t i = from->environment.n - 1; i > at; i--)
        from->environment.at[i] = from->environment.at[i - 1];
    from->environment.at[at] = name;
}

void interp_note_env(Interp *I, Str name) {
    effects_environment(I, name);
    if (I->explorer && I->explorer->from)
        resource_reads(I, I->explorer->from, name);
}

static void note_late(Interp *I, const Late *l, Span span) {
    if (l->kind == LATE_ENV)
        interp_note_env(I, l->name);
    if (l->kind == LATE_PROPERTY)
        evidence_edge(I, EDGE_READ, l->resource->u.resource, l->name, span,
                      str_fmt(I->a, "reads %.*s", STR_ARG(l->name)));
    for (uint32_t i = 0; i < l->count; i++)
        if (l->parts[i].tag == V_LATE)
            note_late(I, l->parts[i].u.late, span);
}

void interp_note_read(Interp *I, Value v, Span span) {
    if (!I->exploring || I->dead)
        return;
    for (uint32_t i = 0; i < value_count(v); i++) {
        Value alt = value_at(v, i);
        if (alt.tag == V_LATE)
            note_late(I, alt.u.late, span);
        if (alt.tag != V_PRIM)
            continue;
        for (const Reason *r = alt.u.reason; r; r = r->because) // `process.env.X === "1"`
            if (r->env.n)
                interp_note_env(I, r->env);
    }
}

// ---- One run of a handler -----------------------------------------------------------------------

static Value handler_argument(Interp *I, const FnInfo *info, uint32_t i, Span span) {
    Str label = STR("argument");
    if (info && i < info->param_count && info->params[i]->kind == N_IDENT) {
        label = sym_str(I->interner, info->params[i]->u.ident.name);
        span = info->params[i]->span;
    }
    const Reason *why =
        reason_new(I, span, NULL, "`%.*s` is an argument of the function", STR_ARG(label));
    return interp_unknown(I, why, label);
}

// What the handler answers with is serialised: streams and generators run.
static void consume(Interp *I, Value v, Span span, uint32_t depth) {
    for (uint32_t i = 0; i < value_count(v) && !I->dead && depth < 3; i++) {
        Value alt = value_at(v, i);
        if (alt.tag == V_LATE)
            interp_note_read(I, alt, span);
        if (alt.tag != V_OBJECT)
            continue;
        Obj *o = alt.u.obj;
        if (o->cls == O_ITERATOR) {
            iterator_items(I, o);
        } else if (o->cls == O_PROMISE) {
            consume(I, interp_await(I, alt, span), span, depth + 1);
        } else if (o->cls == O_PLAIN) {
            for (uint32_t k = 0; k < o->prop_count; k++)
                consume(I, o->props[k]->cell.v, span, depth + 1);
            Value to_json = interp_get(I, alt, sym_lit(I->interner, "toJSON"), span);
            if (to_json.tag == V_OBJECT)
                interp_call_values(I, to_json, alt, NULL, 0, span);
        } else if (o->cls == O_OPAQUE) {
            interp_escape(I, alt, NULL, span); // a stream of a library's: somebody reads it
        }
    }
}

static void invoke(Interp *I, const Resource *r) {
    Value args[8];
    Value first = value_at(r->handler, 0);
    const FnInfo *info =
        first.tag == V_OBJECT && first.u.obj->cls == O_FUNCTION ? first.u.obj->u.fn.info : NULL;
    uint32_t n = info && info->param_count < 8 ? info->param_count : info ? 8 : 1;
    for (uint32_t i = 0; i < n; i++)
        args[i] = handler_argument(I, info, i, r->span);
    Call c = {.self = UNDEFINED, .args = args, .n = n, .open = true, .span = r->span};
    c.rest = handler_argument(I, NULL, 0, r->span);
    Value v = interp_call(I, r->handler, &c, STR("calls the function"));
    if (!I->dead)
        v = interp_await(I, v, r->span);
    if (!I->dead)
        consume(I, v, r->span, 0);
}

static void one_round(Interp *I, void *state) {
    const Resource *handler = state;
    Fork f;
    fork_begin(I, &f, handler->span, NULL, false);
    fork_next(I, &f, UNDEFINED);
    invoke(I, handler);
    fork_end(I, &f, UNDEFINED);
    if (!I->dead)
        later_run(I);
}

// ---- All of them --------------------------------------------------------------------------------

static void begin(Interp *I, Explorer *x, uint32_t *mark, uint32_t *last) {
    x->edges = map_new(I->a);
    I->explorer = x;
    I->exploring = true;
    I->dead = I->gave_up = false;
    I->history.n = 0;
    memo_clear(I);
    I->sites = NULL; // what one handler makes stands for nothing of another's
    mark_push(I, mark, last);
    x->epoch = I->history_epoch = I->epoch;
    I->total_steps += I->steps;
    I->steps = 0;
}

static void end(Interp *I, Explorer *x, uint32_t mark, uint32_t last) {
    trail_undo(I, mark, x->epoch);
    I->mark_epoch = last;
    I->dead = I->gave_up = false;
    I->direct = NULL;
    escape_clear(I, x);
    I->exploring = false;
    I->explorer = NULL;
}

static void explore_handler(Interp *I, Resource *r) {
    uint32_t mark, last;
    ArchResource *row = resource_row(I, r);
    Explorer x = {.from = row, .from_id = row->id};
    Value first = value_at(r->handler, 0);
    Module *module = I->program->entry;
    if (first.tag == V_OBJECT && first.u.obj->cls == O_FUNCTION)
        module = first.u.obj->u.fn.module;
    Frame base = {.module = module, .self = UNDEFINED};
    begin(I, &x, &mark, &last);
    I->frame = &base;
    run_fixpoint(I, r->span, NULL, one_round, r);
    I->frame = NULL;
    end(I, &x, mark, last);
    evidence_flush(I, &x);
}

// Functions that unseen code got at the top level: it may call them while compiling, too. Resources
// that they would create are nobody's to count.
static void check_unseen(Interp *I) {
    uint32_t mark, last, n = I->unseen.n;
    Explorer x = {0};
    Frame base = {.module = I->program->entry, .self = UNDEFINED};
    if (!n)
        return;
    begin(I, &x, &mark, &last);
    I->frame = &base;
    for (uint32_t i = 0; i < n && !I->gave_up; i++)
        interp_escape(I, value_object(I->unseen.at[i]), NULL, I->unseen.at[i]->site);
    I->frame = NULL;
    end(I, &x, mark, last);
}

void explore_all(Interp *I) {
    check_unseen(I);
    I->recorder = NULL;
    for (uint32_t i = 0; i < I->resources.n; i++)
        if (I->resources.at[i]->handler.tag != V_ABSENT)
            explore_handler(I, I->resources.at[i]);
    I->total_steps += I->steps;
}
