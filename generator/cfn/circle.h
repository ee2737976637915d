#pragma once
// Resources that wait for each other.

#include "generator/lowering.h"

// A P0502 for each circle of references among the template's resources.
void circle_check(Gen *g);
