#pragma once
// The server as run.c and pool.c see it: ports, and who answers on each. Private to adapters/run.

#include "adapters/run/run.h"
#include "adapters/shared/shared.h"

// Takes a body piece by piece, for a request that asks for it.
typedef struct HttpReceiver {
    void *state;
    void (*data)(void *state, Str piece); // may block
    // All of it has come, with these trailers.
    void (*end)(void *state, const HttpHeaderVec *trailers, HttpReply *reply);
    // Once, after `end` or where the other side broke off.
    void (*close)(void *state);
} HttpReceiver;

// Who answers on a port.
typedef struct ServerRole {
    // A browser on a foreign page may ask: the handler decides (CORS). Else it is refused.
    bool foreign_origins;
    bool lasting; // connections may be silent for as long as they like
    uint32_t body_max;
    // Said with 413 where the body is larger.
    const char *too_large;
    // NULL, or: whether the body is to go to a receiver. Where it fills `reply` (status not 0) that
    // is the answer.
    bool (*receive)(void *owner, const HttpRequest *q, HttpReceiver *out, HttpReply *reply);
    // `call` is what `done` gets.
    void (*handle)(void *owner, const HttpRequest *q, HttpReply *reply, void **call);
    // NULL, or: after the last byte went out, or the other side had gone.
    void (*done)(void *owner, const HttpRequest *q, int status, double ms, void *call);
    // NULL, or: nobody asks here any more.
    void (*release)(void *owner);
} ServerRole;

typedef struct Server Server;
typedef struct Listener Listener;

Server *server_open(Arena *a, Err *err);
// Port 0: a free one. `owner` must stay until `release`, which is called only where this succeeds.
Listener *server_listen(Server *s, uint16_t port, const ServerRole *role, void *owner, Err *err);
uint16_t listener_port(const Listener *l);
// No new connections; those that are open go on.
void server_unlisten(Server *s, Listener *l);
// Ends all connections; handlers must not block any more.
void server_close(Server *s);

// ---- http.c -------------------------------------------------------------------------------------

// Splits a request's target; false where it is no path.
bool http_target(Str target, Str *path, Str *query);
// {"errorType":…,"errorMessage":…}
Str json_error(Arena *a, const char *type, Str message);
