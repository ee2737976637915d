#pragma once
// Cross-origin requests, as Function URLs and HTTP APIs answer for the function. Private to
// adapters/run.

#include "adapters/run/run.h"

// Whether this is a browser asking whether it may ask.
bool cors_is_preflight(const AppCors *cors, const HttpRequest *q);
// The answer to it.
void cors_preflight(Arena *a, const AppCors *cors, bool url, const HttpRequest *q,
                    HttpReply *reply);
// Adds what the browser wants to see to an answer. An HTTP API first takes away what the function
// said of it, a Function URL does not.
void cors_decorate(Arena *a, const AppCors *cors, bool url, const HttpRequest *q, HttpReply *reply);
