// Change sets: what they say would change, what they refuse, and what becomes of them.

import { end, equal, group, HANDLE, like, refused, sleep, table, text, world } from './world.mjs';

const change = (set) =>
    set.Changes.map(({ ResourceChange: c }) =>
        [c.Action, c.LogicalResourceId, c.Replacement, c.PolicyAction].filter(Boolean).join(' '),
    );
const role = (more = {}) => ({
    Type: 'AWS::IAM::Role',
    Properties: { AssumeRolePolicyDocument: { Statement: [] }, ...more },
});
const bad = (client, template, more = {}) =>
    client.cfn('create_change_set', {
        StackName: `bad${Math.random().toString(36).slice(2)}`,
        ChangeSetName: 'x',
        ChangeSetType: 'CREATE',
        TemplateBody: text(template),
        ...more,
    });

async function* computed({ fake, client }) {
    const base = {
        Parameters: { Days: { Type: 'Number', Default: 1 } },
        Resources: {
            A: group('/ch/a'),
            B: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/ch/b', RetentionInDays: { Ref: 'Days' } } },
            T: table('ch', { UpdateReplacePolicy: 'Retain', DeletionPolicy: 'Retain' }),
            P: {
                Type: 'AWS::SSM::Parameter',
                Properties: { Type: 'String', Value: { 'Fn::GetAtt': ['T', 'Arn'] }, Name: '/ch/p' },
            },
        },
    };
    const next = (edit) => {
        const template = structuredClone(base);
        edit(template.Resources, template);
        return template;
    };
    yield [
        'add, modify, remove, replace, and what hangs on it',
        async () => {
            await client.deploy(fake, { StackName: 'ch', ChangeSetType: 'CREATE', TemplateBody: base });
            const set = await client.changeSet({
                StackName: 'ch',
                TemplateBody: next((r) => {
                    delete r.A;
                    r.New = HANDLE;
                    r.B.Properties.RetentionInDays = 3;
                    r.T.Properties.TableName = 'ch2';
                }),
            });
            equal(
                change(set),
                ['Modify B False', 'Modify T True ReplaceAndRetain', 'Modify P False', 'Add New', 'Remove A Delete'],
                'rows',
            );
            const [detail] = set.Changes[1].ResourceChange.Details;
            equal(
                [
                    detail.Target.Name,
                    detail.Target.RequiresRecreation,
                    detail.Target.BeforeValue,
                    detail.Target.AfterValue,
                    detail.Evaluation,
                    detail.ChangeSource,
                ],
                ['TableName', 'Always', 'ch', 'ch2', 'Static', 'DirectModification'],
            );
            const [hangs] = set.Changes[2].ResourceChange.Details;
            equal(
                [hangs.Evaluation, hangs.ChangeSource, hangs.CausingEntity, hangs.Target.AfterValue],
                ['Dynamic', 'ResourceAttribute', 'T.Arn', '{{changeSet:KNOWN_AFTER_APPLY}}'],
            );
            const plain = await client.cfn('describe_change_set', { ChangeSetName: set.ChangeSetId });
            equal(Object.keys(plain.Changes[1].ResourceChange.Details[0].Target), [
                'Attribute',
                'Name',
                'RequiresRecreation',
            ]);
        },
    ];
    yield [
        'a parameter alone',
        async () => {
            const set = await client.changeSet({
                StackName: 'ch',
                TemplateBody: base,
                Parameters: [{ ParameterKey: 'Days', ParameterValue: '5' }],
            });
            equal(
                set.Changes[0].ResourceChange.Details.map((d) => [d.ChangeSource, d.CausingEntity]),
                [['ParameterReference', 'Days']],
            );
            const reused = await client.changeSet({
                StackName: 'ch',
                TemplateBody: undefined,
                UsePreviousTemplate: true,
                Parameters: [{ ParameterKey: 'Days', UsePreviousValue: true }],
            });
            equal([reused.Status, reused.ExecutionStatus], ['FAILED', 'UNAVAILABLE']);
        },
    ];
    yield [
        'metadata, tags of the stack, outputs',
        async () => {
            const metadata = await client.changeSet({
                StackName: 'ch',
                TemplateBody: next((r) => {
                    r.A.Metadata = { line: 2 };
                }),
            });
            equal([change(metadata), metadata.Changes[0].ResourceChange.Scope], [['Modify A False'], ['Metadata']]);
            const tags = await client.changeSet({
                StackName: 'ch',
                TemplateBody: base,
                Tags: [{ Key: 'k', Value: 'v' }],
            });
            equal(
                tags.Changes.map((c) => c.ResourceChange.Scope.join()),
                ['Tags', 'Tags', 'Tags', 'Tags'],
            );
            const outputs = await client.changeSet({
                StackName: 'ch',
                TemplateBody: next((r, t) => {
                    t.Outputs = { A: { Value: { Ref: 'A' } } };
                }),
            });
            equal([outputs.Status, outputs.Changes], ['CREATE_COMPLETE', []]);
        },
    ];
    yield [
        "nothing: FAILED with AWS's reason, and not to be executed",
        async () => {
            const set = await client.changeSet({ StackName: 'ch', TemplateBody: base });
            equal(
                [set.Status, set.StatusReason, set.ExecutionStatus],
                [
                    'FAILED',
                    "The submitted information didn't contain changes. Submit different information to create a change set.",
                    'UNAVAILABLE',
                ],
            );
            await refused(
                client.cfn('execute_change_set', { ChangeSetName: set.ChangeSetId }),
                'InvalidChangeSetStatus',
                new RegExp(
                    `^ChangeSet \\[${set.ChangeSetId}\\] cannot be executed in its current status of \\[FAILED\\]$`,
                ),
            );
        },
    ];
    yield [
        'what is not to be echoed is stars wherever it would be shown',
        async () => {
            const template = (name) => ({
                Parameters: { Secret: { Type: 'String', NoEcho: true } },
                Resources: {
                    P: {
                        Type: 'AWS::SSM::Parameter',
                        Properties: { Name: name, Type: 'String', Value: { 'Fn::Sub': 'x-${Secret}' } },
                    },
                },
            });
            const ask = (value) => ({
                StackName: 'hush',
                TemplateBody: template('/hush'),
                Parameters: [{ ParameterKey: 'Secret', ParameterValue: value }],
            });
            await client.deploy(fake, { ...ask('tell"nobody'), ChangeSetType: 'CREATE' });
            equal(fake.region().parameters.get('/hush').Value, 'x-tell"nobody');
            const set = await client.changeSet(ask('nor this'));
            equal(set.Changes[0].ResourceChange.Details[0].Target.AfterValue, 'x-****');
            const all = JSON.stringify([
                set,
                await client.events('hush'),
                await client.cfn('describe_stacks', { StackName: 'hush' }),
            ]);
            equal([/nobody/.test(all), /nor this/.test(all)], [false, false]);
        },
    ];
    yield [
        'another type under the same name',
        async () => {
            const set = await client.changeSet({
                StackName: 'ch',
                TemplateBody: next((r) => {
                    r.A = HANDLE;
                }),
            });
            like(
                set.StatusReason,
                /^Update of resource type is not permitted\. The new template modifies resource type of the following resources: \[A\]$/,
            );
        },
    ];
}

