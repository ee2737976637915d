// awscli's own deployment against the fake: package, deploy, deploy again, see, follow, delete; by endpoint and by name.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aws, end, equal, group, like, text, world, ZIP } from './world.mjs';

export async function* cases() {
    const w = await world({ timings: { default: 0 }, changeSetMs: 0, latencyMs: 40 });
    const { fake, client } = w; // so that a stack is done when awscli first looks
    const run = (words, env = fake.env()) => aws(client, words, env);
    const file = (name, data) => {
        const path = join(fake.folder, name);
        writeFileSync(path, data);
        return path;
    };
    yield [
        'aws cloudformation package and deploy, by real names',
        async () => {
            const env = fake.env({ proxy: true });
            await run(['s3', 'mb', 's3://cli-artifacts'], env);
            file('code.zip', ZIP);
            const template = file(
                'template.json',
                text({
                    Resources: {
                        Role: {
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
                        Fn: {
                            Type: 'AWS::Lambda::Function',
                            Properties: {
                                Runtime: 'nodejs24.x',
                                Handler: 'index.handler',
                                Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
                                Code: 'code.zip',
                            },
                        },
                    },
                }),
            );
            await run(
                [
                    'cloudformation',
                    'package',
                    '--template-file',
                    template,
                    '--s3-bucket',
                    'cli-artifacts',
                    '--output-template-file',
                    join(fake.folder, 'packaged.json'),
                    '--use-json',
                ],
                env,
            );
            const out = await run(
                [
                    'cloudformation',
                    'deploy',
                    '--template-file',
                    join(fake.folder, 'packaged.json'),
                    '--stack-name',
                    'cli',
                    '--capabilities',
                    'CAPABILITY_IAM',
                    '--tags',
                    'a=b',
                ],
                env,
            );
            like(out, /Successfully created\/updated stack - cli/);
            equal(fake.stack('cli').status, 'CREATE_COMPLETE');
            equal(
                fake.tunnels.every((t) => t.endsWith(':443')),
                true,
            );
        },
    ];
    yield [
        'deploy again: no changes',
        async () => {
            const out = await run([
                'cloudformation',
                'deploy',
                '--template-file',
                join(fake.folder, 'packaged.json'),
                '--stack-name',
                'cli',
                '--capabilities',
                'CAPABILITY_IAM',
                '--tags',
                'a=b',
                '--no-fail-on-empty-changeset',
            ]);
            like(out, /No changes to deploy\. Stack cli is up to date/);
        },
    ];
    yield [
        'deploy what fails: rolled back',
        async () => {
            fake.failResource('G', 'it may not be');
            const template = file('worse.json', text({ Resources: { G: group('/cli/g') } }));
            const error = await run([
                'cloudformation',
                'deploy',
                '--template-file',
                template,
                '--stack-name',
                'cli2',
            ]).catch((e) => e);
            like(error.message, /Failed to create\/update the stack/);
            equal(fake.stack('cli2').status, 'ROLLBACK_COMPLETE');
        },
    ];
    yield [
        'a template that goes by S3 when it is large',
        async () => {
            const template = file(
                'large.json',
                text({ Resources: { G: group('/cli/large') }, Metadata: { filling: 'x'.repeat(60_000) } }),
            );
            await run(
                [
                    'cloudformation',
                    'deploy',
                    '--template-file',
                    template,
                    '--stack-name',
                    'large',
                    '--s3-bucket',
                    'cli-artifacts',
                ],
                fake.env({ proxy: true }),
            );
            equal(fake.stack('large').status, 'CREATE_COMPLETE');
        },
    ];
    yield [
        'seen, drained, deleted',
        async () => {
            like(
                await run(['cloudformation', 'describe-stack-events', '--stack-name', 'cli', '--output', 'text']),
                /CREATE_COMPLETE/,
            );
            like(
                await run(['lambda', 'list-functions', '--query', 'Functions[].FunctionName', '--output', 'text']),
                /cli-Fn-/,
            );
            await run(['cloudformation', 'delete-stack', '--stack-name', 'cli']);
            await fake.settled('cli');
            equal(fake.region().functions.size, 0);
            await run(['s3', 'rb', 's3://cli-artifacts', '--force']);
            equal(fake.account.buckets.has('cli-artifacts'), false);
        },
    ];
    yield* end(w);
}
