#pragma once
// Service quotas, by name. Private to adapters/aws.

#include "adapters/aws/client.h"

typedef struct Quota {
    Str name; // "ml.g5.2xlarge for endpoint usage"
    double value;
} Quota;
typedef Vec(Quota) QuotaVec;

// One page of SageMaker's quotas; *next is empty at the end. `defaults`: what an account has that
// never asked for more. *allowed is false where they may not be read.
bool quotas_sagemaker(Client *c, Arena *a, bool defaults, Str from, bool *allowed, QuotaVec *out,
                      Str *next, Err *err);
// A reply's body. What has no name or no number is left out.
bool quotas_read(Arena *a, Str body, QuotaVec *out, Str *next, Err *err);
