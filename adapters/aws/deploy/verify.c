// Whether AWS has what CloudFormation says it has.
//
// Input: the resources that a deployment touched; after one in Express mode, all endpoints. Output:
// true, or over with failures. Invariant: what still comes up is awaited, and what is there already
// is told first; who may not ask is told so once and is believed.

#include "adapters/aws/deploy/operations.h"
#include "adapters/aws/deploy/settle.h"

enum { FUNCTIONS_MAX = 50 };

static bool is_done(const AwsResource *r) {
    return str_is(r->status, "CREATE_COMPLETE") || str_is(r->status, "UPDATE_COMPLETE");
}

static bool is_endpoint(const AwsResource *r) {
    return str_is(r->resource, "AWS::SageMaker::Endpoint");
}

static void fail(Work *k, const AwsResource *r, Str reason, Str remedy) {
    AwsFailure f = {.stack = r->stack,
                    .id = r->id,
                    .physical = r->physical,
                    .resource = r->resource,
                    .status = r->status,
                    .reason = reason,
                    .code = failure_code(reason),
                    .remedy = remedy};
    vec_push(k->a, &k->out->failures, f);
}

// ---- What to look at ----------------------------------------------------------------------------

static Str physical_of(const AwsResourceVec *all, Str id) {
    for (uint32_t i = 0; i < all->n; i++)
        if (str_eq(all->at[i].id, id))
            return all->at[i].physical;
    return STR_EMPTY;
}

static bool left(Work *k) {
    over_with(k, AWS_END_DETACHED, "interrupted: what was deployed is not checked yet");
    hint(k, "what comes up goes on at AWS; `pluto deploy --resume` looks again");
    return false;
}

static bool lists_endpoint(const AwsResourceVec *all) {
    for (uint32_t i = 0; i < all->n; i++)
        if (is_endpoint(&all->at[i]) && is_done(&all->at[i]))
            return true;
    return false;
}

static Str config_of(const TemplateEndpointVec *endpoints, const AwsResourceVec *all, Str id) {
    for (uint32_t e = 0; e < endpoints->n; e++)
        if (str_eq(endpoints->at[e].id, id))
            return physical_of(all, endpoints->at[e].config);
    return STR_EMPTY;
}

// In Express mode nothing that was touched is known to be there, and what an earlier deployment
// began may still be on its way.
static bool endpoints_list(Work *k, const Followed *f, Str template_json, AwaitedVec *out) {
    TemplateEndpointVec endpoints = {0};
    AwsResourceVec all = {0};
    bool every = k->journal.express;
    Err err = {0};
    if (!every && !lists_endpoint(&f->touched))
        return true;
    bool read =
        template_json.n || cfn_template(k->client, k->a, k->journal.stack_id, &template_json, &err);
    if (!read || !cfn_resources(k->client, k->a, k->journal.stack_id, &all, &err)) {
        if (interrupted(k))
            return left(k);
        warn(k, "cannot check which configuration endpoints have: %s", err.message);
        every = false;
    }
    template_endpoints(k->a, template_json, &endpoints);
    const AwsResourceVec *list = every ? &all : &f->touched;
    for (uint32_t i = 0; i < list->n; i++) {
        const AwsResource *r = &list->at[i];
        if (is_endpoint(r) && is_done(r))
            settle_endpoint(k, out, r, config_of(&endpoints, &all, r->id));
    }
    return true;
}

static void functions_list(Work *k, const Followed *f, AwaitedVec *out) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < f->touched.n && n < FUNCTIONS_MAX; i++) {
        const AwsResource *r = &f->touched.at[i];
        if (!str_is(r->resource, "AWS::Lambda::Function") || !is_done(r))
            continue;
        n++;
        settle_function(k, out, r);
    }
}

// ---- While something comes up -------------------------------------------------------------------

static bool model_comes_up(const AwaitedVec *all) {
    for (uint32_t i = 0; i < all->n; i++)
        if (!all->at[i].settled && !all->at[i].function)
            return true;
    return false;
}

