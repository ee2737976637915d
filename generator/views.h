#pragma once
// The graph, looked at.

#include "arch/arch.h"

// A tree for the terminal: every resource with its source, every function with what it calls, why
// the compiler believes so, and the grants that follow. UTF-8 under every locale; `color`: ANSI
// colours.
Str view_text(Arena *a, const Arch *arch, const KindTable *kinds, bool color);
