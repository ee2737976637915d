// Resource types that are a name, an ARN and attributes: one row each. Those with a life of their own are in rich.mjs.
//
// A row: name (the property that names it), global (its ARN has no region), arn(name) the ARN's end with its service,
// id: what Ref gives (name unless said), attributes(r): beside Arn.

const serviced = (service, path) => (r) => r.region.arn(service, path(r.name), service === 'iam');

export const SIMPLE = {
    'AWS::IAM::Role': {
        name: 'RoleName',
        max: 64,
        everywhere: true,
        arn: serviced('iam', (n) => `role/${n}`),
        attributes: (r) => ({ RoleId: `AROA${r.account.random(17)}` }),
    },
    'AWS::IAM::ManagedPolicy': {
        name: 'ManagedPolicyName',
        max: 128,
        everywhere: true,
        arn: serviced('iam', (n) => `policy/${n}`),
        id: (r) => r.arn,
        attributes: (r) => ({ PolicyArn: r.arn }),
    },
    'AWS::IAM::Policy': { max: 128 },
    'AWS::DynamoDB::Table': {
        name: 'TableName',
        max: 255,
        arn: serviced('dynamodb', (n) => `table/${n}`),
        attributes: (r) => ({ StreamArn: `${r.arn}/stream/2026-01-01T00:00:00.000` }),
        stateful: true,
    },
    'AWS::SQS::Queue': {
        name: 'QueueName',
        max: 80,
        arn: serviced('sqs', (n) => n),
        stateful: true,
        id: (r) => `https://sqs.${r.region.name}.${r.region.suffix}/${r.account.id}/${r.name}`,
        attributes: (r) => ({ QueueName: r.name, QueueUrl: r.id }),
    },
    'AWS::SQS::QueuePolicy': {},
    'AWS::SNS::Topic': {
        name: 'TopicName',
        max: 256,
        arn: serviced('sns', (n) => n),
        id: (r) => r.arn,
        attributes: (r) => ({ TopicArn: r.arn, TopicName: r.name }),
    },
    'AWS::SNS::TopicPolicy': {},
    'AWS::SNS::Subscription': {
        id: (r) => `${r.properties.TopicArn}:${r.account.uuid()}`,
        arn: (r) => r.properties.TopicArn,
    },
    'AWS::Events::Rule': { name: 'Name', max: 64, arn: serviced('events', (n) => `rule/${n}`) },
    'AWS::Scheduler::Schedule': { name: 'Name', max: 64, arn: serviced('scheduler', (n) => `schedule/default/${n}`) },
    'AWS::SecretsManager::Secret': {
        name: 'Name',
        max: 256,
        arn: (r) => r.region.arn('secretsmanager', `secret:${r.name}-${r.account.random(6)}`),
        id: (r) => r.arn,
        attributes: (r) => ({ Id: r.arn }),
        stateful: true,
    },
    'AWS::KMS::Key': {
        id: (r) => r.account.uuid(),
        arn: (r) => r.region.arn('kms', `key/${r.id}`),
        attributes: (r) => ({ KeyId: r.id }),
    },
    'AWS::ECR::Repository': {
        name: 'RepositoryName',
        max: 256,
        lower: true,
        arn: serviced('ecr', (n) => `repository/${n}`),
        attributes: (r) => ({ RepositoryUri: `${r.account.id}.dkr.ecr.${r.region.name}.${r.region.suffix}/${r.name}` }),
    },
    'AWS::CloudWatch::Alarm': { name: 'AlarmName', max: 255, arn: serviced('cloudwatch', (n) => `alarm:${n}`) },
    'AWS::S3::BucketPolicy': { id: (r) => r.properties.Bucket },
    'AWS::Lambda::Alias': {
        arn: (r) => r.region.arn('lambda', `function:${plain(r.properties.FunctionName)}:${r.properties.Name}`),
        id: (r) => r.arn,
        attributes: (r) => ({ AliasArn: r.arn }),
    },
    'AWS::Lambda::Version': {
        arn: (r) => r.region.arn('lambda', `function:${plain(r.properties.FunctionName)}:1`),
        id: (r) => r.arn,
        attributes: (r) => ({ FunctionArn: r.arn, Version: '1' }),
    },
    'AWS::Lambda::LayerVersion': {
        arn: (r) => r.region.arn('lambda', `layer:${r.properties.LayerName ?? r.name}:1`),
        id: (r) => r.arn,
        attributes: (r) => ({ LayerVersionArn: r.arn }),
    },
    'AWS::Lambda::EventSourceMapping': {
        id: (r) => r.account.uuid(),
        arn: (r) => r.region.arn('lambda', `event-source-mapping:${r.id}`),
        attributes: (r) => ({ Id: r.id, EventSourceMappingArn: r.arn }),
    },
    'AWS::ApplicationAutoScaling::ScalableTarget': {
        id: (r) => `${r.properties.ResourceId}|${r.properties.ScalableDimension}|${r.properties.ServiceNamespace}`,
    },
    'AWS::ApplicationAutoScaling::ScalingPolicy': {
        id: (r) => r.region.arn('autoscaling', `scalingPolicy:${r.account.uuid()}`),
    },
    'AWS::SageMaker::InferenceComponent': {
        name: 'InferenceComponentName',
        max: 63,
        arn: serviced('sagemaker', (n) => `inference-component/${n}`),
        id: (r) => r.arn,
    },
    'AWS::CloudFormation::WaitConditionHandle': {
        id: (r) =>
            `https://cloudformation-waitcondition-${r.region.name}.s3.${r.region.name}.${r.region.suffix}/${encodeURIComponent(r.stack.id)}/${r.logicalId}`,
    },
};

const plain = (name) => String(name).split(':').pop();

// Named things of a type exist once: `type name`.
export const key = (type, name) => `${type} ${name}`;
