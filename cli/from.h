#pragma once
// A graph that was compiled before: --from arch.json. Private to cli/.

#include "cli/pipeline.h"

// Reads the graph in --from and, where DIR is given, the settings of the project there (for the
// graph's stack). Without DIR out->project has no root. False where the outside world failed; what
// is wrong with the graph goes to s->diags, and then out->arch may be NULL.
bool from_open(Session *s, Compile *out, Err *err);
