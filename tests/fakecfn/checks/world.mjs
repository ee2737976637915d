// What the checks share: a fake, boto3 to ask it (client.py), awscli, and comparing.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { KEY, SECRET, startFake } from '../fake.mjs';

export const HERE = dirname(fileURLToPath(import.meta.url));
export const REPO = resolve(HERE, '../../..');
export const PYTHON = join(REPO, 'build/venv/bin/python');

export const ZIP = Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(64, 1)]);
export const bytes = (data) => ({ $bytes: Buffer.from(data).toString('base64') });
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// boto3 in a process of its own. call(service, operation, params, how) resolves to the reply or rejects with {code, message, status}.
export class Client {
    #waiting = new Map();
    #next = 1;

    constructor(fake) {
        const env = {
            PATH: process.env.PATH,
            HOME: '/nonexistent',
            FAKE_URL: fake.url,
            FAKE_HTTP: fake.http,
            FAKE_CA: fake.ca,
            FAKE_KEY: KEY,
            FAKE_SECRET: SECRET,
            AWS_EC2_METADATA_DISABLED: 'true',
        };
        this.child = spawn(PYTHON, [join(HERE, 'client.py')], { env, stdio: ['pipe', 'pipe', 'inherit'] });
        createInterface({ input: this.child.stdout }).on('line', (line) => {
            const { id, result, error } = JSON.parse(line);
            const { done, fail } = this.#waiting.get(id);
            this.#waiting.delete(id);
            if (error)
                fail(Object.assign(new Error(`${error.code}: ${error.message}`), error, { text: error.message }));
            else done(result);
        });
    }

    send(command) {
        const id = this.#next++;
        return new Promise((done, fail) => {
            this.#waiting.set(id, { done, fail });
            this.child.stdin.write(`${JSON.stringify({ ...command, id })}\n`);
        });
    }

    call(service, call, params = {}, how = {}) {
        return this.send({ service, call, params, ...how });
    }

    cfn(call, params, how) {
        return this.call('cloudformation', call, params, how);
    }

    // Until the change set is made; then what it is.
    async changeSet(params, how) {
        const made = await this.cfn(
            'create_change_set',
            {
                ChangeSetName: `set${this.#next}`,
                Capabilities: ['CAPABILITY_NAMED_IAM'],
                ...params,
                TemplateBody: text(params.TemplateBody),
            },
            how,
        );
        for (;;) {
            const set = await this.cfn(
                'describe_change_set',
                { ChangeSetName: made.Id, IncludePropertyValues: true },
                how,
            );
            if (!/PENDING|IN_PROGRESS/.test(set.Status)) return set;
            await sleep(5);
        }
    }

    // Change set, execute, wait: the stack as it is then.
    async deploy(fake, params, execute = {}, how = {}) {
        const set = await this.changeSet(params, how);
        if (set.Status !== 'CREATE_COMPLETE') throw new Error(`${set.Status}: ${set.StatusReason}`);
        await this.cfn(
            'execute_change_set',
            { ChangeSetName: set.ChangeSetId, StackName: set.StackId, ...execute },
            how,
        );
        await fake.settled(set.StackName, how.region);
        return (await this.cfn('describe_stacks', { StackName: set.StackId }, how)).Stacks[0];
    }

    async events(name) {
        const pages = await this.call(
            'cloudformation',
            'describe_stack_events',
            { StackName: name },
            { paginate: true },
        );
        return pages.flatMap((p) => p.StackEvents).reverse();
    }

    close() {
        this.child.stdin.end();
        return new Promise((done) => {
            this.child.on('close', done);
        });
    }
}

export const text = (template) => (typeof template === 'object' ? JSON.stringify(template) : template);

export async function world(options) {
    const fake = await startFake({ keepReplies: true, ...options });
    const client = new Client(fake);
    return {
        fake,
        client,
        end: async () => {
            await client.close();
            await fake.close();
        },
    };
}

// AWS's command line, within the client's process: starting it anew takes longer than what it does.
export async function aws(client, words, env) {
    const { status, stdout, stderr } = await client.send({ aws: words, env });
    if (status) throw new Error(`aws ${words.slice(0, 2).join(' ')}: ${stderr || stdout}`);
    return stdout;
}

const MODELS = { servicequotas: 'service-quotas', apigateway: 'apigatewayv2' };
const EMPTY = new Set([
    'Invoke',
    'GetObject',
    'GetBucketPolicy',
    'InvokeEndpoint',
    'StartLiveTail',
    'InvokeWithResponseStream',
]);

// Events of stacks have statuses that the model of events lacks: so do AWS's own.
const BEYOND = /Events\[\]\.ResourceStatus: (REVIEW_IN_PROGRESS|UPDATE_(ROLLBACK_)?COMPLETE_CLEANUP_IN_PROGRESS) /;

// What every check ends with: the fake had no fault of its own, and its replies are what AWS's descriptions say.
export async function* end({ fake, client, end: close }) {
    yield ['the fake itself was never at fault', () => equal(fake.bugs.map(String), [])];
    yield [
        'its replies have the members and values that botocore knows',
        async () => {
            const problems = new Set();
            for (const [name, bodies] of fake.replies) {
                const [service, operation] = name.split(':');
                if (EMPTY.has(operation)) continue;
                for (const body of bodies) {
                    const found = await client.send({ judge: [MODELS[service] ?? service, operation, body] });
                    for (const problem of found) if (!BEYOND.test(problem)) problems.add(problem);
                }
            }
            equal([...problems], []);
        },
    ];
    await close();
}

export function equal(got, wanted, what = 'value') {
    const [a, b] = [JSON.stringify(got), JSON.stringify(wanted)];
    if (a !== b) throw new Error(`${what}:\n  got    ${a}\n  wanted ${b}`);
}

export function like(text, pattern, what = 'text') {
    if (!pattern.test(text ?? '')) throw new Error(`${what}: ${text}\n  is not like ${pattern}`);
}

// The refusal of a call: its code, and what its message is like.
export async function refused(promise, code, pattern) {
    let error;
    try {
        await promise;
    } catch (e) {
        error = e;
    }
    if (!error) throw new Error(`wanted to be refused with ${code}`);
    if (error.code !== code) throw new Error(`refused with ${error.code}: ${error.message}\n  wanted ${code}`);
    if (pattern) like(error.text ?? error.message, pattern, code);
    return error;
}

export const readJson = (path) => JSON.parse(readFileSync(path));

export const HANDLE = { Type: 'AWS::CloudFormation::WaitConditionHandle' };
export const group = (name, more = {}) => ({
    Type: 'AWS::Logs::LogGroup',
    Properties: { LogGroupName: name },
    ...more,
});
export const table = (name, more = {}) => ({
    Type: 'AWS::DynamoDB::Table',
    Properties: {
        TableName: name,
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
    },
    ...more,
});
