// The same handlers behind AWS's Runtime Interface Emulator, behind `pluto run` and behind our strict API, run by
// bootstrap and by Lambda's own client for Node.js: what the caller sees must be the same in all combinations.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';

import { RuntimeApi } from './api.mjs';
import { HERE, KINDS, NODE, PLUTO, ROOT, equal, functionEnv, like, plainTest, sleep } from './harness.mjs';
import { freePort } from '../ports.mjs';
import { command, family, gone, start as startRun } from '../run/world.mjs';

const SHIM = path.join(HERE, 'worker/ric-shim.cjs');
const CLIENT = path.join(ROOT, 'tests/node_modules/aws-lambda-ric/index.mjs');

// ---- The handlers -------------------------------------------------------------------------------

const PROGRAM = `
const does = {
    echo: (event) => event,
    nothing: () => undefined,
    numbers: () => ({ n: NaN, i: Infinity, u: undefined, d: new Date(0), z: -0 }),
    function: () => () => 1,
    big: () => ({ a: 1n }),
    unicode: () => 'ä € 😀 \\u0000 \\ud800',
    buffer: () => Buffer.from('ab'),
    large: ({ size }) => 'x'.repeat(size),
    type: () => { throw new TypeError('not so'); },
    text: () => { throw 'a text'; },
    nil: () => { throw null; },
    coded: () => { throw Object.assign(new Error('x'), { code: 'E', name: 'Mine' }); },
    exit: ({ code }) => process.exit(code),
    kill: () => process.kill(process.pid, 'SIGKILL'),
    reject: () => new Promise(() => { Promise.reject(new Error('nobody catches')); setTimeout(() => {}, 5000); }),
    late: () => { setTimeout(() => { throw new Error('from a timer'); }, 10); return new Promise((r) => setTimeout(r, 5000)); },
    time: (event, context) => { const ms = context.getRemainingTimeInMillis(); return ms > 500 && ms <= 10_000; },
    context: (event, c) => [typeof c.awsRequestId, typeof c.functionName, c.functionVersion, typeof c.memoryLimitInMB, typeof c.logGroupName, typeof c.logStreamName, typeof c.invokedFunctionArn, c.identity ?? null],
    client: (event, c) => c.clientContext ?? null,
    variable: () => process.env.WITH_EQUALS,
    wait: () => new Promise((resolve) => setTimeout(resolve, 300, 'waited')),
    hang: () => new Promise((resolve) => setTimeout(resolve, 60_000)),
};
export const handler = async (event, context) => does[event?.do] ? does[event.do](event, context) : event;
`;

const CASES = [
    ['an object', { a: [1, 'x', null, { b: true }] }], ['a text', 'x'], ['null', null], ['a number', 5], ['a list', []],
    ['undefined', { do: 'nothing' }], ['numbers that JSON has not', { do: 'numbers' }], ['BigInt', { do: 'big' }],
    ['letters', { do: 'unicode' }], ['a buffer', { do: 'buffer' }], ['100 KB', { do: 'large', size: 100_000 }],
    ['TypeError', { do: 'type' }], ['a thrown text', { do: 'text' }], ['a thrown null', { do: 'nil' }],
    ['an error with a name of its own', { do: 'coded' }], ['the time that is left', { do: 'time' }],
    ['the context', { do: 'context' }],  ['a variable with an equals sign', { do: 'variable' }], ['waiting', { do: 'wait' }],
    ['exit 3', { do: 'exit', code: 3 }], ['after an exit', { do: 'echo', x: 2 }],
    ['exit 0', { do: 'exit', code: 0 }], ['SIGKILL', { do: 'kill' }], ['after SIGKILL', { do: 'echo', x: 3 }],
    ['a promise that nobody catches', { do: 'reject' }], ['a timer that throws', { do: 'late' }],
    ['after all of it', { do: 'echo', x: 1 }],
];

