// A real model behind an emulated endpoint: questions go to the server that --model names.
//
// Input: what the container is asked. Output: what it would answer, from what the server does.
// What the server speaks is found out at the first question, by asking; a server that is not there
// yet may come later. Invariant: the key goes to the server alone, over TLS or on this machine.

#include "adapters/run/proxy.h"
#include "adapters/run/fetch.h"
#include "adapters/run/translate.h"

#include <pthread.h>
#include <stdlib.h>

enum {
    CONNECT_MS = 5000,
    PROBE_MS = 5000,
    PROBE_MAX = 1 << 20,
    ANSWER_MAX = 64 << 20,
    STATUS_OK = 200
};

struct Proxy {
    Run *run;
    Str url, key; // in the adapter's arena
    pthread_mutex_t lock;
    Arena arena; // guarded by the lock, as is:
    Upstream up;
    bool known;
};

bool proxy_open(Arena *a, Run *run, Str url, Str key, Proxy **out, Err *err) {
    Proxy *p = arena_new(a, Proxy);
    p->run = run;
    p->url = str_dup(a, url);
    p->key = str_dup(a, key);
    if (!upstream_read(a, p->url, &p->up, err))
        return false;
    pthread_mutex_init(&p->lock, NULL);
    arena_init(&p->arena);
    *out = p;
    return true;
}

void proxy_close(Proxy *p) {
    arena_release(&p->arena);
    pthread_mutex_destroy(&p->lock);
}

// ---- Requests ----------------------------------------------------------------------------------

static void add_key(const Proxy *p, const Upstream *up, Arena *a, FetchRequest *q) {
    if (p->key.n && up->trusted)
        vec_push(a, &q->headers,
                 (HttpHeader){STR("authorization"), str_fmt(a, "Bearer %.*s", STR_ARG(p->key))});
}

// A look at one path; false where the server is not there. *body is empty unless it answers 200.
static bool probe(const Proxy *p, const Upstream *up, Arena *a, const char *path, Str *body,
                  Err *err) {
    FetchRequest q = {.method = "GET",
                      .url = str_cat(a, up->base, str_of(path)),
                      .connect_ms = CONNECT_MS,
                      .silent_ms = PROBE_MS,
                      .total_ms = PROBE_MS,
                      .local = up->local,
                      .run = p->run};
    Fetch *f = NULL;
    Err broken = {0};
    *body = STR_EMPTY;
    add_key(p, up, a, &q);
    if (!fetch_start(&q, &f, err))
        return false;
    if (fetch_status(f) != STATUS_OK || !fetch_rest(f, a, PROBE_MAX, body, &broken))
        *body = STR_EMPTY;
    fetch_end(f);
    return true;
}

// Each kind of server has a path that no other has.
static bool find_api(const Proxy *p, Arena *a, Upstream *up, Err *err) {
    Str body;
    if (up->api != API_UNKNOWN)
        return true;
    if (!probe(p, up, a, "/info", &body, err))
        return false;
    if (str_contains(body, "\"model_id\"")) {
        up->api = API_TGI;
        return true;
    }
    if (!probe(p, up, a, "/api/version", &body, err))
        return false;
    up->api = str_contains(body, "\"version\"") ? API_OLLAMA : API_OPENAI;
    return true;
}

static bool find_model(const Proxy *p, Arena *a, Upstream *up, Str wanted, Err *err) {
    Str listing;
    if (up->model.n || (up->api != API_OPENAI && up->api != API_OLLAMA))
        return true;
    if (!probe(p, up, a, up->api == API_OLLAMA ? "/api/tags" : "/v1/models", &listing, err))
        return false;
    up->model = upstream_model(a, listing, wanted);
    return true;
}

// What the server speaks, asked once.
static bool find_out(Proxy *p, Arena *a, const ModelQuestion *q, Upstream *up, Err *err) {
    pthread_mutex_lock(&p->lock);
    bool good = p->known;
    *up = p->up;
    pthread_mutex_unlock(&p->lock);
    if (good)
        return true;
    if (!find_api(p, a, up, err) || !find_model(p, a, up, model_id(q->model), err))
        return false;
    pthread_mutex_lock(&p->lock);
    if (!p->known) {
        p->up = *up;
        p->up.model = str_dup(&p->arena, up->model);
        p->known = true;
    }
    pthread_mutex_unlock(&p->lock);
    return true;
}

// ---- Streams -----------------------------------------------------------------------------------

typedef struct Flow {
    Arena arena;
    Fetch *fetch;
    Shape shape;
    Translator translator;
    bool ended;
} Flow;

static bool flow_next(void *state, Arena *a, Str *piece, Str *why) {
    Flow *f = state;
    Buf out = buf_new(a);
    while (out.n == 0 && !f->ended) {
        Str bytes;
        Err err = {0};
        bool more = fetch_read(f->fetch, &bytes, &err);
        if (more && f->shape.kind == SHAPE_SAME)
            buf_put(&out, bytes);
        else if (more)
            translator_feed(&f->translator, bytes, &out);
        f->ended = !more || f->translator.over;
        if (f->ended && f->shape.kind != SHAPE_SAME && !translator_end(&f->translator, &out))
            *why = str_dup(a, f->translator.why);
        if (err.kind != ERR_NONE && !f->translator.over)
            *why = str_dup(a, str_of(err.message));
    }
    *piece = buf_str(&out);
    return out.n > 0;
}

