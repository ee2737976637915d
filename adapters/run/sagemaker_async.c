// InvokeEndpointAsync: the input is a file in S3, and so is the answer, by and by.
//
// Input: x-amzn-sagemaker-inputlocation. Output: 202 with the output's location; then a thread asks
// the model and writes the answer there, or what failed, to the failure location.
//
// There is no S3 on this machine: `s3://bucket/key` is the file `.pluto/local/s3/bucket/key`.
// Invariant: no location leads out of that folder; files are there whole or not at all.

#include "adapters/run/models.h"
#include "adapters/run/pool.h"
#include "adapters/run/text.h"

#include <stdlib.h>
#include <time.h>

enum { HOUR_MS = 60 * 60 * 1000 }; // as long as AWS lets one take

typedef struct Job {
    Models *models;
    Arena arena;
    AppModel model; // a copy: the job outlives its request
    Str account;
    ModelQuestion question;
    Str output, failure; // files
} Job;

// ---- Locations ---------------------------------------------------------------------------------

static bool is_bucket(Str s) {
    enum { SHORTEST = 3, LONGEST = 63 };
    if (s.n < SHORTEST || s.n > LONGEST || str_contains(s, ".."))
        return false;
    for (uint32_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool inner = (c == '.' || c == '-') && i > 0 && i + 1 < s.n;
        if (!inner && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9'))
            return false;
    }
    return true;
}

// What a file system takes as the same path that S3 means.
static bool is_key(Arena *a, Str s) {
    enum { LONGEST = 1024 };
    if (s.n == 0 || s.n > LONGEST || s.p[0] == '/' || !str_eq(path_normal(a, s), s))
        return false;
    for (uint32_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ')
            return false;
    return !str_starts(s, "..") && !str_is(s, ".");
}

bool sagemaker_s3_file(Arena *a, Str state, Str location, Str *file) {
    if (!str_starts(location, "s3://"))
        return false;
    Str rest = str_slice(location, STR("s3://").n, location.n);
    int64_t slash = str_find(rest, STR("/"), 0);
    Str bucket = str_slice(rest, 0, slash < 0 ? rest.n : (uint32_t)slash);
    Str key = slash < 0 ? STR_EMPTY : str_slice(rest, (uint32_t)slash + 1, rest.n);
    if (!is_bucket(bucket) || !is_key(a, key))
        return false;
    *file = str_fmt(a, "%.*s/s3/%.*s/%.*s", STR_ARG(state), STR_ARG(bucket), STR_ARG(key));
    return true;
}

// ---- The work ----------------------------------------------------------------------------------

static void copy_model(Arena *a, const AppModel *from, AppModel *to) {
    *to = (AppModel){.id = str_dup(a, from->id),
                     .endpoint = str_dup(a, from->endpoint),
                     .image = str_dup(a, from->image),
                     .async = from->async};
    for (uint32_t i = 0; i < from->env.n; i++)
        vec_push(a, &to->env,
                 (AppPair){str_dup(a, from->env.at[i].key), str_dup(a, from->env.at[i].value)});
}

static void work(Job *job) {
    enum { OK = 200, TOO_MANY = 300, BAD_GATEWAY = 502 };
    Arena *a = &job->arena;
    ModelAnswer answer = {0};
    Str why = STR_EMPTY;
    models_ask(job->models, a, &job->question, &answer);
    if (!models_whole(a, &answer, &why))
        answer = (ModelAnswer){.status = BAD_GATEWAY, .body = why};
    bool good = answer.status >= OK && answer.status < TOO_MANY;
    Str text =
        good ? answer.body
             : sagemaker_model_message(a, &job->model, job->account, answer.status, answer.body);
    Host *host = host_posix();
    Err err = {0};
    if (!host->write_file(host, good ? job->output : job->failure, text, &err))
        run_log(job->models->run, job->model.id, STR_EMPTY, "stderr", str_of(err.message));
}

static void job_drop(Job *job) {
    arena_release(&job->arena);
    free(job);
}

static void *job_main(void *state) {
    Job *job = state;
    Models *m = job->models;
    work(job);
    job_drop(job);
    pthread_mutex_lock(&m->lock);
    if (--m->working == 0)
        pthread_cond_broadcast(&m->idle);
    pthread_mutex_unlock(&m->lock);
    return NULL;
}

static void job_start(Job *job) {
    Models *m = job->models;
    pthread_t thread;
    pthread_mutex_lock(&m->lock);
    m->working++;
    pthread_mutex_unlock(&m->lock);
    if (pthread_create(&thread, NULL, job_main, job) == 0)
        pthread_detach(thread);
    else
        job_main(job);
}

// ---- The request -------------------------------------------------------------------------------

static void job_fill(Job *job, Models *m, const App *app, const AppModel *model,
                     const HttpRequest *q, Str input) {
    Arena *a = &job->arena;
    job->models = m;
    job->account = str_dup(a, app->account);
    copy_model(a, model, &job->model);
    job->question = (ModelQuestion){
        .model = &job->model,
        .body = str_dup(a, input),
        .content_type = str_dup(a, http_header(&q->headers, "x-amzn-sagemaker-content-type")),
        .accept = str_dup(a, http_header(&q->headers, "x-amzn-sagemaker-accept")),
        .now = (int64_t)time(NULL),
        .timeout_ms = HOUR_MS,
    };
}

// Where the template says, or below the endpoint's name.
static Str place_of(Arena *a, const AppModel *model, Str path, const char *folder, const char *id,
                    const char *end) {
    while (str_ends(path, "/"))
        path.n--;
    if (path.n)
        return str_fmt(a, "%.*s/%s%s", STR_ARG(path), id, end);
    return str_fmt(a, "s3://pluto-local/%.*s/%s/%s%s", STR_ARG(model->endpoint), folder, id, end);
}

void sagemaker_async(Models *m, const App *app, const AppModel *model, const HttpRequest *q,
                     HttpReply *reply) {
    enum { INPUT_MAX = 1 << 30, ACCEPTED = 202 };
    Arena *a = q->arena;
    Str location = http_header(&q->headers, "x-amzn-sagemaker-inputlocation"), file, input;
    Host *host = host_posix();
    Err err = {0};
    if (!sagemaker_s3_file(a, m->state, location, &file)) {
        sagemaker_error(a, reply, 400, "ValidationError",
                        str_fmt(a, "InputLocation `%.*s` is not the location of an object in S3",
                                STR_ARG(location)));
        return;
    }
    if (!host->read_file(host, a, file, INPUT_MAX, &input, &err)) {
        sagemaker_error(a, reply, 400, "ValidationError",
                        str_fmt(a, "cannot read %.*s: on this machine it is the file %s",
                                STR_ARG(location), err.message));
        return;
    }
    Str id = http_header(&q->headers, "x-amzn-sagemaker-inference-id");
    char made[ID_SIZE];
    uuid_make(made);
    if (id.n == 0)
        id = str_dup(a, str_of(made));
    Job *job = calloc(1, sizeof *job);
    BUG_IF(!job);
    arena_init(&job->arena);
    job_fill(job, m, app, model, q, input);
    Str output = place_of(a, model, model->output, "output", made, ".out");
    Str failure = place_of(a, model, model->failure, "failure", made, "-error.out");
    if (!sagemaker_s3_file(&job->arena, m->state, output, &job->output) ||
        !sagemaker_s3_file(&job->arena, m->state, failure, &job->failure)) {
        job_drop(job);
        sagemaker_error(a, reply, 400, "ValidationError",
                        str_fmt(a, "%.*s is not the location of an object in S3", STR_ARG(output)));
        return;
    }
    Buf b = buf_new(a);
    buf_putc(&b, '{');
    text_member(&b, "InferenceId", id);
    buf_putc(&b, '}');
    http_json(reply, a, ACCEPTED, buf_str(&b));
    http_add(a, reply, STR("x-amzn-sagemaker-outputlocation"), output);
    http_add(a, reply, STR("x-amzn-sagemaker-failurelocation"), failure);
    job_start(job);
}
