// What a deployment needs in the bucket.
//
// Input: uploads. Output: all of them are there. Invariant: nothing is written over, and nothing is
// taken away that the stack as it is, or a rollback of what is under way, could ask for.

#include "adapters/aws/deploy/deployment.h"

#include <pthread.h>
#include <string.h>

enum { UPLOADERS = 4, LOOK_FIRST = 256 << 10, KEPT_DAYS = 30, DAY = 24 * 60 * 60 };

// ---- Uploading ----------------------------------------------------------------------------------

typedef struct Pool {
    Client *client;
    const S3Bucket *bucket;
    Upload *uploads;
    pthread_mutex_t lock;
    pthread_cond_t news;
    uint32_t count, next;
    uint32_t *done; // indices, in the order in which they were
    uint32_t done_count, running;
    bool failed;
    Err err;
} Pool;

// What is large is looked for first: S3 reads all of a body before it says that it had it.
static bool upload_one(Pool *p, Arena *a, Upload *u, Err *err) {
    S3Look look = S3_MISSING;
    if (u->bytes > LOOK_FIRST && !s3_look(p->client, a, p->bucket, u->object.key, &look, err))
        return false;
    u->present = look == S3_THERE;
    return u->present || s3_put(p->client, a, p->bucket, &u->object, &u->present, err);
}

