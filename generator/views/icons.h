#pragma once
// Our drawings of the kinds. Private to views/.

#include "base/str.h"

typedef struct Icon {
    const char *kind;  // "KVStore"; NULL: any other
    const char *color; // of the tile behind the drawing, "#2563eb"
    const char *path;  // in a square of 24: strokes, to be drawn in white
} Icon;

// Always one: kinds without a drawing of their own share one.
const Icon *icon_of(Str kind);

// A globe in a square of 14: what stands open to the outside.
extern const char icon_globe[];
