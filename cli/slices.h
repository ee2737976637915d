#pragma once
// What each function's package is made of, for tests and whoever looks into packages. Private to
// cli/.

#include "deducer/deducer.h"

Str slices_json(Arena *a, const SliceVec *slices);
// What is left of the program for one function, with the numbers of its lines: for people. False
// where there is no such function.
bool slices_text(Arena *a, const SliceVec *slices, Str function, Str *out, Err *err);
