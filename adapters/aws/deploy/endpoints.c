// What became of a stack's endpoints, and how they are put right.
//
// Input: a stack whose last deployment CloudFormation believes to have gone well. Output: endpoints
// that are so. Invariant: an endpoint in service is moved, never replaced; one that failed is
// replaced, since SageMaker does nothing else with it than delete it, and CloudFormation does that.

#include "adapters/aws/deploy/endpoints.h"

#include "adapters/aws/deploy/operations.h"

static bool is_endpoint(const AwsResource *r) {
    return str_is(r->resource, "AWS::SageMaker::Endpoint") && r->physical.n &&
           !str_is(r->status, "DELETE_COMPLETE");
}

static Str physical_of(const AwsResourceVec *all, Str id) {
    for (uint32_t i = 0; i < all->n; i++)
        if (str_eq(all->at[i].id, id))
            return settle_name(all->at[i].physical);
    return STR_EMPTY;
}

// ---- Looking ------------------------------------------------------------------------------------

// Where the configuration in force is gone, SageMaker moves the endpoint nowhere.
static bool state_of(Client *c, Arena *a, const SageMakerEndpoint *e, Endpoint *out, Err *err) {
    SageMakerNameVec models = {0};
    bool there = true;
    bool is_up = str_is(e->status, "InService") || str_is(e->status, "OutOfService");
    if (settle_comes_up(e->status))
        out->state = AWS_ENDPOINT_COMING;
    else if (!e->there || !is_up)
        out->state = AWS_ENDPOINT_DEAD;
    else if (!out->wanted.n || !e->config.n || settle_same_name(e->config, out->wanted))
        out->state = AWS_ENDPOINT_WELL;
    else if (sagemaker_config(c, a, e->config, &there, &models, err))
        out->state = there ? AWS_ENDPOINT_BEHIND : AWS_ENDPOINT_DEAD;
    else
        return false;
    return true;
}

static bool look_at(Work *k, Endpoint *out) {
    SageMakerEndpoint e;
    Err err = {0};
    Str name = settle_name(out->resource.physical);
    bool seen = sagemaker_endpoint(k->client, k->a, name, &e, &err) &&
                state_of(k->client, k->a, &e, out, &err);
    if (interrupted(k))
        return over_with(k, AWS_END_INTERRUPTED, "interrupted: nothing was changed");
    out->now = e.config;
    out->reason = e.reason.n ? e.reason
                  : !seen    ? str_of(err.message)
                  : !e.there ? STR("SageMaker does not know it any more")
                             : e.status;
    if (!seen)
        warn(k, "cannot look at the endpoint `%.*s`: %s", STR_ARG(name), err.message);
    return true;
}

static void name_anew(Deployment *d, const Endpoint *e) {
    Work *k = d->k;
    for (uint32_t i = 0; i < d->names.n; i++)
        if (str_eq(d->names.at[i].id, e->resource.id))
            d->names.at[i].name = marks_name(k->a, d->names.at[i].base, token_new(k->a));
}

static void tell_state(Work *k, const Endpoint *e) {
    Str name = settle_name(e->resource.physical);
    if (e->state == AWS_ENDPOINT_DEAD)
        note(k,
             "the endpoint `%.*s` did not come up: %.*s; it is made anew under another name, since "
             "SageMaker only deletes it",
             STR_ARG(name), STR_ARG(e->reason));
    else if (e->state == AWS_ENDPOINT_BEHIND)
        note(k, "the endpoint `%.*s` went back to what was there before: %.*s", STR_ARG(name),
             STR_ARG(e->reason));
    else if (e->state == AWS_ENDPOINT_COMING)
        note(k, "the endpoint `%.*s` is still coming up", STR_ARG(name));
}

bool endpoints_meet(Deployment *d) {
    Work *k = d->k;
    TemplateEndpointVec list = {0};
    AwsResourceVec all = {0};
    d->endpoints = (EndpointVec){0};
    template_endpoints(k->a, d->deployed, &list);
    if (!list.n)
        return true;
    Err err = {0};
    if (!cfn_resources(k->client, k->a, k->stack.id, &all, &err)) {
        if (interrupted(k))
            return over_with(k, AWS_END_INTERRUPTED, "interrupted: nothing was changed");
        warn(k, "cannot look at the endpoints: %s", err.message);
        return true;
    }
    for (uint32_t i = 0; i < all.n; i++) {
        Endpoint e = {.resource = all.at[i]};
        if (!is_endpoint(&e.resource))
            continue;
        for (uint32_t t = 0; t < list.n; t++)
            if (str_eq(list.at[t].id, e.resource.id))
                e.wanted = physical_of(&all, list.at[t].config);
        if (!look_at(k, &e))
            return false;
        tell_state(k, &e);
        if (e.state == AWS_ENDPOINT_DEAD)
            name_anew(d, &e);
        vec_push(k->a, &d->endpoints, e);
    }
    return true;
}

