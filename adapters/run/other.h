#pragma once
// Services of AWS that nobody here emulates. Private to adapters/run.

#include "adapters/run/http.h"

// The context is a Call.
void other_handle(void *call, const HttpRequest *q, HttpReply *reply);
