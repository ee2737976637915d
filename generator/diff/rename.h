#pragma once
// Which resources only got another name. Private to generator/diff/.

#include "generator/diff.h"

// The graph as it would have been under the new names; *renamed: the new id → the old resource.
// Edges are copies in canonical order. Where nothing was renamed it equals `before`.
Arch rename_apply(Arena *a, const Arch *before, const Arch *after, const KindTable *kinds,
                  Map *renamed);
