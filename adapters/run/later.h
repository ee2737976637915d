#pragma once
// Events whose sender has its answer already: Lambda's invocation type Event. Private to
// adapters/run.

#include "adapters/run/run.h"

// Takes a copy of the event and returns at once. False where too many are under way.
bool later_start(const Call *call, uint32_t function, const InvokeInput *in);
