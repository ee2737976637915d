// What CloudFormation does with a change of a property. In: a type and a property. Out: whether the
// resource changes in place or is made anew.
//
// Source: the create-only properties of AWS's resource specification, for the types that pluto
// writes; a test compares this table with it.
#include "generator/plan/plan_parts.h"

typedef struct Row {
    const char *type;
    const char *create_only; // between spaces; "*": every property
} Row;

static const Row ROWS[] = {
    {"AWS::ApiGatewayV2::Api", " ProtocolType "},
    {"AWS::ApiGatewayV2::Integration", " ApiId "},
    {"AWS::ApiGatewayV2::Route", " ApiId "},
    {"AWS::ApiGatewayV2::Stage", " ApiId StageName "},
    {"AWS::CloudFormation::Stack", " "},
    {"AWS::CloudFormation::WaitConditionHandle", " "},
    {"AWS::DynamoDB::Table", " ImportSourceSpecification KeySchema TableName "},
    {"AWS::IAM::Role", " Path RoleName "},
    {"AWS::Lambda::Function", " FunctionName PackageType TenancyConfig "},
    {"AWS::Lambda::Permission",
     " Action EventSourceToken FunctionName FunctionUrlAuthType InvokedViaFunctionUrl Principal"
     " PrincipalOrgID SourceAccount SourceArn "},
    {"AWS::Lambda::Url", " Qualifier TargetFunctionArn "},
    {"AWS::Logs::LogGroup", " LogGroupName "},
    {"AWS::S3::Bucket", " BucketName BucketNamePrefix BucketNamespace ObjectLockEnabled "},
    {"AWS::SageMaker::Endpoint", " EndpointName "},
    {"AWS::SageMaker::EndpointConfig",
     " AsyncInferenceConfig DataCaptureConfig EnableNetworkIsolation EndpointConfigName"
     " ExecutionRoleArn ExplainerConfig KmsKeyId MetricsConfig ProductionVariants"
     " ShadowProductionVariants VpcConfig "},
    {"AWS::SageMaker::Model",
     " Containers EnableNetworkIsolation ExecutionRoleArn InferenceExecutionConfig ModelName"
     " PrimaryContainer VpcConfig "},
};

PlanAction plan_effect(Str type, Str property) {
    char word[128];
    int n = snprintf(word, sizeof word, " %.*s ", STR_ARG(property));
    if (n < 0 || (size_t)n >= sizeof word)
        return PLAN_MAY_REPLACE;
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        if (str_is(type, ROWS[i].type))
            return str_contains(str_of(ROWS[i].create_only), word) ? PLAN_REPLACE : PLAN_CHANGE;
    return PLAN_MAY_REPLACE;
}

bool plan_keeps_data(Str type) {
    static const char *const types[] = {
        "AWS::DynamoDB::Table",  "AWS::DynamoDB::GlobalTable",  "AWS::S3::Bucket",
        "AWS::SQS::Queue",       "AWS::SecretsManager::Secret", "AWS::EFS::FileSystem",
        "AWS::RDS::DBInstance",  "AWS::RDS::DBCluster",         "AWS::KMS::Key",
        "AWS::Cognito::UserPool"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_is(type, types[i]))
            return true;
    return false;
}
