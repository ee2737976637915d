#pragma once
// What each function's package is made of, for tests and whoever looks into packages. Private to
// cli/.

#include "deducer/deducer.h"

Str slices_json(Arena *a, const SliceVec *slices);
