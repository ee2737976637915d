#pragma once
// Literals that look like secrets. The check itself is in generator.h.

#include "base/base.h"

// The service whose key or token stands in it, or NULL.
const char *secret_in(Str s);
