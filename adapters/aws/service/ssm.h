#pragma once
// One remembered word of an account and region. Private to adapters/aws.

#include "adapters/aws/client.h"

bool ssm_get(Client *c, Arena *a, Str name, bool *there, Str *out, Err *err);
// Never over what is there: *there, and then *value is what it says.
bool ssm_put(Client *c, Arena *a, Str name, Str *value, bool *there, Err *err);
