// Which actions CloudFormation needs, in its caller's name, to make, change and remove a resource: at least these.
//
// In: r {type, properties, region, id, name, arn}, what is done, what it was before. Out: [[action, resource, context]].
// Types without a row need nothing here. Invariant: nothing is listed that CloudFormation could do without.

import { forms } from './calls.mjs';

const tagged = (r) => Boolean(r.properties.Tags?.length);
const changed = (r, before, ...names) =>
    names.some((n) => JSON.stringify(r.properties[n]) !== JSON.stringify(before?.[n]));
const pass = (role, service) => (role ? [['iam:PassRole', role, { 'iam:passedtoservice': service }]] : []);
const when = (condition, ...rows) => (condition ? rows : []);
const object = (r) =>
    r.properties.Code?.S3Key
        ? [['s3:GetObject', `arn:${r.region.partition}:s3:::${r.properties.Code.S3Bucket}/${r.properties.Code.S3Key}`]]
        : [];

const functionArn = (r, reference) =>
    String(reference).startsWith('arn:') ? String(reference) : r.region.arn('lambda', `function:${reference}`);
const gateway = (r, path = '*') => `arn:${r.region.partition}:apigateway:${r.region.name}::/apis/${path}`;
const gatewayRow = {
    create: (r) => [['apigateway:POST', gateway(r)]],
    update: (r) => [['apigateway:PATCH', gateway(r)]],
    delete: (r) => [['apigateway:DELETE', gateway(r)]],
};
const bucketSettings = {
    PublicAccessBlockConfiguration: 's3:PutBucketPublicAccessBlock',
    BucketEncryption: 's3:PutEncryptionConfiguration',
    LifecycleConfiguration: 's3:PutLifecycleConfiguration',
    VersioningConfiguration: 's3:PutBucketVersioning',
    OwnershipControls: 's3:PutBucketOwnershipControls',
    Tags: 's3:PutBucketTagging',
};
const settingsOf = (r, before) =>
    Object.entries(bucketSettings)
        .filter(([name]) => changed(r, before, name))
        .map(([, action]) => [action, r.arn]);

