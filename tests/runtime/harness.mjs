// What the tests of the runtime share: a bootstrap of each kind started against a Runtime API, tests that run a
// few at a time, and the count at the end.
//
// A kind of bootstrap is one of the two that packages carry (the one for the other architecture runs in qemu)
// or the one that was built with the sanitizers, where there is one.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { RuntimeApi } from './api.mjs';

export const HERE = path.dirname(fileURLToPath(import.meta.url));
export const ROOT = path.resolve(HERE, '../..');
const flag = process.argv.indexOf('--pluto');
export const PLUTO = path.resolve(flag > 0 ? process.argv[flag + 1] : 'build/pluto');
const BUILD = path.dirname(PLUTO);
export const NODE = [`${ROOT}/node_modules/node-linux-${process.arch}/bin/node`].find(fs.existsSync) ?? process.execPath;

const folder = path.join(BUILD, 'lib/pluto/runtime');
const own = process.arch === 'arm64' ? 'arm64' : 'x86_64';
const other = own === 'arm64' ? 'x86_64' : 'arm64';
const emulator = `qemu-${other === 'arm64' ? 'aarch64' : 'x86_64'}-static`;
export const KINDS = [
    { name: own, program: path.join(folder, `bootstrap-${own}`), command: [] },
    { name: other, program: path.join(folder, `bootstrap-${other}`), command: [emulator], slow: true },
    { name: 'checked', program: path.join(BUILD, 'bootstrap_checked'), command: [], optional: true },
].filter((kind) => !kind.optional || fs.existsSync(kind.program));

const tests = [];
let passed = 0;
const failures = [];

// A test for each kind of bootstrap: `body({ kind, start })`. `on: 'own'` is for what does not depend on it, 'native'
// for what qemu cannot do.
export function test(name, body, { on = 'all' } = {}) {
    const kinds = { own: KINDS.slice(0, 1), native: KINDS.filter((kind) => !kind.slow), all: KINDS };
    for (const kind of kinds[on]) tests.push({ name: `${name} [${kind.name}]`, kind, body });
}

// A test that needs no bootstrap.
export function plainTest(name, body) {
    tests.push({ name, body });
}

async function runOne({ name, kind, body }) {
    const stages = [];
    const place = fs.mkdtempSync(path.join(os.tmpdir(), 'pluto-runtime-'));
    const start = async (options) => {
        const stage = await Stage.start(kind, fs.mkdtempSync(path.join(place, 's-')), options);
        stages.push(stage);
        return stage;
    };
    let timer;
    const limit = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error('took longer than 45 s')), 45_000);
    });
    try {
        await Promise.race([body({ kind, start, place }), limit]);
        for (const stage of stages) stage.check();
        passed++;
    } catch (error) {
        failures.push(name);
        const logs = stages.map((stage) => stage.log).join('');
        console.log(`FAIL ${name}\n  ${String(error?.stack ?? error).replaceAll('\n', '\n  ')}\n${logs.slice(-2000)}`);
    } finally {
        clearTimeout(timer);
        for (const stage of stages) await stage.stop();
        fs.rmSync(place, { recursive: true, force: true });
    }
}

export async function runAll(together = 4) {
    const only = process.env.ONLY && new RegExp(process.env.ONLY);
    const queue = tests.filter((one) => !only || only.test(one.name));
    const worker = async () => {
        for (let one = queue.shift(); one; one = queue.shift()) await runOne(one);
    };
    await Promise.all(Array.from({ length: together }, worker));
    console.log(`${passed} passed, ${failures.length} failed`);
    process.exitCode = failures.length ? 1 : 0;
}

// A bootstrap with a worker beside it and an API before it.
export class Stage {
    log = '';
    code = null;

    static async start(kind, dir, { worker = 'fake-worker.mjs', env = {}, args = [], api, wrapper, files = {} } = {}) {
        const stage = new Stage();
        stage.dir = dir;
        stage.api = api ?? (await RuntimeApi.start());
        stage.ownApi = !api;
        const program = path.join(dir, 'bootstrap');
        fs.copyFileSync(kind.program, program);
        fs.chmodSync(program, 0o755);
        fs.copyFileSync(path.join(ROOT, 'runtime/bootstrap/start'), path.join(dir, 'start'));
        if (worker) fs.copyFileSync(path.resolve(HERE, worker), path.join(dir, 'worker.mjs'));
        for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(dir, name), text);
        const command = wrapper && !kind.command.length ? ['/bin/sh', path.join(dir, 'start')] : [...kind.command, program];
        stage.child = spawn(command[0], [...command.slice(1), ...args], {
            stdio: ['ignore', 'pipe', 'pipe'],
            env: { PATH: process.env.PATH, PLUTO_NODE: NODE, AWS_LAMBDA_RUNTIME_API: stage.api.address, ...functionEnv(dir), ...env },
        });
        for (const stream of [stage.child.stdout, stage.child.stderr])
            stream.on('data', (text) => {
                stage.log += text;
            });
        stage.exited = new Promise((resolve) =>
            stage.child.on('close', (code, signal) => {
                stage.code = code ?? signal;
                resolve(stage.code);
            }));
        return stage;
    }

    invoke(what, options) {
        const event = Buffer.isBuffer(what) || typeof what === 'string' ? what : JSON.stringify(what);
        return this.api.invoke(event, options);
    }

    // What must be so after every test.
    check() {
        if (/AddressSanitizer|ThreadSanitizer|runtime error:/.test(this.log)) throw new Error('the sanitizers complain');
    }

    async stop() {
        if (this.code === null) {
            this.child.kill('SIGKILL');
            await this.exited;
        }
        if (this.ownApi) this.api.close();
    }
}

export const functionEnv = (root) => ({
    LAMBDA_TASK_ROOT: root,
    _HANDLER: 'index.handler',
    AWS_REGION: 'eu-west-1',
    AWS_LAMBDA_FUNCTION_NAME: 'test',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/test',
    AWS_LAMBDA_LOG_STREAM_NAME: 'test',
});

export function equal(what, got, wanted) {
    const [a, b] = [JSON.stringify(got), JSON.stringify(wanted)];
    if (a !== b) throw new Error(`${what}: ${a?.slice(0, 500)}, wanted ${b?.slice(0, 500)}`);
}

export function like(what, got, pattern) {
    if (!pattern.test(got)) throw new Error(`${what}: ${String(got).slice(0, 500)}, wanted ${pattern}`);
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
