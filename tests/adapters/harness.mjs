// What the tests of adapters share: a folder for each, processes that are ended, the count.

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const flag = process.argv.indexOf('--pluto');
export const pluto = resolve(flag > 0 ? process.argv[flag + 1] : 'build/pluto');

export const program = `import { Function, KVStore } from "@plutolang/pluto";
const store = new KVStore("notes");
new Function(async (id: string) => await store.get(id), "reader");
`;

let passed = 0;
const failures = [];

export function write(root, files) {
    for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(root, name)), { recursive: true });
        writeFileSync(join(root, name), text);
    }
}

// The environment is made new: neither the caller's settings of git nor a proxy can matter.
const environment = (root, more) => ({
    PATH: process.env.PATH, HOME: root, TMPDIR: join(root, 'tmp'), GIT_CONFIG_NOSYSTEM: '1', NO_PROXY: '*', ...more });

export async function test(name, body) {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'pluto-adapters-')));
    const children = [];
    mkdirSync(join(root, 'tmp'));
    const t = {
        root,
        run(words, { cwd = root, env = {}, as = pluto } = {}) {
            const r = spawnSync(as, words, { cwd, env: environment(root, env), encoding: 'utf8', timeout: 60000 });
            return { code: r.status, signal: r.signal, out: r.stdout, err: r.stderr };
        },
        sh(script, cwd = root) {
            const r = spawnSync('bash', ['-euc', script], { cwd, env: environment(root, {}), encoding: 'utf8', timeout: 60000 });
            if (r.status !== 0) throw new Error(`the script failed: ${script}\n${r.stderr}`);
            return r.stdout.trim();
        },
        // Starts a process; its `text` grows, and `ended` is how it ended.
        start(command, words, { cwd = root, env = {} } = {}) {
            const child = spawn(command, words, { cwd, env: environment(root, env), stdio: ['ignore', 'pipe', 'pipe'] });
            children.push(child);
            child.text = '';
            for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => { child.text += bytes; });
            child.ended = new Promise((done) => child.on('close', (code, signal) => done({ code, signal })));
            return child;
        },
    };
    try {
        await body(t);
        passed++;
    } catch (error) {
        failures.push(name);
        console.log(`FAIL ${name}\n  ${String(error.stack ?? error).replaceAll('\n', '\n  ')}`);
    } finally {
        for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
        rmSync(root, { recursive: true, force: true });
    }
}

export function equal(what, got, wanted) {
    if (JSON.stringify(got) !== JSON.stringify(wanted)) throw new Error(`${what}: ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`);
}

export function expect(result, code, ...parts) {
    const shown = `exit ${result.code} ${result.signal ?? ''}\nstdout: ${result.out}\nstderr: ${result.err}`;
    if (result.code !== code) throw new Error(`wanted exit ${code}\n${shown}`);
    for (const part of parts) if (!(result.out + result.err).includes(part)) throw new Error(`should say ${part}\n${shown}`);
    return result;
}

// Looks again and again, until `look` gives something.
export async function until(what, look, ms = 10000) {
    const end = Date.now() + ms;
    for (;;) {
        const found = await look();
        if (found) return found;
        if (Date.now() > end) throw new Error(`${what} did not come`);
        await new Promise((done) => setTimeout(done, 5));
    }
}

export function finish() {
    console.log(`${passed} passed, ${failures.length} failed`);
    process.exit(failures.length ? 1 : 0);
}
