#pragma once
// What adapters that serve on this machine share. Private to adapters/.

#include "adapters/adapters.h"

#include <netinet/in.h>
#include <signal.h>

// ---- peer.c -------------------------------------------------------------------------------------

// Whether the process that connected from `peer` to `server` is this user's, or root's. On systems
// that do not tell, peer_can_tell is false and nobody's is.
bool peer_is_own(const struct sockaddr_in *peer, const struct sockaddr_in *server);
bool peer_can_tell(void);

// ---- loopback.c ---------------------------------------------------------------------------------

// A place on 127.0.0.1 and the names that it is asked by.
typedef struct Loopback {
    struct sockaddr_in at;
    uint16_t port;
    char hosts[2][32];
} Loopback;

// A socket that listens; port 0: on a free one. -1 with err.
int loopback_listen(uint16_t port, int backlog, Loopback *out, Err *err);
// Whether a Host header (NULL: there was none) names this place.
bool loopback_is_host(const Loopback *l, const char *host);
// Whether an Origin header is absent or this place; "null" and everything foreign is not.
bool loopback_is_origin(const Loopback *l, const char *origin);

// ---- signals.c ----------------------------------------------------------------------------------

// From take to give_back SIGINT and SIGTERM wait in `fd`, a signalfd, in this thread and in those
// that it starts.
typedef struct Signals {
    int fd;
    sigset_t before;
} Signals;

bool signals_take(Signals *s, Err *err);
void signals_give_back(Signals *s);

// ---- watcher.c ----------------------------------------------------------------------------------

typedef struct Watcher Watcher;

Watcher *watcher_open(Arena *a, Err *err);
// Waits until one of the paths changes, or a signal is pending that `signals` (a signalfd) tells
// of: then false. Calls `beat`, where there is one, every few seconds.
bool watcher_wait(Watcher *w, const Str *paths, uint32_t count, int signals,
                  void (*beat)(void *context), void *context);
void watcher_close(Watcher *w);
