// The connection in the worker's hands, at the moments that matter: what each of the two processes does while the other
// one is in the middle of something. Nothing here hopes to hit a moment: who is to be late is stopped, or waits for a sign.

import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { equal, like, test } from './harness.mjs';
import { workerFile } from './worker/host.mjs';

// The handler sees what bootstrap writes into the note (runtime/README.md), and may stop bootstrap or be busy until then.
const HANDLER = `
import fs from "node:fs";
const byte = new Uint8Array(1);
const withdrawn = () => fs.readSync(5, byte, 0, 1, 164) === 1 && byte[0] === 1;
// Right behind the answer, which is given in an immediate that is asked for when the handler's promise has settled: before
// anything else can be read.
const later = (work, hops = 100) => (hops ? Promise.resolve().then(() => later(work, hops - 1)) : setImmediate(work));
const deeds = {
  note: () => fs.readFileSync("/proc/self/fd/5")[0],
  // Does not ask before bootstrap stops waiting for that, and stops bootstrap in the middle of it.
  stops: () => {
    later(() => {
      while (!withdrawn());
      process.kill(process.ppid, "SIGSTOP");
      setTimeout(() => process.kill(process.ppid, "SIGCONT"), 100);
    });
    throw new Error("as it should");
  },
  // Does not ask, until it is lent the connection anew, or until the test has seen that it is not.
  busy: ({ sign }) => {
    later(() => {
      while (!withdrawn());
      while (withdrawn() && !fs.existsSync(sign));
    });
    throw new Error("as it should");
  },
  mock: () => {
    for (const name of ["open", "read", "readSync", "write", "writeSync"]) fs[name] = () => { throw new Error("a mock"); };
  },
  error: () => { throw new Error("as it should"); },
  exit: () => process.exit(3),
};
export const handler = async (event) => (deeds[event?.do] ?? (() => event))(event);`;

const ours = (more = {}) => ({ worker: workerFile, files: { 'index.mjs': HANDLER }, ...more });
const works = async (s) => equal('the next one', (await s.invoke({ a: 'still here' })).body, '{"a":"still here"}');
// A worker that the machine leaves no time to is not lent it for once: that is no reason to fail.
const isLent = async (s) => {
    for (let i = 0; i < 20; i++) if ((await s.invoke({ do: 'note' })).body === '3') return;
    throw new Error('not lent');
};
const until = async (what) => {
    while (!what()) await new Promise((go) => setTimeout(go, 5));
};

// A Runtime API that is told what to do with each request: `act(request, socket)`, with { number, line, body } of it and
// the number of its connection.
class Told {
    requests = [];

    static async start(act) {
        const told = new Told();
        told.sockets = [];
        told.server = net.createServer((socket) => {
            const number = told.sockets.push(socket);
            let bytes = '';
            socket.on('error', () => {});
            socket.on('data', (more) => {
                bytes += more.toString('latin1');
                for (;;) {
                    const end = bytes.indexOf('\r\n\r\n') + 4;
                    const size = Number(/content-length: (\d+)/i.exec(bytes.slice(0, end))?.[1] ?? 0);
                    if (end < 4 || bytes.length < end + size) return;
                    const request = { number, line: bytes.slice(0, bytes.indexOf('\r\n')), body: bytes.slice(end, end + size) };
                    bytes = bytes.slice(end + size);
                    told.requests.push(request);
                    act(request, socket);
                }
            });
        });
        await new Promise((go) => told.server.listen(0, '127.0.0.1', go));
        told.address = `127.0.0.1:${told.server.address().port}`;
        return told;
    }

    posts() {
        return this.requests.filter(({ line }) => line.startsWith('POST'));
    }

    close() {
        for (const socket of this.sockets) socket.destroy();
        this.server.close();
    }
}

const given = (id, event) =>
    `HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: ${id}\r\nLambda-Runtime-Deadline-Ms: ${Date.now() + 30_000}\r\nContent-Length: ${event.length}\r\n\r\n${event}`;
const ACCEPTED = 'HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}';

// The worker of a bootstrap, or 0.
function workerOf(bootstrap) {
    const tasks = `/proc/${bootstrap}/task`;
    const children = fs.readdirSync(tasks).flatMap((task) => fs.readFileSync(path.join(tasks, task, 'children'), 'utf8').trim().split(' '));
    return Number(children.find(Boolean) ?? 0);
}

const noteOf = (worker) => fs.readFileSync(`/proc/${worker}/fd/5`);
// It is the worker that has asked, and not bootstrap.
const asks = (worker) => [1, 2].includes(noteOf(worker)[0]);

