#pragma once
// What roles may do, and what is open to the outside. Private to generator/diff/.

#include "generator/diff.h"

// Fill in d->permissions and d->widens, d->exposures and d->publishes, from d->was and d->is.
void power_compare(Arena *a, Diff *d, const KindTable *kinds);
void power_expose(Arena *a, Diff *d);
