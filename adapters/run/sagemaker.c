// The SageMaker runtime: POST /endpoints/NAME/invocations, /invocations-response-stream,
// /async-invocations, and /openai/v1/chat/completions, as AWS has them on the wire.
//
// Input: a request of an SDK. Output: what the endpoint's model answers, or an error in AWS's
// shape. Invariant: a model that fails is a ModelError with what it said; an endpoint that is not
// in the template is not found, and nothing else is asked.

#include "adapters/run/fetch.h"
#include "adapters/run/models.h"
#include "adapters/run/pool.h"
#include "adapters/run/standin.h"
#include "adapters/run/text.h"

#include <stdlib.h>
#include <time.h>

// How long AWS waits for a container.
enum { WHOLE_MS = 60 * 1000, STREAM_MS = 8 * 60 * 1000 };

// ---- Models ------------------------------------------------------------------------------------

bool models_open(Arena *a, const RunOptions *options, Run *run, Models **out, Err *err) {
    Models *m = arena_new(a, Models);
    m->arena = a;
    m->run = run;
    m->state = str_dup(a, options->state);
    m->servers = arena_array(a, ModelServer, options->model_count + 1);
    pthread_mutex_init(&m->lock, NULL);
    pthread_cond_init(&m->idle, NULL);
    if (!fetch_init(err))
        return false;
    Str key = str_dup(a, str_of(getenv("PLUTO_MODEL_KEY")));
    for (uint32_t i = 0; i < options->model_count; i++) {
        ModelServer *s = &m->servers[m->server_count];
        s->name = str_dup(a, options->models[i].name);
        if (!proxy_open(a, run, options->models[i].url, key, &s->proxy, err)) {
            models_close(m);
            return false;
        }
        m->server_count++;
    }
    *out = m;
    return true;
}

void models_close(Models *m) {
    pthread_mutex_lock(&m->lock);
    while (m->working)
        pthread_cond_wait(&m->idle, &m->lock);
    pthread_mutex_unlock(&m->lock);
    for (uint32_t i = 0; i < m->server_count; i++)
        proxy_close(m->servers[i].proxy);
    pthread_cond_destroy(&m->idle);
    pthread_mutex_destroy(&m->lock);
    fetch_done();
}

static Str name_of(const AppModel *model) {
    return str_slice(model->id, (uint32_t)(str_rfind_char(model->id, '/') + 1), model->id.n);
}

// The server that was named for this one, else the one for all.
static Proxy *proxy_of(const Models *m, const AppModel *model) {
    Proxy *all = NULL;
    for (uint32_t i = 0; i < m->server_count; i++) {
        if (str_eq(m->servers[i].name, name_of(model)))
            return m->servers[i].proxy;
        if (m->servers[i].name.n == 0)
            all = m->servers[i].proxy;
    }
    return all;
}

static void note_unknown(const Models *m, Arena *a, App *app) {
    Str *names = arena_array(a, Str, app->models.n + 1);
    for (uint32_t i = 0; i < app->models.n; i++)
        names[i] = name_of(&app->models.at[i]);
    for (uint32_t i = 0; i < m->server_count; i++) {
        Str name = m->servers[i].name, meant = str_suggest(name, names, app->models.n);
        bool known = name.n == 0;
        for (uint32_t k = 0; k < app->models.n && !known; k++)
            known = str_eq(names[k], name);
        if (known)
            continue;
        Str text = str_fmt(a, "`--model %.*s=`: there is no SageMaker of that name", STR_ARG(name));
        if (meant.n)
            text = str_fmt(a, "%.*s; `%.*s` is near", STR_ARG(text), STR_ARG(meant));
        vec_push(a, &app->notes, text);
    }
}

void models_deploy(const Models *m, Arena *a, App *app) {
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < app->models.n; i++)
        if (!proxy_of(m, &app->models.at[i]))
            buf_printf(&b, "%s`%.*s`", b.n ? ", " : "", STR_ARG(name_of(&app->models.at[i])));
    if (b.n)
        vec_push(a, &app->notes,
                 str_fmt(a, "a stand-in answers for %.*s; a model does with `--model NAME=URL`",
                         STR_ARG(buf_str(&b))));
    note_unknown(m, a, app);
}

void models_ask(Models *m, Arena *a, const ModelQuestion *q, ModelAnswer *out) {
    Proxy *proxy = proxy_of(m, q->model);
    if (proxy)
        proxy_ask(proxy, a, q, out);
    else
        standin_answer(a, q, out);
}

bool models_whole(Arena *a, ModelAnswer *answer, Str *why) {
    if (!answer->streamed)
        return true;
    Buf b = buf_new(a);
    for (uint32_t i = 0; i < answer->pieces.n; i++)
        buf_put(&b, answer->pieces.at[i]);
    *why = STR_EMPTY;
    if (answer->flow.next) {
        for (Str piece;
             b.n <= MODEL_BODY_MAX && answer->flow.next(answer->flow.state, a, &piece, why);)
            buf_put(&b, piece);
        answer->flow.close(answer->flow.state);
    }
    answer->flow = (ModelFlow){0};
    answer->streamed = false;
    answer->body = buf_str(&b);
    return why->n == 0;
}

// ---- Requests ----------------------------------------------------------------------------------

typedef enum Route { ROUTE_NONE, ROUTE_WHOLE, ROUTE_STREAM, ROUTE_ASYNC, ROUTE_OPENAI } Route;

