#pragma once
// What the steps of placing share.

#include "generator/views/layout/draft.h"

// Blocks are nodes that stand at one height: a ring through `next`, known by its `root`.
typedef struct Place {
    Draft *d;
    bool *conflict; // per link, as in d->left.to: crosses a stronger one
    uint32_t *root, *next, *open, *blocks;
} Place;

// The distance that the axes of two neighbours in a column keep at least.
int64_t place_gap(const Draft *d, uint32_t upper, uint32_t lower);
