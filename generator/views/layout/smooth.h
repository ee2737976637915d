#pragma once
// Needless bends; see smooth.c.

#include "generator/views/layout/draft.h"

typedef struct SmoothPoint {
    int64_t x, y;
} SmoothPoint;

// Whether one S from `from` to `to` may replace two with a level piece in the column of bend n. If
// so the bend's extent becomes that of the curve there.
bool smooth_bend(Draft *d, uint32_t n, SmoothPoint from, SmoothPoint to);
