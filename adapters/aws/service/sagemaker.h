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

// Moves an endpoint to a configuration. An endpoint that is being changed is left at that.
bool sagemaker_endpoint_move(Client *c, Arena *a, Str name, Str config, Err *err);
// The name behind an ARN, which has it in small letters; empty where there is none.
bool sagemaker_config_name(Client *c, Arena *a, Str lower, Str *name, Err *err);
typedef Vec(Str) SageMakerNameVec;
// *there, and the models that it names.
bool sagemaker_config(Client *c, Arena *a, Str name, bool *there, SageMakerNameVec *models,
                      Err *err);
// What is gone already is as good as deleted.
bool sagemaker_config_delete(Client *c, Arena *a, Str name, Err *err);
bool sagemaker_model_delete(Client *c, Arena *a, Str name, Err *err);