static void *uploader(void *context) {
    Pool *p = context;
    pthread_mutex_lock(&p->lock);
    while (!p->failed && p->next < p->count) {
        uint32_t i = p->next++;
        pthread_mutex_unlock(&p->lock);
        Arena a;
        Err err = {0};
        arena_init(&a);
        bool good = upload_one(p, &a, &p->uploads[i], &err);
        arena_release(&a);
        pthread_mutex_lock(&p->lock);
        if (good)
            p->done[p->done_count++] = i;
        else if (!p->failed)
            p->failed = true, p->err = err;
        pthread_cond_signal(&p->news);
    }
    p->running--;
    pthread_cond_signal(&p->news);
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

static void tell_upload(Work *k, const Upload *u, uint32_t done, uint32_t total) {
    tell(k, (AwsEvent){.type = AWS_EVENT_UPLOAD,
                       .id = u->id,
                       .bytes = u->bytes,
                       .reused = u->present,
                       .done = done,
                       .total = total});
}

// The sink is called from this thread alone.
static void pool_follow(Work *k, Pool *p) {
    uint32_t told = 0;
    pthread_mutex_lock(&p->lock);
    for (;;) {
        while (told < p->done_count) {
            const Upload *u = &p->uploads[p->done[told++]];
            pthread_mutex_unlock(&p->lock);
            tell_upload(k, u, told, p->count);
            pthread_mutex_lock(&p->lock);
        }
        if (!p->running)
            break;
        pthread_cond_wait(&p->news, &p->lock);
    }
    pthread_mutex_unlock(&p->lock);
}

static bool pool_run(Work *k, Pool *p) {
    pthread_t threads[UPLOADERS];
    uint32_t n = 0;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->news, NULL);
    p->done = arena_array(k->a, uint32_t, p->count);
    p->running = p->count < UPLOADERS ? p->count : UPLOADERS;
    uint32_t wanted = p->running;
    while (n < wanted && pthread_create(&threads[n], NULL, uploader, p) == 0)
        n++;
    // Threads that could not be started are missed by nobody, unless it is all of them.
    pthread_mutex_lock(&p->lock);
    p->running -= wanted - n;
    pthread_mutex_unlock(&p->lock);
    if (n == 0 && wanted) {
        p->running = 1;
        uploader(p);
    }
    pool_follow(k, p);
    for (uint32_t i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
    pthread_cond_destroy(&p->news);
    pthread_mutex_destroy(&p->lock);
    if (!p->failed)
        return true;
    *k->err = p->err;
    return over_world(k);
}

// What the stack refers to now was uploaded for it.
static bool deployed_already(const Deployment *d, Str key) {
    const AwsPairVec *parameters = &d->k->stack.parameters;
    if (!d->k->there)
        return false;
    for (uint32_t i = 0; i < parameters->n; i++)
        if (str_eq(parameters->at[i].value, key))
            return true;
    return d->deployed.n && str_eq(template_arch_key(d->k->a, d->deployed), key);
}

bool upload_all(Deployment *d) {
    Work *k = d->k;
    UploadVec needed = {0};
    phase_begin(k, AWS_PHASE_ARTIFACTS);
    if (!bucket_ready(k, &d->bucket) || !prepare_parameters(d) ||
        !journal_step(k, AWS_PHASE_ARTIFACTS))
        return false;
    for (uint32_t i = 0; i < d->uploads.n; i++) {
        Upload *u = &d->uploads.at[i];
        u->present = deployed_already(d, u->object.key);
        if (!u->present)
            vec_push(k->a, &needed, *u);
    }
    Pool pool = {
        .client = k->client, .bucket = &d->bucket, .uploads = needed.at, .count = needed.n};
    return !needed.n || pool_run(k, &pool);
}

// ---- Taking away --------------------------------------------------------------------------------

static Str folder_of(const Work *k) {
    return str_fmt(k->a, "%.*s/%.*s/", STR_ARG(k->target->project), STR_ARG(k->target->stack));
}

// All but what a deployment uploads is a mark, which has another end.
static bool needed(const Deployment *d, Str key) {
    if (!str_ends(key, ".zip") && !str_ends(key, ".json"))
        return true;
    for (uint32_t i = 0; i < d->uploads.n; i++)
        if (str_eq(d->uploads.at[i].object.key, key))
            return true;
    return false;
}

// As many as there are, a thousand at a time.
static bool delete_all(Work *k, const S3Bucket *bucket, const Str *keys, uint32_t count, Err *err) {
    for (uint32_t i = 0; i < count; i += S3_DELETE_MAX) {
        uint32_t n = count - i < S3_DELETE_MAX ? count - i : S3_DELETE_MAX;
        if (!s3_delete(k->client, k->a, bucket, keys + i, n, err))
            return false;
    }
    return true;
}

// Only after a deployment that ended well: then no rollback can ask for older packages. A change
// set that somebody else is looking at may mean older ones, so nothing is taken while there is any.
void artifacts_collect(Deployment *d) {
    Work *k = d->k;
    S3KeyVec keys = {0};
    CfnSummaryVec pending = {0};
    Vec(Str) old = {0};
    Err err = {0};
    Str limit = time_text(k->a, client_now(k->client) - (int64_t)KEPT_DAYS * DAY);
    if (!s3_list(k->client, k->a, &d->bucket, folder_of(k), &keys, &err))
        return;
    for (uint32_t i = 0; i < keys.n; i++)
        if (str_cmp(keys.at[i].modified, limit) < 0 && !needed(d, keys.at[i].key))
            vec_push(k->a, &old, keys.at[i].key);
    if (!old.n || !cfn_change_sets(k->client, k->a, k->stack.id, &pending, &err))
        return;
    for (uint32_t i = 0; i < pending.n; i++)
        if (str_is(pending.at[i].execution, "AVAILABLE"))
            return;
    if (!delete_all(k, &d->bucket, old.at, old.n, &err)) {
        if (!interrupted(k))
            warn(k, "packages of older deployments stay in the bucket: %s", err.message);
    } else
        note(k, "took away %u package%s of older deployments", (unsigned)old.n,
             old.n == 1 ? "" : "s");
}

static bool folder_remove(Work *k, S3Bucket *bucket, Err *err) {
    S3KeyVec keys = {0};
    bool there;
    if (!bucket_find(k, bucket, &there, err))
        return false;
    if (!there)
        return true;
    if (!s3_list(k->client, k->a, bucket, folder_of(k), &keys, err))
        return false;
    Str *all = arena_array(k->a, Str, keys.n);
    for (uint32_t i = 0; i < keys.n; i++)
        all[i] = keys.at[i].key;
    return delete_all(k, bucket, all, keys.n, err);
}

void artifacts_remove(Work *k) {
    S3Bucket bucket;
    Err err = {0};
    if (!folder_remove(k, &bucket, &err) && !interrupted(k))
        warn(k, "packages stay in the bucket `%.*s`, below `%.*s`: %s", STR_ARG(bucket.name),
             STR_ARG(folder_of(k)), err.message);
}
