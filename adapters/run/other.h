#pragma once
// Services of AWS that nobody here emulates. Private to adapters/run.

#include "adapters/run/http.h"

// `state` is a Call.
void other_handle(void *state, const HttpRequest *q, HttpReply *reply);
