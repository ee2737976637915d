// Stacks from beginning to end, asked for by boto3: created, updated, failed, rolled back, continued, cancelled, deleted.

import { end, equal, group, HANDLE, like, refused, sleep, table, text, world, ZIP } from './world.mjs';

const two = (a, b) => ({ Resources: { A: group(a), B: { ...group(b), DependsOn: 'A' } } });
const rows = (events) =>
    events.map(
        (e) =>
            `${e.LogicalResourceId} ${e.ResourceStatus}${e.ResourceStatusReason ? ` ${e.ResourceStatusReason}` : ''}`,
    );

async function* lifecycle({ fake, client }) {
    yield [
        'created: events in order, outputs, tags, parameters',
        async () => {
            const template = {
                Description: 'one <group>',
                Parameters: { Name: { Type: 'String' }, Secret: { Type: 'String', NoEcho: true, Default: 'hidden' } },
                Resources: { A: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: { Ref: 'Name' } } } },
                Outputs: {
                    Arn: {
                        Value: { 'Fn::GetAtt': ['A', 'Arn'] },
                        Description: 'its ARN',
                        Export: { Name: 'exported' },
                    },
                },
            };
            const stack = await client.deploy(
                fake,
                {
                    StackName: 'life',
                    ChangeSetType: 'CREATE',
                    TemplateBody: template,
                    Parameters: [{ ParameterKey: 'Name', ParameterValue: '/life/a' }],
                    Tags: [{ Key: 'pluto:project', Value: 'x' }],
                },
                { ClientRequestToken: 'token-1' },
            );
            equal(stack.StackStatus, 'CREATE_COMPLETE');
            equal(stack.Description, 'one <group>');
            equal(stack.Parameters, [
                { ParameterKey: 'Name', ParameterValue: '/life/a' },
                { ParameterKey: 'Secret', ParameterValue: '****' },
            ]);
            equal(stack.Tags, [{ Key: 'pluto:project', Value: 'x' }]);
            like(stack.Outputs[0].OutputValue, /^arn:aws:logs:us-east-1:123456789012:log-group:\/life\/a:\*$/);
            equal(stack.Outputs[0].ExportName, 'exported');
            const events = await client.events('life');
            equal(rows(events), [
                'life REVIEW_IN_PROGRESS User Initiated',
                'life CREATE_IN_PROGRESS User Initiated',
                'A CREATE_IN_PROGRESS',
                'A CREATE_IN_PROGRESS Resource creation Initiated',
                'A CREATE_COMPLETE',
                'life CREATE_COMPLETE',
            ]);
            equal([...new Set(events.slice(1).map((e) => e.ClientRequestToken))], ['token-1']);
            equal(new Set(events.map((e) => e.EventId)).size, events.length);
            equal(new Set(events.slice(1).map((e) => e.OperationId)).size, 1);
            equal([events[2].PhysicalResourceId, events[3].PhysicalResourceId], ['', '/life/a']);
        },
    ];
    yield [
        'updated: what is new is made, what is gone is cleaned up',
        async () => {
            await client.deploy(fake, {
                StackName: 'up',
                ChangeSetType: 'CREATE',
                TemplateBody: two('/up/a', '/up/b'),
            });
            const stack = await client.deploy(fake, {
                StackName: 'up',
                TemplateBody: { Resources: { A: group('/up/a2'), C: group('/up/c') } },
            });
            equal(stack.StackStatus, 'UPDATE_COMPLETE');
            equal([...fake.region().logGroups.keys()].filter((n) => n.startsWith('/up')).sort(), ['/up/a2', '/up/c']);
            const events = rows(await client.events('up'));
            equal(
                events.includes(
                    'A UPDATE_IN_PROGRESS Requested update requires the creation of a new physical resource; hence creating one.',
                ),
                true,
            );
            const clean = events.indexOf('up UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
            equal(
                events
                    .slice(clean)
                    .filter((e) => / DELETE_COMPLETE/.test(e))
                    .sort(),
                ['A DELETE_COMPLETE', 'B DELETE_COMPLETE'],
            );
            const { StackResources: left } = await client.cfn('describe_stack_resources', { StackName: 'up' });
            equal(
                left.map((r) => [r.LogicalResourceId, r.PhysicalResourceId, r.ResourceStatus]),
                [
                    ['A', '/up/a2', 'UPDATE_COMPLETE'],
                    ['C', '/up/c', 'CREATE_COMPLETE'],
                ],
            );
        },
    ];
    yield [
        'deleted: gone by name, told by ARN, retained data kept',
        async () => {
            const stack = await client.deploy(fake, {
                StackName: 'gone',
                ChangeSetType: 'CREATE',
                TemplateBody: { Resources: { A: group('/gone/a'), Keep: table('kept', { DeletionPolicy: 'Retain' }) } },
            });
            await client.cfn('delete_stack', { StackName: 'gone', ClientRequestToken: 'd1' });
            await client.call('cloudformation', 'x', { StackName: stack.StackId }, { wait: 'stack_delete_complete' });
            await refused(
                client.cfn('describe_stacks', { StackName: 'gone' }),
                'ValidationError',
                /^Stack with id gone does not exist$/,
            );
            equal(
                (await client.cfn('describe_stacks', { StackName: stack.StackId })).Stacks[0].StackStatus,
                'DELETE_COMPLETE',
            );
            await refused(client.events('gone'), 'ValidationError', /^Stack \[gone\] does not exist$/);
            const events = rows(await client.events(stack.StackId));
            equal(events.slice(-5), [
                'gone DELETE_IN_PROGRESS User Initiated',
                'Keep DELETE_SKIPPED',
                'A DELETE_IN_PROGRESS',
                'A DELETE_COMPLETE',
                'gone DELETE_COMPLETE',
            ]);
            equal(fake.region().things.has('AWS::DynamoDB::Table kept'), true);
            await client.cfn('delete_stack', { StackName: 'never-was' });
        },
    ];
    yield [
        "boto3's waiters and the older calls",
        async () => {
            const { StackId } = await client.cfn('create_stack', {
                StackName: 'older',
                TemplateBody: text(two('/o/a', '/o/b')),
                EnableTerminationProtection: true,
            });
            await client.call('cloudformation', 'x', { StackName: 'older' }, { wait: 'stack_create_complete' });
            await client.cfn('update_stack', { StackName: 'older', TemplateBody: text(two('/o/a', '/o/c')) });
            await client.call('cloudformation', 'x', { StackName: 'older' }, { wait: 'stack_update_complete' });
            await refused(
                client.cfn('update_stack', { StackName: 'older', TemplateBody: text(two('/o/a', '/o/c')) }),
                'ValidationError',
                /^No updates are to be performed\.$/,
            );
            await refused(
                client.cfn('create_stack', { StackName: 'older', TemplateBody: text(two('/o/a', '/o/b')) }),
                'AlreadyExistsException',
                /^Stack \[older\] already exists$/,
            );
            await refused(
                client.cfn('delete_stack', { StackName: 'older' }),
                'ValidationError',
                /^Stack \[older\] cannot be deleted while TerminationProtection is enabled$/,
            );
            equal(
                (
                    await client.cfn('update_termination_protection', {
                        StackName: 'older',
                        EnableTerminationProtection: false,
                    })
                ).StackId,
                StackId,
            );
            await client.cfn('delete_stack', { StackName: 'older' });
            await client.call('cloudformation', 'x', { StackName: StackId }, { wait: 'stack_delete_complete' });
        },
    ];
    yield [
        'events and resources come in pages',
        async () => {
            fake.options.pageSize = 3;
            await client.deploy(fake, {
                StackName: 'pages',
                ChangeSetType: 'CREATE',
                TemplateBody: {
                    Resources: Object.fromEntries(
                        'abcdefgh'.split('').map((c) => [c.toUpperCase(), group(`/pages/${c}`)]),
                    ),
                },
            });
            const before = fake.count('DescribeStackEvents');
            equal((await client.events('pages')).length, 3 + 8 * 3);
            equal(fake.count('DescribeStackEvents') - before, 9);
            const pages = await client.call(
                'cloudformation',
                'list_stack_resources',
                { StackName: 'pages' },
                { paginate: true },
            );
            equal(pages.flatMap((p) => p.StackResourceSummaries).length, 8);
            await refused(
                client.cfn('describe_stack_events', { StackName: 'pages', NextToken: 'nonsense' }),
                'ValidationError',
            );
            delete fake.options.pageSize;
        },
    ];
    yield [
        'nested stacks',
        async () => {
            fake.putObject(
                'nested',
                'inner.json',
                text({
                    Parameters: { Name: { Type: 'String' } },
                    Resources: { In: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: { Ref: 'Name' } } } },
                    Outputs: { Group: { Value: { Ref: 'In' } } },
                }),
            );
            const outer = (name) => ({
                Resources: {
                    Child: {
                        Type: 'AWS::CloudFormation::Stack',
                        Properties: {
                            TemplateURL: 'https://nested.s3.us-east-1.amazonaws.com/inner.json',
                            Parameters: { Name: name },
                        },
                    },
                },
                Outputs: { Group: { Value: { 'Fn::GetAtt': ['Child', 'Outputs.Group'] } } },
            });
            const stack = await client.deploy(fake, {
                StackName: 'outer',
                ChangeSetType: 'CREATE',
                TemplateBody: outer('/in/a'),
            });
            equal([stack.StackStatus, stack.Outputs[0].OutputValue], ['CREATE_COMPLETE', '/in/a']);
            const updated = await client.deploy(fake, { StackName: 'outer', TemplateBody: outer('/in/b') });
            equal([updated.StackStatus, updated.Outputs[0].OutputValue], ['UPDATE_COMPLETE', '/in/b']);
            fake.failResource('In', 'inner trouble');
            const back = await client.deploy(fake, { StackName: 'outer', TemplateBody: outer('/in/c') });
            equal(back.StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
            const why = (await client.events('outer')).find(
                (e) => e.LogicalResourceId === 'Child' && e.ResourceStatus === 'UPDATE_FAILED',
            );
            like(
                why.ResourceStatusReason,
                /^Embedded stack arn:\S+ was not successfully updated\. Currently in UPDATE_ROLLBACK_(IN_PROGRESS|COMPLETE) with reason: The following resource\(s\) failed to update: \[In\]\. $/,
            );
            await client.cfn('delete_stack', { StackName: 'outer' });
            await fake.settled('outer');
            equal([...fake.region().stacks.values()].filter((s) => s.name.startsWith('outer') && !s.gone).length, 0);
        },
    ];
}

