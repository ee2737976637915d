#pragma once
// Valid code that the grammar doesn't know. Private to load/.

#include "deducer/load/cst.h"

enum { REPAIR_ERRORS_MAX = 400 };

typedef struct Repair {
    Arena *a;
    Str text;   // what to parse: the original, or a copy of the same length with patches in it
    Str safe;   // the same without guesses, for messages; empty: there were none
    char *copy; // NULL: no patches yet
} Repair;

// Patches what the grammar would misread without an error, and what is likely to be an error.
void repair_init(Repair *r, Arena *a, Str text, CstReader *reader);
// Patches what stands at errors, and tells the reader where; false where nothing was found to
// patch.
bool repair_apply(Repair *r, CstErrors errors, CstReader *reader);
