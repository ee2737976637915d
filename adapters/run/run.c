// The run adapter: the table of its functions. In: templates and packages. Out: the application, on
// this machine.
//
// Invariant: from open to close SIGINT and SIGTERM wait for run_wait, which tells of them. After
// close no process, thread, port or run.json of ours is left; where we are killed, the kernel ends
// the processes.

#include "adapters/run/client.h"
#include "adapters/run/pool.h"
#include "adapters/run/text.h"

#include "adapters/module.h"

#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { WORKERS_PER_PROCESSOR = 4 };

// ---- Open and close -----------------------------------------------------------------------------

// Of nobody: what they sign opens nothing anywhere.
static void credentials_make(Run *r) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    struct {
        char *to;
        size_t size;
        const char *prefix;
    } all[] = {{r->access_key, sizeof r->access_key, "ASIA"},
               {r->secret_key, sizeof r->secret_key, "pluto-local-"},
               {r->session, sizeof r->session, "pluto-local-"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        size_t n = strlen(all[i].prefix);
        random_bytes(all[i].to, all[i].size);
        for (size_t k = n; k < all[i].size - 1; k++)
            all[i].to[k] = digits[(unsigned char)all[i].to[k] % (sizeof digits - 1)];
        memcpy(all[i].to, all[i].prefix, n);
        all[i].to[all[i].size - 1] = '\0';
    }
}

// A connection each, three descriptors an instance: the usual thousand are few.
static void descriptors_raise(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static void instances_kill(Run *r) {
    // Those of older generations too: every instance belongs to a pool that a generation holds, or
    // that is retired and waits for its last one.
    for (Pool *p = r->pools; p; p = p->next)
        for (Instance *n = p->instances; n; n = n->next)
            instance_kill(n);
}

bool run_closing(Run *r) {
    pthread_mutex_lock(&r->lock);
    bool closing = r->closing;
    pthread_mutex_unlock(&r->lock);
    return closing;
}

static void run_close(Run *r) {
    pthread_mutex_lock(&r->lock);
    r->closing = true;
    for (Pool *p = r->pools; p; p = p->next)
        pool_fail_waiting(p, "Runtime.Shutdown", STR("pluto run is ending"), STR_EMPTY);
    instances_kill(r);
    while (r->threads)
        pthread_cond_wait(&r->quiet, &r->lock);
    pthread_mutex_unlock(&r->lock);
    if (r->server)
        server_close(r->server);
    if (r->dynamodb)
        dynamodb_close(r->dynamodb);
    if (r->models)
        models_close(r->models);
    if (r->current)
        generation_drop(r->current);
    if (r->watcher)
        watcher_close(r->watcher);
    state_remove(r);
    logs_close(r);
    signals_give_back(&r->signals);
    pthread_cond_destroy(&r->quiet);
    pthread_mutex_destroy(&r->lock);
    pthread_mutex_destroy(&r->sink_lock);
}

static bool parts_open(Run *r, Err *err) {
    Arena *a = r->arena;
    if (!signals_take(&r->signals, err))
        return false;
    r->watcher = watcher_open(a, err);
    r->server = r->watcher ? server_open(a, err) : NULL;
    if (!r->server)
        return false;
    r->endpoint = server_listen(r->server, r->options.port, &endpoint_role, r, err);
    return r->endpoint && state_write(r, err) && models_open(a, &r->options, r, &r->models, err) &&
           dynamodb_open(a, &r->options, r, &r->dynamodb, err);
}

static Run *run_open(Arena *a, const RunOptions *options, RunSink sink, void *context, Err *err) {
    Run *r = arena_new(a, Run);
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    *r = (Run){.arena = a, .options = *options, .sink = sink, .context = context, .state = -1};
    r->signals.fd = -1;
    r->workers = options->workers
                     ? options->workers
                     : (uint32_t)(processors > 0 ? processors : 1) * WORKERS_PER_PROCESSOR;
    pthread_mutex_init(&r->lock, NULL);
    pthread_mutex_init(&r->sink_lock, NULL);
    pthread_cond_init(&r->quiet, NULL);
    credentials_make(r);
    descriptors_raise();
    if (parts_open(r, err))
        return r;
    run_close(r);
    return NULL;
}

// ---- What is said of it -------------------------------------------------------------------------

// With the address, as one would ask for it.
static void route_put(Buf *b, const App *app, const AppApi *api, const AppRoute *route) {
    bool all = route->path.n == 0; // $default
    buf_puts(b, "{\"method\":");
    text_quote(b, all ? STR("ANY") : route->method);
    text_member(b, "path", all ? STR("/") : route->path);
    text_member(b, "url",
                str_fmt(b->arena, "http://127.0.0.1:%u%.*s", (unsigned)api->port,
                        STR_ARG(all ? STR("/") : route->path)));
    text_member(b, "function", app->functions.at[route->function].id);
    buf_putc(b, '}');
}

static void routes_put(Buf *b, const App *app, Str id) {
    for (uint32_t i = 0; i < app->apis.n; i++) {
        const AppApi *api = &app->apis.at[i];
        if (!str_eq(api->id, id) || !api->routes.n)
            continue;
        buf_puts(b, ",\"routes\":[");
        for (uint32_t k = 0; k < api->routes.n; k++) {
            if (k)
                buf_putc(b, ',');
            route_put(b, app, api, &api->routes.at[k]);
        }
        buf_putc(b, ']');
    }
}

static void resource_put(Buf *b, const App *app, const AppResource *res) {
    text_quote(b, res->id);
    buf_puts(b, ":{");
    for (uint32_t i = 0; i < res->properties.n; i++) {
        const AppPair *p = &res->properties.at[i];
        if (i)
            buf_putc(b, ',');
        text_quote(b, p->key);
        buf_putc(b, ':');
        text_quote(b, p->value);
    }
    routes_put(b, app, res->id);
    buf_putc(b, '}');
}

static Str run_ready(Run *r, Arena *a) {
    Buf b = buf_new(a);
    Generation *g = generation_hold(r);
    buf_printf(&b,
               "{\"event\":\"ready\",\"aws\":{\"endpoint\":\"http://127.0.0.1:%u\"},"
               "\"resources\":{",
               (unsigned)listener_port(r->endpoint));
    for (uint32_t i = 0, n = 0; g && i < g->app.resources.n; i++) {
        if (!g->app.resources.at[i].properties.n)
            continue;
        if (n++)
            buf_putc(&b, ',');
        resource_put(&b, &g->app, &g->app.resources.at[i]);
    }
    buf_putc(&b, '}');
    for (uint32_t i = 0; g && i < g->app.notes.n; i++) {
        buf_puts(&b, i ? "," : ",\"notes\":[");
        text_quote(&b, g->app.notes.at[i]);
        if (i + 1 == g->app.notes.n)
            buf_putc(&b, ']');
    }
    buf_putc(&b, '}');
    if (g)
        generation_drop(g);
    return buf_str(&b);
}

static bool run_wait(Run *r, const Str *paths, uint32_t count) {
    return watcher_wait(r->watcher, paths, count, r->signals.fd, NULL, NULL);
}

static const RunApi api = {run_open, generation_deploy, run_ready,
                           run_wait, run_close,         client_invoke};

const AdapterModule pluto_adapter = {ADAPTER_ABI, sizeof(RunApi), PLUTO_VERSION, &api};
