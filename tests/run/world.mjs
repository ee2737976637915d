// A `pluto run` and what can be asked of it.
//
// `start(pluto, folder or files, args)`: copies the project to a folder of its own, runs it, and waits until it
// serves.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';

export const wait = (ms) => new Promise((done) => setTimeout(done, ms));

// Until `probe` gives something true, or an error that says what was waited for.
export async function until(what, probe, ms = 15000) {
    const end = Date.now() + ms;
    for (;;) {
        const got = await probe();
        if (got) return got;
        if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
        await wait(10);
    }
}

// A plain request; nothing that fetch would add or forbid.
export function ask(url, { method = 'POST', headers = {}, body = null, agent = false } = {}) {
    return new Promise((done, failed) => {
        const request = http.request(url, { method, headers, agent }, (response) => {
            const parts = [];
            response.on('data', (part) => parts.push(part));
            response.on('error', failed);
            response.on('end', () =>
                done({ status: response.statusCode, headers: response.headers, text: Buffer.concat(parts).toString() }));
        });
        request.on('error', failed);
        request.end(body);
    });
}

const alive = (pid) => {
    try {
        return !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
        return false;
    }
};

// All processes that came of one, by /proc.
export function family(pid) {
    const parents = new Map();
    for (const name of fs.readdirSync('/proc').filter((n) => /^\d+$/.test(n))) {
        try {
            const stat = fs.readFileSync(`/proc/${name}/stat`, 'utf8');
            parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
        } catch { /* it ended */ }
    }
    const below = (p) => [...parents].filter(([, parent]) => parent === p).flatMap(([child]) => [child, ...below(child)]);
    return below(pid);
}

export const command = (pid) => {
    try {
        return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    } catch {
        return '';
    }
};

// A bootstrap that waits for code which is not there yet. When that is there, its worker's standard input is another.
export function held(pid) {
    try {
        if (!/(^|\0)PLUTO_HELD=/.test(fs.readFileSync(`/proc/${pid}/environ`, 'latin1'))) return false;
        const [worker] = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
        return !worker || fs.readlinkSync(`/proc/${worker}/fd/0`).startsWith('pipe:');
    } catch {
        return false; // it ended
    }
}

export const gone = (pids, ms = 5000) => until(`the end of processes ${pids}`, () => pids.every((p) => !alive(p)), ms);

function write(root, files) {
    for (const [name, text] of Object.entries(files)) {
        fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
        fs.writeFileSync(path.join(root, name), text);
    }
}

// A folder for one world; removed by close().
export function project(files) {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'pluto-run-'));
    if (typeof files === 'string') fs.cpSync(files, root, { recursive: true });
    else write(root, { 'package.json': '{"name": "world"}', ...files });
    return root;
}

export async function start(pluto, files, args = [], { json = true, root = project(files), ready = true, env = {}, port = true } = {}) {
    const which = port && !args.includes('--port') ? ['--port', '0'] : [];
    const child = spawn(pluto, ['run', ...(json ? ['--json'] : []), ...args, ...which], {
        cwd: root, env: { PATH: process.env.PATH, HOME: root, ...env }, stdio: ['ignore', 'pipe', 'pipe'],
    });
    const events = [], lines = [], errors = [];
    let ended = null;
    const end = new Promise((done) => child.on('close', (code, signal) => done((ended = { code, signal }))));
    readline.createInterface({ input: child.stdout }).on('line', (line) => {
        lines.push(line);
        if (json) events.push(JSON.parse(line));
    });
    child.stderr.on('data', (data) => errors.push(data.toString()));
    const world = {
        root, child, pid: child.pid, events, lines, end,
        state: path.join(root, '.pluto/local'),
        stderr: () => errors.join(''),
        save: (text, file = 'src/index.ts') => write(root, { [file]: text }),
        event: (name, test = () => true, ms) =>
            until(`an event ${name}\n${events.map((e) => JSON.stringify(e)).join('\n')}\n${errors.join('')}`,
                () => events.find((e) => e.event === name && test(e)), ms),
        url: (id) => world.resources[id].url,
        call: (id, ...list) => ask(world.url(`Function/${id}`), { body: JSON.stringify(list), headers: { 'content-type': 'application/json' } }),
        invoke: (id, event, headers = {}) =>
            ask(`${world.endpoint}/2015-03-31/functions/${id}/invocations`, { body: event, headers }),
        async close(signal = 'SIGINT') {
            if (!ended) child.kill(signal);
            const timer = setTimeout(() => child.kill('SIGKILL'), 10000);
            const how = await end;
            clearTimeout(timer);
            fs.rmSync(root, { recursive: true, force: true });
            return how;
        },
    };
    if (!ready) return world;
    try {
        const said = json ? await world.event('ready', () => true, 30000) : null;
        Object.assign(world, json ? { endpoint: said.aws.endpoint, resources: said.resources } : {});
    } catch (error) {
        await world.close('SIGKILL');
        throw error;
    }
    return world;
}
