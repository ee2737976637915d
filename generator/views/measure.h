#pragma once
// How wide a text is at most, without a font at hand. Private to views/.

#include "base/str.h"

typedef enum Weight { WEIGHT_PLAIN, WEIGHT_BOLD } Weight;

// In pixels, of a sans-serif text at `size` pixels: what the wider of the common fonts take.
double measure_text(Str s, double size, Weight weight);
// The text as it may be shown (str_visible), where it is wider than `most` with an ellipsis in its
// middle.
Str measure_fit(Arena *a, Str s, double size, Weight weight, double most);
