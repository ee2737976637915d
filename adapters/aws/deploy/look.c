// Stacks as they are, looked at without changing anything.
//
// Input: a target. Output: what AWS has. Invariant: no journal, no lock, no signal is touched; who
// only looks is in nobody's way.

#include "adapters/aws/deploy/operations.h"
#include "adapters/aws/service/sts.h"

enum { NESTED_MAX = 8 };

static AwsTask task_of(const AwsTarget *target) {
    return (AwsTask){.target = *target};
}

// A Work that tells nobody anything.
static Work quiet_work(Aws *w, Arena *a, const AwsTask *task, AwsResult *out, Err *err) {
    Work k = work_of(w, a, task, out, err);
    *out = (AwsResult){.end = AWS_END_DONE, .name = task->target.name};
    k.client = w->client;
    k.lock = -1;
    return k;
}

bool resources_of(Client *c, Arena *a, Str stack, Str path, AwsResourceVec *out, Err *err) {
    AwsResourceVec own = {0};
    unsigned depth = path.n ? 1 : 0;
    for (uint32_t i = 0; i < path.n; i++)
        depth += path.p[i] == '/';
    if (!cfn_resources(c, a, stack, &own, err))
        return false;
    for (uint32_t i = 0; i < own.n; i++) {
        AwsResource r = own.at[i];
        r.stack = path;
        vec_push(a, out, r);
        Str inner = path.n ? str_fmt(a, "%.*s/%.*s", STR_ARG(path), STR_ARG(r.id)) : r.id;
        bool nested = str_is(r.resource, "AWS::CloudFormation::Stack") && r.physical.n &&
                      !str_is(r.status, "DELETE_COMPLETE") && depth < NESTED_MAX;
        if (nested && !resources_of(c, a, r.physical, inner, out, err))
            return false;
    }
    return true;
}

bool status_of(Aws *w, Arena *a, const AwsTarget *target, bool *there, AwsStack *stack,
               AwsResourceVec *resources, Err *err) {
    if (!cfn_stack(w->client, a, target->name, there, stack, err))
        return false;
    if (!*there || !resources)
        return true;
    return resources_of(w->client, a, stack->id, STR_EMPTY, resources, err);
}

bool nested_templates(Client *c, Arena *a, Str stack, Str main, AwsTemplateVec *out, Err *err) {
    AwsResourceVec own = {0};
    if (!str_contains(main, "AWS::CloudFormation::Stack"))
        return true;
    if (!cfn_resources(c, a, stack, &own, err))
        return false;
    for (uint32_t i = 0; i < own.n; i++) {
        const AwsResource *r = &own.at[i];
        AwsTemplate t = {.id = r->id};
        if (!str_is(r->resource, "AWS::CloudFormation::Stack") || !r->physical.n ||
            str_is(r->status, "DELETE_COMPLETE"))
            continue;
        if (!cfn_template(c, a, r->physical, &t.json, err))
            return false;
        vec_push(a, out, t);
    }
    return true;
}

bool parameters_of(Aws *w, Arena *a, const AwsDeploy *in, AwsPairVec *out, Err *err) {
    AwsResult result = {.name = in->target.name};
    Work k = {.aws = w,
              .client = w->client,
              .a = a,
              .target = &in->target,
              .out = &result,
              .err = err,
              .lock = -1};
    Deployment d = {.k = &k, .in = in};
    if (!prepare(&d))
        return false;
    *out = d.parameters;
    return true;
}

bool deployed_of(Aws *w, Arena *a, const AwsTarget *target, AwsDeployed *out, Err *err) {
    AwsTask task = task_of(target);
    AwsResult result;
    Work k = quiet_work(w, a, &task, &result, err);
    *out = (AwsDeployed){0};
    if (!cfn_stack(w->client, a, target->name, &out->there, &out->stack, err))
        return false;
    if (!out->there || str_is(out->stack.status, "REVIEW_IN_PROGRESS"))
        return out->there = false, true;
    if (!cfn_template(w->client, a, out->stack.id, &out->template_json, err) ||
        !nested_templates(w->client, a, out->stack.id, out->template_json, &out->nested, err))
        return false;
    out->stack.arch_key = template_arch_key(a, out->template_json);
    out->template_json = marks_drop(a, out->template_json);
    if (!out->stack.arch_key.n || !resolve(&k))
        return !out->stack.arch_key.n;
    k.stack = out->stack;
    k.there = true;
    S3Bucket bucket = {bucket_expected(&k, a), w->identity.account};
    bool kept;
    Err unread = {0};
    // A graph that cannot be read takes the comparison of graphs away, and nothing else.
    if (!s3_get(w->client, a, &bucket, out->stack.arch_key, &kept, &out->arch_json, &unread))
        out->arch_json = STR_EMPTY;
    return true;
}

static int stack_cmp(const AwsStack *x, const AwsStack *y) {
    return str_cmp(x->name, y->name);
}

