#pragma once
// Why a deployment failed: the one failure that the others follow from. Private to
// adapters/aws/deploy.

#include "adapters/aws/service/cloudformation.h"

typedef Vec(AwsFailure) AwsFailureVec;

// What happened to a resource, and in which nested stack ("" for the main one).
typedef struct Happened {
    CfnEvent event;
    Str stack;
} Happened;
typedef Vec(Happened) HappenedVec;

// `all` in the order of time, of one operation. The first of *out is the root; what CloudFormation
// called off because of another failure is left out.
void failures_find(Arena *a, const HappenedVec *all, AwsFailureVec *out);
// AWS's code in a reason ("NotFound" of "… (… HandlerErrorCode: NotFound)"), or empty.
Str failure_code(Str reason);
// What to do about it, or empty.
Str failure_remedy(Str resource, Str code, Str reason);
// Whether the code or the reason speaks of permissions, or of quotas.
bool failure_denied(Str code, Str reason);
bool failure_limit(Str code, Str reason);
