// What these tests share: folders of their own, running the program, and judging what it says.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const HERE = path.dirname(fileURLToPath(import.meta.url));
export const REPO = path.resolve(HERE, '../..');
const flag = process.argv.indexOf('--pluto');
export const pluto = path.resolve(flag > 0 ? process.argv[flag + 1] : 'build/pluto');

let passed = 0;
const failures = [];

export function write(root, files) {
    for (const [name, text] of Object.entries(files)) {
        fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
        fs.writeFileSync(path.join(root, name), text);
    }
}

// Each test gets a folder of its own with these files, outside of every project.
export function test(name, files, body) {
    const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'pluto-shell-')));
    try {
        write(root, files);
        body(root);
        passed++;
    } catch (error) {
        failures.push(name);
        console.log(`FAIL ${name}\n  ${String(error.stack ?? error).replaceAll('\n', '\n  ')}`);
    } finally {
        fs.rmSync(root, { recursive: true, force: true });
    }
}

export function report() {
    console.log(`${passed} passed, ${failures.length} failed`);
    process.exitCode = failures.length ? 1 : 0;
}

// The environment is made new, so that nothing of the caller's can matter.
export function exec(program, args, { cwd, env = {}, input } = {}) {
    const all = { PATH: process.env.PATH, HOME: cwd, LC_ALL: 'C.UTF-8', ...env };
    const r = spawnSync(program, args, { cwd, env: all, input, encoding: 'utf8', timeout: 60000 });
    if (r.error) throw r.error;
    return { code: r.status, out: r.stdout, err: r.stderr };
}

export const run = (cwd, args, options) => exec(pluto, args, { cwd, ...options });

export function equal(what, got, wanted) {
    const [a, b] = [JSON.stringify(got), JSON.stringify(wanted)];
    if (a !== b) throw new Error(`${what}: ${a}, wanted ${b}`);
}

export function check(what, good, detail = '') {
    if (!good) throw new Error(`${what} ${detail}`);
}

// A result: its exit code, and what its streams hold (strings or regular expressions).
export function expect(result, code, streams = {}) {
    const shown = JSON.stringify(result, null, 1);
    if (result.code !== code) throw new Error(`wanted exit ${code}\n${shown}`);
    for (const [stream, wanted] of Object.entries(streams))
        for (const part of [wanted].flat())
            if (part instanceof RegExp ? !part.test(result[stream]) : !result[stream].includes(part))
                throw new Error(`${stream} should hold ${part}\n${shown}`);
    return result;
}

export const commands = () =>
    [...run(REPO, ['help']).out.matchAll(/^ {2}([a-z]+)(?: [^a-z ].*| [a-z]+\|.*|  .*)?$/gm)].map((m) => m[1]);
