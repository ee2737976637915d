// What the tests of `pluto new` and `pluto init` share: folders of their own, running the program with and
// without a terminal, and judging what is left.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const HERE = path.dirname(fileURLToPath(import.meta.url));
export const REPO = path.resolve(HERE, '../..');
const flag = process.argv.indexOf('--pluto');
export const pluto = path.resolve(flag > 0 ? process.argv[flag + 1] : 'build/pluto');

export const KEY = {
    enter: '\r', up: '\x1b[A', down: '\x1b[B', left: '\x1b[D', right: '\x1b[C', home: '\x1b[H', end: '\x1b[F',
    backspace: '\x7f', delete: '\x1b[3~', escape: '\x1b', ctrlC: '\x03', ctrlD: '\x04', ctrlU: '\x15', ctrlW: '\x17',
    ctrlZ: '\x1a', ctrlBackslash: '\x1c',
};

let passed = 0;
const failures = [];

// Each test gets an empty folder `dir` to work in and a home without settings of git.
export function test(name, body) {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'pluto-start-'));
    const dir = path.join(root, 'work');
    const home = path.join(root, 'home');
    for (const folder of [dir, home]) fs.mkdirSync(folder);
    fs.chmodSync(root, 0o755);
    try {
        body(new Place(dir, home));
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

export function equal(what, got, wanted) {
    const [a, b] = [JSON.stringify(got), JSON.stringify(wanted)];
    if (a !== b) throw new Error(`${what}: ${a}, wanted ${b}`);
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

class Place {
    constructor(dir, home) {
        this.dir = dir;
        this.home = home;
        // Made new, so that the caller's NO_COLOR or identity cannot matter.
        this.env = { PATH: process.env.PATH, HOME: home, XDG_CONFIG_HOME: home, GIT_CONFIG_NOSYSTEM: '1',
            TERM: 'xterm-256color', LC_ALL: 'C.UTF-8' };
    }
    at(...parts) {
        return path.join(this.dir, ...parts);
    }
    read(...parts) {
        return fs.readFileSync(this.at(...parts), 'utf8');
    }
    write(name, text = '') {
        fs.mkdirSync(path.dirname(this.at(name)), { recursive: true });
        fs.writeFileSync(this.at(name), text);
    }
    // Without a terminal. `options` are spawn's; `cwd` is relative to the place.
    run(args, { cwd = '.', env = {}, command = pluto, ...options } = {}) {
        const r = spawnSync(command, args, { cwd: this.at(cwd), env: { ...this.env, ...env }, encoding: 'utf8',
            timeout: 120_000, ...options });
        if (r.error) throw r.error;
        return { code: r.status ?? -os.constants.signals[r.signal], out: r.stdout, err: r.stderr };
    }
    // On a terminal: `steps` are texts to wait for and {send: keys} in turn, see pty.py.
    ask(args, steps, { env = {}, columns = 80, rows = 24, cwd = '.' } = {}) {
        const task = { command: [pluto, ...args], cwd: this.at(cwd), env: { ...this.env, ...env }, columns, rows,
            steps: steps.map((step) => (typeof step === 'string' ? { expect: step } : step)) };
        const r = spawnSync('python3', [path.join(HERE, 'pty.py')], { input: JSON.stringify(task), encoding: 'utf8',
            timeout: 120_000 });
        if (r.status !== 0) throw new Error(`pty.py failed: ${r.stderr}`);
        const result = JSON.parse(r.stdout);
        if (result.missed !== null) throw new Error(`never saw ${JSON.stringify(result.missed)} in\n${result.screen}`);
        equal('the terminal is as it was', result.restored, true);
        return result;
    }
    git(cwd, ...args) {
        const r = this.run(args, { cwd, command: 'git' });
        if (r.code !== 0) throw new Error(`git ${args.join(' ')}: ${r.err}`);
        return r.out.trimEnd();
    }
    // Every name there, hidden ones and all; `.git` only by its name.
    names(folder = '.') {
        const walk = (at, prefix) =>
            fs.readdirSync(at, { withFileTypes: true }).flatMap((e) =>
                e.isDirectory() && e.name !== '.git'
                    ? walk(path.join(at, e.name), `${prefix}${e.name}/`)
                    : [prefix + e.name]);
        return walk(this.at(folder), '').sort();
    }
}

export const send = (keys) => ({ send: keys });
