// SageMaker: a model behind an endpoint.
//
// Input: the row's resource. Output: the row `kind_sagemaker`.
// Invariant: the endpoint's name is stable and lower-case; model and configuration have no names,
// so that a change replaces them under the same endpoint.
#include "arch/kind.h"

static const Param VARIANT[] = {
    {.name = "name",
     .type = P_STRING,
     .required = true,
     .must_be_known = true,
     .doc = "names the variant within the endpoint"},
    {.name = "instanceType",
     .type = P_STRING,
     .must_be_known = true,
     .doc = "the endpoint's unless given"},
    {.name = "instanceCount",
     .type = P_NUMBER,
     .min = 1,
     .max = 1000,
     .must_be_known = true,
     .doc = "the endpoint's unless given"},
    {.name = "weight",
     .type = P_NUMBER,
     .min = 0,
     .max = 1000000,
     .must_be_known = true,
     .doc = "its share of the requests, 1 unless given"},
    {.name = "imageUri",
     .type = P_STRING,
     .must_be_known = true,
     .doc = "the endpoint's unless given"},
    {.name = "envs", .type = P_ENV_MAP, .doc = "the endpoint's unless given"},
    {.name = "modelData",
     .type = P_STRING,
     .must_be_known = true,
     .doc = "the endpoint's unless given"},
    {.name = NULL},
};

static const Param OPTIONS[] = {
    {.name = "instanceType",
     .type = P_STRING,
     .must_be_known = true,
     .doc = "ml.m5.large unless given"},
    {.name = "instanceCount",
     .type = P_NUMBER,
     .min = 1,
     .max = 1000,
     .must_be_known = true,
     .doc = "1 unless given"},
    {.name = "envs", .type = P_ENV_MAP, .doc = "environment variables of the container"},
    {.name = "environment", .type = P_ENV_MAP, .doc = "the same as `envs`"},
    {.name = "modelData",
     .type = P_STRING,
     .must_be_known = true,
     .doc = "the model in S3: `s3://bucket/model.tar.gz`, or a prefix that ends with `/`"},
    {.name = "modelDataUrl",
     .type = P_STRING,
     .must_be_known = true,
     .doc = "the same as `modelData`"},
    {.name = "variants",
     .type = P_LIST,
     .fields = VARIANT,
     .doc = "several models, or sizes of one, behind the endpoint"},
    {.name = "healthCheckTimeout",
     .type = P_NUMBER,
     .min = 60,
     .max = 3600,
     .must_be_known = true,
     .doc = "seconds until the container must answer, by the model's size unless given"},
    {.name = "downloadTimeout",
     .type = P_NUMBER,
     .min = 60,
     .max = 3600,
     .must_be_known = true,
     .doc = "seconds for the model's download from S3, by its size unless given"},
    {.name = "volumeSize",
     .type = P_NUMBER,
     .min = 1,
     .max = 512,
     .must_be_known = true,
     .doc = "GB of disk of an instance that has none of its own"},
    {.name = "inferenceAmiVersion",
     .type = P_STRING,
     .must_be_known = true,
     .doc = "the machine image of the instances, for drivers that newer images need"},
    {.name = "networkIsolation",
     .type = P_BOOLEAN,
     .must_be_known = true,
     .doc = "no network for the container; on for models in S3 unless given"},
    {.name = "allowPlaintextSecrets",
     .type = P_BOOLEAN,
     .must_be_known = true,
     .doc = "let a literal that looks like a secret stand in its environment"},
    {.name = NULL},
};

static const Param PARAMS[] = {
    {.name = "name",
     .type = P_STRING,
     .required = true,
     .must_be_known = true,
     .doc = "names the endpoint within the application"},
    {.name = "imageUri",
     .type = P_STRING,
     .required = true,
     .must_be_known = true,
     .doc = "the container image that serves the model"},
    {.name = "options", .type = P_OBJECT, .fields = OPTIONS, .doc = "where and how it runs"},
    {.name = NULL},
};

static const char *const INVOKE[] = {"sagemaker:InvokeEndpoint", NULL};
// The streaming call is documented under both actions; which one is checked depends on the service.
static const char *const INVOKE_STREAM[] = {"sagemaker:InvokeEndpoint",
                                            "sagemaker:InvokeEndpointWithResponseStream", NULL};
static const char *const INVOKE_ASYNC[] = {"sagemaker:InvokeEndpointAsync", NULL};

static const Op OPS[] = {
    {.name = "invoke", .role = OP_CLIENT, .actions = INVOKE, .doc = "asks the model"},
    {.name = "invokeStream",
     .role = OP_CLIENT,
     .actions = INVOKE_STREAM,
     .doc = "asks the model and reads its answer as it comes"},
    {.name = "invokeAsync",
     .role = OP_CLIENT,
     .actions = INVOKE_ASYNC,
     .doc = "asks the model and leaves its answer in S3"},
    {.name = "endpointUrl", .role = OP_LATE, .doc = "the URL that invocations are sent to"},
    {.name = NULL},
};

static const char *const MAY_INVOKE[] = {"invoke", NULL};
static const char *const MAY_STREAM[] = {"invokeStream", NULL};
static const char *const MAY_ASYNC[] = {"invokeAsync", NULL};

static const Property PROPERTIES[] = {
    {.name = "endpointName",
     .permits = MAY_INVOKE,
     .permits_streaming = MAY_STREAM,
     .doc = "the name of the SageMaker endpoint"},
    {.name = NULL},
};

#define SAGEMAKER_RUNTIME "@aws-sdk/client-sagemaker-runtime"

static const Consumer CONSUMERS[] = {
    {SAGEMAKER_RUNTIME, "InvokeEndpointCommand", "endpointName", MAY_INVOKE},
    {SAGEMAKER_RUNTIME, "InvokeEndpointWithResponseStreamCommand", "endpointName", MAY_STREAM},
    {SAGEMAKER_RUNTIME, "InvokeEndpointAsyncCommand", "endpointName", MAY_ASYNC},
    {"@langchain/community/llms/sagemaker_endpoint", "SageMakerEndpoint", "endpointName",
     MAY_INVOKE},
    {"langchain/llms/sagemaker_endpoint", "SageMakerEndpoint", "endpointName", MAY_INVOKE},
    {.module = NULL},
};

static const char *const CLIENT_PROPERTIES[] = {"endpointName", NULL};

const Kind kind_sagemaker = {
    .name = "SageMaker",
    .doc = "a model behind an endpoint",
    .params = PARAMS,
    .ops = OPS,
    .properties = PROPERTIES,
    .consumers = CONSUMERS,
    .client_properties = CLIENT_PROPERTIES,
};
