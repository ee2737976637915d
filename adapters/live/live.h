#pragma once
// What the parts of the live adapter share. Private to adapters/live.

#include "adapters/adapters.h"

#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>

typedef struct Server Server;   // serve.c: the page, for browsers
typedef struct Watcher Watcher; // watcher.c: changes of files

// Serves on 127.0.0.1; the port in use goes to *port.
Server *server_open(Arena *a, uint16_t *port, Err *err);
void server_publish(Server *s, Str html);
void server_complain(Server *s, Str text);
// A sign of life for pages that are open, so that neither side takes the other for gone.
void server_beat(Server *s);
void server_close(Server *s);

// Whether the process that connected from `peer` to `server` is this user's, or root's. On systems
// that do not tell, peer_can_tell is false and nobody's is.
bool peer_is_own(const struct sockaddr_in *peer, const struct sockaddr_in *server);
bool peer_can_tell(void);

Watcher *watcher_open(Arena *a, Err *err);
// Waits until one of the paths changes, or a signal is pending that `signals` (a signalfd) tells
// of: then false. Calls beat(server) every few seconds.
bool watcher_wait(Watcher *w, const Str *paths, uint32_t count, int signals, Server *server);
void watcher_close(Watcher *w);