async function* failures({ fake, client }) {
    yield [
        'a creation that fails is rolled back',
        async () => {
            fake.failResource(
                'B',
                'Resource handler returned message: "no" (RequestToken: x, HandlerErrorCode: InvalidRequest)',
            );
            const stack = await client.deploy(fake, {
                StackName: 'bad',
                ChangeSetType: 'CREATE',
                TemplateBody: two('/bad/a', '/bad/b'),
            });
            equal([stack.StackStatus, stack.StackStatusReason], ['ROLLBACK_COMPLETE', undefined]);
            equal(rows(await client.events('bad')).slice(5), [
                'B CREATE_IN_PROGRESS',
                'B CREATE_FAILED Resource handler returned message: "no" (RequestToken: x, HandlerErrorCode: InvalidRequest)',
                'bad ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [B]. Rollback requested by user.',
                'B DELETE_COMPLETE',
                'A DELETE_IN_PROGRESS',
                'A DELETE_COMPLETE',
                'bad ROLLBACK_COMPLETE',
            ]);
            await refused(
                client.cfn('create_change_set', {
                    StackName: 'bad',
                    ChangeSetName: 'x',
                    TemplateBody: text(two('/bad/a', '/bad/b')),
                }),
                'ValidationError',
                /^Stack:arn:aws:cloudformation:us-east-1:123456789012:stack\/bad\/[0-9a-f-]+ is in ROLLBACK_COMPLETE state and can not be updated\.$/,
            );
        },
    ];
    yield [
        'what is to be retained: kept by a rollback, unless it was made by it',
        async () => {
            const tables = (name, more) => ({
                Resources: {
                    Kept: table(`${name}-kept`, { DeletionPolicy: 'Retain' }),
                    Except: table(`${name}-except`, { DeletionPolicy: 'RetainExceptOnCreate' }),
                    Bad: group('/bad', { DependsOn: ['Kept', 'Except'] }),
                    ...more,
                },
            });
            const left = (name) =>
                [...fake.region().things.keys()]
                    .filter((k) => k.includes(`Table ${name}`))
                    .map((k) => k.split('-').pop());
            fake.failResource('Bad', 'broken', { times: 3 });
            await client.deploy(fake, { StackName: 'keep1', ChangeSetType: 'CREATE', TemplateBody: tables('keep1') });
            equal(left('keep1'), ['kept']);
            const flag = { RetainExceptOnCreate: true };
            await client.deploy(
                fake,
                { StackName: 'keep2', ChangeSetType: 'CREATE', TemplateBody: tables('keep2') },
                flag,
            );
            equal(left('keep2'), []);
            await client.deploy(fake, {
                StackName: 'keep3',
                ChangeSetType: 'CREATE',
                TemplateBody: { Resources: { A: HANDLE } },
            });
            const stack = await client.deploy(fake, {
                StackName: 'keep3',
                TemplateBody: tables('keep3', { A: HANDLE }),
            });
            equal([stack.StackStatus, left('keep3')], ['UPDATE_ROLLBACK_COMPLETE', ['kept']]);
        },
    ];
    yield [
        'those beside the one that failed are cancelled',
        async () => {
            const release = fake.hold('Slow');
            fake.failResource('Bad', 'broken');
            await client.deploy(fake, {
                StackName: 'cancel',
                ChangeSetType: 'CREATE',
                TemplateBody: { Resources: { Slow: group('/c/slow'), Bad: group('/c/bad', { DependsOn: [] }) } },
            });
            equal(rows(await client.events('cancel')).includes('Slow CREATE_FAILED Resource creation cancelled'), true);
            release();
        },
    ];
    yield [
        'without rollback it stays as it failed; RollbackStack and another update go on from there',
        async () => {
            fake.failResource('B', 'broken');
            const template = two('/stay/a', '/stay/b');
            const stack = await client.deploy(
                fake,
                { StackName: 'stay', ChangeSetType: 'CREATE', TemplateBody: template },
                { DisableRollback: true },
            );
            equal(
                [stack.StackStatus, stack.StackStatusReason],
                ['CREATE_FAILED', 'The following resource(s) failed to create: [B]. '],
            );
            const repaired = await client.deploy(
                fake,
                { StackName: 'stay', TemplateBody: template },
                { DisableRollback: true },
            );
            equal(repaired.StackStatus, 'UPDATE_COMPLETE');
            fake.failResource('A', 'broken');
            const failed = await client.deploy(
                fake,
                {
                    StackName: 'stay',
                    TemplateBody: {
                        Resources: {
                            ...template.Resources,
                            A: group('/stay/a', { Properties: { LogGroupName: '/stay/a', RetentionInDays: 7 } }),
                        },
                    },
                },
                { DisableRollback: true },
            );
            equal(
                [failed.StackStatus, failed.StackStatusReason],
                ['UPDATE_FAILED', 'The following resource(s) failed to update: [A]. '],
            );
            await client.cfn('rollback_stack', { StackName: 'stay', ClientRequestToken: 'r1' });
            await fake.settled('stay');
            equal(fake.stack('stay').status, 'UPDATE_ROLLBACK_COMPLETE');
            await refused(
                client.cfn('rollback_stack', { StackName: 'stay', ClientRequestToken: 'r2' }),
                'ValidationError',
            );
        },
    ];
    yield [
        'an update that fails goes back: properties, replacements, what was added',
        async () => {
            await client.deploy(fake, {
                StackName: 'back',
                ChangeSetType: 'CREATE',
                TemplateBody: { Resources: { A: group('/back/a'), B: group('/back/b'), C: group('/back/c') } },
            });
            fake.failResource('D', 'broken', { on: 'settle' });
            const longer = { Properties: { LogGroupName: '/back/a', RetentionInDays: 7 } };
            const stack = await client.deploy(fake, {
                StackName: 'back',
                TemplateBody: {
                    Resources: {
                        A: group('', longer),
                        B: group('/back/b2'),
                        D: group('/back/d', { DependsOn: ['A', 'B'] }),
                    },
                },
            });
            equal(stack.StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
            equal([...fake.region().logGroups.keys()].filter((n) => n.startsWith('/back')).sort(), [
                '/back/a',
                '/back/b',
                '/back/c',
            ]);
            const record = fake.stack('back').resources.get('A');
            equal(record.properties.RetentionInDays, undefined);
            const events = rows(await client.events('back'));
            equal(
                events.includes('back UPDATE_ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [D]. '),
                true,
            );
            equal(events.slice(-5).includes('back UPDATE_ROLLBACK_COMPLETE'), true);
            const same = await client.changeSet({
                StackName: 'back',
                TemplateBody: { Resources: { A: group('/back/a'), B: group('/back/b'), C: group('/back/c') } },
            });
            equal(same.Status, 'FAILED');
        },
    ];
    yield [
        'a rollback that fails is continued, by skipping where asked',
        async () => {
            const one = (days) => ({
                Resources: {
                    A: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/cont/a', RetentionInDays: days } },
                    B: {
                        Type: 'AWS::Logs::LogGroup',
                        DependsOn: 'A',
                        Properties: { LogGroupName: '/cont/b', RetentionInDays: days },
                    },
                },
            });
            await client.deploy(fake, { StackName: 'cont', ChangeSetType: 'CREATE', TemplateBody: one(1) });
            fake.failResource('B', 'broken');
            fake.failResource('A', 'still broken', { on: 'rollback', times: 2 });
            const stuck = await client.deploy(fake, { StackName: 'cont', TemplateBody: one(3) });
            equal(
                [stuck.StackStatus, stuck.StackStatusReason],
                ['UPDATE_ROLLBACK_FAILED', 'The following resource(s) failed to update: [A]. '],
            );
            await refused(
                client.cfn('create_change_set', { StackName: 'cont', ChangeSetName: 'x', TemplateBody: text(one(5)) }),
                'ValidationError',
                /UPDATE_ROLLBACK_FAILED state and can not be updated/,
            );
            await client.cfn('continue_update_rollback', { StackName: 'cont' });
            await fake.settled('cont');
            equal(fake.stack('cont').status, 'UPDATE_ROLLBACK_FAILED');
            await client.cfn('continue_update_rollback', { StackName: 'cont', ResourcesToSkip: ['A'] });
            await fake.settled('cont');
            equal(fake.stack('cont').status, 'UPDATE_ROLLBACK_COMPLETE');
            await refused(client.cfn('continue_update_rollback', { StackName: 'cont' }), 'ValidationError');
        },
    ];
    yield [
        'an update is cancelled',
        async () => {
            await client.deploy(fake, {
                StackName: 'stop',
                ChangeSetType: 'CREATE',
                TemplateBody: { Resources: { A: group('/stop/a') } },
            });
            const release = fake.hold('B');
            const set = await client.changeSet({
                StackName: 'stop',
                TemplateBody: { Resources: { A: group('/stop/a'), B: group('/stop/b') } },
            });
            await client.cfn('execute_change_set', { ChangeSetName: set.ChangeSetId });
            await release.reached;
            await refused(
                client.cfn('delete_stack', { StackName: 'stop' }),
                'ValidationError',
                /^Stack \[stop\] cannot be deleted while in status UPDATE_IN_PROGRESS$/,
            );
            await client.cfn('cancel_update_stack', { StackName: 'stop' });
            release();
            await fake.settled('stop');
            equal(fake.stack('stop').status, 'UPDATE_ROLLBACK_COMPLETE');
            await refused(
                client.cfn('cancel_update_stack', { StackName: 'stop' }),
                'ValidationError',
                /^CancelUpdateStack cannot be called from current stack status$/,
            );
        },
    ];
    yield [
        'a creation is given up by deleting',
        async () => {
            const release = fake.hold('A');
            const set = await client.changeSet({
                StackName: 'giveup',
                ChangeSetType: 'CREATE',
                TemplateBody: { Resources: { A: group('/giveup/a') } },
            });
            await client.cfn('execute_change_set', { ChangeSetName: set.ChangeSetId });
            await release.reached;
            await client.cfn('delete_stack', { StackName: 'giveup' });
            release();
            await client.call('cloudformation', 'x', { StackName: set.StackId }, { wait: 'stack_delete_complete' });
            equal(fake.region().logGroups.has('/giveup/a'), false);
        },
    ];
    yield [
        'a delete that fails says what stays, and may retain it',
        async () => {
            const stack = await client.deploy(fake, {
                StackName: 'full',
                ChangeSetType: 'CREATE',
                TemplateBody: {
                    Resources: {
                        Files: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'full-of-files' } },
                        A: group('/full/a'),
                    },
                },
            });
            fake.putObject('full-of-files', 'x', 'data');
            await refused(
                client.cfn('delete_stack', { StackName: 'full', RetainResources: ['Files'] }),
                'ValidationError',
                /^Invalid operation on stack \[arn:\S+\]\. When you delete a stack, specify which resources to retain only when the stack is in the DELETE_FAILED state/,
            );
            await client.cfn('delete_stack', { StackName: 'full' });
            await fake.settled('full');
            const {
                Stacks: [failed],
            } = await client.cfn('describe_stacks', { StackName: 'full' });
            equal(
                [failed.StackStatus, failed.StackStatusReason],
                ['DELETE_FAILED', 'The following resource(s) failed to delete: [Files]. '],
            );
            like(
                (await client.events('full')).find((e) => e.ResourceStatus === 'DELETE_FAILED').ResourceStatusReason,
                /The bucket you tried to delete is not empty \(Service: S3, Status Code: 409/,
            );
            await client.cfn('delete_stack', { StackName: 'full', RetainResources: ['Files'] });
            await fake.settled(fake.region().stacks.get(stack.StackId));
            equal(
                [fake.region().stacks.get(stack.StackId).status, fake.account.buckets.has('full-of-files')],
                ['DELETE_COMPLETE', true],
            );
        },
    ];
    yield [
        'a clean-up that fails leaves the stack complete',
        async () => {
            await client.deploy(fake, {
                StackName: 'rest',
                ChangeSetType: 'CREATE',
                TemplateBody: two('/rest/a', '/rest/b'),
            });
            fake.failResource('B', 'cannot', { on: 'delete', times: 3 });
            const stack = await client.deploy(fake, {
                StackName: 'rest',
                TemplateBody: { Resources: { A: group('/rest/a') } },
            });
            equal(
                [stack.StackStatus, stack.StackStatusReason],
                ['UPDATE_COMPLETE', 'Update successful. One or more resources could not be deleted.'],
            );
            equal((await client.events('rest')).filter((e) => e.ResourceStatus === 'DELETE_FAILED').length, 3);
        },
    ];
    yield [
        'what stands in the way of a function',
        async () => {
            fake.putBucket('code');
            const fn = (key) => ({
                Resources: {
                    R: {
                        Type: 'AWS::IAM::Role',
                        Properties: {
                            AssumeRolePolicyDocument: {
                                Statement: [
                                    {
                                        Effect: 'Allow',
                                        Principal: { Service: 'lambda.amazonaws.com' },
                                        Action: 'sts:AssumeRole',
                                    },
                                ],
                            },
                        },
                    },
                    F: {
                        Type: 'AWS::Lambda::Function',
                        Properties: {
                            Role: { 'Fn::GetAtt': ['R', 'Arn'] },
                            Runtime: 'nodejs24.x',
                            Handler: 'index.handler',
                            Code: { S3Bucket: 'code', S3Key: key },
                        },
                    },
                },
            });
            await client.deploy(fake, { StackName: 'fn', ChangeSetType: 'CREATE', TemplateBody: fn('none.zip') });
            like(
                (await client.events('fn')).find((e) => e.ResourceStatus === 'CREATE_FAILED').ResourceStatusReason,
                /^Resource handler returned message: "Error occurred while GetObject\. S3 Error Code: NoSuchKey\. .*\(Service: Lambda, Status Code: 400, Request ID: .*HandlerErrorCode: InvalidRequest\)$/,
            );
            fake.putObject('code', 'text.zip', 'this is no zip at all, is it');
            await client.deploy(fake, { StackName: 'fn2', ChangeSetType: 'CREATE', TemplateBody: fn('text.zip') });
            like(
                (await client.events('fn2')).find((e) => e.ResourceStatus === 'CREATE_FAILED').ResourceStatusReason,
                /Could not unzip uploaded file/,
            );
            fake.putObject('code', 'good.zip', ZIP);
            equal(
                (await client.deploy(fake, { StackName: 'fn3', ChangeSetType: 'CREATE', TemplateBody: fn('good.zip') }))
                    .StackStatus,
                'CREATE_COMPLETE',
            );
        },
    ];
}

