#pragma once
// JSON for files and terminals. Private to cli/.

#include "base/base.h"

#include <cjson/cJSON.h>

// The value over several lines, indented by two spaces, without a last line break.
Str json_indented(Arena *a, const cJSON *value);