const TABLE = {
    'AWS::IAM::Role': {
        create: (r) => [
            ['iam:CreateRole', r.arn],
            ['iam:GetRole', r.arn],
            ...when(r.properties.Policies?.length, ['iam:PutRolePolicy', r.arn]),
            ...when(r.properties.ManagedPolicyArns?.length, ['iam:AttachRolePolicy', r.arn]),
            ...when(tagged(r), ['iam:TagRole', r.arn]),
        ],
        update: (r, before) => [
            ...when(changed(r, before, 'Policies') && r.properties.Policies?.length, ['iam:PutRolePolicy', r.arn]),
            ...when(changed(r, before, 'AssumeRolePolicyDocument'), ['iam:UpdateAssumeRolePolicy', r.arn]),
            ...when(changed(r, before, 'Tags'), ['iam:TagRole', r.arn]),
        ],
        delete: (r) => [
            ['iam:DeleteRole', r.arn],
            ...when(r.properties.Policies?.length, ['iam:DeleteRolePolicy', r.arn]),
            ...when(r.properties.ManagedPolicyArns?.length, ['iam:DetachRolePolicy', r.arn]),
        ],
    },
    'AWS::Lambda::Function': {
        create: (r) => [
            ...pass(r.properties.Role, 'lambda.amazonaws.com'),
            ...object(r),
            ['lambda:CreateFunction', r.arn],
            ['lambda:GetFunction', r.arn],
            ...when(tagged(r), ['lambda:TagResource', r.arn]),
        ],
        update: (r, before) => [
            ...when(changed(r, before, 'Code'), ...object(r), ['lambda:UpdateFunctionCode', r.arn]),
            ...when(
                changed(
                    r,
                    before,
                    'Environment',
                    'MemorySize',
                    'Timeout',
                    'Handler',
                    'Runtime',
                    'Role',
                    'LoggingConfig',
                ),
                ['lambda:UpdateFunctionConfiguration', r.arn],
            ),
            ...when(changed(r, before, 'Role'), ...pass(r.properties.Role, 'lambda.amazonaws.com')),
            ...when(changed(r, before, 'Tags'), ['lambda:TagResource', r.arn]),
            ['lambda:GetFunction', r.arn],
        ],
        delete: (r) => [['lambda:DeleteFunction', r.arn]],
    },
    'AWS::Lambda::Permission': {
        create: (r) => [['lambda:AddPermission', functionArn(r, r.properties.FunctionName)]],
        delete: (r) => [['lambda:RemovePermission', functionArn(r, r.properties.FunctionName)]],
    },
    'AWS::Lambda::Url': {
        create: (r) => [['lambda:CreateFunctionUrlConfig', functionArn(r, r.properties.TargetFunctionArn)]],
        update: (r) => [['lambda:UpdateFunctionUrlConfig', functionArn(r, r.properties.TargetFunctionArn)]],
        delete: (r) => [['lambda:DeleteFunctionUrlConfig', functionArn(r, r.properties.TargetFunctionArn)]],
    },
    'AWS::Logs::LogGroup': {
        create: (r) => [
            ['logs:CreateLogGroup', group(r)],
            ...when(r.properties.RetentionInDays, ['logs:PutRetentionPolicy', group(r)]),
            ...when(tagged(r), ['logs:TagResource', group(r)]),
        ],
        update: (r, before) => [
            ...when(changed(r, before, 'RetentionInDays'), [
                r.properties.RetentionInDays ? 'logs:PutRetentionPolicy' : 'logs:DeleteRetentionPolicy',
                group(r),
            ]),
            ...when(changed(r, before, 'Tags'), ['logs:TagResource', group(r)]),
        ],
        delete: (r) => [['logs:DeleteLogGroup', group(r)]],
    },
    'AWS::DynamoDB::Table': {
        create: (r) => [
            ['dynamodb:CreateTable', r.arn],
            ['dynamodb:DescribeTable', r.arn],
            ...when(r.properties.TimeToLiveSpecification, ['dynamodb:UpdateTimeToLive', r.arn]),
            ...when(r.properties.PointInTimeRecoverySpecification, ['dynamodb:UpdateContinuousBackups', r.arn]),
            ...when(tagged(r), ['dynamodb:TagResource', r.arn]),
        ],
        update: (r, before) => [
            ['dynamodb:DescribeTable', r.arn],
            ...when(changed(r, before, 'TimeToLiveSpecification'), ['dynamodb:UpdateTimeToLive', r.arn]),
            ...when(changed(r, before, 'PointInTimeRecoverySpecification'), [
                'dynamodb:UpdateContinuousBackups',
                r.arn,
            ]),
            ...when(
                changed(
                    r,
                    before,
                    'BillingMode',
                    'AttributeDefinitions',
                    'GlobalSecondaryIndexes',
                    'DeletionProtectionEnabled',
                ),
                ['dynamodb:UpdateTable', r.arn],
            ),
            ...when(changed(r, before, 'Tags'), ['dynamodb:TagResource', r.arn]),
        ],
        delete: (r) => [
            ['dynamodb:DeleteTable', r.arn],
            ['dynamodb:DescribeTable', r.arn],
        ],
    },
    'AWS::SageMaker::Model': {
        create: (r) => [
            ...pass(r.properties.ExecutionRoleArn, 'sagemaker.amazonaws.com'),
            ['sagemaker:CreateModel', r.arn],
            ...when(tagged(r), ['sagemaker:AddTags', r.arn]),
        ],
        delete: (r) => [['sagemaker:DeleteModel', r.arn]],
    },
    'AWS::SageMaker::EndpointConfig': {
        create: (r) => [['sagemaker:CreateEndpointConfig', r.arn], ...when(tagged(r), ['sagemaker:AddTags', r.arn])],
        delete: (r) => [['sagemaker:DeleteEndpointConfig', r.arn]],
    },
    'AWS::SageMaker::Endpoint': {
        create: (r) => [
            ['sagemaker:CreateEndpoint', r.arn],
            ['sagemaker:DescribeEndpoint', r.arn],
            ...when(tagged(r), ['sagemaker:AddTags', r.arn]),
        ],
        update: (r, before) => [
            ...when(
                changed(r, before, 'EndpointConfigName', 'DeploymentConfig'),
                ['sagemaker:UpdateEndpoint', r.arn],
                ['sagemaker:DescribeEndpoint', r.arn],
            ),
            ...when(changed(r, before, 'Tags'), ['sagemaker:AddTags', r.arn]),
        ],
        delete: (r) => [['sagemaker:DeleteEndpoint', r.arn]],
    },
    'AWS::ApiGatewayV2::Api': gatewayRow,
    'AWS::ApiGatewayV2::Stage': gatewayRow,
    'AWS::ApiGatewayV2::Route': gatewayRow,
    'AWS::ApiGatewayV2::Integration': gatewayRow,
    'AWS::S3::Bucket': {
        create: (r) => [['s3:CreateBucket', r.arn], ...settingsOf(r)],
        update: settingsOf,
        delete: (r) => [['s3:DeleteBucket', r.arn]],
    },
    'AWS::SSM::Parameter': {
        create: (r) => [
            ['ssm:PutParameter', parameter(r)],
            ...when(tagged(r), ['ssm:AddTagsToResource', parameter(r)]),
        ],
        update: (r) => [['ssm:PutParameter', parameter(r)]],
        delete: (r) => [['ssm:DeleteParameter', parameter(r)]],
    },
    'AWS::SQS::Queue': {
        create: (r) => [
            ['sqs:CreateQueue', r.arn],
            ['sqs:GetQueueAttributes', r.arn],
            ...when(tagged(r), ['sqs:TagQueue', r.arn]),
        ],
        update: (r) => [['sqs:SetQueueAttributes', r.arn]],
        delete: (r) => [['sqs:DeleteQueue', r.arn]],
    },
    'AWS::CloudFormation::Stack': {
        create: (r) => [
            ['cloudformation:CreateStack', r.region.arn('cloudformation', `stack/${r.stack.name}-${r.logicalId}-*`)],
        ],
        update: (r) => [['cloudformation:UpdateStack', r.id]],
        delete: (r) => [['cloudformation:DeleteStack', r.id]],
    },
};

const group = (r) => forms(r.region.arn('logs', `log-group:${r.name}`));
const parameter = (r) => r.region.arn('ssm', `parameter/${r.name.replace(/^\//, '')}`);

export const neededFor = (r, what, before) => TABLE[r.type]?.[what]?.(r, before) ?? [];
