#pragma once
// The model that stands in where none is given: it speaks the container's contract and says that it
// is no model. Deterministic: the same question, the same answer. Private to adapters/run.

#include "adapters/run/model.h"

// What POST /invocations of the model's container answers.
void standin_answer(Arena *a, const ModelQuestion *q, ModelAnswer *out);
