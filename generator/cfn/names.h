#pragma once
// Every name that the generator makes: logical ids, names of AWS resources, variables, parameters.
// A name follows from what it stands for alone, never from the order or place of other resources.

#include "arch/arch.h"

// "SageMaker" "llama", "Role" → "SageMakerLlamaRole"; part "" for the resource itself.
Str names_logical(Arena *a, Str kind, Str name, const char *part);
// "<project>-<stack>-<name>", [a-z0-9-], at most `max` characters (at least 16).
Str names_physical(Arena *a, const Arch *arch, Str name, uint32_t max);
// The stack's own name, a letter first, at most 100 characters.
Str names_stack(Arena *a, Str project, Str stack);
// The environment variable that hands a late property to a function:
// PLUTO_KVSTORE_USERS_AWS_TABLE_NAME
Str names_variable(Arena *a, Str kind, Str name, Str property);
// The template parameter for a variable of the deployer's environment: EnvOpenaiApiKey
Str names_parameter(Arena *a, Str variable);
// Eight hexadecimal digits.
Str names_hash(Arena *a, Str s);