const STREAMS = `
export const handler = awslambda.streamifyResponse(async (event, stream, context) => {
    if (event.type) stream.setContentType(event.type);
    if (event.early) throw new RangeError('early');
    if (event.http) stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { 'x-a': 'b' }, cookies: ['c=d'] });
    for (const part of event.parts ?? []) stream.write(part);
    if (event.fail) throw new RangeError('half way');
    stream.end();
});
`;
const STREAM_CASES = [
    ['parts', { parts: ['one ', 'two'] }], ['a type', { parts: ['<p>'], type: 'text/html' }],
    ['with an HTTP head', { http: true, parts: ['hello'] }], ['an object', { parts: ['{"a":1}'], type: 'application/json' }],
    ['100 KB', { parts: ['y'.repeat(100_000)] }],
];

// ---- The runtimes -------------------------------------------------------------------------------

const bootstrap = (dir) => {
    const inner = path.join(dir, 'pluto');
    fs.mkdirSync(inner, { recursive: true });
    fs.copyFileSync(KINDS[0].program, path.join(inner, 'bootstrap'));
    fs.chmodSync(path.join(inner, 'bootstrap'), 0o755);
    fs.copyFileSync(path.join(path.dirname(KINDS[0].program), 'worker.mjs'), path.join(inner, 'worker.mjs'));
    return [path.join(inner, 'bootstrap')];
};
const client = () => [NODE, '--require', SHIM, CLIENT];
const RUNTIMES = { bootstrap, 'aws-lambda-ric': client };

// Error bodies without what differs from run to run: ids, places in files. A runtime that was killed from outside may
// have been so for want of memory; whether that is named is the platform's affair.
function plain(text) {
    let value;
    try {
        value = JSON.parse(text);
    } catch {
        return text;
    }
    if (value?.trace) value.trace = value.trace.length > 0;
    if (value?.errorType === 'Runtime.OutOfMemory') value.errorType = 'Runtime.ExitError';
    if (value?.errorMessage) value.errorMessage = value.errorMessage.replace(/RequestId: [0-9a-f-]{36}/, 'RequestId: *');
    return value;
}

function emulator() {
    const lib = path.join(ROOT, 'build/rie/lib');
    const name = `aws-lambda-rie-${process.arch === 'arm64' ? 'arm64' : 'x86_64'}`;
    const found = (fs.existsSync(lib) ? fs.readdirSync(lib) : [])
        .map((python) => path.join(lib, python, 'site-packages/samcli/local/rapid', name)).find(fs.existsSync);
    if (!found) throw new Error('AWS\'s emulator is missing: run scripts/setup test');
    return found;
}

