// The live adapter: the table of its functions. In: pages and paths. Out: a server on this machine,
// and a word when something changed.
//
// Invariant: from open to close SIGINT and SIGTERM wait for live_wait, which tells of them; nothing
// is left behind by close, the port is free, and the signals do what they did before.

#include "adapters/live/live.h"

#include "adapters/module.h"

#include <errno.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

struct Live {
    Server *server;
    Watcher *watcher;
    int signals;
    sigset_t before;
};

static bool signals_take(Live *l, Err *err) {
    sigset_t taken;
    sigemptyset(&taken);
    sigaddset(&taken, SIGINT);
    sigaddset(&taken, SIGTERM);
    // Before any thread starts: threads inherit it, so that no signal ends the process there.
    pthread_sigmask(SIG_BLOCK, &taken, &l->before);
    l->signals = signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK);
    return l->signals >= 0 || err_set(err, ERR_IO, "cannot wait for signals: %s", strerror(errno));
}

// What came is taken out: it was obeyed, and must not end the process when it is let through again.
static void signals_give_back(Live *l) {
    struct signalfd_siginfo info;
    if (l->signals >= 0) {
        while (read(l->signals, &info, sizeof info) > 0)
            ;
        close(l->signals);
    }
    pthread_sigmask(SIG_SETMASK, &l->before, NULL);
}

static void live_close(Live *l) {
    if (l->server)
        server_close(l->server);
    if (l->watcher)
        watcher_close(l->watcher);
    signals_give_back(l);
}

static Live *live_open(Arena *a, uint16_t port, Str *url, Err *err) {
    Live *l = arena_new(a, Live);
    bool good = signals_take(l, err) && (l->watcher = watcher_open(a, err)) != NULL &&
                (l->server = server_open(a, &port, err)) != NULL;
    if (!good) {
        live_close(l);
        return NULL;
    }
    *url = str_fmt(a, "http://127.0.0.1:%u/", (unsigned)port);
    return l;
}

static void live_publish(Live *l, Str html) {
    server_publish(l->server, html);
}

static void live_complain(Live *l, Str text) {
    server_complain(l->server, text);
}

static bool live_wait(Live *l, const Str *paths, uint32_t count) {
    return watcher_wait(l->watcher, paths, count, l->signals, l->server);
}

static const LiveApi api = {live_open, live_publish, live_complain, live_wait, live_close};

const AdapterModule pluto_adapter = {ADAPTER_ABI, sizeof(LiveApi), PLUTO_VERSION, &api};
