// What each CloudFormation operation takes: names, limits, patterns, as AWS's model has them.

import { flag, list, must, struct, text, whole } from '../wire/query.mjs';

const stack = text({ min: 1 });
const stackOrArn = text({
    min: 1,
    pattern: '([a-zA-Z][-a-zA-Z0-9]*)|(arn:\\b(aws|aws-us-gov|aws-cn|aws-eusc)\\b:[-a-zA-Z0-9:/._+]*)',
});
const newStack = text({ min: 1, max: 128, pattern: '[a-zA-Z][-a-zA-Z0-9]*' });
const changeSet = text({ min: 1, max: 1600, pattern: '[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/]*' });
const token = text({ min: 1, max: 128, pattern: '[a-zA-Z0-9][-a-zA-Z0-9]*' });
const role = text({ min: 20, max: 2048 });
const next = text({ min: 1, max: 1024 });
const body = text({ min: 1, max: 51200, bytes: true });
const url = text({ min: 1, max: 5120 });
const policy = text({ min: 1, max: 16384 });
const parameters = list(
    struct({ ParameterKey: text(), ParameterValue: text(), UsePreviousValue: flag, ResolvedValue: text() }),
);
const tags = list(struct({ Key: must(text({ min: 1, max: 128 })), Value: must(text({ min: 1, max: 256 })) }), {
    max: 50,
});
const capabilities = list(text({ of: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'] }));
const rollback = struct({
    RollbackTriggers: list(struct({ Arn: must(text()), Type: must(text()) }), { max: 5 }),
    MonitoringTimeInMinutes: whole({ min: 0, max: 180 }),
});
const deployment = struct({ Mode: text({ of: ['STANDARD', 'EXPRESS'] }), DisableRollback: flag });
const template = { TemplateBody: body, TemplateURL: url };
const common = {
    ...template,
    Parameters: parameters,
    Capabilities: capabilities,
    ResourceTypes: list(text()),
    RoleARN: role,
    RollbackConfiguration: rollback,
    NotificationARNs: list(text(), { max: 5 }),
    Tags: tags,
    DeploymentConfig: deployment,
    DisableValidation: flag,
};

export const SHAPES = {
    CreateChangeSet: {
        ...common,
        StackName: must(stackOrArn),
        ChangeSetName: must(text({ min: 1, max: 128, pattern: '[a-zA-Z][-a-zA-Z0-9]*' })),
        UsePreviousTemplate: flag,
        ClientToken: text({ min: 1, max: 128 }),
        Description: text({ min: 1, max: 1024 }),
        ChangeSetType: text({ of: ['CREATE', 'UPDATE', 'IMPORT'] }),
        IncludeNestedStacks: flag,
        OnStackFailure: text({ of: ['DO_NOTHING', 'ROLLBACK', 'DELETE'] }),
        ImportExistingResources: flag,
        DeploymentMode: text({ of: ['REVERT_DRIFT'] }),
    },
    DescribeChangeSet: {
        ChangeSetName: must(changeSet),
        StackName: stackOrArn,
        NextToken: next,
        IncludePropertyValues: flag,
    },
    ExecuteChangeSet: {
        ChangeSetName: must(changeSet),
        StackName: stackOrArn,
        ClientRequestToken: token,
        DisableRollback: flag,
        RetainExceptOnCreate: flag,
    },
    DeleteChangeSet: { ChangeSetName: must(changeSet), StackName: stackOrArn },
    ListChangeSets: { StackName: must(stackOrArn), NextToken: next },
    DescribeStacks: { StackName: stack, NextToken: next },
    DescribeStackEvents: { StackName: must(stack), NextToken: next },
    DescribeEvents: {
        StackName: stackOrArn,
        ChangeSetName: changeSet,
        OperationId: text(),
        Filters: struct({ FailedEvents: flag }),
        NextToken: next,
    },
    DescribeStackResources: { StackName: stack, LogicalResourceId: text(), PhysicalResourceId: text() },
    DescribeStackResource: { StackName: must(stack), LogicalResourceId: must(text()) },
    ListStackResources: { StackName: must(stack), NextToken: next },
    ListStacks: { NextToken: next, StackStatusFilter: list(text()) },
    CreateStack: {
        ...common,
        StackName: must(newStack),
        DisableRollback: flag,
        TimeoutInMinutes: whole({ min: 1 }),
        OnFailure: text({ of: ['DO_NOTHING', 'ROLLBACK', 'DELETE'] }),
        StackPolicyBody: policy,
        StackPolicyURL: url,
        ClientRequestToken: token,
        EnableTerminationProtection: flag,
        RetainExceptOnCreate: flag,
    },
    UpdateStack: {
        ...common,
        StackName: must(stack),
        UsePreviousTemplate: flag,
        StackPolicyDuringUpdateBody: policy,
        StackPolicyDuringUpdateURL: url,
        StackPolicyBody: policy,
        StackPolicyURL: url,
        DisableRollback: flag,
        ClientRequestToken: token,
        RetainExceptOnCreate: flag,
    },
    DeleteStack: {
        StackName: must(stack),
        RetainResources: list(text()),
        RoleARN: role,
        ClientRequestToken: token,
        DeletionMode: text({ of: ['STANDARD', 'FORCE_DELETE_STACK'] }),
        DeploymentConfig: deployment,
    },
    ContinueUpdateRollback: {
        StackName: must(stackOrArn),
        ForceRollback: flag,
        RoleARN: role,
        ClientRequestToken: token,
        ResourcesToSkip: list(text({ pattern: '[a-zA-Z0-9]+|[a-zA-Z][-a-zA-Z0-9]*\\.[a-zA-Z0-9]+' })),
    },
    RollbackStack: {
        StackName: must(stackOrArn),
        DeploymentConfig: deployment,
        RoleARN: role,
        ClientRequestToken: token,
        RetainExceptOnCreate: flag,
    },
    CancelUpdateStack: { StackName: must(stack), ClientRequestToken: token },
    UpdateTerminationProtection: { StackName: must(stackOrArn), EnableTerminationProtection: must(flag) },
    SetStackPolicy: { StackName: must(stack), StackPolicyBody: policy, StackPolicyURL: url },
    GetStackPolicy: { StackName: must(stack) },
    GetTemplate: { StackName: stack, ChangeSetName: changeSet, TemplateStage: text({ of: ['Original', 'Processed'] }) },
    GetTemplateSummary: { ...template, StackName: stackOrArn },
    ValidateTemplate: template,
    DetectStackDrift: { StackName: must(stackOrArn), LogicalResourceIds: list(text(), { max: 200 }) },
    DescribeStackDriftDetectionStatus: { StackDriftDetectionId: must(text({ min: 1, max: 36 })) },
    DescribeStackResourceDrifts: {
        StackName: must(stackOrArn),
        StackResourceDriftStatusFilters: list(text(), { max: 4 }),
        NextToken: next,
        MaxResults: whole({ min: 1, max: 100 }),
    },
    ListHookResults: {
        TargetType: text({ of: ['CHANGE_SET', 'STACK', 'RESOURCE', 'CLOUD_CONTROL'] }),
        TargetId: text({ min: 1, max: 1600 }),
        TypeArn: text(),
        Status: text({ of: ['HOOK_IN_PROGRESS', 'HOOK_COMPLETE_SUCCEEDED', 'HOOK_COMPLETE_FAILED', 'HOOK_FAILED'] }),
        NextToken: next,
    },
    ListExports: { NextToken: next },
};
