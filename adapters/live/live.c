// The live adapter: the table of its functions. In: pages and paths. Out: a server on this machine,
// and a word when something changed.
//
// Invariant: from open to close SIGINT and SIGTERM wait for live_wait, which tells of them; nothing
// is left behind by close, the port is free, and the signals do what they did before.

#include "adapters/live/live.h"

#include "adapters/module.h"

struct Live {
    Server *server;
    Watcher *watcher;
    Signals signals;
};

static void live_close(Live *l) {
    if (l->server)
        server_close(l->server);
    if (l->watcher)
        watcher_close(l->watcher);
    signals_give_back(&l->signals);
}

static Live *live_open(Arena *a, uint16_t port, Str *url, Err *err) {
    Live *l = arena_new(a, Live);
    bool good = signals_take(&l->signals, err) && (l->watcher = watcher_open(a, err)) != NULL &&
                (!url || (l->server = server_open(a, &port, err)) != NULL);
    if (!good) {
        live_close(l);
        return NULL;
    }
    if (url)
        *url = str_fmt(a, "http://127.0.0.1:%u/", (unsigned)port);
    return l;
}

static void live_publish(Live *l, Str html) {
    server_publish(l->server, html);
}

static void live_complain(Live *l, Str text) {
    server_complain(l->server, text);
}

static void beat(void *server) {
    server_beat(server);
}

static bool live_wait(Live *l, const Str *paths, uint32_t count) {
    return watcher_wait(l->watcher, paths, count, l->signals.fd, l->server ? beat : NULL,
                        l->server);
}

static const LiveApi api = {live_open, live_publish, live_complain, live_wait, live_close};

const AdapterModule pluto_adapter = {ADAPTER_ABI, sizeof(LiveApi), PLUTO_VERSION, &api};
