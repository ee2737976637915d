#pragma once
// Times as AWS and its tools write them. Private to creds/.

#include "base/base.h"

// "2026-01-31T12:00:00Z", with a fraction, with an offset, or with "UTC": Unix seconds.
bool timestamp_read(Str s, int64_t *out);
Str timestamp_text(Arena *a, int64_t t); // "2026-01-31T12:00:00Z"
