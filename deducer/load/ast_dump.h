#pragma once
// The typed tree as text, for tests and for looking at it.

#include "deducer/load/load.h"

// One S-expression: (N_BINARY + (N_IDENT a) (N_NUMBER 1)) is written (+ a 1). With `refs`, names
// carry what they stand for: a@1.0 is slot 0 one environment up, a@i2 import 2, a@g a global.
void ast_dump(Buf *out, const Interner *names, const Node *n, bool refs);