async function* refusals({ fake, client }) {
    const fine = { Resources: { A: HANDLE } };
    const cases = [
        ['no resources', {}, /^Template format error: At least one Resources member must be defined\.$/],
        ['no JSON', '{"Resources": {', /^Template format error: JSON not well-formed\. \(line 1, column \d+\)$/],
        [
            'no type',
            { Resources: { A: {} } },
            /^Template format error: \[\/Resources\/A\] Every Resources object must contain a Type member\.$/,
        ],
        [
            'an unknown type',
            { Resources: { A: { Type: 'AWS::No::Such' } } },
            /^Template format error: Unrecognized resource types: \[AWS::No::Such\]$/,
        ],
        [
            'an unknown attribute of a resource',
            { Resources: { A: { ...HANDLE, Invalid: 1 } } },
            /^Invalid template resource property 'Invalid'$/,
        ],
        [
            'null',
            { ...fine, Outputs: { O: { Value: null } } },
            /^\[\/Outputs\/O\/Value\] 'null' values are not allowed in templates$/,
        ],
        [
            'a Ref to nothing',
            { Resources: { A: group({ Ref: 'B' }) } },
            /^Template format error: Unresolved resource dependencies \[B\] in the Resources block of the template$/,
        ],
        [
            'a Sub of nothing',
            { Resources: { A: group({ 'Fn::Sub': '${AWS::Region}-${B}-${!C}' }) } },
            /\[B\] in the Resources block/,
        ],
        [
            'a GetAtt of nothing',
            { Resources: { A: group({ 'Fn::GetAtt': ['B', 'Arn'] }) } },
            /^Template error: instance of Fn::GetAtt references undefined resource B$/,
        ],
        [
            "a GetAtt of what isn't there",
            { Resources: { A: group('/x'), B: group({ 'Fn::GetAtt': ['A', 'Nothing'] }) } },
            /^Template error: resource A does not support attribute type Nothing in Fn::GetAtt$/,
        ],
        [
            'a circle',
            { Resources: { A: group({ Ref: 'B' }), B: group({ Ref: 'A' }) } },
            /^Circular dependency between resources: \[A, B\]$/,
        ],
        [
            'a missing parameter',
            { Parameters: { P: { Type: 'String' } }, ...fine },
            /^Parameters: \[P\] must have values$/,
        ],
        ["a section of one's own", { ...fine, Extra: {} }, /^Invalid template property or properties \[Extra\]$/],
        [
            '501 resources',
            { Resources: Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`R${i}`, HANDLE])) },
            /^Template format error: Number of resources, 501, is greater than maximum allowed, 500$/,
        ],
        [
            'too many bytes',
            { ...fine, Metadata: { x: 'ü'.repeat(25_600) } },
            /at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200/,
        ],
    ];
    for (const [name, template, pattern] of cases)
        yield [`refused: ${name}`, () => refused(bad(client, template), 'ValidationError', pattern)];
    yield [
        'refused: a parameter too many, a bad one',
        async () => {
            await refused(
                bad(client, fine, { Parameters: [{ ParameterKey: 'X', ParameterValue: '1' }] }),
                'ValidationError',
                /^Parameters: \[X\] do not exist in the template$/,
            );
            await refused(
                bad(
                    client,
                    { Parameters: { P: { Type: 'String', AllowedPattern: '[a-z]+' } }, ...fine },
                    { Parameters: [{ ParameterKey: 'P', ParameterValue: '1' }] },
                ),
                'ValidationError',
                /^Parameter 'P' must match pattern \[a-z\]\+$/,
            );
        },
    ];
    yield [
        "refused: permissions that weren't acknowledged",
        async () => {
            await refused(
                bad(client, { Resources: { R: role() } }),
                'InsufficientCapabilitiesException',
                /^Requires capabilities : \[CAPABILITY_IAM\]$/,
            );
            await refused(
                bad(client, { Resources: { R: role({ RoleName: 'r' }) } }, { Capabilities: ['CAPABILITY_IAM'] }),
                'InsufficientCapabilitiesException',
                /^Requires capabilities : \[CAPABILITY_NAMED_IAM\]$/,
            );
            await bad(client, { Resources: { R: role() } }, { Capabilities: ['CAPABILITY_NAMED_IAM'] });
        },
    ];
    yield [
        'refused: names',
        async () => {
            await refused(
                bad(client, fine, { ChangeSetName: '9x' }),
                'ValidationError',
                /^1 validation error detected: Value '9x' at 'changeSetName' failed to satisfy constraint: Member must satisfy regular expression pattern: \[a-zA-Z\]\[-a-zA-Z0-9\]\*$/,
            );
            await refused(
                bad(client, fine, { StackName: 'a_b' }),
                'ValidationError',
                /at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern/,
            );
        },
    ];
    yield [
        'refused: what AWS would do and the fake does not',
        async () => {
            await refused(bad(client, fine, { DeploymentMode: 'REVERT_DRIFT' }), 'ValidationError', /^fakecfn: DeploymentMode/);
            await refused(
                bad(client, fine, { ImportExistingResources: true }),
                'ValidationError',
                /^fakecfn: ImportExistingResources/,
            );
        },
    ];
    yield [
        "refused: parameters that the operation doesn't have",
        async () => {
            const reply = await client.send({
                raw: {
                    service: 'cloudformation',
                    headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' },
                    body: 'Action=DescribeStacks&Version=2010-05-15&StackNames=x',
                },
            });
            equal(reply.status, 400);
            like(
                reply.body,
                /<Code>ValidationError<\/Code>\s*<Message>fakecfn: unknown parameter StackNames<\/Message>/,
            );
        },
    ];
    yield [
        'templates by URL: only from S3, only of objects that are there',
        async () => {
            fake.putObject('urls', 'a/t.json', text(fine));
            const by = (TemplateURL) =>
                client.cfn('create_change_set', {
                    StackName: `url${Math.random().toString(36).slice(2)}`,
                    ChangeSetName: 'x',
                    ChangeSetType: 'CREATE',
                    TemplateURL,
                });
            await by('https://urls.s3.us-east-1.amazonaws.com/a/t.json');
            await by('https://s3.us-east-1.amazonaws.com/urls/a/t.json');
            for (const url of [
                `${fake.url}/urls/a/t.json`,
                'https://example.com/urls/a/t.json',
                'http://urls.s3.us-east-1.amazonaws.com/a/t.json',
                'nonsense',
            ])
                await refused(by(url), 'ValidationError', /^TemplateURL must be a supported URL\.$/);
            await refused(
                by('https://urls.s3.us-east-1.amazonaws.com/none.json'),
                'ValidationError',
                /^S3 error: The specified key does not exist\./,
            );
            await refused(
                by('https://urls.s3.eu-west-1.amazonaws.com/a/t.json'),
                'ValidationError',
                /^S3 error: The bucket you are attempting to access must be addressed/,
            );
        },
    ];
}

