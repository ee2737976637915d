#pragma once
// Files of secrets that AWS's tools keep, and that pluto keeps up for them. Private to creds/.

#include "base/base.h"

// Whole or not at all, readable by its owner alone. The folder is made where it is missing.
bool cache_write(Arena *a, Str path, Str content, Err *err);
// The name of a cache file: hex digits of the hash of what it belongs to, and ".json".
Str cache_name_sha1(Arena *a, Str of);
Str cache_name_sha256(Arena *a, Str of);
