#pragma once
// HTTP to other servers: the one that holds the tables, and models that somebody runs. Blocking;
// one Fetch is used by one thread at a time. Private to adapters/run.

#include "adapters/run/run.h"

typedef struct FetchRequest {
    const char *method; // "GET", "POST"
    Str url;
    HttpHeaderVec headers;
    Str body;
    uint32_t connect_ms, silent_ms; // until it is connected; the longest wait for a byte
    uint32_t total_ms;              // for all of it; 0: no end
    bool local;                     // never through a proxy
    Run *run;                       // breaks it off where it ends
} FetchRequest;

typedef struct Fetch Fetch;

bool fetch_init(Err *err); // before there are threads
void fetch_done(void);

// Sends it and waits for the head of the answer. Redirects are not followed.
bool fetch_start(const FetchRequest *q, Fetch **out, Err *err);
int fetch_status(const Fetch *f);
Str fetch_header(const Fetch *f, const char *name); // as long as the Fetch
const HttpHeaderVec *fetch_headers(const Fetch *f);
// The next bytes, good until the next call; false at the end, and with err->kind set where it broke
// off before.
bool fetch_read(Fetch *f, Str *bytes, Err *err);
// The rest of the answer, at most `max` bytes of it.
bool fetch_rest(Fetch *f, Arena *a, uint32_t max, Str *body, Err *err);
void fetch_end(Fetch *f);
