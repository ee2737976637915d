#pragma once
// Endpoints and functions that still come up, awaited. Private to adapters/aws/deploy.

#include "adapters/aws/deploy/work.h"
#include "adapters/aws/service/lambda.h"
#include "adapters/aws/service/sagemaker.h"

typedef struct Awaited {
    AwsResource resource;
    Str name;      // the service's
    Str config;    // of an endpoint: what it has to have in the end, or empty
    bool function; // else an endpoint
    bool asked;    // the service answered
    bool settled;  // it is what it will be; or nobody can tell
    bool coming;   // it still came up when it was seen last
    SageMakerEndpoint endpoint;
    LambdaState lambda;
    uint32_t unanswered;
    double since, told; // seconds of the operation: seen first, spoken of last
} Awaited;
typedef Vec(Awaited) AwaitedVec;

void settle_endpoint(Work *k, AwaitedVec *all, const AwsResource *r, Str config);
void settle_function(Work *k, AwaitedVec *all, const AwsResource *r);
// Asks for each once. False where somebody has interrupted.
bool settle_look(Work *k, AwaitedVec *all);
bool settle_all_done(const AwaitedVec *all);
// Until all have settled, with words about those that take long. False where somebody has
// interrupted; the caller says what that means.
bool settle(Work *k, AwaitedVec *all);

Str settle_name(Str physical); // what stands behind the last slash of an ARN
// ARNs have names in small letters.
bool settle_same_name(Str x, Str y);
bool settle_comes_up(Str endpoint_status);