static void flow_close(void *state) {
    Flow *f = state;
    fetch_end(f->fetch);
    arena_release(&f->arena);
    free(f);
}

static void copy_shape(Arena *a, const Shape *from, Shape *to) {
    *to = *from;
    to->prefix = str_dup(a, from->prefix);
    to->seed = str_dup(a, from->seed);
}

static void answer_flow(Fetch *fetch, const Shape *shape, ModelAnswer *out) {
    Flow *f = calloc(1, sizeof *f);
    BUG_IF(!f);
    arena_init(&f->arena);
    f->fetch = fetch;
    copy_shape(&f->arena, shape, &f->shape);
    translator_init(&f->translator, &f->arena, &f->shape);
    *out = (ModelAnswer){.status = STATUS_OK,
                         .content_type = STR("text/event-stream"),
                         .streamed = true,
                         .flow = {.next = flow_next, .close = flow_close, .state = f}};
}

// ---- Questions ---------------------------------------------------------------------------------

static void fail(Arena *a, const Upstream *up, const Err *err, ModelAnswer *out) {
    enum { BAD_GATEWAY = 502 };
    model_fail(a, out, BAD_GATEWAY, "generation",
               str_fmt(a, "cannot ask %.*s: %s", STR_ARG(up->base), err->message));
}

static bool ask(const Proxy *p, const Upstream *up, Arena *a, const ModelQuestion *q,
                const Outgoing *o, Fetch **fetch, Err *err) {
    FetchRequest r = {.method = "POST",
                      .url = str_cat(a, up->base, o->path),
                      .body = o->body,
                      .connect_ms = CONNECT_MS,
                      .silent_ms = q->timeout_ms,
                      .total_ms = q->timeout_ms,
                      .local = up->local,
                      .run = p->run};
    bool raw = up->api == API_CONTAINER && q->content_type.n;
    vec_push(a, &r.headers,
             (HttpHeader){STR("content-type"), raw ? q->content_type : STR("application/json")});
    if (up->api == API_CONTAINER && q->accept.n)
        vec_push(a, &r.headers, (HttpHeader){STR("accept"), q->accept});
    add_key(p, up, a, &r);
    return fetch_start(&r, fetch, err);
}

static bool lacks_completions(const Upstream *up, int status) {
    enum { NOT_FOUND = 404, NOT_ALLOWED = 405 };
    return !up->chat_only && (status == NOT_FOUND || status == NOT_ALLOWED);
}

static bool refuses(int status) {
    enum { BAD_REQUEST = 400, UNPROCESSABLE = 422 };
    return status == BAD_REQUEST || status == UNPROCESSABLE;
}

// Servers of OpenAI's API differ in what they have and in what they refuse. Whether there is
// another way to say it, which *up then knows. *said: a refusal, which has been read.
static bool other_way(Arena *a, Upstream *up, const Outgoing *o, Fetch *f, Str *said) {
    int status = fetch_status(f);
    Err broken = {0};
    if (up->api != API_OPENAI || o->shape.kind != SHAPE_GENERATED)
        return false;
    if (lacks_completions(up, status))
        return up->chat_only = true;
    if (!refuses(status) || !fetch_rest(f, a, PROBE_MAX, said, &broken))
        return false;
    if (o->extended)
        return up->strict = true;
    if (up->chat_only && !up->newest)
        return up->newest = str_contains(*said, "max_completion_tokens");
    return false;
}

// What turned out to be the way stays it. That parameters were the trouble is believed where it
// went well without them.
static void remember(Proxy *p, const Upstream *up, const Fetch *f) {
    pthread_mutex_lock(&p->lock);
    p->up.chat_only = up->chat_only;
    if (fetch_status(f) == STATUS_OK) {
        p->up.strict = up->strict;
        p->up.newest = up->newest;
    }
    pthread_mutex_unlock(&p->lock);
}

static void take_answer(Arena *a, const Upstream *up, const Outgoing *o, Fetch *f, Str said,
                        ModelAnswer *out) {
    Err err = {0};
    Str body = said, type = str_dup(a, fetch_header(f, "content-type"));
    int status = fetch_status(f);
    if (status == STATUS_OK && o->shape.stream) {
        answer_flow(f, &o->shape, out);
        if (o->shape.kind == SHAPE_SAME && type.n)
            out->content_type = type;
        return;
    }
    if (said.n || fetch_rest(f, a, ANSWER_MAX, &body, &err))
        translate_answer(a, &o->shape, status, type.n ? type : STR("application/json"), body, out);
    else
        fail(a, up, &err, out);
    fetch_end(f);
}

void proxy_ask(Proxy *p, Arena *a, const ModelQuestion *q, ModelAnswer *out) {
    Upstream up;
    Outgoing o;
    Err err = {0};
    Fetch *f = NULL;
    if (!find_out(p, a, q, &up, &err)) {
        fail(a, &up, &err, out);
        return;
    }
    Upstream first = up;
    Str said = STR_EMPTY;
    for (bool again = true; again;) {
        if (!translate_question(a, &up, q, &o, out))
            return;
        if (!ask(p, &up, a, q, &o, &f, &err)) {
            fail(a, &up, &err, out);
            return;
        }
        said = STR_EMPTY;
        again = other_way(a, &up, &o, f, &said);
        if (again)
            fetch_end(f);
    }
    if (up.chat_only != first.chat_only || up.strict != first.strict || up.newest != first.newest)
        remember(p, &up, f);
    take_answer(a, &up, &o, f, said, out);
}
