#pragma once
// JSON of AWS's services, in few words. Private to adapters/aws.

#include "base/base.h"

#include <cjson/cJSON.h>

// False where it is no object; `who` sent it. The caller deletes it.
bool json_read(Str text, const char *who, cJSON **out, Err *err);
// A member's text in the arena; empty where there is none.
Str json_get(Arena *a, const cJSON *object, const char *name);
void json_add_text(Arena *a, cJSON *object, const char *name, Str value);
// The text, and the value is gone.
Str json_take(Arena *a, cJSON *value);
