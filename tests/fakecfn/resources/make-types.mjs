// Writes types.json: what AWS's own description says of the resource types that the fake knows.
//
//   node tests/fakecfn/resources/make-types.mjs > tests/fakecfn/resources/types.json
//
// Per type: properties (`!` required, `*` change replaces, `~` change may replace), attributes, whether it is tagged.
// run.mjs fails when types.json isn't what this makes of the installed @aws-cdk/aws-service-spec.

import { fileURLToPath } from 'node:url';

export const TYPES =
    `ApiGatewayV2::Api ApiGatewayV2::Integration ApiGatewayV2::Route ApiGatewayV2::Stage CloudFormation::Stack
    CloudFormation::WaitConditionHandle CloudWatch::Alarm DynamoDB::Table ECR::Repository Events::Rule IAM::ManagedPolicy IAM::Policy
    IAM::Role KMS::Key Lambda::Alias Lambda::EventSourceMapping Lambda::Function Lambda::LayerVersion Lambda::Permission Lambda::Url
    Lambda::Version Logs::LogGroup S3::Bucket S3::BucketPolicy SNS::Subscription SNS::Topic SNS::TopicPolicy SQS::Queue
    SQS::QueuePolicy SSM::Parameter SageMaker::Endpoint SageMaker::EndpointConfig SageMaker::InferenceComponent SageMaker::Model
    Scheduler::Schedule SecretsManager::Secret ApplicationAutoScaling::ScalableTarget ApplicationAutoScaling::ScalingPolicy`
        .split(/\s+/)
        .map((name) => `AWS::${name}`);

const REPLACES = { yes: '*', maybe: '~' };

export async function describe() {
    const { loadAwsServiceSpecSync } = await import('@aws-cdk/aws-service-spec');
    const db = loadAwsServiceSpecSync();
    const out = {};
    for (const name of TYPES) {
        const [type] = db.lookup('resource', 'cloudFormationType', 'equals', name);
        const properties = Object.entries(type.properties).map(
            ([key, property]) => `${key}${property.required ? '!' : ''}${REPLACES[property.causesReplacement] ?? ''}`,
        );
        out[name] = {
            properties: properties.sort().join(' '),
            attributes: Object.keys(type.attributes).sort().join(' '),
            tags: type.tagInformation?.tagPropertyName,
        };
    }
    return out;
}

export async function text() {
    const rows = Object.entries(await describe()).map(
        ([name, type]) => `    ${JSON.stringify(name)}: ${JSON.stringify(type)}`,
    );
    return `{\n${rows.join(',\n')}\n}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(await text());
