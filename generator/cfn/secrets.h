#pragma once
// Literals that look like secrets.

#include "generator/lowering.h"

// The service whose key or token stands in it, or NULL.
const char *secret_in(Str s);

// A P0504 for every literal among the arguments that looks like a secret, unless the resource's
// option `allowPlaintextSecrets` lets it stand. The secret itself is not printed.
void secrets_check(Gen *g, const ArchResource *r);
// The same for the variables that the stack's settings give to functions.
void secrets_check_settings(Gen *g);
