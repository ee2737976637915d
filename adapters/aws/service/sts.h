#pragma once
// Who AWS takes us for. Private to adapters/aws.

#include "adapters/aws/client.h"

bool sts_identity(Client *c, Arena *a, Str *account, Str *arn, Err *err);
