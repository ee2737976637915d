// Endpoints and functions that still come up, awaited.
//
// Input: resources that CloudFormation has applied. Output: what their services say of them when
// they have settled; events on the way. Invariant: each is asked for in turn, so what is told of
// one never waits for another; who may not ask is told so once.

#include "adapters/aws/deploy/settle.h"

enum {
    SETTLE_MAX_SECONDS = 2 * 60 * 60,
    FAST_ROUNDS = 30, // of poll_ms each, then SLOWER tenths of that
    SLOWER = 25,
    TOLD_EVERY = 30, // seconds
    UNANSWERED_MAX = 6,
    SECONDS_A_MINUTE = 60,
};

Str settle_name(Str physical) {
    int64_t at = str_rfind_char(physical, '/');
    return at < 0 ? physical : str_slice(physical, (uint32_t)at + 1, physical.n);
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool settle_same_name(Str x, Str y) {
    for (uint32_t i = 0; i < x.n && x.n == y.n; i++)
        if (lower(x.p[i]) != lower(y.p[i]))
            return false;
    return x.n == y.n;
}

bool settle_comes_up(Str status) {
    return str_is(status, "Creating") || str_is(status, "Updating") ||
           str_is(status, "SystemUpdating") || str_is(status, "RollingBack");
}

void settle_endpoint(Work *k, AwaitedVec *all, const AwsResource *r, Str config) {
    Awaited w = {.resource = *r,
                 .name = settle_name(r->physical),
                 .config = settle_name(config),
                 .since = work_seconds(k)};
    vec_push(k->a, all, w);
}

void settle_function(Work *k, AwaitedVec *all, const AwsResource *r) {
    Awaited w = {.resource = *r, .name = r->physical, .function = true, .since = work_seconds(k)};
    vec_push(k->a, all, w);
}

// ---- Telling ------------------------------------------------------------------------------------

static void say(Work *k, Awaited *w, Str status, Str text) {
    const AwsResource *r = &w->resource;
    w->told = work_seconds(k);
    tell(k, (AwsEvent){.type = AWS_EVENT_PROGRESS,
                       .stack = r->stack,
                       .id = r->id,
                       .physical = r->physical,
                       .resource = r->resource,
                       .status = status,
                       .text = text});
}

static Str words_of(const Awaited *w) {
    const SageMakerEndpoint *e = &w->endpoint;
    if (w->function)
        return w->lambda.reason.n ? w->lambda.reason : w->lambda.state;
    return e->stage.n ? str_is(e->stage, "Creating") ? e->status : e->stage : e->status;
}

static Str status_of(const Awaited *w) {
    return !w->function                        ? w->endpoint.status
           : str_is(w->lambda.state, "Active") ? w->lambda.update
                                               : w->lambda.state;
}

// What has changed, and every half minute how long it has been going on.
static void tell_about(Work *k, Awaited *w, Str before) {
    Str words = words_of(w), status = status_of(w);
    double now = work_seconds(k);
    unsigned seconds = (unsigned)(now - w->since);
    if (w->settled && before.n)
        say(k, w, status, w->endpoint.reason.n ? w->endpoint.reason : status);
    else if (!w->settled && !str_eq(before, words))
        say(k, w, status, words);
    else if (!w->settled && now - w->told >= TOLD_EVERY)
        say(k, w, status,
            str_fmt(k->a, "%.*s, for %u:%02u", STR_ARG(words), seconds / SECONDS_A_MINUTE,
                    seconds % SECONDS_A_MINUTE));
}

// ---- Asking -------------------------------------------------------------------------------------

static bool endpoint_ask(Work *k, Awaited *w, Err *err) {
    SageMakerEndpoint e;
    if (!sagemaker_endpoint(k->client, k->a, w->name, &e, err))
        return false;
    w->endpoint = e;
    w->coming = settle_comes_up(e.status);
    w->settled = !w->coming;
    return true;
}

static bool function_ask(Work *k, Awaited *w, Err *err) {
    if (!lambda_state(k->client, k->a, w->name, &w->lambda, err))
        return false;
    w->settled = !str_is(w->lambda.state, "Pending") && !str_is(w->lambda.update, "InProgress");
    return true;
}

// Functions are many, and what cannot be asked of one cannot be asked of another.
static void give_up(Work *k, AwaitedVec *all, Awaited *w, const Err *err) {
    w->settled = true;
    w->asked = false;
    if (!w->function) {
        warn(k, "cannot check the endpoint `%.*s`: %s", STR_ARG(w->name), err->message);
        return;
    }
    warn(k, "cannot check the functions: %s", err->message);
    for (uint32_t i = 0; i < all->n; i++) {
        all->at[i].settled = all->at[i].settled || all->at[i].function;
        all->at[i].asked = all->at[i].asked && !all->at[i].function;
    }
}

static bool one_look(Work *k, AwaitedVec *all, Awaited *w) {
    Err err = {0};
    Str before = w->asked ? words_of(w) : STR_EMPTY;
    if (w->function ? function_ask(k, w, &err) : endpoint_ask(k, w, &err)) {
        w->asked = true;
        w->unanswered = 0;
        tell_about(k, w, before);
        return true;
    }
    if (interrupted(k))
        return false;
    // What has answered before will do so again; who may not ask any more will not.
    if (!w->asked || err.kind == ERR_ACCESS || ++w->unanswered > UNANSWERED_MAX)
        give_up(k, all, w, &err);
    return true;
}

bool settle_look(Work *k, AwaitedVec *all) {
    for (uint32_t i = 0; i < all->n; i++)
        if (!all->at[i].settled && !one_look(k, all, &all->at[i]))
            return false;
    return true;
}

bool settle_all_done(const AwaitedVec *all) {
    for (uint32_t i = 0; i < all->n; i++)
        if (!all->at[i].settled)
            return false;
    return true;
}

bool settle(Work *k, AwaitedVec *all) {
    double until = work_seconds(k) + SETTLE_MAX_SECONDS;
    uint32_t ms = k->aws->poll_ms;
    for (uint32_t round = 0; !settle_all_done(all) && work_seconds(k) < until; round++) {
        if (!nap(k, round < FAST_ROUNDS ? ms : ms * SLOWER / 10) || !settle_look(k, all))
            return false;
    }
    return true;
}