// Without the template: each of the stack's configurations is as good as the one that it names.
static Str config_wanted(const AwsResourceVec *all, const AwsResource *endpoint, Str now) {
    Str wanted = STR_EMPTY;
    for (uint32_t i = 0; i < all->n; i++) {
        const AwsResource *r = &all->at[i];
        if (!str_is(r->resource, "AWS::SageMaker::EndpointConfig") ||
            !str_eq(r->stack, endpoint->stack) || str_is(r->status, "DELETE_COMPLETE"))
            continue;
        Str name = settle_name(r->physical);
        if (!wanted.n || settle_same_name(name, now))
            wanted = name;
    }
    return wanted;
}

void endpoints_of(Aws *w, Arena *a, const AwsResourceVec *all, AwsEndpointVec *out) {
    for (uint32_t i = 0; i < all->n; i++) {
        Endpoint e = {.resource = all->at[i]};
        SageMakerEndpoint now = {0};
        Err err = {0};
        if (!is_endpoint(&e.resource))
            continue;
        Str name = settle_name(e.resource.physical);
        bool seen = sagemaker_endpoint(w->client, a, name, &now, &err);
        e.wanted = config_wanted(all, &e.resource, now.config);
        seen = seen && state_of(w->client, a, &now, &e, &err);
        AwsEndpoint told = {.id = e.resource.id,
                            .name = name,
                            .status = now.status,
                            .reason = now.reason,
                            .state = seen ? e.state : AWS_ENDPOINT_UNKNOWN};
        if (!seen)
            told.reason = str_dup(a, str_of(err.message));
        vec_push(a, out, told);
    }
}

// ---- Putting right ------------------------------------------------------------------------------

// Waits for those of that state; false where somebody interrupts.
static bool await(Deployment *d, AwsEndpointState state, bool (*also)(const Deployment *, Str id),
                  AwaitedVec *out) {
    Work *k = d->k;
    for (uint32_t i = 0; i < d->endpoints.n; i++) {
        const Endpoint *e = &d->endpoints.at[i];
        if (e->state == state && (!also || also(d, e->resource.id)))
            settle_endpoint(k, out, &e->resource, e->wanted);
    }
    return settle_look(k, out) && settle(k, out);
}

static bool move(Deployment *d, const Endpoint *e) {
    Work *k = d->k;
    Str name = settle_name(e->resource.physical);
    Str config;
    note(k, "moving the endpoint `%.*s` to the configuration that is deployed", STR_ARG(name));
    if (!sagemaker_config_name(k->client, k->a, e->wanted, &config, k->err))
        return over_world(k);
    if (!config.n)
        return over_with(k, AWS_END_WORLD, "SageMaker does not know the configuration `%.*s`",
                         STR_ARG(e->wanted));
    return sagemaker_endpoint_move(k->client, k->a, name, config, k->err) || over_world(k);
}

static bool is_touched(const Deployment *d, Str id) {
    for (uint32_t i = 0; i < d->set.changes.n; i++)
        if (str_eq(d->set.changes.at[i].id, id))
            return true;
    return false;
}

bool endpoints_ready(Deployment *d, bool *again) {
    AwaitedVec awaited = {0};
    if (!await(d, AWS_ENDPOINT_COMING, is_touched, &awaited)) {
        changes_clean(d);
        return over_with(d->k, AWS_END_INTERRUPTED, "interrupted: nothing was changed");
    }
    for (uint32_t i = 0; i < awaited.n; i++)
        *again =
            *again || (awaited.at[i].asked && !str_is(awaited.at[i].endpoint.status, "InService"));
    if (*again)
        return true;
    for (uint32_t i = 0; i < d->endpoints.n; i++) {
        const Endpoint *e = &d->endpoints.at[i];
        if (e->state != AWS_ENDPOINT_BEHIND || is_touched(d, e->resource.id) || move(d, e))
            continue;
        changes_clean(d);
        return false;
    }
    return true;
}

static bool is_well(const Awaited *w) {
    const SageMakerEndpoint *e = &w->endpoint;
    return !w->asked || (str_is(e->status, "InService") &&
                         (!w->config.n || settle_same_name(e->config, w->config)));
}

