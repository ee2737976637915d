#pragma once
// What became of a stack's endpoints since it was deployed. Private to adapters/aws/deploy.

#include "adapters/aws/deploy/marks.h"
#include "adapters/aws/deploy/settle.h"

typedef struct Endpoint {
    AwsResource resource;
    Str wanted, now; // names of configurations: the stack's, SageMaker's
    Str reason;
    AwsEndpointState state;
} Endpoint;
typedef Vec(Endpoint) EndpointVec;

typedef struct Deployment Deployment;

// Looks at the endpoints of the stack that is deployed. One that can only be deleted gets another
// name in the template.
bool endpoints_meet(Deployment *d);
// Right before an execution: what it will touch has come up, what it will not touch is put right.
// *again: one that was awaited has not come up, so the changes are not what is needed any more.
bool endpoints_ready(Deployment *d, bool *again);
// Where nothing is to be executed: awaits, and puts right.
bool endpoints_heal(Deployment *d);
// Configurations and models that stayed for an endpoint to move over, once it has: those that an
// operation left, and those that were in force before it.
void endpoints_collect(Work *k, const AwsResourceVec *touched);
void endpoints_collect_seen(Deployment *d);
// Before a deletion or a way back: SageMaker does neither with an endpoint that still comes up.
bool endpoints_rest(Work *k);