// What can be used already, and what it does not do yet.
static void tell_early(Work *k, const AwaitedVec *all) {
    const AwsPairVec *outputs = &k->stack.outputs;
    if (!model_comes_up(all))
        return;
    for (uint32_t i = 0; i < outputs->n; i++)
        tell(k, (AwsEvent){.type = AWS_EVENT_OUTPUT,
                           .id = outputs->at[i].key,
                           .text = outputs->at[i].value});
    note(k, "a model is still coming up: what asks it fails until it is in service. Ctrl-C lets "
            "go, and `pluto deploy --resume` comes back");
}

// ---- What became of it --------------------------------------------------------------------------

static Str remedy_of(Work *k, const Awaited *w, const char *next) {
    Str reason = w->endpoint.reason;
    Str known = failure_remedy(w->resource.resource, failure_code(reason), reason);
    Str why = known.n ? known
                      : str_fmt(k->a,
                                "its log group /aws/sagemaker/Endpoints/%.*s tells what the "
                                "container said",
                                STR_ARG(w->name));
    return str_fmt(k->a, "%.*s; %s", STR_ARG(why), next);
}

// An update that fails leaves the endpoint in service with its old configuration, and says so only
// to who compares.
static void endpoint_judge(Work *k, const Awaited *w) {
    const SageMakerEndpoint *e = &w->endpoint;
    if (!e->there)
        fail(k, &w->resource, STR("SageMaker does not know the endpoint"),
             STR("`pluto deploy` makes it anew"));
    else if (!str_is(e->status, "InService"))
        fail(k, &w->resource,
             e->reason.n
                 ? e->reason
                 : str_fmt(k->a, "the endpoint is not in service: %.*s", STR_ARG(e->status)),
             remedy_of(k, w, "`pluto deploy` then makes the endpoint anew"));
    else if (w->config.n && e->config.n && !settle_same_name(e->config, w->config))
        fail(k, &w->resource,
             str_fmt(k->a,
                     "SageMaker went back to the old configuration `%.*s` without a word%s%.*s",
                     STR_ARG(e->config), e->reason.n ? ": " : "", STR_ARG(e->reason)),
             remedy_of(k, w, "what was there before answers on, and `pluto deploy` tries again"));
}

static void function_judge(Work *k, const Awaited *w) {
    const LambdaState *s = &w->lambda;
    Str again = STR("deploy again");
    if (!s->there)
        fail(k, &w->resource, STR("Lambda does not know the function"), again);
    else if (str_is(s->state, "Failed"))
        fail(k, &w->resource, s->reason, again);
    else if (str_is(s->update, "Failed"))
        fail(k, &w->resource, s->update_reason, again);
}

// One that came up when it was seen last, and of which nobody can say what became of it.
static bool lost(Work *k, const AwaitedVec *all) {
    for (uint32_t i = 0; i < all->n; i++) {
        const Awaited *w = &all->at[i];
        if (w->asked || !w->coming)
            continue;
        over_with(k, AWS_END_WORLD, "nobody can say whether the endpoint `%.*s` comes up",
                  STR_ARG(w->name));
        hint(k, "it goes on at AWS; `pluto deploy --resume` looks again");
        return true;
    }
    return false;
}

bool verify(Work *k, const Followed *f, Str template_json) {
    AwaitedVec all = {0};
    phase_begin(k, AWS_PHASE_VERIFY);
    if (!endpoints_list(k, f, template_json, &all))
        return false;
    functions_list(k, f, &all);
    if (!settle_look(k, &all))
        return left(k);
    tell_early(k, &all);
    if (!settle(k, &all))
        return left(k);
    if (lost(k, &all))
        return false;
    for (uint32_t i = 0; i < all.n; i++)
        if (all.at[i].asked)
            all.at[i].function ? function_judge(k, &all.at[i]) : endpoint_judge(k, &all.at[i]);
    if (!k->out->failures.n)
        return verify_urls(k, f, template_json) || left(k);
    const AwsFailure *first = &k->out->failures.at[0];
    over_with(k, AWS_END_FAILED, "CloudFormation is content, but `%.*s` (%.*s) is not as deployed",
              STR_ARG(first->id), STR_ARG(first->resource));
    hint(k, "%.*s", STR_ARG(first->remedy));
    return false;
}