test('lent: bootstrap is stopped while it takes back what the worker is about to use', async ({ start }) => {
    const s = await start(ours());
    for (let i = 0; i < 2; i++) {
        equal('kind', (await s.invoke({ do: 'stops' })).kind, 'error');
        await works(s);
        await isLent(s);
    }
    equal('refused', s.api.refused, []);
});

test('lent: what the worker has not read yet is not lent twice', async ({ start }) => {
    const s = await start(ours());
    const sign = path.join(s.dir, 'sign');
    equal('kind', (await s.invoke({ do: 'busy', sign })).kind, 'error');
    const asked = () => s.api.requests.filter((line) => line === 'GET invocation/next').length;
    const before = asked();
    s.api.faults.status = 503; // the worker does not ask, so it is bootstrap that is told so
    await until(() => asked() > before);
    s.api.faults.status = undefined;
    await s.api.idle();
    fs.writeFileSync(sign, '');
    for (let i = 0; i < 3; i++) await works(s);
    await isLent(s);
    equal('refused', s.api.refused, []);
});

test('lent: the worker ends when half of its event is there', async ({ start }) => {
    const event = JSON.stringify({ text: 'x'.repeat(200_000) });
    let s;
    let half; // the connection on which half of an event came
    let n = 0;
    let more = 1; // events after it
    const told = await Told.start(({ line, number }, socket) => {
        if (line.startsWith('POST')) return socket.write(ACCEPTED);
        if (half && more-- < 1) return;
        if (half || !asks(workerOf(s.child.pid))) return socket.write(given(`id-${++n}`, `{"n":${n}}`));
        half = number;
        socket.write(given('half', event).slice(0, 100_000));
    });
    s = await start(ours({ api: told }));
    try {
        await until(() => half);
        const worker = workerOf(s.child.pid);
        await until(() => noteOf(worker)[0] === 3);
        process.kill(worker, 'SIGKILL');
        await until(() => more < 1 && told.posts().length === n + 1);
        const failure = told.posts().find(({ line }) => line.includes('/half/'));
        like('its failure', `${failure?.line} ${failure?.body}`, /half\/error .*Runtime\.ExitError.*signal: killed/);
        equal('not where its event still comes', failure.number === half, false);
    } finally {
        told.close();
    }
});

for (const [what, type] of [['error', 'Error'], ['exit', 'Runtime.ExitError']])
    test(`lent: the connection ends under what bootstrap says (${what})`, async ({ start }) => {
        let nexts = 0;
        let refusals = 0;
        const told = await Told.start((request, socket) => {
            if (request.line.startsWith('GET')) {
                if (++nexts < 4) socket.write(given(`id-${nexts}`, nexts === 2 ? `{"do":"${what}"}` : `{"n":${nexts}}`));
            } else if (/\/error /.test(request.line) && refusals++ === 0 && request.number === 1) {
                socket.destroy();
            } else {
                socket.write(ACCEPTED);
            }
        });
        await start(ours({ api: told }));
        try {
            await until(() => told.posts().some(({ line }) => /id-3/.test(line)));
            const tries = told.posts().filter(({ line }) => /id-2\/error/.test(line));
            like('what it says', tries.at(-1).body, new RegExp(`"errorType":"${type}"`));
            equal('over another connection', tries.at(-1).number > 1, true);
        } finally {
            told.close();
        }
    });

test('lent: a handler that makes a mock of fs', async ({ start }) => {
    const s = await start(ours());
    await isLent(s);
    equal('answer', (await s.invoke({ do: 'mock' })).body, 'null');
    for (let i = 0; i < 3; i++) await works(s);
    equal('gives the connection back', (await s.invoke({ do: 'error' })).kind, 'error');
    for (let i = 0; i < 3; i++) await works(s);
    equal('refused', s.api.refused, []);
});

// Descriptor 4 or 5 is what it happens to be, if it is at all; the note would be memory.
const OPEN = `import fs from "node:fs";
export const handler = async () => fs.readdirSync("/proc/self/fd").filter((name) => {
  try { return fs.readlinkSync("/proc/self/fd/" + name).startsWith("/memfd:pluto"); } catch { return false; }
}).length;`;

test('lent: not with several slots', async ({ start }) => {
    for (const [env, notes] of [[{}, '1'], [{ AWS_LAMBDA_MAX_CONCURRENCY: '2' }, '0']]) {
        const s = await start(ours({ files: { 'index.mjs': OPEN }, env }));
        equal('notes', (await s.invoke({})).body, notes);
    }
});
