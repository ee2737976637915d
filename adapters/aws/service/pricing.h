#pragma once
// The price list. Private to adapters/aws.

#include "adapters/aws/client.h"

// Dollars for an hour of one instance that serves an endpoint. *known is false where the list does
// not say, or may not be read.
bool pricing_endpoint(Client *c, Arena *a, Str region, Str instance, bool *known, double *hour,
                      Err *err);
// A reply's body. False where it is no price list.
bool pricing_read(Arena *a, Str body, Str instance, bool *known, double *hour, Err *err);
