#pragma once
// A real model behind an emulated endpoint: a server that somebody runs. Private to adapters/run.

#include "adapters/run/model.h"

typedef struct Proxy Proxy;

// Looks at the URL; nothing is asked yet. `key`: sent as a bearer token, or empty.
bool proxy_open(Arena *a, Run *run, Str url, Str key, Proxy **out, Err *err);
// As the container would answer. Blocks until the head of the answer is there.
void proxy_ask(Proxy *p, Arena *a, const ModelQuestion *q, ModelAnswer *out);
void proxy_close(Proxy *p);
