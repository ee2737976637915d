#pragma once
// Shortest layers for a connected graph without cycles; see simplex.c.

#include "base/arena.h"

#include <stdbool.h>

typedef struct Simplex {
    uint32_t node_count, edge_count;
    const uint32_t *from, *to; // per edge
    const int32_t *weight;     // per edge
    int32_t *layer;            // per node; in: valid, out: short
} Simplex;

void simplex_run(Arena *a, const Simplex *s);
