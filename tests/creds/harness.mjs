// What the tests of credentials share: a home folder, servers that hand out credentials, the probe, and botocore to compare.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { Issuers } from './issuers.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const REPO = path.resolve(HERE, '../..');
const given = process.argv.indexOf('--pluto');
export const PLUTO = path.resolve(given > 0 ? process.argv[given + 1] : path.join(REPO, 'build/pluto'));
export const PROBE = ['creds_probe', 'release/creds_probe'].map((p) => path.join(path.dirname(PLUTO), p)).find((p) => fs.existsSync(p));
export const PYTHON = path.join(REPO, 'build/moto/bin/python');

let passed = 0;
const failures = [], pending = [];

export const test = (name, body) => pending.push({ name, body });

export function check(what, good, detail = '') {
    if (!good) throw new Error(`${what}: ${typeof detail === 'string' ? detail : JSON.stringify(detail)}`);
}

export const equal = (what, got, wanted) => check(what, isDeepStrictEqual(got, wanted), `${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`);

function run(program, args, env, input, cwd) {
    return new Promise((done, fail) => {
        const child = spawn(program, args, { env, cwd, stdio: ['pipe', 'pipe', 'pipe'] });
        let out = '', err = '';
        child.stdout.on('data', (part) => { out += part; });
        child.stderr.on('data', (part) => { err += part; });
        child.on('error', fail);
        child.on('close', (code) => done({ code, out, err }));
        child.stdin.on('error', () => {}); // it may have ended already
        child.stdin.end(input ?? '');
    });
}

// botocore, asked line by line.
class Peer {
    constructor(home) {
        this.child = spawn(PYTHON, [path.join(HERE, 'peer.py')], { env: { PATH: process.env.PATH, HOME: home }, stdio: ['pipe', 'pipe', 'inherit'] });
        this.lines = readline.createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    }

    async ask(question) {
        this.child.stdin.write(`${JSON.stringify(question)}\n`);
        const { value, done } = await this.lines.next();
        if (done) throw new Error('botocore has ended');
        return JSON.parse(value);
    }

    close() {
        this.child.stdin.end();
    }
}

// A home folder, made new for each test, and what is in it.
export class World {
    constructor(home, issuers, peer) {
        Object.assign(this, { home, issuers, peer });
        this.env = {};
        this.cwd = undefined;
    }

    reset() {
        fs.rmSync(this.home, { recursive: true, force: true });
        fs.mkdirSync(this.home, { recursive: true });
        this.issuers.reset();
        this.cwd = undefined;
        const { url } = this.issuers;
        this.env = {
            AWS_ENDPOINT_URL_STS: `${url}/sts`, AWS_ENDPOINT_URL_SSO: `${url}/sso`, AWS_ENDPOINT_URL_SSO_OIDC: `${url}/oidc`,
            AWS_ENDPOINT_URL_SIGNIN: `${url}/signin`, AWS_EC2_METADATA_DISABLED: 'true', AWS_DEFAULT_REGION: 'eu-west-1',
        };
    }

    write(name, text, mode = 0o600) {
        const file = path.join(this.home, name);
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, text);
        fs.chmodSync(file, mode);
        return file;
    }

    read = (name) => fs.readFileSync(path.join(this.home, name), 'utf8');
    config = (text) => this.write('.aws/config', text);
    credentials = (text) => this.write('.aws/credentials', text);
    all = () => ({ PATH: process.env.PATH, HOME: this.home, LC_ALL: 'C.UTF-8', ASAN_OPTIONS: process.env.ASAN_OPTIONS ?? '', ...this.env });

    // What pluto finds. Nothing may be written but the one line.
    async probe(...args) {
        const { code, out, err } = await run(PROBE, args, this.all(), '', this.cwd);
        check('standard error', err === '', err);
        return { code, ...JSON.parse(out) };
    }

    // …on a terminal, where somebody types these lines.
    async typed(lines, ...args) {
        const said = await this.atTerminal(lines, ...args);
        return { ...JSON.parse(said.out), tty: said.tty, echo: said.echo };
    }

    // …of whom nothing is known but what the terminal shows and how the program ended.
    async atTerminal(lines, ...args) {
        const { out } = await run(PYTHON, [path.join(HERE, 'typist.py'), 'MFA code', lines.join('|'), PROBE, '--terminal', ...args], this.all());
        return JSON.parse(out);
    }

    // The AWS CLI itself, in the same home.
    cli = (...args) => run(path.join(REPO, 'build/venv/bin/aws'), args, this.all());

    async fails(args, error, hint = '') {
        const got = await this.probe(...args);
        check('it fails', got.code === 3, got);
        check('the reason', got.error.includes(error), got.error);
        check('what to do', got.hint.includes(hint), got.hint);
        return got;
    }

    // Both find the same.
    async same(...args) {
        const at = args.indexOf('--profile');
        const [ours, theirs] = [await this.probe(...args), await this.peer.ask({ env: this.env, profile: at < 0 ? null : args[at + 1] })];
        check('pluto finds keys', ours.access_key, ours);
        check('botocore finds keys', theirs.access_key, theirs);
        for (const key of ['access_key', 'secret_key', 'token']) equal(key, ours[key], theirs[key]);
        if (theirs.account) equal('account', ours.account, theirs.account);
        return ours;
    }

    // Neither finds any, and both say so.
    async bothFail(args, error, hint) {
        const at = args.indexOf('--profile');
        const got = await this.fails(args, error, hint);
        const theirs = await this.peer.ask({ env: this.env, profile: at < 0 ? null : args[at + 1] });
        check('botocore finds none', theirs.error || theirs.none, theirs);
        return got;
    }
}

export async function runAll() {
    const only = process.env.ONLY ? new RegExp(process.env.ONLY) : /./;
    if (!PROBE) throw new Error(`there is no creds_probe beside ${PLUTO}`);
    const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'pluto-creds-')));
    const issuers = await new Issuers().open();
    const world = new World(path.join(folder, 'home'), issuers, new Peer(path.join(folder, 'home')));
    for (const { name, body } of pending.filter((one) => only.test(one.name))) {
        world.reset();
        const start = Date.now();
        try {
            await body(world, issuers);
            passed++;
        } catch (error) {
            failures.push(name);
            console.log(`FAIL ${name}\n  ${String(error.stack ?? error).replaceAll('\n', '\n  ')}`);
        }
        if (process.env.TIMES) console.log(`${Date.now() - start} ms  ${name}`);
    }
    world.peer.close();
    issuers.close();
    fs.rmSync(folder, { recursive: true, force: true });
    console.log(`${passed} passed, ${failures.length} failed`);
    process.exitCode = failures.length ? 1 : 0;
}
