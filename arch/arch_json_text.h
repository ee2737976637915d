#pragma once
// Strict JSON text. Private to arch/.

#include "base/base.h"

#include <cjson/cJSON.h>

// The tree of a JSON text, owned by the caller; NULL where the text is not JSON, nests too deeply
// or holds NUL, with what is wrong in *why (one phrase) and the byte where in *at.
cJSON *json_text_parse(Arena *scratch, Str json, const char **why, uint32_t *at);

// Where in the tree: a list on the C stack, looked at only when something is wrong. NULL is the
// top.
typedef struct JsonPath {
    const struct JsonPath *up;
    const char *key; // NULL: an index
    uint32_t index;
} JsonPath;

void json_path_print(Buf *b, const JsonPath *path); // "edges[3].to"
// The byte at which that value starts in a text that json_text_parse took; where it is missing, the
// byte of what should hold it.
uint32_t json_path_offset(Str json, const JsonPath *path);
