// Express mode, asked for by boto3: complete before ready, rollback as it is told, what a failure leaves, endpoints.

import { end, equal, group, like, refused, sleep, text, world } from './world.mjs';

const EXPRESS = { Mode: 'EXPRESS' };
const SAFE = { Mode: 'EXPRESS', DisableRollback: false };
const SAID = 'Resource operation completed using Express Mode. It may continue becoming available in the background.';
const broken = (name) => ({ Resources: { A: group(name), B: { ...group(`${name}/b`), DependsOn: 'A' } } });

const model = (image) => ({
    Type: 'AWS::SageMaker::Model',
    UpdateReplacePolicy: 'Retain',
    Properties: { ExecutionRoleArn: 'arn:aws:iam::123456789012:role/x', PrimaryContainer: { Image: image } },
});
const endpoint = (type, name, more = {}) => ({
    Resources: {
        M: model('123456789012.dkr.ecr.us-east-1.amazonaws.com/x:1'),
        C: {
            Type: 'AWS::SageMaker::EndpointConfig',
            UpdateReplacePolicy: 'Retain',
            Properties: {
                ProductionVariants: [
                    {
                        VariantName: 'All',
                        ModelName: { 'Fn::GetAtt': ['M', 'ModelName'] },
                        InstanceType: type,
                        InitialInstanceCount: 1,
                        InitialVariantWeight: 1,
                    },
                ],
            },
        },
        E: {
            Type: 'AWS::SageMaker::Endpoint',
            Properties: { EndpointName: name, EndpointConfigName: { 'Fn::GetAtt': ['C', 'EndpointConfigName'] } },
        },
        ...more,
    },
});

const create = (StackName, TemplateBody, DeploymentConfig = SAFE) => ({
    StackName,
    ChangeSetType: 'CREATE',
    TemplateBody,
    DeploymentConfig,
});
const update = (StackName, TemplateBody, DeploymentConfig = SAFE) => ({ StackName, TemplateBody, DeploymentConfig });

async function settled(client, name, wanted) {
    for (let i = 0; i < 400; i++) {
        const e = await client.call('sagemaker', 'describe_endpoint', { EndpointName: name });
        if (e.EndpointStatus === wanted) return e;
        await sleep(5);
    }
    throw new Error(`${name} never was ${wanted}`);
}

async function* modes({ fake, client }) {
    yield [
        'complete as soon as it is applied, in the words of AWS; DescribeStacks tells the mode',
        async () => {
            const release = fake.hold('A', 'settle');
            const stack = await client.deploy(fake, create('quick', { Resources: { A: group('/quick/a') } }));
            release();
            equal([stack.StackStatus, stack.DeploymentConfig], ['CREATE_COMPLETE', SAFE]);
            const done = (await client.events('quick')).find((e) => e.ResourceStatusReason === SAID);
            equal([done?.LogicalResourceId, done?.ResourceStatus], ['A', 'CREATE_COMPLETE']);
        },
    ];
    yield [
        'rollback is off unless it is asked for',
        async () => {
            fake.failResource('B', 'no');
            const left = await client.deploy(fake, create('off', broken('/off'), EXPRESS));
            equal([left.StackStatus, left.DisableRollback], ['CREATE_FAILED', true]);
            fake.failResource('B', 'no');
            const back = await client.deploy(fake, create('on', broken('/on'), SAFE));
            equal([back.StackStatus, back.DisableRollback], ['ROLLBACK_COMPLETE', false]);
        },
    ];
    yield [
        'refused: said twice',
        async () => {
            const params = { StackName: 'twice', TemplateBody: text({ Resources: { A: group('/twice') } }) };
            for (const more of [{ DisableRollback: true }, { OnFailure: 'DELETE' }])
                await refused(
                    client.cfn('create_stack', { ...params, ...more, DeploymentConfig: EXPRESS }),
                    'ValidationError',
                    /You cannot specify both \w+ and DeploymentConfig/,
                );
            const set = await client.changeSet(create('twice', params.TemplateBody));
            equal(set.DeploymentConfig, SAFE);
            await refused(
                client.cfn('execute_change_set', { ChangeSetName: set.ChangeSetId, DisableRollback: false }),
                'ValidationError',
                /DeploymentConfig/,
            );
        },
    ];
    yield [
        'what fails without rollback takes the same mode alone; a success ends that',
        async () => {
            await client.deploy(fake, create('left', { Resources: { A: group('/left/a') } }));
            fake.failResource('B', 'no');
            const left = await client.deploy(fake, update('left', broken('/left/a'), EXPRESS));
            equal(left.StackStatus, 'UPDATE_FAILED');
            const TemplateBody = text({ Resources: { A: group('/left/a') } });
            const again = { StackName: 'left', ChangeSetName: 'again', TemplateBody };
            const mode =
                /^This stack is in a UPDATE_FAILED state from a previous operation that used EXPRESS deployment mode with disable-rollback\. Follow-up operations must use the same DeploymentConfig \(mode=EXPRESS\)/;
            await refused(client.cfn('create_change_set', again), 'ValidationError', mode);
            await refused(client.cfn('update_stack', { StackName: 'left', TemplateBody }), 'ValidationError', mode);
            await refused(
                client.cfn('create_change_set', { ...again, DeploymentConfig: SAFE }),
                'ValidationError',
                /^This stack is currently in a non-terminal \[UPDATE_FAILED\] state/,
            );
            await refused(
                client.cfn('rollback_stack', { StackName: 'left' }),
                'ValidationError',
                /^RollbackStack is not supported for stacks that were last updated using EXPRESS deployment mode/,
            );
            const moved = await client.deploy(fake, update('left', { Resources: { A: group('/left/c') } }, EXPRESS));
            equal(moved.StackStatus, 'UPDATE_FAILED');
            like(
                (await client.events('left')).find((e) => /Replacement type/.test(e.ResourceStatusReason ?? ''))
                    ?.ResourceStatusReason,
                /^Replacement type updates not supported on stack with disable-rollback\.$/,
            );
            const good = await client.deploy(fake, update('left', broken('/left/a'), EXPRESS));
            equal(good.StackStatus, 'UPDATE_COMPLETE');
            equal((await client.deploy(fake, { StackName: 'left', TemplateBody })).StackStatus, 'UPDATE_COMPLETE');
        },
    ];
}