// /endpoints/NAME/WHAT
static Route route_of(Arena *a, Str path, Str *name) {
    static const char *const WHAT[] = {NULL, "/invocations", "/invocations-response-stream",
                                       "/async-invocations", "/openai/v1/chat/completions"};
    if (!str_starts(path, "/endpoints/"))
        return ROUTE_NONE;
    Str rest = str_slice(path, STR("/endpoints/").n, path.n);
    int64_t slash = str_find(rest, STR("/"), 0);
    if (slash <= 0)
        return ROUTE_NONE;
    *name = text_unpercent(a, str_slice(rest, 0, (uint32_t)slash), false);
    for (int i = 1; i < (int)(sizeof WHAT / sizeof *WHAT); i++)
        if (str_is(str_slice(rest, (uint32_t)slash, rest.n), WHAT[i]))
            return (Route)i;
    return ROUTE_NONE;
}

static const AppModel *find_model(const App *app, Str endpoint) {
    for (uint32_t i = 0; i < app->models.n; i++)
        if (text_same(app->models.at[i].endpoint, endpoint))
            return &app->models.at[i];
    return NULL;
}

// Headers that a reply has whatever became of the request.
static void add_common(Arena *a, const HttpRequest *q, HttpReply *reply) {
    char id[ID_SIZE];
    uuid_make(id);
    http_add(a, reply, STR("x-amzn-requestid"), str_dup(a, str_of(id)));
    Str variant = http_header(&q->headers, "x-amzn-sagemaker-target-variant");
    http_add(a, reply, STR("x-amzn-invoked-production-variant"),
             variant.n ? variant : STR("AllTraffic"));
    Str attributes = http_header(&q->headers, "x-amzn-sagemaker-custom-attributes");
    if (attributes.n)
        http_add(a, reply, STR("x-amzn-sagemaker-custom-attributes"), attributes);
}

static void log_failure(const Models *m, Arena *a, const AppModel *model, int status, Str said) {
    run_log(m->run, model->id, STR_EMPTY, "stderr", str_fmt(a, "%d %.*s", status, STR_ARG(said)));
}

// Whole: an answer that came in pieces is put together first.
static void answer_whole(Models *m, const Call *call, const AppModel *model, const HttpRequest *q,
                         ModelAnswer *answer, HttpReply *reply) {
    enum { BAD_GATEWAY = 502, OK = 200, TOO_MANY = 300 };
    Str why = STR_EMPTY;
    if (!models_whole(q->arena, answer, &why)) {
        answer->status = BAD_GATEWAY;
        answer->body = why;
    } else if (answer->body.n > MODEL_BODY_MAX) {
        answer->status = BAD_GATEWAY;
        answer->body = STR("the answer is larger than 6 MB");
    }
    if (answer->status < OK || answer->status >= TOO_MANY) {
        log_failure(m, q->arena, model, answer->status, answer->body);
        sagemaker_model_error(q->arena, reply, call->app, model, answer->status, answer->body);
        return;
    }
    reply->status = OK;
    reply->body = answer->body;
    http_add(q->arena, reply, STR("content-type"), answer->content_type);
}

static void answer_model(Models *m, Call *call, const AppModel *model, Route route,
                         const HttpRequest *q, HttpReply *reply) {
    const char *accept = route == ROUTE_STREAM ? "x-amzn-sagemaker-accept" : "accept";
    ModelQuestion question = {
        .model = model,
        .body = q->body,
        .content_type = http_header(&q->headers, "content-type"),
        .accept = http_header(&q->headers, accept),
        .now = (int64_t)time(NULL),
        .timeout_ms = route == ROUTE_WHOLE ? WHOLE_MS : STREAM_MS,
    };
    ModelAnswer answer = {0};
    models_ask(m, q->arena, &question, &answer);
    enum { OK = 200 };
    if (answer.status == OK &&
        (route == ROUTE_STREAM || (route == ROUTE_OPENAI && answer.streamed)))
        sagemaker_stream(q->arena, &answer, route == ROUTE_OPENAI, reply);
    else
        answer_whole(m, call, model, q, &answer, reply);
}

void sagemaker_handle(void *context, const HttpRequest *q, HttpReply *reply) {
    Call *call = context;
    Arena *a = q->arena;
    Str name = STR_EMPTY;
    Route route = route_of(a, q->path, &name);
    add_common(a, q, reply);
    if (route == ROUTE_NONE || !str_is(q->method, "POST")) {
        sagemaker_error(a, reply, 404, "UnknownOperationException",
                        STR("The requested operation is not recognized by the service."));
        return;
    }
    static const char *const NAMES[] = {"", "InvokeEndpoint", "InvokeEndpointWithResponseStream",
                                        "InvokeEndpointAsync", "chat/completions"};
    call->operation = str_of(NAMES[route]);
    const AppModel *model = find_model(call->app, name);
    if (!model) {
        sagemaker_error(a, reply, 400, "ValidationError",
                        str_fmt(a, "Endpoint %.*s of account %.*s not found.", STR_ARG(name),
                                STR_ARG(call->app->account)));
        return;
    }
    call->resource = model->id;
    if (model->async != (route == ROUTE_ASYNC)) {
        sagemaker_error(a, reply, 400, "ValidationError",
                        str_fmt(a, "Endpoint %.*s answers %s requests only.", STR_ARG(name),
                                model->async ? "asynchronous" : "synchronous"));
        return;
    }
    if (q->body.n > MODEL_BODY_MAX)
        sagemaker_error(a, reply, 413, "ValidationError",
                        str_fmt(a, "Request of %u bytes exceeds the limit of %d bytes.", q->body.n,
                                (int)MODEL_BODY_MAX));
    else if (route == ROUTE_ASYNC)
        sagemaker_async(call->models, call->app, model, q, reply);
    else if (q->body.n == 0)
        sagemaker_error(a, reply, 400, "ValidationError",
                        STR("1 validation error detected: Value at 'body' failed to satisfy "
                            "constraint: Member must not be null"));
    else
        answer_model(call->models, call, model, route, q, reply);
}
