#pragma once
// The table of kinds, for people and for programs. Private to cli/.

#include "arch/kind.h"

// All kinds with their operations, one a line.
Str kinds_text(Arena *a, const KindTable *t, bool color);
// One kind: what it is made with, what can be done with it, what follows.
Str kinds_detail(Arena *a, const Kind *k, bool color);
// These kinds, with all that their rows say.
Str kinds_json(Arena *a, const Kind *const *kinds, uint32_t count);
