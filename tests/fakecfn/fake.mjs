// The fake as tests hold it: start it, plant things and troubles, look at what was asked of it.
//
//     const fake = await startFake({ latencyMs: 50 });
//     fake.script('CreateChangeSet', [{ error: 'Throttling' }, { reset: 'mid-body' }]);
//     run(program, { env: fake.env() });
//     fake.requests …; await fake.close();
//
// options: region, latencyMs (a round trip: once per request, twice more per connection), pageSize, changeSetMs, timings {default, 'AWS::X::Y', [logicalId]: ms}, seed, driftMs,
// functionUpdateMs, liveTailMs, emptyLogPages, noBucketNamespaces, bucketDelayMs, keepReplies, ports [tls, http], control (port).

import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Account, ACCOUNT } from './account.mjs';
import { plantStack } from './cloudformation/plant.mjs';
import { settled } from './cloudformation/deploy.mjs';
import { findStack } from './cloudformation/stack.mjs';
import { listenControl } from './control.mjs';
import { Faults } from './faults.mjs';
import { allowed } from './permissions/policy.mjs';
import { newBucket } from './s3/buckets.mjs';
import { listen } from './server.mjs';
import { validation } from './wire/errors.mjs';
import { openAuthority } from './wire/certificate.mjs';

export const KEY = 'AKIAFAKECFNEXAMPLE01';
export const SECRET = 'fakecfn/secret+of/no+account0000EXAMPLE';

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const wildcard = (text) => new RegExp(`^${text.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 'i');

export class Fake extends EventEmitter {
    faults = new Faults();
    requests = [];
    bugs = []; // errors of the fake itself: a test fails when there are any
    tunnels = [];
    replies = new Map(); // with keepReplies: operation → bodies
    seen = new WeakSet(); // connections that asked before
    credentials = new Map();
    assumable = new Map();
    webTokens = new Map();
    answers = new Map();
    images = new Set();
    prices = new Map([
        ['ml.m5.xlarge', 0.23],
        ['ml.m5.large', 0.115],
        ['ml.g5.xlarge', 1.408],
        ['ml.t2.medium', 0.056],
    ]);
    lambdaLimits = {}; // TotalCodeSize, ConcurrentExecutions, otherCode: bytes of functions that are not kept here
    priceRegions = ['us-east-1', 'us-west-2', 'eu-central-1'];
    #clock = 0;
    #denied = [];
    #policies = null;
    #failures = [];
    #holds = [];
    #quotas = new Map();
    #validations = [];
    #hooks = [];
    #changeSetFailures = [];
    #troubles = new Map();
    #functionTroubles = new Map();

    constructor(options) {
        super();
        this.options = { region: 'us-east-1', ...options };
        this.account = new Account(options.seed);
        this.addCredentials(KEY, { secret: SECRET });
        for (const type of this.prices.keys()) this.setQuota(`${type} for endpoint usage`, 4, undefined, 'sagemaker');
    }

    // ---- where and who ----

    now() {
        return Date.now() + this.#clock;
    }

    // The account's clock runs ahead of the machine's by so much.
    skew(ms) {
        this.#clock = ms;
    }

    addCredentials(
        keyId,
        {
            secret,
            token,
            expires,
            arn = `arn:aws:iam::${ACCOUNT}:user/deployer`,
            userId = 'AIDAFAKECFNDEPLOYER01',
            account = ACCOUNT,
        },
    ) {
        this.credentials.set(keyId, { secret, token, expires, arn, userId, account });
    }

    // What a program needs to talk to the fake. {proxy: true}: real host names, through the tunnel.
    env({ proxy = false, http = false } = {}) {
        const common = {
            AWS_ACCESS_KEY_ID: KEY,
            AWS_SECRET_ACCESS_KEY: SECRET,
            AWS_REGION: this.options.region,
            AWS_DEFAULT_REGION: this.options.region,
            AWS_CA_BUNDLE: this.ca,
            AWS_EC2_METADATA_DISABLED: 'true',
        };
        if (proxy) return { ...common, HTTPS_PROXY: this.http, https_proxy: this.http };
        return { ...common, AWS_ENDPOINT_URL: http ? this.http : this.url };
    }

    // ---- troubles ----

    script(key, steps) {
        this.faults.script(key, steps);
    }

    // Faults at random, the same ones for the same seed: {seed, rate, inRow, except}; storm(null) ends it.
    storm(options = {}) {
        this.faults.storm(options);
    }

    // Actions that no policy allows, `*` as in policies.
    deny(...actions) {
        this.#denied.push(...actions.flat().map(wildcard));
    }

    // The deployer may do what this policy allows, and nothing else. Resources are made in its name.
    allowOnly(...policies) {
        this.#policies = policies.flat();
    }

    allow() {
        this.#denied = [];
        this.#policies = null;
    }

    get limited() {
        return Boolean(this.#policies) || this.#denied.length > 0;
    }

    permits(action, resource = '*', context = {}) {
        if (this.isDenied(action)) return false;
        return !this.#policies || allowed(this.#policies, action, resource, context);
    }

    isDenied(action) {
        return this.#denied.some((p) => p.test(action));
    }

    // what: type or logical id. on: create, settle, update, rollback, delete. times: how often.
    failResource(what, reason, { on = ['create', 'settle', 'update'], times = 1, stack } = {}) {
        this.#failures.push({ what, reason, on: [on].flat(), left: times, stack });
    }

    takeFailure(stack, record, action) {
        const found = this.#failures.find(
            (f) =>
                f.left > 0 &&
                f.on.includes(action) &&
                (f.what === record.type || f.what === record.logicalId) &&
                (!f.stack || f.stack === stack.name),
        );
        if (!found) return null;
        found.left--;
        return found.reason;
    }

    // Stops the work on a resource until the returned function is called. fake.held tells when it got there.
    hold(what, phase = 'settle') {
        const hold = { what, phase };
        hold.reached = new Promise((done) => {
            hold.arrive = done;
        });
        hold.released = new Promise((done) => {
            hold.release = done;
        });
        this.#holds.push(hold);
        return Object.assign(
            () => {
                this.#holds = this.#holds.filter((h) => h !== hold);
                hold.release();
            },
            { reached: hold.reached },
        );
    }

    release(what) {
        for (const hold of this.#holds.filter((h) => what === undefined || h.what === what)) hold.release();
        this.#holds = this.#holds.filter((h) => what !== undefined && h.what !== what);
    }

    async pause(stack, record, phase) {
        const { timings = {} } = this.options;
        await sleep(timings[record.logicalId] ?? timings[record.type] ?? timings.default ?? 3);
        for (const hold of this.#holds.filter(
            (h) => (h.what === record.type || h.what === record.logicalId) && h.phase === phase,
        )) {
            hold.arrive();
            await hold.released;
        }
    }

    pauseChangeSet() {
        return sleep(this.options.changeSetMs ?? 5);
    }

    failValidation(finding) {
        this.#validations.push(finding);
    }

    takeValidations() {
        return this.#validations.splice(0);
    }

    // {type, status, reason, mode}: what a hook said of the next change set.
    hook(result) {
        this.#hooks.push(result);
    }

    takeHooks() {
        return this.#hooks.splice(0);
    }

    failChangeSet(reason) {
        this.#changeSetFailures.push(reason);
    }

    takeChangeSetFailure() {
        return this.#changeSetFailures.shift();
    }

    // The endpoint's next change: {fail: reason} or {rollBack: reason} (in service again with what it had).
    endpointTrouble(name, trouble) {
        this.#troubles.set(name, trouble);
    }

    takeTrouble(name) {
        const trouble = this.#troubles.get(name);
        this.#troubles.delete(name);
        return trouble;
    }

    functionTrouble(name, reason) {
        this.#functionTroubles.set(name, reason);
    }

    takeFunctionTrouble(name) {
        const trouble = this.#functionTroubles.get(name);
        this.#functionTroubles.delete(name);
        return trouble;
    }

    // ---- things ----

    setQuota(name, value, region = '*', service = 'sagemaker') {
        this.#quotas.set(`${region} ${name}`, {
            name,
            value,
            region,
            service,
            standard: value === null ? undefined : value,
        });
    }

    quotas(region) {
        const found = new Map();
        for (const q of this.#quotas.values()) if (q.region === '*' && q.value !== null) found.set(q.name, q);
        for (const q of this.#quotas.values()) if (q.region === region && q.value !== null) found.set(q.name, q);
        return found;
    }

    quota(region, name) {
        return this.quotas(region).get(name)?.value;
    }

    region(name = this.options.region) {
        return this.account.region(name);
    }

    // A stack in any state, without having lived through it: see plant.mjs.
    putStack(given) {
        return plantStack(this, this.region(given.region), given);
    }

    // Ends what a stack planted in *_IN_PROGRESS is at.
    finish(name, status, reason) {
        const stack = this.stack(name);
        stack.setStatus(status, reason);
        stack.running = null;
        for (const wake of stack.waiters ?? []) wake();
        stack.waiters = [];
    }

    stack(name, region) {
        return findStack(this.region(region), name);
    }

    // Resolves when nothing works on the stack any more.
    async settled(name, region) {
        const stack = typeof name === 'string' ? this.stack(name, region) : name;
        if (stack) await settled(stack);
        return stack;
    }

    putBucket(name, { region = this.options.region, owner = ACCOUNT } = {}) {
        const bucket = newBucket(name, region, owner);
        this.account.buckets.set(name, bucket);
        return bucket;
    }

    putObject(bucket, key, body) {
        return (this.account.buckets.get(bucket) ?? this.putBucket(bucket)).put(key, Buffer.from(body));
    }

    putImage(image) {
        this.images.add(image);
    }

    log(group, message, { stream = 'stream', timestamp = this.now(), region = this.options.region } = {}) {
        const groups = this.account.region(region).logGroups;
        if (!groups.has(group)) groups.set(group, []);
        groups.get(group).push({ stream, timestamp, message, id: randomUUID() });
    }

    drift(stackName, logicalId, planted) {
        this.stack(stackName).resources.get(logicalId).planted = planted;
    }

    // Makes a change set's execution status what is given (OBSOLETE).
    setChangeSet(stackName, name, fields) {
        Object.assign(
            this.stack(stackName).changeSets.get(name) ?? [...this.stack(stackName).changeSets.values()].at(-1),
            fields,
        );
    }

    dynamicReference(region, reference) {
        const [kind, name] = reference.split(/:(.*)/s);
        const found = kind === 'ssm' && region.parameters.get(name.split(':')[0]);
        if (found) return found.Value;
        if (kind === 'secretsmanager') return 'secret-value';
        throw validation(`Unable to fetch parameters [${name}] from parameter store for this account.`);
    }

    // ---- what was asked ----

    count(operation) {
        return this.requests.filter(
            (r) => !operation || r.operation === operation || `${r.service}:${r.operation}` === operation,
        ).length;
    }

    // {calls, connections, requestBytes, replyBytes, byOperation}
    totals() {
        const byOperation = {};
        for (const r of this.requests)
            byOperation[`${r.service}:${r.operation}`] = (byOperation[`${r.service}:${r.operation}`] ?? 0) + 1;
        const sum = (field) => this.requests.reduce((n, r) => n + r[field], 0);
        return {
            calls: this.requests.length,
            connections: this.requests.filter((r) => r.connection).length,
            requestBytes: sum('requestBytes'),
            replyBytes: sum('replyBytes'),
            byOperation,
        };
    }

    forget() {
        this.requests.length = 0;
    }

    async setTlsFlaw(flaw) {
        this.tlsFlaw = flaw;
        await this.server.renew();
    }

    async close() {
        this.release();
        await this.server.close();
        await this.control?.close();
        await rm(this.folder, { recursive: true, force: true });
    }
}

let shared;

// One authority for all fakes of a process: making keys takes longer than a test.
async function authorityOf() {
    const folder = await mkdtemp(join(tmpdir(), 'fakecfn-ca-'));
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
    return openAuthority(folder);
}

export async function startFake(options = {}) {
    const fake = new Fake(options);
    fake.folder = await mkdtemp(join(tmpdir(), 'fakecfn-'));
    const authority = await (shared ??= authorityOf());
    fake.ca = authority.file;
    fake.server = await listen(fake, authority);
    const [secure, plain] = fake.server.ports;
    fake.url = `https://127.0.0.1:${secure}`;
    fake.http = `http://127.0.0.1:${plain}`;
    if (options.control !== undefined) {
        fake.control = await listenControl(fake, options.control);
        fake.controlUrl = fake.control.url;
    }
    return fake;
}
