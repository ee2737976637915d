#pragma once
// SageMaker's operations that a deployment needs. Private to adapters/aws.

#include "adapters/aws/client.h"

typedef struct SageMakerEndpoint {
    bool there;
    Str status;  // "Creating", "InService", "Updating", "RollingBack", "Failed", …
    Str config;  // the name of the endpoint configuration in force
    Str reason;  // why it failed
    Str stage;   // of the newest variant: "Creating", "Baking", … with its message, or empty
    Str pending; // the configuration that an update is moving to, or empty
} SageMakerEndpoint;

bool sagemaker_endpoint(Client *c, Arena *a, Str name, SageMakerEndpoint *out, Err *err);
// The same of what one can do without: not waited for.
bool sagemaker_there(Client *c, Arena *a, Str name, bool *there, Err *err);
