// SageMaker: a model behind an endpoint.
//
// Input: the row's resource. Output: the row `kind_sagemaker`.
// Invariant: the endpoint's name is stable and lower-case; model and configuration have no names,
// so that a change replaces them under the same endpoint.
#include "generator/cfn/async.h"
#include "generator/cfn/container.h"
#include "generator/cfn/model.h"
#include "generator/cfn/names.h"

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

static const Param ASYNC[] = {
    {.name = "inputPath",
     .type = P_STRING,
     .must_be_known = true,
     .doc = "where questions lie, `s3://bucket/folder`; a folder of its own bucket unless given"},
    {.name = "outputPath", .type = P_STRING, .must_be_known = true, .doc = "the same for answers"},
    {.name = "failurePath",
     .type = P_STRING,
     .must_be_known = true,
     .doc = "the same for what says why there is no answer"},
    {.name = "maxConcurrentInvocations",
     .type = P_NUMBER,
     .min = 1,
     .max = 1000,
     .must_be_known = true,
     .doc = "how many questions the container of an instance gets at once; SageMaker's choice "
            "unless given"},
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
    {.name = "asyncInference",
     .type = P_OBJECT,
     .fields = ASYNC,
     .doc = "questions and answers are files in S3; also where a function uses `invokeAsync`"},
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

static const char *const PUT[] = {"s3:PutObject", NULL};
static const char *const GET[] = {"s3:GetObject", NULL};

static const Op OPS[] = {
    {.name = "invoke", .role = OP_CLIENT, .actions = INVOKE, .doc = "asks the model"},
    {.name = "invokeStream",
     .role = OP_CLIENT,
     .actions = INVOKE_STREAM,
     .doc = "asks the model and reads its answer as it comes"},
    {.name = "invokeAsync",
     .role = OP_CLIENT,
     .actions = INVOKE_ASYNC,
     .doc = "asks the model and leaves its answer in S3; with `putQuestion` and `getAnswer`"},
    {.name = "putQuestion",
     .role = OP_LIBRARY,
     .actions = PUT,
     .doc = "by a library, where the questions of an asynchronous endpoint lie"},
    {.name = "getAnswer",
     .role = OP_LIBRARY,
     .actions = GET,
     .doc = "by a library, where the answers of an asynchronous endpoint lie"},
    {.name = "endpointUrl", .role = OP_LATE, .doc = "the URL that invocations are sent to"},
    {.name = NULL},
};

static const char *const MAY_INVOKE[] = {"invoke", NULL};
static const char *const MAY_STREAM[] = {"invokeStream", NULL};
static const char *const MAY_ASYNC[] = {"invokeAsync", NULL};
static const char *const MAY_PUT[] = {"putQuestion", NULL};
static const char *const MAY_GET[] = {"getAnswer", NULL};
static const char *const MAY_BOTH[] = {"putQuestion", "getAnswer", NULL};

static const Property PROPERTIES[] = {
    {.name = "endpointName",
     .permits = MAY_INVOKE,
     .permits_streaming = MAY_STREAM,
     .doc = "the name of the SageMaker endpoint"},
    {.name = "asyncBucket",
     .permits = MAY_BOTH,
     .doc = "the bucket for questions of an asynchronous endpoint"},
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
    {"@aws-sdk/client-s3", "PutObjectCommand", "asyncBucket", MAY_PUT},
    {"@aws-sdk/client-s3", "GetObjectCommand", "asyncBucket", MAY_GET},
    {"@aws-sdk/client-s3", "HeadObjectCommand", "asyncBucket", MAY_GET},
    {.module = NULL},
};

static const char *const CLIENT_PROPERTIES[] = {"endpointName", NULL};

// ---- CloudFormation -----------------------------------------------------------------------------

enum { NAME_MAX = 63 };

static Str part(Gen *g, const Node *n, const char *name) {
    return names_logical(g->arena, n->resource->kind, n->resource->name, name);
}

// ARNs of endpoints are in lower case whatever the name is, and IAM minds the case: the name is
// too.
static Str endpoint_name(Arena *a, const Arch *arch, const ArchResource *r) {
    return names_physical(a, arch, r->name, NAME_MAX);
}

static Str variant_part(Gen *g, const Node *n, const Variant *v, bool several, const char *name) {
    Str base = n->resource->name;
    if (several)
        base = str_fmt(g->arena, "%.*s/%.*s", STR_ARG(base), STR_ARG(v->name));
    return names_logical(g->arena, n->resource->kind, base, name);
}

// Logs and metrics of the endpoint, which the container's host writes as this role.
static void permit_host(Gen *g, const Node *n, Policy *policy) {
    static const char *const LOG_ACTIONS[] = {"logs:CreateLogGroup", "logs:CreateLogStream",
                                              "logs:DescribeLogStreams", "logs:PutLogEvents", NULL};
    static const char *const METRICS[] = {"cloudwatch:PutMetricData", NULL};
    Str name = endpoint_name(g->arena, g->arch, n->resource);
    Str group = str_fmt(g->arena,
                        "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:"
                        "/aws/sagemaker/Endpoints/%.*s",
                        STR_ARG(name));
    // The group itself, for it does not exist yet, and what is in it.
    Json *logs = json_push(json_array(), json_sub(group));
    json_push(logs, json_sub(str_cat(g->arena, group, STR(":*"))));
    policy_allow(policy, STR("Logs"), LOG_ACTIONS, logs, NULL);
    // This action knows no resources, but it knows namespaces.
    Json *spaces = json_push(json_array(), json_string("/aws/sagemaker/Endpoints"));
    json_push(spaces, json_string("AWS/SageMaker"));
    Json *only = policy_condition("StringEquals", "cloudwatch:namespace", spaces);
    policy_allow(policy, STR("Metrics"), METRICS, json_string("*"), only);
}

static Json *trust(void) {
    Json *condition =
        policy_condition("StringEquals", "aws:SourceAccount", json_ref(STR("AWS::AccountId")));
    Str any = STR("arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:*");
    Json *like = json_set(json_object(), "aws:SourceArn", json_sub(any));
    return json_set(condition, "ArnLike", like);
}

static bool add_model(Gen *g, const Node *n, const Variant *v, Str id, Policy *policy) {
    Json *container = container_json(g, n, v, policy);
    if (!container)
        return false;
    Json *p = json_set(json_object(), "ExecutionRoleArn", json_att(part(g, n, "Role"), "Arn"));
    json_set(p, "PrimaryContainer", container);
    json_set(p, "EnableNetworkIsolation", json_bool(container_isolated(n, v)));
    json_set(p, "Tags", gen_tags(g, n->resource));
    return gen_add(g, n->resource, STR_EMPTY, id, "AWS::SageMaker::Model", p) != NULL;
}

static Json *production_variant(Gen *g, const Node *n, const Variant *v, Str model) {
    (void)g;
    const ArchResource *r = n->resource;
    unsigned wait = model_timeout(model_billions(variant_literal(v, "HF_MODEL_ID")));
    double volume = option_number(r, "volumeSize", 0);
    Str ami = option_text(r, "inferenceAmiVersion", STR_EMPTY);
    Json *p = json_set_text(json_object(), "VariantName", v->name);
    json_set(p, "ModelName", json_att(model, "ModelName"));
    json_set_text(p, "InstanceType", v->instance_type);
    json_set(p, "InitialInstanceCount", json_number(v->instance_count));
    json_set(p, "InitialVariantWeight", json_number(v->weight));
    json_set(p, "ContainerStartupHealthCheckTimeoutInSeconds",
             json_number(option_number(r, "healthCheckTimeout", wait)));
    json_set(p, "ModelDataDownloadTimeoutInSeconds",
             json_number(option_number(r, "downloadTimeout", wait)));
    if (volume > 0)
        json_set(p, "VolumeSizeInGB", json_number(volume));
    if (ami.n)
        json_set_text(p, "InferenceAmiVersion", ami);
    return p;
}

// The end of the endpoint's ARN: arn:…:endpoint/<name>.
static Json *name_of_ref(Gen *g, const Node *n) {
    Json *split = json_push(json_array(), json_string("/"));
    json_push(split, json_ref(part(g, n, "")));
    Json *select = json_push(json_array(), json_number(1));
    json_push(select, json_set(json_object(), "Fn::Split", split));
    return json_set(json_object(), "Fn::Select", select);
}

static void add_endpoint(Gen *g, const Node *n) {
    const ArchResource *r = n->resource;
    Json *p = json_set_text(json_object(), "EndpointName", endpoint_name(g->arena, g->arch, r));
    json_set(p, "EndpointConfigName", json_att(part(g, n, "Config"), "EndpointConfigName"));
    json_set(p, "Tags", gen_tags(g, r));
    gen_add(g, r, STR_EMPTY, part(g, n, ""), "AWS::SageMaker::Endpoint", p);
    gen_output(g, part(g, n, "EndpointName"),
               str_fmt(g->arena, "the endpoint of %.*s", STR_ARG(r->id)), name_of_ref(g, n));
}

static void emit(Gen *g, const Node *n) {
    const ArchResource *r = n->resource;
    VariantVec variants = variants_of(g, n);
    Policy policy = {.arena = g->arena};
    permit_host(g, n, &policy);
    Json *list = json_array();
    bool several = variants.n > 1;
    bool complete = true;
    for (uint32_t i = 0; i < variants.n; i++) {
        const Variant *v = &variants.at[i];
        Str model = variant_part(g, n, v, several, "Model");
        complete = add_model(g, n, v, model, &policy) && complete;
        json_push(list, production_variant(g, n, v, model));
    }
    Json *async = async_wanted(n) ? async_json(g, n, &policy) : NULL;
    role_add(g, r, STR_EMPTY, part(g, n, "Role"), "sagemaker.amazonaws.com", trust(), &policy);
    // Neither models nor configuration have names: nothing in them can change, so a change makes
    // new ones beside the old and the endpoint moves over.
    Json *config = json_set(json_object(), "ProductionVariants", list);
    json_set(config, "AsyncInferenceConfig", async);
    json_set(config, "Tags", gen_tags(g, r));
    gen_add(g, r, STR_EMPTY, part(g, n, "Config"), "AWS::SageMaker::EndpointConfig", config);
    if (complete)
        add_endpoint(g, n);
}

static Json *bucket(Gen *g, const Node *n) {
    if (async_wanted(n))
        return async_bucket(g, n);
    Diag *d = gen_error(g, P0508, n->resource, "`asyncBucket` of `%.*s` is read, and it has none",
                        STR_ARG(n->resource->id));
    diag_note(d, "its endpoint is not asynchronous: nobody uses `invokeAsync`");
    diag_help(d, "give it the option `asyncInference: {}`");
    return NULL;
}

// Questions and answers lie in S3; their objects are no part of the endpoint.
static bool permit_call(Gen *g, const Node *n, Str operation, Policy *policy) {
    bool asks = str_is(operation, "invokeAsync");
    if (asks)
        policy_allow(policy, part(g, n, ""), INVOKE_ASYNC, json_ref(part(g, n, "")), NULL);
    if (asks || str_is(operation, "putQuestion"))
        async_permit_questions(g, n, policy);
    if (asks || str_is(operation, "getAnswer"))
        async_permit_answers(g, n, policy);
    return asks || str_is(operation, "putQuestion") || str_is(operation, "getAnswer");
}

static Json *property(Gen *g, const Node *n, Str name, const Node *reader) {
    (void)reader;
    if (str_is(name, "endpointName"))
        return name_of_ref(g, n);
    if (str_is(name, "asyncBucket"))
        return bucket(g, n);
    return json_sub_with(STR("https://runtime.sagemaker.${AWS::Region}.${AWS::URLSuffix}/endpoints/"
                             "${Name}/invocations"),
                         "Name", name_of_ref(g, n));
}

// An endpoint's Ref is its ARN, exactly as IAM compares it.
static Json *arn(Gen *g, const Node *n) {
    return json_ref(part(g, n, ""));
}

static Str arn_text(Arena *a, const Arch *arch, const ArchResource *r) {
    return str_fmt(a, "endpoint/%.*s", STR_ARG(endpoint_name(a, arch, r)));
}

static const Lowering LOWERING = {.emit = emit,
                                  .property = property,
                                  .arn = arn,
                                  .arn_text = arn_text,

                                  .permit_call = permit_call};

const Kind kind_sagemaker = {
    .name = "SageMaker",
    .doc = "a model behind an endpoint",
    .params = PARAMS,
    .ops = OPS,
    .properties = PROPERTIES,
    .consumers = CONSUMERS,
    .client_properties = CLIENT_PROPERTIES,
    .lowering = &LOWERING,
};
