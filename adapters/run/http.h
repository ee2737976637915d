#pragma once
// HTTP as the parts of the run adapter see it: a request that is there whole, and a reply that may
// be pulled piece by piece. Only server.c knows the library below. Private to adapters/run.

#include "adapters/adapters.h"

#include <sys/types.h>

typedef struct HttpHeader {
    Str name, value; // as sent; names compare without case
} HttpHeader;
typedef Vec(HttpHeader) HttpHeaderVec;

typedef struct HttpRequest {
    Arena *arena; // lives until the reply has been sent
    Str method;
    Str path;              // raw: still percent-encoded, begins with '/'
    Str query;             // raw, without '?'; empty where there is none
    HttpHeaderVec headers; // in the order of sending, repeated ones each
    Str body;
    Str client; // the address of the other side
} HttpRequest;

typedef struct HttpReply {
    int status; // 200 unless set
    HttpHeaderVec headers;
    Str body; // in the request's arena
    // Not NULL: the body is pulled. Blocks until there is something, gives at most `max` bytes; 0
    // is the end, -1 breaks the connection off. `close` is called once, also when the client is
    // gone.
    ssize_t (*read)(void *state, char *buf, size_t max);
    void (*close)(void *state);
    void *state;
} HttpReply;

// Runs on the connection's own thread and may block.
typedef void (*HttpHandler)(void *context, const HttpRequest *q, HttpReply *reply);

// The first value of a header, or the empty slice.
Str http_header(const HttpHeaderVec *headers, const char *name);
void http_add(Arena *a, HttpReply *reply, Str name, Str value);
// {"…": …} with content-type application/json.
void http_json(HttpReply *reply, Arena *a, int status, Str json);
