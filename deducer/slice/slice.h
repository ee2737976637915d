#pragma once
// Slice: from the evaluated program to what each of its functions needs of it. The one header of
// slice/.

#include "deducer/eval/run.h"

// Fills I->in->slices, in the order of the graph's functions. The graph must be complete: nothing
// that the exploration found is asked for again. All texts are the compile's own.
void slice_all(Interp *I);
