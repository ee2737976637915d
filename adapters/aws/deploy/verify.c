// Whether AWS has what CloudFormation says it has.
//
// Input: the resources that a deployment touched. Output: true, or over with failures. Invariant:
// only what was touched is asked for; who may not ask is told so once and is believed.

#include "adapters/aws/deploy/operations.h"
#include "adapters/aws/service/lambda.h"
#include "adapters/aws/service/sagemaker.h"

enum { FUNCTIONS_MAX = 50, SETTLE_MAX_SECONDS = 30 * 60 };

static bool is_done(const AwsResource *r) {
    return str_is(r->status, "CREATE_COMPLETE") || str_is(r->status, "UPDATE_COMPLETE");
}

static void fail(Work *k, const AwsResource *r, Str reason, const char *remedy) {
    AwsFailure f = {.stack = r->stack,
                    .id = r->id,
                    .physical = r->physical,
                    .resource = r->resource,
                    .status = r->status,
                    .reason = reason,
                    .remedy = str_of(remedy)};
    vec_push(k->a, &k->out->failures, f);
}

static Str last_part(Str s, char separator) {
    int64_t at = str_rfind_char(s, separator);
    return at < 0 ? s : str_slice(s, (uint32_t)at + 1, s.n);
}

// ---- Endpoints ----------------------------------------------------------------------------------

static Str physical_of(const AwsResourceVec *all, Str id) {
    for (uint32_t i = 0; i < all->n; i++)
        if (str_eq(all->at[i].id, id))
            return all->at[i].physical;
    return STR_EMPTY;
}

// ARNs have names in small letters.
static bool same_name(Str x, Str y) {
    for (uint32_t i = 0; i < x.n && x.n == y.n; i++) {
        char a = x.p[i], b = y.p[i];
        a = a >= 'A' && a <= 'Z' ? (char)(a - 'A' + 'a') : a;
        b = b >= 'A' && b <= 'Z' ? (char)(b - 'A' + 'a') : b;
        if (a != b)
            return false;
    }
    return x.n == y.n;
}

static bool settles(Str status) {
    return str_is(status, "Creating") || str_is(status, "Updating") ||
           str_is(status, "SystemUpdating") || str_is(status, "RollingBack");
}

// *asked: SageMaker answered.
static bool endpoint_settled(Work *k, Str name, SageMakerEndpoint *e, bool *asked) {
    double until = work_seconds(k) + SETTLE_MAX_SECONDS;
    Err err = {0};
    *asked = false;
    while (sagemaker_endpoint(k->client, k->a, name, e, &err)) {
        *asked = true;
        if (!settles(e->status) || work_seconds(k) > until)
            return true;
        if (!nap(k, k->aws->poll_ms))
            return false;
    }
    if (interrupted(k))
        return false;
    warn(k, "cannot check the endpoint `%.*s`: %s", STR_ARG(name), err.message);
    return true;
}

static bool left(Work *k) {
    over_with(k, AWS_END_DETACHED, "interrupted: what was deployed is not checked yet");
    hint(k, "`pluto deploy --resume` looks again");
    return false;
}

// An update that fails leaves the endpoint in service with its old configuration, and says so only
// to who compares.
static bool endpoint_check(Work *k, const AwsResource *r, Str config) {
    SageMakerEndpoint e = {0};
    bool asked;
    Str name = last_part(r->physical, '/');
    if (!endpoint_settled(k, name, &e, &asked))
        return left(k);
    if (!asked)
        return true;
    if (!e.there)
        fail(k, r, STR("SageMaker does not know the endpoint"), "deploy again");
    else if (!str_is(e.status, "InService"))
        fail(k, r,
             e.reason.n ? e.reason
                        : str_fmt(k->a, "the endpoint is not in service: %.*s", STR_ARG(e.status)),
             "its log group /aws/sagemaker/Endpoints/… tells what the container said");
    else if (config.n && e.config.n && !same_name(e.config, last_part(config, '/')))
        fail(k, r,
             str_fmt(k->a,
                     "SageMaker went back to the old configuration `%.*s` without a word%s%.*s",
                     STR_ARG(e.config), e.reason.n ? ": " : "", STR_ARG(e.reason)),
             "the new model or instance did not come up; its log group tells why");
    return true;
}

static bool endpoints_verify(Work *k, const Followed *f, Str template_json) {
    TemplateEndpointVec endpoints = {0};
    AwsResourceVec all = {0};
    bool any = false;
    for (uint32_t i = 0; i < f->touched.n; i++)
        any = any || (str_is(f->touched.at[i].resource, "AWS::SageMaker::Endpoint") &&
                      is_done(&f->touched.at[i]));
    if (!any)
        return true;
    Err err = {0};
    bool read =
        template_json.n || cfn_template(k->client, k->a, k->journal.stack_id, &template_json, &err);
    if (!read || !cfn_resources(k->client, k->a, k->journal.stack_id, &all, &err)) {
        if (interrupted(k))
            return left(k);
        warn(k, "cannot check which configuration endpoints have: %s", err.message);
    }
    template_endpoints(k->a, template_json, &endpoints);
    for (uint32_t i = 0; i < f->touched.n; i++) {
        const AwsResource *r = &f->touched.at[i];
        Str config = STR_EMPTY;
        if (!str_is(r->resource, "AWS::SageMaker::Endpoint") || !is_done(r))
            continue;
        for (uint32_t e = 0; e < endpoints.n; e++)
            if (str_eq(endpoints.at[e].id, r->id))
                config = physical_of(&all, endpoints.at[e].config);
        if (!endpoint_check(k, r, config))
            return false;
    }
    return true;
}

// ---- Functions ----------------------------------------------------------------------------------

// False: it may not be asked for.
static bool function_check(Work *k, const AwsResource *r) {
    LambdaState s;
    Err err = {0};
    if (!lambda_state(k->client, k->a, r->physical, &s, &err)) {
        if (!interrupted(k))
            warn(k, "cannot check the functions: %s", err.message);
        return false;
    }
    if (!s.there)
        fail(k, r, STR("Lambda does not know the function"), "deploy again");
    else if (str_is(s.state, "Failed"))
        fail(k, r, s.reason, "deploy again");
    else if (str_is(s.update, "Failed"))
        fail(k, r, s.update_reason, "deploy again");
    return true;
}

static void functions_verify(Work *k, const Followed *f) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < f->touched.n && n < FUNCTIONS_MAX; i++) {
        const AwsResource *r = &f->touched.at[i];
        if (!str_is(r->resource, "AWS::Lambda::Function") || !is_done(r))
            continue;
        n++;
        if (!function_check(k, r))
            return;
    }
}

bool verify(Work *k, const Followed *f, Str template_json) {
    phase_begin(k, AWS_PHASE_VERIFY);
    if (!endpoints_verify(k, f, template_json))
        return false;
    functions_verify(k, f);
    if (!k->out->failures.n)
        return verify_urls(k, f, template_json) || left(k);
    const AwsFailure *first = &k->out->failures.at[0];
    over_with(k, AWS_END_FAILED, "CloudFormation is content, but `%.*s` (%.*s) is not as deployed",
              STR_ARG(first->id), STR_ARG(first->resource));
    hint(k, "%.*s", STR_ARG(first->remedy));
    return false;
}
