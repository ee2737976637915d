#pragma once
// What somebody is allowed, as IAM itself judges. Private to adapters/aws.

#include "adapters/aws/client.h"

typedef struct IamQuestion {
    const Str *actions, *resources;
    uint32_t action_count, resource_count;
    Str passed_to; // iam:PassedToService, or empty
    Str region;    // aws:RequestedRegion
} IamQuestion;

typedef struct IamVerdict {
    Str action, resource;
    bool denied; // for certain: not for want of something that only a real request would tell
} IamVerdict;
typedef Vec(IamVerdict) IamVerdictVec;

// Every action on every resource. *there is false where the principal is not known under this ARN,
// *allowed where such questions may not be asked.
bool iam_simulate(Client *c, Arena *a, Str principal, const IamQuestion *q, bool *there,
                  bool *allowed, IamVerdictVec *out, Err *err);
// The ARN of a role with its path; *there as above.
bool iam_role(Client *c, Arena *a, Str name, bool *there, Str *arn, Err *err);
// A reply's body. *next is empty at the end.
bool iam_verdicts_read(Arena *a, Str body, IamVerdictVec *out, Str *next, Err *err);
