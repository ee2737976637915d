// What a deployer may do: its policy decides over its calls, and over what CloudFormation does in its name.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allowed } from '../permissions/policy.mjs';
import { end, equal, like, readJson, refused, REPO, world, ZIP } from './world.mjs';

const TEMPLATE = join(REPO, 'tests/golden/seed/example-llama2-chat/expect.template.json');

// All that the example needs, on what it needs it.
const NEEDED = {
    'arn:aws:cloudformation:us-east-1:123456789012:stack/perm*':
        'cloudformation:CreateChangeSet cloudformation:ExecuteChangeSet cloudformation:DescribeChangeSet cloudformation:DescribeStacks cloudformation:DeleteStack',
    'arn:aws:s3:::artifacts/*': 's3:GetObject',
    'arn:aws:iam::123456789012:role/perm*':
        'iam:CreateRole iam:GetRole iam:PutRolePolicy iam:TagRole iam:PassRole iam:DeleteRole iam:DeleteRolePolicy',
    'arn:aws:lambda:us-east-1:123456789012:function:llama2-chat-dev-*':
        'lambda:CreateFunction lambda:GetFunction lambda:TagResource lambda:DeleteFunction lambda:AddPermission lambda:RemovePermission lambda:CreateFunctionUrlConfig lambda:DeleteFunctionUrlConfig',
    'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/llama2-chat-dev-*':
        'logs:CreateLogGroup logs:PutRetentionPolicy logs:TagResource logs:DeleteLogGroup',
    'arn:aws:sagemaker:us-east-1:123456789012:*':
        'sagemaker:CreateModel sagemaker:CreateEndpointConfig sagemaker:CreateEndpoint sagemaker:DescribeEndpoint sagemaker:AddTags sagemaker:DeleteModel sagemaker:DeleteEndpointConfig sagemaker:DeleteEndpoint',
};

const policy = (without) => ({
    Version: '2012-10-17',
    Statement: Object.entries(NEEDED).map(([Resource, actions]) => ({
        Effect: 'Allow',
        Action: actions.split(' ').filter((a) => a !== without),
        Resource,
    })),
});

// Deploys and deletes with what the policy allows; answers what was refused, or nothing.
async function live({ fake, client }, name, document) {
    const template = readJson(TEMPLATE);
    const keys = Object.keys(template.Parameters).filter((k) => k.endsWith('CodeKey'));
    for (const key of keys) fake.putObject('artifacts', key, ZIP);
    const Parameters = [
        { ParameterKey: 'ArtifactBucket', ParameterValue: 'artifacts' },
        ...keys.map((k) => ({ ParameterKey: k, ParameterValue: k })),
    ];
    fake.allowOnly(document);
    try {
        const stack = await client.deploy(fake, {
            StackName: name,
            ChangeSetType: 'CREATE',
            TemplateBody: readFileSync(TEMPLATE, 'utf8'),
            Parameters,
        });
        if (stack.StackStatus !== 'CREATE_COMPLETE') return reasons(fake, name);
        await client.cfn('delete_stack', { StackName: name });
        await fake.settled(name);
        const left = fake.region().stacks.get(stack.StackId);
        return left.status === 'DELETE_COMPLETE' ? '' : reasons(fake, name);
    } catch (error) {
        return error.message;
    } finally {
        fake.allow();
        const left = fake.stack(name);
        if (left) {
            await client.cfn('delete_stack', { StackName: name });
            await fake.settled(name);
        }
    }
}

const reasons = (fake, name) =>
    fake
        .stack(name)
        .events.filter((e) => /_FAILED$/.test(e.ResourceStatus))
        .map((e) => e.ResourceStatusReason)
        .join('\n');

export async function* cases() {
    const one = (statement, action, resource, context) =>
        allowed([{ Statement: { Effect: 'Allow', ...statement } }], action, resource, context);
    yield [
        'policies: wildcards, denial, exceptions, conditions',
        () => {
            equal(one({ Action: 's3:Get*', Resource: 'arn:aws:s3:::b/*' }, 's3:GetObject', 'arn:aws:s3:::b/k'), true);
            equal(one({ Action: 'S3:getobject', Resource: '*' }, 's3:GetObject', 'arn:aws:s3:::b/k'), true);
            equal(one({ Action: 's3:*', Resource: 'arn:aws:s3:::b' }, 's3:GetObject', 'arn:aws:s3:::b/k'), false);
            equal(one({ NotAction: 'iam:*', Resource: '*' }, 'iam:CreateRole', 'x'), false);
            equal(
                one(
                    { Action: '*', NotResource: 'arn:aws:iam::*:role/admin' },
                    'iam:PassRole',
                    'arn:aws:iam::1:role/admin',
                ),
                false,
            );
            const condition = {
                Action: 'iam:PassRole',
                Resource: '*',
                Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
            };
            equal(one(condition, 'iam:PassRole', 'r', { 'iam:passedtoservice': 'lambda.amazonaws.com' }), true);
            equal(one(condition, 'iam:PassRole', 'r', { 'iam:passedtoservice': 'ec2.amazonaws.com' }), false);
            equal(one(condition, 'iam:PassRole', 'r'), false);
            const both = [
                {
                    Statement: [
                        { Effect: 'Allow', Action: '*', Resource: '*' },
                        { Effect: 'Deny', Action: 's3:*', Resource: '*' },
                    ],
                },
            ];
            equal([allowed(both, 's3:GetObject', 'x'), allowed(both, 'iam:GetRole', 'x')], [false, true]);
        },
    ];
    const w = await world({ timings: { default: 0 }, changeSetMs: 0 });
    w.fake.putBucket('artifacts');
    yield ['a policy that has all of it is enough', async () => equal(await live(w, 'perm', policy()), '')];
    let count = 0;
    for (const action of Object.values(NEEDED).join(' ').split(' ')) {
        yield [
            `without ${action}: said so`,
            async () => {
                const told = await live(w, `perm${count++}`, policy(action));
                like(
                    told,
                    new RegExp(
                        `User: arn:aws:iam::123456789012:user/deployer is not authorized to perform: ${action} on resource: `,
                    ),
                    action,
                );
            },
        ];
    }
    yield [
        'asked beforehand: what is allowed on what',
        async () => {
            w.fake.allowOnly({
                Statement: [
                    {
                        Effect: 'Allow',
                        Action: ['iam:SimulatePrincipalPolicy', 'lambda:*'],
                        Resource: ['arn:aws:lambda:*:*:function:mine-*', 'arn:aws:iam::*:user/*'],
                    },
                ],
            });
            const { EvaluationResults: results } = await w.client.call('iam', 'simulate_principal_policy', {
                PolicySourceArn: 'arn:aws:iam::123456789012:user/deployer',
                ActionNames: ['lambda:CreateFunction'],
                ResourceArns: [
                    'arn:aws:lambda:us-east-1:123456789012:function:mine-a',
                    'arn:aws:lambda:us-east-1:123456789012:function:b',
                ],
            });
            equal(
                results.map((r) => r.EvalDecision),
                ['allowed', 'implicitDeny'],
            );
            await refused(w.client.call('ssm', 'get_parameter', { Name: '/x' }), 'AccessDeniedException');
            equal((await w.client.call('sts', 'get_caller_identity')).Account, '123456789012');
            w.fake.allow();
        },
    ];
    yield* end(w);
}
