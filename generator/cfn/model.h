#pragma once
// What can be told of a model and of the machine it runs on, from their names.

#include "base/base.h"

// Billions of parameters as the model's name says ("meta-llama/Llama-2-70b-chat-hf" → 70,
// "mistralai/Mixtral-8x7B-v0.1" → 56), 0 where it does not.
double model_billions(Str model_id);

// Seconds that a container gets to load a model of that size, and to be healthy.
unsigned model_timeout(double billions);

// GPUs of an instance type, 0 where it has none (or is not known).
unsigned instance_gpus(Str instance_type);

// Whether the text has the form of an instance type: "ml.g5.2xlarge".
bool instance_type_valid(Str instance_type);
