#pragma once
// What `--since` means. Private to cli/.

#include "base/base.h"

// "10m" before now, or a time as lines of logs begin with, or the beginning of one (a day at
// least). Both in milliseconds since 1970.
bool since_ms(Str text, int64_t now, int64_t *out, Err *err);