// A folder with the program, and the environment of a function in it.
function place(dir, program) {
    fs.mkdirSync(dir);
    fs.writeFileSync(path.join(dir, 'index.mjs'), program);
    return { ...functionEnv(dir), PATH: process.env.PATH, PLUTO_NODE: NODE, WITH_EQUALS: 'a=b=c', AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' };
}

// ---- The platforms ------------------------------------------------------------------------------

class Rie {
    static async start(dir, program, runtime, { timeout = 10 } = {}) {
        const rie = new Rie();
        const env = place(dir, program);
        const binary = path.join(dir, 'rie');
        fs.copyFileSync(emulator(), binary);
        fs.chmodSync(binary, 0o755);
        rie.port = await freePort(2);
        const args = ['--log-level', 'error', '--runtime-interface-emulator-address', `127.0.0.1:${rie.port}`,
            '--runtime-api-address', `127.0.0.1:${rie.port + 1}`, ...RUNTIMES[runtime](dir), env._HANDLER];
        rie.child = spawn(binary, args, { cwd: dir, env: { ...env, AWS_LAMBDA_FUNCTION_TIMEOUT: String(timeout) }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
        rie.log = '';
        for (const stream of [rie.child.stdout, rie.child.stderr]) stream.on('data', (text) => (rie.log += text));
        for (let i = 0; i < 3000 && !(await rie.#listens()); i++) await sleep(10);
        return rie;
    }

    #listens() {
        return new Promise((resolve) => {
            const socket = net.connect(this.port, '127.0.0.1', () => resolve(socket.destroy()));
            socket.on('error', () => resolve(false));
        });
    }

    invoke(event) {
        return new Promise((resolve, reject) => {
            const request = http.request({ port: this.port, host: '127.0.0.1', method: 'POST', agent: false, path: '/2015-03-31/functions/function/invocations' }, async (response) => {
                const parts = [];
                for await (const part of response) parts.push(part);
                resolve(Buffer.concat(parts).toString());
            });
            request.on('error', reject);
            request.end(JSON.stringify(event));
        });
    }

    async stop() {
        const gone = new Promise((resolve) => this.child.on('close', resolve));
        process.kill(-this.child.pid, 'SIGKILL');
        await gone;
    }
}

// Our API, with a runtime that is started again when it ended, as a platform does.
class Ours {
    static async start(dir, program, runtime) {
        const ours = new Ours();
        const env = place(dir, program);
        ours.api = await RuntimeApi.start();
        ours.command = RUNTIMES[runtime](dir);
        ours.options = { cwd: dir, env: { ...env, AWS_LAMBDA_RUNTIME_API: ours.api.address }, stdio: ['ignore', 'ignore', 'ignore'] };
        ours.#spawn();
        return ours;
    }

    #spawn() {
        this.child = spawn(this.command[0], this.command.slice(1), this.options);
        this.ended = new Promise((resolve) => this.child.on('exit', (code, signal) => resolve({ code, signal })));
    }

    async invoke(event) {
        const answer = await Promise.race([this.api.invoke(JSON.stringify(event), { timeout: 10_000 }), this.ended]);
        if (answer.kind) return answer.body;
        // What a platform says of a runtime that ended without an answer.
        this.#spawn();
        const { code, signal } = answer;
        const how = code === 0 ? 'exited without providing a reason' : `exited with error: ${signal ? `signal: ${signal === 'SIGKILL' ? 'killed' : signal}` : `exit status ${code}`}`;
        return JSON.stringify({ errorType: 'Runtime.ExitError', errorMessage: `RequestId: 00000000-0000-0000-0000-000000000000 Error: Runtime ${how}` });
    }

    async stop() {
        this.child.kill('SIGKILL');
        await this.ended;
        this.api.close();
    }
}

// `pluto run`: the package of a function that it made gets our program, and the other runtime where that is asked for.
class Run {
    static async start(dir, program, runtime) {
        const run = new Run();
        fs.mkdirSync(dir);
        run.world = await startRun(PLUTO, {
            'src/index.ts': 'import { Function } from "@plutolang/pluto";\n'
                + 'new Function(async () => 1, "f", { raw: true, timeout: 10, envs: { WITH_EQUALS: "a=b=c" } });\n',
        });
        const folder = path.join(run.world.state, 'functions/f');
        fs.writeFileSync(path.join(folder, 'index.mjs'), program);
        if (runtime !== 'bootstrap') {
            const bootstrap = path.join(folder, 'pluto/bootstrap');
            fs.unlinkSync(bootstrap);
            fs.writeFileSync(bootstrap, `#!/bin/sh\nexec ${client().map((word) => `'${word}'`).join(' ')}\n`, { mode: 0o755 });
        }
        const old = family(run.world.pid).filter((pid) => /pluto\/bootstrap/.test(command(pid)));
        for (const pid of old) process.kill(pid, 'SIGKILL');
        await gone(old);
        await sleep(100);
        return run;
    }

    async invoke(event) {
        return (await this.world.invoke('f', JSON.stringify(event))).text;
    }

    async stop() {
        await this.world.close();
    }
}

const PLATFORMS = { 'AWS\'s emulator': Rie, 'our API': Ours, 'pluto run': Run };

// ---- The tests ----------------------------------------------------------------------------------

async function answers(Platform, runtime, dir, program, cases) {
    const platform = await Platform.start(dir, program, runtime);
    const all = {};
    try {
        for (const [name, event] of cases) all[name] = plain(await platform.invoke(event));
    } finally {
        await platform.stop();
    }
    return all;
}

function inAll(what, program, cases) {
    plainTest(`${what}: the same behind all emulators, by both runtimes`, async ({ place: root }) => {
        const found = {};
        await Promise.all(Object.entries(PLATFORMS).flatMap(([platform, Platform]) => Object.keys(RUNTIMES).map(async (runtime) => {
            const name = `${platform}, ${runtime}`;
            found[name] = await answers(Platform, runtime, path.join(root, name.replace(/\W/g, '-')), program, cases);
        })));
        const names = Object.keys(found);
        equal('combinations', names.length, 6);
        for (const [name] of cases) {
            const texts = names.map((combination) => JSON.stringify(found[combination][name])?.slice(0, 300));
            if (new Set(texts).size > 1) throw new Error(`${name}:\n${names.map((n, i) => `  ${n}: ${texts[i]}`).join('\n')}`);
        }
    });
}

inAll('handlers', PROGRAM, CASES);
inAll('streams', STREAMS, STREAM_CASES);

plainTest('behind AWS\'s emulator: late, too large, and working again', async ({ place: root }) => {
    const rie = await Rie.start(path.join(root, 'f'), PROGRAM, 'bootstrap', { timeout: 5 });
    try {
        equal('late', await rie.invoke({ do: 'hang' }), 'Task timed out after 5.00 seconds');
        equal('works', await rie.invoke({ a: 1 }), '{"a":1}');
        like('too large', await rie.invoke({ do: 'large', size: 7_000_000 }), /Function.ResponseSizeTooLarge.*Response payload size \(7000002 bytes\) exceeded maximum allowed payload size \(6291556 bytes\)/);
        equal('works', await rie.invoke({ a: 2 }), '{"a":2}');
    } finally {
        await rie.stop();
    }
});

plainTest('behind AWS\'s emulator: a handler that cannot be loaded', async ({ place: root }) => {
    // What the program is, the type of its error with bootstrap, and with Lambda's client where that differs (the emulator says
    // nothing where the runtime didn't).
    const programs = [
        ['throw new TypeError("at the top")', 'TypeError'], ['export const other = 1', 'Runtime.HandlerNotFound'],
        ['import "./nowhere.mjs"', 'Runtime.ImportModuleError', 'Error'], ['process.exit(4)', 'Runtime.ExitError', ''],
    ];
    for (const [i, [program, type, theirs = type]] of programs.entries()) {
        const seen = [];
        for (const runtime of Object.keys(RUNTIMES)) {
            const rie = await Rie.start(path.join(root, `${runtime}${i}`), program, runtime);
            try {
                const text = await rie.invoke({});
                seen.push(text && JSON.parse(text).errorType);
            } finally {
                await rie.stop();
            }
        }
        equal(program, seen, [type, theirs]);
    }
});

plainTest('behind AWS\'s emulator: a stream that fails', async ({ place: root }) => {
    const seen = [];
    for (const runtime of Object.keys(RUNTIMES)) {
        const rie = await Rie.start(path.join(root, runtime), STREAMS, runtime);
        try {
            seen.push([await rie.invoke({ parts: ['half'], fail: true }), await rie.invoke({ parts: ['fine'] })]);
            // Before anything was written: there the emulator has an answer to give, where it gets one.
            if (runtime === 'bootstrap') equal('early', JSON.parse(await rie.invoke({ early: true })).errorType, 'RangeError');
        } finally {
            await rie.stop();
        }
    }
    equal('both', seen[0], seen[1]);
    equal('the next one', seen[0][1], 'fine');
});
