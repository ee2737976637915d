#pragma once
// Between front.c and front_wait.c only.

#include "adapters/run/run.h"

// Invokes, and waits for at most so long. False where that was too short: the function goes on, and
// nobody hears of it.
bool front_invoke(const Call *call, uint32_t function, uint32_t wait_ms, Arena *a,
                  const InvokeInput *in, InvokeResult *out);