static bool say_unwell(Work *k, const Awaited *w) {
    AwsFailure f = {.id = w->resource.id,
                    .physical = w->resource.physical,
                    .resource = w->resource.resource,
                    .status = w->resource.status,
                    .reason = w->endpoint.reason.n ? w->endpoint.reason : w->endpoint.status};
    f.code = failure_code(f.reason);
    f.remedy = failure_remedy(f.resource, f.code, f.reason);
    vec_push(k->a, &k->out->failures, f);
    over_with(k, AWS_END_FAILED, "the endpoint `%.*s` is not as deployed", STR_ARG(w->name));
    hint(k,
         "its log group /aws/sagemaker/Endpoints/%.*s tells what the container said; `pluto "
         "deploy` tries again",
         STR_ARG(w->name));
    return false;
}

bool endpoints_heal(Deployment *d) {
    AwaitedVec awaited = {0};
    for (uint32_t i = 0; i < d->endpoints.n; i++) {
        const Endpoint *e = &d->endpoints.at[i];
        if (e->state == AWS_ENDPOINT_BEHIND && !d->in->plan && !move(d, e))
            return false;
    }
    if (d->in->plan)
        return true;
    if (!await(d, AWS_ENDPOINT_BEHIND, NULL, &awaited) ||
        !await(d, AWS_ENDPOINT_COMING, NULL, &awaited)) {
        over_with(d->k, AWS_END_DETACHED, "interrupted: an endpoint is still coming up");
        hint(d->k, "it goes on at AWS; `pluto deploy` looks again");
        return false;
    }
    for (uint32_t i = 0; i < awaited.n; i++)
        if (!is_well(&awaited.at[i]))
            return say_unwell(d->k, &awaited.at[i]);
    endpoints_collect_seen(d);
    return true;
}

// ---- What stayed behind -------------------------------------------------------------------------

static bool has(const AwsResourceVec *all, Str name) {
    for (uint32_t i = 0; i < all->n; i++)
        if (!str_is(all->at[i].status, "DELETE_COMPLETE") &&
            settle_same_name(settle_name(all->at[i].physical), name))
            return true;
    return false;
}

// It costs nothing, so it may stay where it cannot be taken away.
static void config_remove(Work *k, const AwsResourceVec *all, Str any_case) {
    SageMakerNameVec models = {0};
    Str name;
    Err err = {0};
    bool there = false;
    if (!any_case.n || has(all, any_case))
        return;
    bool good = sagemaker_config_name(k->client, k->a, any_case, &name, &err);
    if (good && name.n)
        good = sagemaker_config(k->client, k->a, name, &there, &models, &err) &&
               (!there || sagemaker_config_delete(k->client, k->a, name, &err));
    for (uint32_t i = 0; good && i < models.n; i++)
        if (!has(all, models.at[i]))
            good = sagemaker_model_delete(k->client, k->a, models.at[i], &err);
    if (!good && !interrupted(k))
        warn(k, "the old configuration `%.*s` stays behind: %s", STR_ARG(any_case), err.message);
}

void endpoints_collect_seen(Deployment *d) {
    Work *k = d->k;
    AwsResourceVec all = {0};
    Err err = {0};
    for (uint32_t i = 0; i < d->endpoints.n; i++) {
        const Endpoint *e = &d->endpoints.at[i];
        if (e->state != AWS_ENDPOINT_BEHIND)
            continue;
        if (!all.n && !cfn_resources(k->client, k->a, k->stack.id, &all, &err))
            return;
        config_remove(k, &all, e->now);
    }
}

// A model that was replaced is named by a configuration that was, too.
void endpoints_collect(Work *k, const AwsResourceVec *touched) {
    AwsResourceVec all = {0};
    Err err = {0};
    for (uint32_t i = 0; i < touched->n; i++) {
        const AwsResource *r = &touched->at[i];
        if (!str_is(r->status, "DELETE_SKIPPED") ||
            !str_is(r->resource, "AWS::SageMaker::EndpointConfig"))
            continue;
        if (!all.n && !cfn_resources(k->client, k->a, k->stack.id, &all, &err))
            return;
        config_remove(k, &all, settle_name(r->physical));
    }
}

bool endpoints_rest(Work *k) {
    AwsResourceVec all = {0};
    AwaitedVec awaited = {0};
    if (!resources_of(k->client, k->a, k->stack.id, STR_EMPTY, &all, k->err))
        return over_world(k);
    for (uint32_t i = 0; i < all.n; i++)
        if (is_endpoint(&all.at[i]))
            settle_endpoint(k, &awaited, &all.at[i], STR_EMPTY);
    if (!settle_look(k, &awaited))
        return over_with(k, AWS_END_INTERRUPTED, "interrupted: nothing was changed");
    if (settle_all_done(&awaited))
        return true;
    note(k,
         "an endpoint is still coming up, and SageMaker neither changes nor deletes one that is: "
         "waiting for it");
    return settle(k, &awaited) ||
           over_with(k, AWS_END_INTERRUPTED, "interrupted: nothing was changed");
}
