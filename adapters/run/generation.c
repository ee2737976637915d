// Deploys: what is served, and from when on. In: templates. Out: each request is served by the
// deploy that was there when it came.
//
// Invariant: a deploy that fails changes nothing. A generation stays as long as a request holds it;
// functions that are the same in two generations share their instances.

#include "adapters/run/pool.h"
#include "adapters/run/text.h"

#include <stdlib.h>

enum { FRONT_BODY_MAX = 6 << 20, ENDPOINT_BODY_MAX = 26 << 20, PREWARM_MAX = SPARES_MAX };

// ---- Generations --------------------------------------------------------------------------------

static void generation_free(Generation *g) {
    for (uint32_t i = 0; g->pools && i < g->app.functions.n; i++)
        if (g->pools[i])
            pool_drop(g->pools[i]);
    arena_release(&g->arena);
    free(g);
}

// The one that serves now, held; NULL before the first deploy.
Generation *generation_hold(Run *r) {
    pthread_mutex_lock(&r->lock);
    Generation *g = r->closing ? NULL : r->current;
    if (g)
        g->refs++;
    pthread_mutex_unlock(&r->lock);
    return g;
}

void generation_drop(Generation *g) {
    Run *r = g->run;
    pthread_mutex_lock(&r->lock);
    if (--g->refs == 0)
        generation_free(g);
    pthread_mutex_unlock(&r->lock);
}

// ---- Ports --------------------------------------------------------------------------------------

// Only one deploy happens at a time, so nobody else changes the list.
static uint16_t front_port(void *context, Str id, Err *err) {
    Run *r = context;
    uint16_t next = listener_port(r->endpoint);
    for (Front *f = r->fronts; f; f = f->next) {
        if (str_eq(f->id, id))
            return f->port;
        next++;
    }
    next++;
    Front *f = arena_new(r->arena, Front);
    *f = (Front){.run = r, .id = str_dup(r->arena, id)};
    f->listener = server_listen(r->server, next, &front_role, f, err);
    if (!f->listener) {
        *err = (Err){0};
        f->listener = server_listen(r->server, 0, &front_role, f, err);
    }
    if (!f->listener)
        return 0;
    f->port = listener_port(f->listener);
    f->next = r->fronts;
    r->fronts = f;
    return f->port;
}

// ---- Deploys ------------------------------------------------------------------------------------

static bool has_pool(const Generation *g, const Pool *p) {
    for (uint32_t i = 0; i < g->app.functions.n; i++)
        if (g->pools[i] == p)
            return true;
    return false;
}

// What was asked for before will be asked for again.
static void prewarm(const Generation *g, const Generation *old) {
    uint32_t left = PREWARM_MAX;
    for (uint32_t i = 0; i < g->app.functions.n && left; i++) {
        Pool *p = g->pools[i], *before = NULL;
        for (uint32_t k = 0; old && k < old->app.functions.n; k++)
            if (old->pools[k]->used && old->pools[k] != p && str_eq(old->pools[k]->f.id, p->f.id))
                before = old->pools[k];
        if (old && !before)
            continue;
        if (!before || !spare_take(before, p))
            pool_prewarm(p);
        left--;
    }
}

static void swap(Run *r, Generation *g) {
    pthread_mutex_lock(&r->lock);
    Generation *old = r->current;
    for (uint32_t i = 0; i < g->app.functions.n; i++)
        g->pools[i] = pool_get(r, &g->app.functions.at[i], old);
    r->current = g;
    prewarm(g, old);
    for (uint32_t i = 0; old && i < old->app.functions.n; i++)
        if (!has_pool(g, old->pools[i]))
            pool_retire(old->pools[i]);
    if (old && --old->refs == 0)
        generation_free(old);
    pthread_mutex_unlock(&r->lock);
}

bool generation_deploy(Run *r, const RunApp *app, Err *err) {
    Generation *g = calloc(1, sizeof *g);
    if (!g)
        BUG("no memory for a deploy");
    g->run = r;
    g->refs = 1;
    arena_init(&g->arena);
    AppRead read = {
        .in = app,
        .region = r->options.region,
        .endpoint = str_fmt(&g->arena, "http://127.0.0.1:%u", (unsigned)listener_port(r->endpoint)),
        .port = front_port,
        .context = r};
    if (!app_read(&g->arena, &read, &g->app, err) || !dynamodb_deploy(r->dynamodb, &g->app, err)) {
        generation_free(g);
        return false;
    }
    models_deploy(r->models, &g->arena, &g->app);
    g->pools = arena_array(&g->arena, Pool *, g->app.functions.n);
    swap(r, g);
    return true;
}

// ---- Requests -----------------------------------------------------------------------------------

static Call *call_new(Run *r, const HttpRequest *q, HttpReply *reply) {
    Generation *g = generation_hold(r);
    if (!g) {
        http_json(reply, q->arena, 503, STR("{\"message\":\"nothing is deployed yet\"}"));
        return NULL;
    }
    Call *call = arena_new(q->arena, Call);
    *call = (Call){.run = r,
                   .generation = g,
                   .app = &g->app,
                   .models = r->models,
                   .dynamodb = r->dynamodb,
                   .resource = STR_EMPTY,
                   .operation = STR_EMPTY,
                   .request_id = STR_EMPTY};
    return call;
}

static void endpoint_handle(void *owner, const HttpRequest *q, HttpReply *reply, void **out) {
    Call *call = call_new(owner, q, reply);
    *out = call;
    if (call)
        aws_handle(call, q, reply);
}

static void front_serve(void *owner, const HttpRequest *q, HttpReply *reply, void **out) {
    Front *f = owner;
    Call *call = call_new(f->run, q, reply);
    *out = call;
    if (!call)
        return;
    for (uint32_t i = 0; i < call->app->urls.n; i++)
        if (call->app->urls.at[i].port == f->port)
            call->url = &call->app->urls.at[i];
    for (uint32_t i = 0; i < call->app->apis.n; i++)
        if (call->app->apis.at[i].port == f->port)
            call->api = &call->app->apis.at[i];
    call->resource = f->id;
    if (call->url || call->api)
        front_handle(call, q, reply);
    else
        http_json(reply, q->arena, 404, STR("{\"message\":\"what was here has been removed\"}"));
}

static void done(void *owner, const HttpRequest *q, int status, double ms, void *state) {
    Call *call = state;
    (void)owner;
    if (!call)
        return;
    Buf b = buf_new(q->arena);
    buf_puts(&b, "{\"event\":\"request\"");
    text_member(&b, "resource", call->resource);
    if (call->operation.n)
        text_member(&b, "operation", call->operation);
    text_member(&b, "method", q->method);
    text_member(&b, "path", q->path);
    buf_printf(&b, ",\"status\":%d,\"ms\":%.1f", status, ms);
    if (call->failed)
        text_member(&b, "functionError", STR("Unhandled"));
    if (call->request_id.n)
        text_member(&b, "requestId", call->request_id);
    buf_putc(&b, '}');
    if (!call->quiet)
        run_event(call->run, buf_str(&b));
    generation_drop(call->generation);
}

const ServerRole endpoint_role = {
    .body_max = ENDPOINT_BODY_MAX,
    .too_large = "the request is too large",
    .handle = endpoint_handle,
    .done = done,
};

const ServerRole front_role = {
    .foreign_origins = true,
    .body_max = FRONT_BODY_MAX,
    .too_large = "Request Too Long",
    .handle = front_serve,
    .done = done,
};
