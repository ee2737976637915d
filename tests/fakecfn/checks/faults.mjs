// What goes wrong on purpose does so: refusals, resets at every place, stale reads, certificates; and boto3 comes through
// where a client can.

import { spawn } from 'node:child_process';
import https from 'node:https';
import { readFileSync } from 'node:fs';
import { Client, end, equal, group, HANDLE, HERE, refused, text, world } from './world.mjs';
import { join } from 'node:path';

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' };

async function* scripted({ fake, client }) {
    const stacks = (how) => client.cfn('describe_stacks', {}, how);
    for (const [code, message, status] of [
        ['Throttling', 'Rate exceeded', 400],
        ['RequestLimitExceeded', 'Request limit exceeded.', 400],
        [
            'InternalFailure',
            'The request processing has failed because of an unknown error, exception or failure.',
            500,
        ],
        ['ServiceUnavailable', 'Service is currently unavailable. Please try again.', 503],
        ['ExpiredToken', 'The security token included in the request is expired', 403],
    ]) {
        yield [
            `refused with ${code}`,
            async () => {
                fake.script('DescribeStacks', { error: code });
                const error = await refused(stacks(), code, new RegExp(`^${message.replaceAll('.', '\\.')}$`));
                equal(error.status, status);
                await stacks();
            },
        ];
    }
    yield [
        'Rate exceeded under another code',
        async () => {
            fake.script('DescribeStacks', { error: { code: 'ValidationError', message: 'Rate exceeded' } });
            await refused(stacks(), 'ValidationError', /^Rate exceeded$/);
        },
    ];
    yield [
        'the same in JSON, REST and S3',
        async () => {
            fake.script('logs:DescribeLogGroups', { error: 'ThrottlingException' });
            await refused(client.call('logs', 'describe_log_groups'), 'ThrottlingException', /^Rate exceeded$/);
            fake.script('lambda:ListFunctions', { error: 'TooManyRequestsException' });
            equal((await refused(client.call('lambda', 'list_functions'), 'TooManyRequestsException')).status, 429);
            fake.script('s3:ListBuckets', { error: 'SlowDown' });
            equal((await refused(client.call('s3', 'list_buckets'), 'SlowDown')).status, 503);
        },
    ];
    yield [
        'a client that tries again comes through',
        async () => {
            fake.script('DescribeStacks', [{ error: 'Throttling' }, { reset: 'after-work' }]);
            const before = fake.count('DescribeStacks');
            await stacks({ attempts: 3 });
            equal(fake.count('DescribeStacks') - before, 3);
            equal(fake.faults.unused(), []);
        },
    ];
    for (const reset of ['before', 'after-work', 'mid-headers', 'mid-body']) {
        yield [
            `reset: ${reset}`,
            async () => {
                fake.script('CreateChangeSet', { reset });
                const name = `reset-${reset}`;
                const call = client.cfn('create_change_set', {
                    StackName: name,
                    ChangeSetName: 'x',
                    ChangeSetType: 'CREATE',
                    TemplateBody: text({ Resources: { A: HANDLE } }),
                });
                await call.then(
                    () => {
                        throw new Error('it got an answer');
                    },
                    (error) => equal(error.kind === 'ClientError', false, error.message),
                );
                equal(Boolean(fake.stack(name)), reset !== 'before', 'the stack is there');
            },
        ];
    }
    yield [
        'cut after each of the first 200 bytes',
        async () => {
            for (let at = 0; at < 200; at += 23) {
                fake.script('DescribeStacks', { cutAt: at });
                await stacks().then(
                    () => {
                        throw new Error(`whole after ${at} bytes`);
                    },
                    (error) => equal(error.kind === 'ClientError', false, `${at}: ${error.message}`),
                );
            }
        },
    ];
    yield [
        'slow, in drops',
        async () => {
            fake.script('DescribeStacks', [{ delayMs: 120 }, { dripMs: 1 }]);
            const begun = Date.now();
            await stacks();
            equal(Date.now() - begun >= 120, true);
            await stacks();
        },
    ];
    yield [
        'done, yet refused',
        async () => {
            fake.script('CreateChangeSet', { error: 'InternalFailure', late: true });
            await refused(
                client.cfn('create_change_set', {
                    StackName: 'late',
                    ChangeSetName: 'x',
                    ChangeSetType: 'CREATE',
                    TemplateBody: text({ Resources: { A: HANDLE } }),
                }),
                'InternalFailure',
            );
            equal(fake.stack('late').status, 'REVIEW_IN_PROGRESS');
        },
    ];
    yield [
        'stale reads',
        async () => {
            await client.deploy(fake, {
                StackName: 'stale',
                ChangeSetType: 'CREATE',
                TemplateBody: { Resources: { A: group('/stale') } },
            });
            fake.script('DescribeStacks', [{ stale: true }, { stale: 'REVIEW_IN_PROGRESS' }]);
            const seen = [];
            for (let i = 0; i < 3; i++)
                seen.push((await client.cfn('describe_stacks', { StackName: 'stale' })).Stacks[0].StackStatus);
            equal(seen, ['CREATE_IN_PROGRESS', 'REVIEW_IN_PROGRESS', 'CREATE_COMPLETE']);
        },
    ];
    yield [
        'only where parameters say so; always; what is never used',
        async () => {
            fake.script('DescribeStacks', { error: 'Throttling', when: { StackName: 'other' }, always: true });
            await client.cfn('describe_stacks', { StackName: 'stale' });
            for (let i = 0; i < 2; i++)
                await refused(client.cfn('describe_stacks', { StackName: 'other' }), 'Throttling');
            fake.faults.clear();
            fake.script('GetTemplate', [{ error: 'Throttling' }, { error: 'Throttling' }]);
            equal(fake.faults.unused().length, 2);
            fake.faults.clear();
        },
    ];
    yield [
        "headers of one's own, a reply in chunks",
        async () => {
            fake.script('DescribeStacks', { error: 'Throttling', headers: { 'x-amz-retry-after': '1500' } });
            fake.script('ListStacks', { chunked: 7 });
            const reply = await client.send({
                raw: { service: 'cloudformation', headers: FORM, body: 'Action=DescribeStacks&Version=2010-05-15' },
            });
            equal([reply.status, reply.headers['x-amz-retry-after']], [400, '1500']);
            const chunked = await client.send({
                raw: { service: 'cloudformation', headers: FORM, body: 'Action=ListStacks&Version=2010-05-15' },
            });
            equal(
                [
                    chunked.headers['Transfer-Encoding'] ?? chunked.headers['transfer-encoding'],
                    /<\/ListStacksResponse>$/.test(chunked.body),
                ],
                ['chunked', true],
            );
        },
    ];
    yield [
        'a wrong clock in the reply, another reply altogether',
        async () => {
            fake.script('DescribeStacks', [
                { skewMs: 3_600_000 },
                { raw: { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>proxy' } },
            ]);
            await stacks();
            await stacks().then(
                () => {
                    throw new Error('it took HTML');
                },
                () => {},
            );
        },
    ];
}

async function* storms({ fake, client }) {
    yield [
        'a storm: the same for the same seed, and boto3 gets through it where it repeats',
        async () => {
            const seen = [];
            for (const seed of [7, 7, 8]) {
                fake.storm({ seed, rate: 0.6 });
                const from = fake.requests.length;
                for (let i = 0; i < 12; i++) await client.cfn('list_stacks', {}).catch(() => {});
                seen.push(
                    fake.requests
                        .slice(from)
                        .map((r) => JSON.stringify(r.fault ?? {}))
                        .join(),
                );
            }
            fake.storm(null);
            equal([seen[0] === seen[1], seen[0] === seen[2]], [true, false]);
            equal(seen[0].includes('reset') && seen[0].includes('error'), true, seen[0]);
        },
    ];
}

async function* certificates({ fake, client }) {
    yield [
        'certificates that nobody should take',
        async () => {
            const get = (ca = readFileSync(fake.ca)) =>
                new Promise((done) => {
                    https
                        .get(fake.url, { ca, agent: false, servername: 'localhost' }, (r) => done(r.statusCode))
                        .on('error', (e) => done(e.code));
                });
            const seen = {};
            for (const flaw of ['expired', 'wrong-host', 'self-signed', undefined]) {
                await fake.setTlsFlaw(flaw);
                seen[flaw] = await get();
            }
            equal(seen, {
                expired: 'CERT_HAS_EXPIRED',
                'wrong-host': 'ERR_TLS_CERT_ALTNAME_INVALID',
                'self-signed': 'DEPTH_ZERO_SELF_SIGNED_CERT',
                undefined: 403,
            });
            equal(await get([]), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE');
            await client.cfn('describe_stacks');
        },
    ];
}

// The fake as a program, told what to do over its control port.
async function* program() {
    yield [
        'as a program, with its control port',
        async () => {
            const child = spawn(process.execPath, [join(HERE, '../main.mjs'), '--timings', '{"default": 1}'], {
                stdio: ['ignore', 'pipe', 'inherit'],
            });
            const told = JSON.parse(
                await new Promise((done) => {
                    child.stdout.once('data', (d) => done(d.toString()));
                }),
            );
            const post = async (name, ...args) =>
                (await fetch(`${told.control}/${name}`, { method: 'POST', body: JSON.stringify(args) })).json();
            const read = async (name) => (await fetch(`${told.control}/${name}`)).json();
            await post('putStack', { name: 'planted', status: 'UPDATE_COMPLETE' });
            await post('script', 'DescribeStacks', [{ error: 'Throttling' }]);
            const client = new Client(told);
            const ask = () => client.cfn('describe_stacks', { StackName: 'planted' });
            await refused(ask(), 'Throttling');
            equal((await ask()).Stacks[0].StackStatus, 'UPDATE_COMPLETE');
            equal(
                [
                    (await read('stacks'))[0].name,
                    (await read('totals')).calls,
                    await read('bugs'),
                    (await post('nonsense')).error,
                ],
                ['planted', 2, [], 'no such method: nonsense'],
            );
            await client.close();
            child.kill('SIGTERM');
            await new Promise((done) => {
                child.on('close', done);
            });
        },
    ];
}

export async function* cases() {
    const w = await world({ timings: { default: 1 } });
    yield* scripted(w);
    yield* storms(w);
    yield* certificates(w);
    yield* program();
    yield* end(w);
}