async function* nested({ fake, client }) {
    const url = (name) => `https://inner.s3.us-east-1.amazonaws.com/${name}.json`;
    const child = (name, more = {}) => ({
        Type: 'AWS::CloudFormation::Stack',
        Properties: { TemplateURL: url(name), ...more },
    });
    const ask = (resources, more = {}) =>
        client.changeSet({
            StackName: 'nest',
            TemplateBody: { Resources: resources },
            IncludeNestedStacks: true,
            ...more,
        });
    yield [
        'nested: a change set for each, executed from the root',
        async () => {
            fake.putObject('inner', 'one.json', text({ Resources: { In: group('/nest/in') } }));
            const set = await ask({ Child: child('one') }, { ChangeSetType: 'CREATE' });
            equal(change(set), ['Add Child']);
            const { ChangeSetId, PhysicalResourceId } = set.Changes[0].ResourceChange;
            const inner = await client.cfn('describe_change_set', { ChangeSetName: ChangeSetId });
            equal(
                [inner.RootChangeSetId, inner.ParentChangeSetId, inner.StackId, change(inner)],
                [set.ChangeSetId, set.ChangeSetId, PhysicalResourceId, ['Add In']],
            );
            equal(fake.region().stacks.get(PhysicalResourceId).status, 'REVIEW_IN_PROGRESS');
            await refused(client.cfn('execute_change_set', { ChangeSetName: ChangeSetId }), 'InvalidChangeSetStatus');
            await client.cfn('execute_change_set', { ChangeSetName: set.ChangeSetId });
            await fake.settled('nest');
            equal(fake.stack('nest').resources.get('Child').id, PhysicalResourceId);
            equal(fake.region().stacks.get(PhysicalResourceId).status, 'CREATE_COMPLETE');
        },
    ];
    yield [
        'nested: nothing changes, something changes, something is wrong',
        async () => {
            const same = await ask({ Child: child('one') });
            like(same.StatusReason, /^The submitted information didn't contain changes\./);
            const phantom = await ask({ Child: child('one') }, { IncludeNestedStacks: false });
            equal(change(phantom), ['Modify Child False']);
            fake.putObject('inner', 'two.json', text({ Resources: { In: group('/nest/in2') } }));
            const changed = await ask({ Child: child('two') });
            const inner = await client.cfn('describe_change_set', {
                ChangeSetName: changed.Changes[0].ResourceChange.ChangeSetId,
            });
            equal(change(inner), ['Modify In True ReplaceAndDelete']);
            fake.putObject(
                'inner',
                'bad.json',
                text({ Resources: { In: group('/nest/in', { Properties: { No: 1 } }) } }),
            );
            const bad = await ask({ Child: child('bad') });
            like(bad.StatusReason, /^Nested change set arn:\S+ was not successfully created: Currently in FAILED\.$/);
            const why = await client.cfn('describe_change_set', {
                ChangeSetName: bad.StatusReason.match(/arn:\S+/)[0],
            });
            like(why.StatusReason, /AWS::EarlyValidation::PropertyValidation/);
        },
    ];
    yield [
        'nested: deleted with the root, the empty stacks too; permissions are handed down',
        async () => {
            const set = await ask({ Child: child('one') }, { StackName: 'nest2', ChangeSetType: 'CREATE' });
            const { PhysicalResourceId } = set.Changes[0].ResourceChange;
            await client.cfn('delete_change_set', { ChangeSetName: set.ChangeSetId });
            equal(fake.region().stacks.get(PhysicalResourceId).status, 'DELETE_COMPLETE');
            fake.putObject('inner', 'role.json', text({ Resources: { R: role() } }));
            const roles = await ask(
                { Child: child('role') },
                { StackName: 'nest3', ChangeSetType: 'CREATE', Capabilities: [] },
            );
            const inner = await client.cfn('describe_change_set', {
                ChangeSetName: roles.StatusReason.match(/arn:\S+/)[0],
            });
            equal(inner.StatusReason, 'Requires capabilities : [CAPABILITY_IAM]');
        },
    ];
}

async function* lives({ fake, client }) {
    yield [
        'the same request again, another under its name',
        async () => {
            const request = {
                StackName: 'twice',
                ChangeSetName: 'one',
                ChangeSetType: 'CREATE',
                TemplateBody: text({ Resources: { A: HANDLE } }),
                ClientToken: 't1',
            };
            const [a, b] = [
                await client.cfn('create_change_set', request),
                await client.cfn('create_change_set', request),
            ];
            equal(a.Id, b.Id);
            await refused(
                client.cfn('create_change_set', { ...request, ClientToken: 't2' }),
                'AlreadyExistsException',
                /^ChangeSet one cannot be created due to a mismatch with existing attribute ClientToken$/,
            );
            equal(
                (await client.cfn('describe_stacks', { StackName: 'twice' })).Stacks[0].StackStatus,
                'REVIEW_IN_PROGRESS',
            );
        },
    ];
    yield [
        'executed twice: by the same token once, by another refused',
        async () => {
            const set = await client.changeSet({
                StackName: 'twice',
                ChangeSetType: 'CREATE',
                TemplateBody: { Resources: { A: HANDLE } },
            });
            const release = fake.hold('A');
            await client.cfn('execute_change_set', { ChangeSetName: set.ChangeSetId, ClientRequestToken: 'e1' });
            await client.cfn('execute_change_set', { ChangeSetName: set.ChangeSetId, ClientRequestToken: 'e1' });
            await refused(
                client.cfn('execute_change_set', { ChangeSetName: set.ChangeSetId, ClientRequestToken: 'e2' }),
                'InvalidChangeSetStatus',
                /cannot be executed in its current execution status of \[EXECUTE_IN_PROGRESS\]$/,
            );
            await refused(
                client.cfn('delete_change_set', { ChangeSetName: set.ChangeSetId }),
                'InvalidChangeSetStatus',
            );
            release();
            await fake.settled('twice');
            equal(
                (await client.cfn('describe_change_set', { ChangeSetName: set.ChangeSetId })).ExecutionStatus,
                'EXECUTE_COMPLETE',
            );
            await refused(
                client.cfn('delete_stack', { StackName: 'twice', ClientRequestToken: 'e1' }),
                'TokenAlreadyExistsException',
            );
        },
    ];
    yield [
        'what else there was is obsolete; what is deleted is gone',
        async () => {
            const other = await client.changeSet({
                StackName: 'twice',
                TemplateBody: { Resources: { A: HANDLE, B: HANDLE } },
            });
            const set = await client.changeSet({
                StackName: 'twice',
                TemplateBody: { Resources: { A: HANDLE, C: HANDLE } },
            });
            equal((await client.cfn('list_change_sets', { StackName: 'twice' })).Summaries.length, 2);
            const release = fake.hold('C');
            await client.cfn('execute_change_set', { ChangeSetName: set.ChangeSetId });
            await release.reached;
            await refused(
                client.cfn('execute_change_set', { ChangeSetName: other.ChangeSetId }),
                'InvalidChangeSetStatus',
                /execution status of \[OBSOLETE\]$/,
            );
            release();
            await fake.settled('twice');
            equal((await client.cfn('list_change_sets', { StackName: 'twice' })).Summaries, []);
            await client.cfn('delete_change_set', { ChangeSetName: 'never', StackName: 'twice' });
            const error = await refused(
                client.cfn('describe_change_set', { ChangeSetName: other.ChangeSetId }),
                'ChangeSetNotFound',
                /^ChangeSet \[arn:.*\] does not exist$/,
            );
            equal(error.status, 404);
            await refused(
                client.cfn('describe_change_set', { ChangeSetName: 'x' }),
                'ValidationError',
                /^StackName must be specified if ChangeSetName is not specified as an ARN\.$/,
            );
            await refused(
                client.cfn('describe_change_set', { ChangeSetName: 'x', StackName: 'nostack' }),
                'ValidationError',
                /^Stack \[nostack\] does not exist$/,
            );
        },
    ];
    yield [
        "CREATE of what exists, UPDATE of what doesn't",
        async () => {
            await refused(
                client.cfn('create_change_set', {
                    StackName: 'twice',
                    ChangeSetName: 'x',
                    ChangeSetType: 'CREATE',
                    TemplateBody: text({ Resources: { A: HANDLE } }),
                }),
                'ValidationError',
                /^Stack \[twice\] already exists and cannot be created again with the changeSet \[x\]\.$/,
            );
            await refused(
                client.cfn('create_change_set', {
                    StackName: 'nostack',
                    ChangeSetName: 'x',
                    TemplateBody: text({ Resources: { A: HANDLE } }),
                }),
                'ValidationError',
                /^Stack \[nostack\] does not exist$/,
            );
        },
    ];
    yield [
        'validation beforehand: properties and names that are taken',
        async () => {
            fake.log('/taken', 'x');
            const set = await client.changeSet({
                StackName: 'early',
                ChangeSetType: 'CREATE',
                TemplateBody: {
                    Resources: { A: group('/taken'), T: { Type: 'AWS::DynamoDB::Table', Properties: { Wrong: 1 } } },
                },
            });
            equal(
                [set.Status, set.StatusReason],
                [
                    'FAILED',
                    'The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck, AWS::EarlyValidation::PropertyValidation]. To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure information.',
                ],
            );
            const { OperationEvents: found } = await client.cfn('describe_events', {
                ChangeSetName: set.ChangeSetId,
                StackName: set.StackId,
                Filters: { FailedEvents: true },
            });
            equal(
                [found[0].EventType, found[0].OperationType, found[0].OperationStatus],
                ['STACK_EVENT', 'CREATE_CHANGESET', 'FAILED'],
            );
            equal(
                found
                    .slice(1)
                    .map((e) => [e.ValidationName, e.LogicalResourceId, e.ValidationPath])
                    .sort(),
                [
                    ['NAME_CONFLICT_VALIDATION', 'A', '/Resources/A'],
                    ['PROPERTY_VALIDATION', 'T', '/Resources/T/Properties'],
                    ['PROPERTY_VALIDATION', 'T', '/Resources/T/Properties/Wrong'],
                ],
            );
            equal((await client.cfn('describe_stack_events', { StackName: 'early' })).StackEvents.length, 1);
            const without = await client.changeSet({
                StackName: 'early',
                ChangeSetType: 'CREATE',
                DisableValidation: true,
                TemplateBody: {
                    Resources: { T: { Type: 'AWS::DynamoDB::Table', Properties: { Wrong: 1, KeySchema: [] } } },
                },
            });
            equal(without.Status, 'CREATE_COMPLETE');
        },
    ];
    yield [
        'a bucket that would go with what is in it: a warning',
        async () => {
            const bucket = {
                Resources: { A: HANDLE, B: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'full-one' } } },
            };
            await client.deploy(fake, { StackName: 'warned', ChangeSetType: 'CREATE', TemplateBody: bucket });
            fake.putObject('full-one', 'x', 'data');
            const set = await client.changeSet({ StackName: 'warned', TemplateBody: { Resources: { A: HANDLE } } });
            equal(set.Status, 'CREATE_COMPLETE');
            const { OperationEvents: found } = await client.cfn('describe_events', {
                ChangeSetName: set.ChangeSetId,
                StackName: set.StackId,
            });
            equal(
                found.map((e) => [e.EventType, e.ValidationName, e.ValidationFailureMode].filter(Boolean)),
                [['STACK_EVENT'], ['VALIDATION_ERROR', 'BUCKET_EMPTINESS_VALIDATION', 'WARN']],
            );
        },
    ];
    yield [
        'hooks that say no',
        async () => {
            fake.hook({ type: 'Org::Guard::Hook', status: 'HOOK_COMPLETE_FAILED', reason: 'not with us' });
            const set = await client.changeSet({
                StackName: 'hooked',
                ChangeSetType: 'CREATE',
                TemplateBody: { Resources: { A: HANDLE } },
            });
            equal(set.StatusReason, 'The following hook(s) failed: [Org::Guard::Hook]');
            const {
                HookResults: [result],
            } = await client.cfn('list_hook_results', { TargetType: 'CHANGE_SET', TargetId: set.ChangeSetId });
            equal([result.TypeName, result.HookStatusReason], ['Org::Guard::Hook', 'not with us']);
        },
    ];
    yield [
        'stack policies',
        async () => {
            await client.deploy(fake, {
                StackName: 'policy',
                ChangeSetType: 'CREATE',
                TemplateBody: { Resources: { T: table('policed') } },
            });
            await refused(
                client.cfn('set_stack_policy', {
                    StackName: 'policy',
                    StackPolicyBody: '{"Statement":[{"Effect":"Never"}]}',
                }),
                'ValidationError',
                /^Error validating stack policy: Invalid stack policy$/,
            );
            await client.cfn('set_stack_policy', {
                StackName: 'policy',
                StackPolicyBody: text({
                    Statement: [
                        {
                            Effect: 'Deny',
                            Action: ['Update:Replace', 'Update:Delete'],
                            Principal: '*',
                            Resource: 'LogicalResourceId/T',
                        },
                        { Effect: 'Allow', Action: 'Update:*', Principal: '*', Resource: '*' },
                    ],
                }),
            });
            const stack = await client.deploy(fake, {
                StackName: 'policy',
                TemplateBody: { Resources: { T: table('policed2') } },
            });
            equal(stack.StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
            like(
                (await client.events('policy')).find((e) => e.ResourceStatus === 'UPDATE_FAILED').ResourceStatusReason,
                /^Action denied by stack policy: Statement \[#1\] does not allow \[Update:Replace\] for resource \[LogicalResourceId\/T\];$/,
            );
        },
    ];
    yield [
        'drift',
        async () => {
            fake.drift('policy', 'T', { status: 'MODIFIED', actual: { BillingMode: 'PROVISIONED' } });
            const { StackDriftDetectionId: id } = await client.cfn('detect_stack_drift', { StackName: 'policy' });
            equal(
                (await client.cfn('describe_stack_drift_detection_status', { StackDriftDetectionId: id }))
                    .DetectionStatus,
                'DETECTION_IN_PROGRESS',
            );
            await sleep(350);
            equal(
                (await client.cfn('describe_stack_drift_detection_status', { StackDriftDetectionId: id }))
                    .StackDriftStatus,
                'DRIFTED',
            );
            const {
                StackResourceDrifts: [drift],
            } = await client.cfn('describe_stack_resource_drifts', {
                StackName: 'policy',
                StackResourceDriftStatusFilters: ['MODIFIED', 'DELETED'],
            });
            equal(drift.PropertyDifferences, [
                {
                    PropertyPath: '/BillingMode',
                    ExpectedValue: 'PAY_PER_REQUEST',
                    ActualValue: 'PROVISIONED',
                    DifferenceType: 'NOT_EQUAL',
                },
            ]);
        },
    ];
    yield [
        'templates back as they were sent; checked without a stack',
        async () => {
            const { TemplateBody: body } = await client.cfn('get_template', { StackName: 'policy' });
            equal(body.Resources.T.Type, 'AWS::DynamoDB::Table');
            const valid = await client.cfn('validate_template', {
                TemplateBody: text({
                    Parameters: { P: { Type: 'String' } },
                    Resources: { R: role({ RoleName: 'x' }) },
                }),
            });
            equal(
                [valid.Capabilities, valid.CapabilitiesReason, valid.Parameters[0].ParameterKey],
                [['CAPABILITY_NAMED_IAM'], 'The following resource(s) require capabilities: [AWS::IAM::Role]', 'P'],
            );
        },
    ];
}

export async function* cases() {
    const w = await world({ timings: { default: 1 }, driftMs: 300 });
    yield* computed(w);
    yield* refusals(w);
    yield* nested(w);
    yield* lives(w);
    yield* end(w);
}
