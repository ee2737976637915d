#pragma once
// A place in the program's text, drawn as diagnostics draw theirs: for whoever explains something
// instead of complaining.

#include "base/source.h"

typedef struct Excerpt {
    Str file;
    LineCol at;
    Str note;              // beside the carets
    uint32_t above, below; // lines of source around the one that is marked
    uint32_t widest;       // the largest line number of all excerpts that stand below each other
} Excerpt;

// What stands at the place as far as it is one name: `this.store.get`, `new Client`.
Span excerpt_span(Sources *sources, Str file, LineCol at);

// The lines with their numbers, and the carets with the note. Nothing where the file is not loaded.
// `color`: ANSI colours; what a terminal would obey is shown instead.
void excerpt_put(Buf *out, Sources *sources, const Excerpt *e, bool color);
