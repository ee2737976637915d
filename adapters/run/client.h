#pragma once
// A reply of HTTP, read from bytes. Private to adapters/run.

#include "adapters/run/http.h"

typedef struct ClientReply {
    int status;
    HttpHeaderVec headers;
    Str body;
} ClientReply;

// All of a reply, until the connection was closed. False where it is none, or not all of it.
bool client_reply(Arena *a, Str text, ClientReply *out);

bool client_invoke(Arena *a, Str state, Str function, Str event, Str *body, bool *failed, Err *err);
