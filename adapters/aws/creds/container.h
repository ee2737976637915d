#pragma once
// Where a container's credentials are asked for. Private to creds/.

#include "base/base.h"

// One of the two, as the environment has them. False where keys must not be taken from there.
bool container_url(Arena *a, Str relative, Str full, Str *url, Str *host, Err *err);