async function* planted({ fake, client }) {
    const STATES = [
        'REVIEW_IN_PROGRESS',
        'CREATE_COMPLETE',
        'UPDATE_COMPLETE',
        'IMPORT_COMPLETE',
        'UPDATE_ROLLBACK_COMPLETE',
        'IMPORT_ROLLBACK_COMPLETE',
        'ROLLBACK_COMPLETE',
        'ROLLBACK_FAILED',
        'CREATE_FAILED',
        'UPDATE_FAILED',
        'UPDATE_ROLLBACK_FAILED',
        'DELETE_FAILED',
        'CREATE_IN_PROGRESS',
        'UPDATE_IN_PROGRESS',
        'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
        'UPDATE_ROLLBACK_IN_PROGRESS',
        'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
        'ROLLBACK_IN_PROGRESS',
        'DELETE_IN_PROGRESS',
        'DELETE_COMPLETE',
    ];
    const updatable = new Set([
        'CREATE_COMPLETE',
        'UPDATE_COMPLETE',
        'IMPORT_COMPLETE',
        'UPDATE_ROLLBACK_COMPLETE',
        'IMPORT_ROLLBACK_COMPLETE',
        'CREATE_FAILED',
        'UPDATE_FAILED',
    ]);
    for (const status of STATES) {
        yield [
            `a stack found in ${status}`,
            async () => {
                const name = `found-${status.toLowerCase().replaceAll('_', '-')}`;
                const stack = fake.putStack({
                    name,
                    status,
                    template: { Resources: { A: group(`/${name}`) } },
                    tags: { a: 'b' },
                    resources:
                        status === 'UPDATE_ROLLBACK_FAILED' ? { A: { status: 'UPDATE_FAILED', reason: 'x' } } : {},
                });
                const {
                    Stacks: [seen],
                } = await client.cfn('describe_stacks', { StackName: stack.id });
                equal([seen.StackStatus, seen.Tags], [status, [{ Key: 'a', Value: 'b' }]]);
                const change = client.cfn('create_change_set', {
                    StackName: name,
                    ChangeSetName: 'next',
                    TemplateBody: text({ Resources: { A: group(`/${name}`), B: HANDLE } }),
                });
                if (updatable.has(status)) await change;
                else if (status === 'DELETE_COMPLETE')
                    await refused(change, 'ValidationError', /^Stack \[found-delete-complete\] does not exist$/);
                else
                    await refused(
                        change,
                        'ValidationError',
                        new RegExp(`^Stack:${stack.id} is in ${status} state and can not be updated\\.$`),
                    );
            },
        ];
    }
    yield [
        'what was planted can be updated, continued, deleted',
        async () => {
            equal(
                (
                    await client.deploy(fake, {
                        StackName: 'found-create-complete',
                        TemplateBody: { Resources: { A: group('/found-create-complete'), B: HANDLE } },
                    })
                ).StackStatus,
                'UPDATE_COMPLETE',
            );
            await client.cfn('continue_update_rollback', { StackName: 'found-update-rollback-failed' });
            await fake.settled('found-update-rollback-failed');
            equal(fake.stack('found-update-rollback-failed').status, 'UPDATE_ROLLBACK_COMPLETE');
            for (const name of [
                'found-rollback-complete',
                'found-rollback-failed',
                'found-delete-failed',
                'found-review-in-progress',
            ]) {
                await client.cfn('delete_stack', { StackName: name });
                await fake.settled(name);
                equal(fake.stack(name), undefined);
            }
        },
    ];
}

export async function* cases() {
    const w = await world({ timings: { default: 1 } });
    yield* lifecycle(w);
    yield* failures(w);
    yield* planted(w);
    await sleep(10);
    yield* end(w);
}
