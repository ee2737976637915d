// Changed code straight to the functions, past CloudFormation: for development.
//
// Input: a deployment. Output: functions that run the new code, and a mark in the bucket that the
// stack does not know of it. Invariant: only where nothing but code differs; what was changed this
// way is put right by the next deployment, on any machine, even by one that changes nothing else.

#include "adapters/aws/deploy/operations.h"
#include "adapters/aws/service/lambda.h"

#include <unistd.h>

enum { BUSY_ATTEMPTS = 30, SETTLE_ATTEMPTS = 150, SETTLE_FIRST_MS = 100 };

typedef struct Target {
    const AwsAsset *asset;
    Str key;      // in the bucket
    Str function; // physical
} Target;

// ---- The mark -----------------------------------------------------------------------------------

// It stands beside the packages, so that whoever deploys next finds it, on any machine.
#define MARK_TEXT STR("functions of this stack run code that CloudFormation does not know of\n")
#define MARK_SHA256 "b010a228905803d2400d7bd43c4c66ffd8e4ba318e390d4b74c1110ca6091432"

static Str mark_key(const Work *k, Arena *a) {
    const AwsTarget *t = k->target;
    return str_fmt(a, "%.*s/%.*s/fast", STR_ARG(t->project), STR_ARG(t->stack));
}

// What earlier versions of pluto wrote, on this machine alone.
static Str old_mark_path(const Work *k, Arena *a) {
    Str file = str_fmt(a, "%.*s.fast.json", STR_ARG(k->target->stack));
    return path_join(a, k->aws->options.state, file);
}

static bool old_mark_there(const Work *k, Arena *a) {
    Journal j;
    bool there;
    Err err = {0};
    return journal_read(a, k->aws->options.host, old_mark_path(k, a), &there, &j, &err) && there &&
           journal_is_here(k, &j);
}

bool fast_marked(const Deployment *d, Arena *a, bool *marked, Err *err) {
    S3Look look;
    *marked = old_mark_there(d->k, a);
    if (*marked)
        return true;
    if (!s3_glance(d->k->client, a, &d->bucket, mark_key(d->k, a), &look, err))
        return false;
    *marked = look == S3_THERE;
    return true;
}

static bool mark(Deployment *d) {
    Work *k = d->k;
    bool present;
    S3Object o = {.key = mark_key(k, k->a),
                  .text = MARK_TEXT,
                  .sha256 = STR(MARK_SHA256),
                  .type = "text/plain"};
    return s3_put(k->client, k->a, &d->bucket, &o, &present, k->err) || over_world(k);
}

// A mark that stays costs the next deployment a look at each function, and nothing else.
static void unmark(Deployment *d) {
    Work *k = d->k;
    Str key = mark_key(k, k->a);
    Err err = {0};
    if (!s3_delete(k->client, k->a, &d->bucket, &key, 1, &err) && !interrupted(k))
        warn(k, "the mark of `--fast` stays in the bucket: %s", err.message);
    if (old_mark_there(k, k->a))
        unlink(str_cstr(k->a, old_mark_path(k, k->a)));
    d->marked = false;
}

// ---- Code ---------------------------------------------------------------------------------------

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

// Whether it runs what it should; who may not ask puts the code there. Lambda has the new code's
// digest as soon as it has taken it, and runs the old code until the update has succeeded.
static bool runs(Work *k, const Target *t) {
    LambdaState s;
    Err err = {0};
    return lambda_state(k->client, k->a, t->function, &s, &err) && s.there &&
           str_is(s.update, "Successful") && lambda_runs(&s, t->asset->sha256);
}

// Where nobody went past CloudFormation, what the stack says is what functions run.
static bool codes_put(Deployment *d, uint32_t *count) {
    Work *k = d->k;
    AwsResourceVec resources = {0};
    *count = 0;
    for (uint32_t i = 0; i < d->in->asset_count; i++) {
        const AwsAsset *asset = &d->in->assets[i];
        Target t = {asset, key_wanted(d, asset), STR_EMPTY};
        if (!asset->file.n || (!d->marked && str_eq(t.key, key_deployed(k, asset))))
            continue;
        if (!resources.n &&
            !resources_of(k->client, k->a, k->stack.id, STR_EMPTY, &resources, k->err))
            return over_world(k);
        t.function = function_of(k, d, asset, &resources);
        if (!t.function.n)
            return over_with(k, AWS_END_WORLD, "the stack has no function for `%.*s`",
                             STR_ARG(asset->id));
        if (d->marked && runs(k, &t))
            continue;
        if (!code_put(k, &d->bucket, &t)) {
            if (!k->err->hint[0])
                hint(k, "functions may run different code now: `pluto deploy` puts them right");
            return false;
        }
        (*count)++;
    }
    return true;
}

bool fast_heal(Deployment *d) {
    uint32_t count;
    if (!d->marked)
        return true;
    if (d->in->plan) {
        note(d->k, "functions were changed past CloudFormation: a deployment puts them right");
        return true;
    }
    note(d->k, "functions were changed past CloudFormation: they get what the stack says again");
    if (!codes_put(d, &count))
        return false;
    unmark(d);
    return true;
}

// ---- Only code ----------------------------------------------------------------------------------

// Everything but the code is as it is deployed.
static bool only_code(Deployment *d, bool *so) {
    Work *k = d->k;
    *so = false;
    if (!k->there || stack_state(k->stack.status) != STACK_READY)
        return true;
    if (!deployed_read(d))
        return false;
    *so = same_tags(d) && template_same(d->deployed, d->program);
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
    if (!upload_all(d) || !mark(d))
        return;
    phase_begin(k, AWS_PHASE_FOLLOW);
    if (!codes_put(d, &count))
        return;
    journal_remove(k->a, k->journal_path);
    k->out->outputs = k->stack.outputs;
    if (count)
        note(k,
             "%u function%s changed past CloudFormation; the next `pluto deploy` brings the "
             "stack there",
             (unsigned)count, count == 1 ? " was" : "s were");
    over(k, count ? AWS_END_UPDATED : AWS_END_UNCHANGED);
}

AwsEnd fast_stack(Aws *w, Arena *a, const AwsDeploy *in, AwsResult *out, Err *err) {
    Work k = work_of_deploy(w, a, in, out, err);
    Deployment d = {.k = &k, .in = in};
    if (work_begin(&k, true))
        run(&d);
    return work_end(&k);
}