async function* endpoints({ fake, client }) {
    yield [
        'an endpoint comes up after its stack is complete; until then nobody deletes it',
        async () => {
            const release = fake.hold('E', 'settle');
            const stack = await client.deploy(fake, create('model', endpoint('ml.m5.large', 'one')));
            equal(stack.StackStatus, 'CREATE_COMPLETE');
            await settled(client, 'one', 'Creating');
            await client.cfn('delete_stack', { StackName: 'model' });
            await fake.settled('model');
            const [left] = (await client.cfn('describe_stacks', { StackName: 'model' })).Stacks;
            equal(left.StackStatus, 'DELETE_FAILED');
            like(
                (await client.events('model')).find((e) => e.ResourceStatus === 'DELETE_FAILED')?.ResourceStatusReason,
                /Cannot update in-progress endpoint/,
            );
            release();
            await settled(client, 'one', 'InService');
            await client.cfn('delete_stack', { StackName: 'model' });
            await fake.settled('model');
            await refused(client.cfn('describe_stacks', { StackName: 'model' }), 'ValidationError', /does not exist/);
        },
    ];
    yield [
        'an endpoint that fails afterwards can only be deleted; another name makes another',
        async () => {
            fake.endpointTrouble('two', { fail: 'no capacity' });
            await client.deploy(fake, create('dead', endpoint('ml.m5.large', 'two')));
            const e = await settled(client, 'two', 'Failed');
            equal(e.FailureReason, 'no capacity');
            const stuck = await client.deploy(fake, update('dead', endpoint('ml.m5.xlarge', 'two')));
            equal(stuck.StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
            const anew = await client.deploy(fake, update('dead', endpoint('ml.m5.large', 'two-b')));
            equal(anew.StackStatus, 'UPDATE_COMPLETE');
            await settled(client, 'two-b', 'InService');
            await refused(client.call('sagemaker', 'describe_endpoint', { EndpointName: 'two' }), 'ValidationException');
        },
    ];
    yield [
        'an update that fails afterwards: in service with what it had, which stays; UpdateEndpoint moves it',
        async () => {
            await client.deploy(fake, create('behind', endpoint('ml.m5.large', 'three')));
            const before = (await settled(client, 'three', 'InService')).EndpointConfigName;
            fake.endpointTrouble('three', { rollBack: 'ping health check' });
            const next = await client.deploy(fake, update('behind', endpoint('ml.m5.xlarge', 'three')));
            equal(next.StackStatus, 'UPDATE_COMPLETE');
            const e = await settled(client, 'three', 'InService');
            equal([e.EndpointConfigName, e.FailureReason], [before, 'ping health check']);
            const { StackResources } = await client.cfn('describe_stack_resources', { StackName: 'behind' });
            const wanted = StackResources.find((r) => r.LogicalResourceId === 'C').PhysicalResourceId.split('/').at(-1);
            const EndpointConfigName = [...fake.account.region('us-east-1').endpointConfigs.keys()].find(
                (name) => name.toLowerCase() === wanted,
            );
            await client.call('sagemaker', 'update_endpoint', { EndpointName: 'three', EndpointConfigName });
            equal((await settled(client, 'three', 'InService')).EndpointConfigName, EndpointConfigName);
            await client.call('sagemaker', 'delete_endpoint_config', { EndpointConfigName: before });
            await refused(
                client.call('sagemaker', 'delete_endpoint_config', { EndpointConfigName: before }),
                'ValidationException',
                /^Could not find endpoint configuration/,
            );
        },
    ];
    yield [
        'without its configuration an endpoint is moved no more',
        async () => {
            await client.deploy(fake, create('gone', endpoint('ml.m5.large', 'four')));
            const { EndpointConfigName } = await settled(client, 'four', 'InService');
            await client.call('sagemaker', 'delete_endpoint_config', { EndpointConfigName });
            const next = await client.deploy(fake, update('gone', endpoint('ml.m5.xlarge', 'four')));
            equal(next.StackStatus, 'UPDATE_ROLLBACK_FAILED');
        },
    ];
    yield [
        'deleted in Express mode',
        async () => {
            await client.cfn('delete_stack', { StackName: 'quick', DeploymentConfig: EXPRESS });
            await fake.settled('quick');
            await refused(client.cfn('describe_stacks', { StackName: 'quick' }), 'ValidationError', /does not exist/);
        },
    ];
}

export async function* cases() {
    const it = await world({ timings: { default: 3 } });
    yield* modes(it);
    yield* endpoints(it);
    yield* end(it);
}
