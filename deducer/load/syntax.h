#pragma once
// Syntax errors, said well. Private to load/.

#include "deducer/load/cst.h"

// Reports the first place that doesn't fit the grammar (P0106): one diagnostic a file, since what
// follows a syntax error is guessing. `parsed` is the text as it was parsed last.
void syntax_report(Arena *scratch, Diags *ds, FileId file, Str text, Str parsed, CstReader *reader);
