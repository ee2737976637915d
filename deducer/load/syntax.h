#pragma once
// Syntax errors, said well. Private to load/.

#include "deducer/load/cst.h"

// Where no reading of the text goes on; `parsed` is the text that the reader has parsed last.
uint32_t syntax_stuck_at(Arena *scratch, Str parsed, CstReader *reader);
// Reports it (P0106): one diagnostic a file, since what follows a syntax error is guessing.
void syntax_report(Arena *scratch, Diags *ds, FileId file, Str text, CstReader *reader,
                   uint32_t stuck_at);
