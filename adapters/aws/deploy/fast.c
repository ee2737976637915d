// Changed code straight to the functions, past CloudFormation: for development.
//
// Input: a deployment. Output: functions that run the new code, and a mark that the stack does not
// know of it. Invariant: only where nothing but code differs; what was changed this way is put
// right by the next deployment, even by one that changes nothing else.

#include "adapters/aws/deploy/operations.h"
#include "adapters/aws/service/lambda.h"

#include <unistd.h>

enum { BUSY_ATTEMPTS = 30, SETTLE_ATTEMPTS = 150, SETTLE_FIRST_MS = 100 };

typedef struct Target {
    const AwsAsset *asset;
    Str key;      // in the bucket
    Str function; // physical
} Target;

static Str mark_path(const Work *k) {
    Str file = str_fmt(k->a, "%.*s.fast.json", STR_ARG(k->target->stack));
    return path_join(k->a, k->aws->options.state, file);
}

bool fast_marked(const Work *k) {
    Host *host = k->aws->options.host;
    return host->type(host, mark_path(k)) != HOST_NONE;
}

void fast_unmark(const Work *k) {
    unlink(str_cstr(k->a, mark_path(k)));
}

static bool mark(Work *k) {
    Journal j = k->journal;
    return journal_write(k->a, mark_path(k), &j, k->err) || over(k, AWS_END_WORLD);
}

static Str key_deployed(const Work *k, const AwsAsset *asset) {
    const AwsPairVec *all = &k->stack.parameters;
    for (uint32_t i = 0; i < all->n; i++)
        if (str_eq(all->at[i].key, asset->parameter))
            return all->at[i].value;
    return STR_EMPTY;
}

static Str key_wanted(const Deployment *d, const AwsAsset *asset) {
    for (uint32_t i = 0; i < d->uploads.n; i++)
        if (str_eq(d->uploads.at[i].id, asset->id))
            return d->uploads.at[i].object.key;
    return STR_EMPTY;
}

// Lambda does one thing at a time for a function: what is under way is waited for.
static bool code_put(Work *k, const S3Bucket *bucket, const Target *t) {
    LambdaCode code = {t->function, bucket->name, t->key};
    LambdaState s;
    bool is_busy = true;
    for (int i = 0; is_busy && i < BUSY_ATTEMPTS; i++) {
        if (i && !nap(k, k->aws->poll_ms / 2))
            return over_with(k, AWS_END_INTERRUPTED, "interrupted");
        if (!lambda_code(k->client, k->a, &code, &is_busy, &s, k->err))
            return over_world(k);
    }
    uint32_t ms = SETTLE_FIRST_MS;
    for (int i = 0; !is_busy && str_is(s.update, "InProgress") && i < SETTLE_ATTEMPTS; i++) {
        if (!nap(k, ms < k->aws->poll_ms ? ms : k->aws->poll_ms))
            return over_with(k, AWS_END_INTERRUPTED, "interrupted");
        ms *= 2;
        if (!lambda_state(k->client, k->a, t->function, &s, k->err))
            return over_world(k);
    }
    if (is_busy || !str_is(s.update, "Successful"))
        return over_with(k, AWS_END_FAILED, "the code of `%.*s` could not be changed%s%.*s",
                         STR_ARG(t->function), s.update_reason.n ? ": " : "",
                         STR_ARG(s.update_reason));
    tell(k, (AwsEvent){.type = AWS_EVENT_RESOURCE,
                       .id = t->asset->id,
                       .physical = t->function,
                       .resource = STR("AWS::Lambda::Function"),
                       .status = STR("UPDATE_COMPLETE")});
    return true;
}

// The function that the asset is the code of: resources carry their ids in the graph.
static Str function_of(Work *k, const Deployment *d, const AwsAsset *asset,
                       const AwsResourceVec *all) {
    Str id = template_function(k->a, d->in, asset->id);
    for (uint32_t i = 0; i < all->n; i++)
        if (str_eq(all->at[i].id, id))
            return all->at[i].physical;
    return STR_EMPTY;
}

// `all`: also functions whose code is what the stack says, since they may run something else.
static bool codes_put(Deployment *d, bool all, uint32_t *count) {
    Work *k = d->k;
    AwsResourceVec resources = {0};
    *count = 0;
    for (uint32_t i = 0; i < d->in->asset_count; i++) {
        const AwsAsset *asset = &d->in->assets[i];
        Target t = {asset, key_wanted(d, asset), STR_EMPTY};
        if (!asset->file.n || (!all && str_eq(t.key, key_deployed(k, asset))))
            continue;
        if (!resources.n &&
            !resources_of(k->client, k->a, k->stack.id, STR_EMPTY, &resources, k->err))
            return over_world(k);
        t.function = function_of(k, d, asset, &resources);
        if (!t.function.n)
            return over_with(k, AWS_END_WORLD, "the stack has no function for `%.*s`",
                             STR_ARG(asset->id));
        if (!code_put(k, &d->bucket, &t))
            return false;
        (*count)++;
    }
    return true;
}

bool fast_heal(Deployment *d) {
    uint32_t count;
    if (!fast_marked(d->k))
        return true;
    note(d->k, "functions were changed past CloudFormation: they get what the stack says again");
    if (!codes_put(d, true, &count))
        return false;
    fast_unmark(d->k);
    return true;
}

// Everything but the code is as it is deployed.
static bool only_code(Deployment *d, bool *so) {
    Work *k = d->k;
    *so = false;
    if (!k->there || stack_state(k->stack.status) != STACK_READY)
        return true;
    d->bucket = (S3Bucket){bucket_expected(k, k->a), k->aws->identity.account};
    if (!cfn_template(k->client, k->a, k->stack.id, &d->deployed, k->err))
        return over_world(k);
    *so = same_tags(d) && template_same(d->deployed, d->facts.text);
    return true;
}

static void run(Deployment *d) {
    Work *k = d->k;
    uint32_t count;
    bool so;
    if (!prepare(d) || !resolve(k) || !journal_take_up(k))
        return;
    phase_begin(k, AWS_PHASE_LOOKUP);
    if (!look_up(k) || (k->there && !must_be_own(k)) || !only_code(d, &so))
        return;
    if (!so) {
        over(k, AWS_END_NOTHING);
        return;
    }
    if (!upload_all(d) || !mark(k))
        return;
    phase_begin(k, AWS_PHASE_FOLLOW);
    if (!codes_put(d, false, &count))
        return;
    journal_remove(k->a, k->journal_path);
    k->out->outputs = k->stack.outputs;
    over(k, count ? AWS_END_UPDATED : AWS_END_UNCHANGED);
}

AwsEnd fast_stack(Aws *w, Arena *a, const AwsDeploy *in, AwsResult *out, Err *err) {
    Work k = {.aws = w,
              .a = a,
              .target = &in->target,
              .sink = in->sink,
              .ask = in->ask,
              .context = in->context,
              .out = out,
              .err = err};
    Deployment d = {.k = &k, .in = in};
    if (work_begin(&k, true))
        run(&d);
    return work_end(&k);
}
