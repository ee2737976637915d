#pragma once
// Strict JSON text. Private to arch/.

#include "base/base.h"

#include <cjson/cJSON.h>

// The tree of a JSON text, owned by the caller; NULL where the text is not JSON, nests too deeply
// or holds NUL, with what is wrong in *why (one phrase) and the byte where in *at.
cJSON *json_text_parse(Arena *scratch, Str json, const char **why, uint32_t *at);