bool stacks_of(Aws *w, Arena *a, Str project, AwsStackVec *out, Err *err) {
    AwsStackVec all = {0};
    if (!cfn_stacks(w->client, a, &all, err))
        return false;
    for (uint32_t i = 0; i < all.n; i++) {
        const AwsStack *s = &all.at[i];
        if (!s->project.n || s->parent.n || (project.n && !str_eq(s->project, project)))
            continue;
        vec_push(a, out, *s);
        for (uint32_t at = out->n - 1; at > 0 && stack_cmp(&out->at[at - 1], s) > 0; at--) {
            out->at[at] = out->at[at - 1];
            out->at[at - 1] = *s;
        }
    }
    return true;
}

// ---- The last failures --------------------------------------------------------------------------

// Events of the newest operation that is a deployment: a rollback by hand or its own operation
// comes after it, so that one boundary between operations is crossed.
static uint32_t last_deployment(const CfnEventVec *newest_first, uint32_t *end) {
    uint32_t boundaries = 0, from = 0;
    for (uint32_t i = 0; i < newest_first->n; i++) {
        const CfnEvent *e = &newest_first->at[i];
        bool begins =
            str_eq(e->physical, e->stack_id) &&
            (str_is(e->status, "CREATE_IN_PROGRESS") || str_is(e->status, "UPDATE_IN_PROGRESS"));
        if (begins && boundaries++ == 0)
            return *end = i + 1, from;
    }
    return *end = newest_first->n, from;
}

// What happened to a stack, and, where a nested one failed, before that what happened in it: it is
// gone by then, and its ARN is answered all the same.
static bool happened_read(Aws *w, Arena *a, Str stack, Str path, unsigned depth, HappenedVec *out,
                          Err *err) {
    CfnEventVec events = {0};
    Str next = STR_EMPTY;
    uint32_t end = 0;
    do {
        CfnRefusal r;
        if (!cfn_events(w->client, a, stack, next, &events, &next, &r, err))
            return false;
        if (r.code.n)
            return cfn_is_missing(&r) || cfn_refused("DescribeStackEvents", &r, err);
        last_deployment(&events, &end);
    } while (next.n && end == events.n);
    for (uint32_t i = end; i > 0; i--) {
        const CfnEvent *e = &events.at[i - 1];
        bool nested = str_is(e->resource, "AWS::CloudFormation::Stack") && e->physical.n &&
                      !str_eq(e->physical, e->stack_id) && status_failed(e->status);
        Str inner = path.n ? str_fmt(a, "%.*s/%.*s", STR_ARG(path), STR_ARG(e->id)) : e->id;
        if (nested && depth < NESTED_MAX &&
            !happened_read(w, a, e->physical, inner, depth + 1, out, err))
            return false;
        vec_push(a, out, (Happened){*e, path});
    }
    return true;
}

bool failures_of(Aws *w, Arena *a, const AwsTarget *target, AwsResult *out, Err *err) {
    HappenedVec happened = {0};
    AwsFailureVec all = {0};
    *out = (AwsResult){.end = AWS_END_DONE, .name = target->name};
    if (!happened_read(w, a, target->name, STR_EMPTY, 0, &happened, err))
        return false;
    failures_find(a, &happened, &all);
    for (uint32_t i = 0; i < all.n; i++)
        vec_push(a, &out->failures, all.at[i]);
    return true;
}

// ---- Drift --------------------------------------------------------------------------------------

static bool drift_wait(Work *k, Str id) {
    Str status, reason;
    do {
        if (!nap(k, k->aws->poll_ms))
            return over_with(k, AWS_END_INTERRUPTED, "interrupted");
        if (!cfn_drift_status(k->client, k->a, id, &status, &reason, k->err))
            return over_world(k);
    } while (str_is(status, "DETECTION_IN_PROGRESS"));
    if (str_is(status, "DETECTION_FAILED"))
        warn(k, "not every resource could be compared: %.*s", STR_ARG(reason));
    return true;
}

static void drift_run(Work *k, AwsDriftVec *drifts) {
    CfnRefusal r;
    Str id;
    if (!resolve(k) || !look_up(k))
        return;
    if (!k->there) {
        over(k, AWS_END_NOTHING);
        return;
    }
    if (!must_be_own(k))
        return;
    if (!cfn_drift_start(k->client, k->a, k->stack.id, &id, &r, k->err)) {
        over_world(k);
        return;
    }
    if (r.code.n) {
        if (stack_state(k->stack.status) == STACK_BUSY)
            say_busy(k);
        else
            over(k, (cfn_refused("DetectStackDrift", &r, k->err),
                     k->err->kind == ERR_ACCESS ? AWS_END_DENIED : AWS_END_WORLD));
        return;
    }
    if (!drift_wait(k, id))
        return;
    if (!cfn_drifts(k->client, k->a, k->stack.id, drifts, k->err))
        over_world(k);
    else
        over(k, drifts->n ? AWS_END_DONE : AWS_END_UNCHANGED);
}

AwsEnd drift_stack(Aws *w, Arena *a, const AwsTask *in, AwsDriftVec *drifts, AwsResult *out,
                   Err *err) {
    Work k = work_of(w, a, in, out, err);
    if (work_begin(&k, false))
        drift_run(&k, drifts);
    return work_end(&k);
}
