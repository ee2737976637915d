// The connection in the worker's hands: that it is lent at all, and that with it, too, every invocation is answered
// once, whatever the handler, the machine or the API does. The worker is the one of packages.

import fs from 'node:fs';
import path from 'node:path';
import { PAYLOAD_MAX } from './api.mjs';
import { equal, like, sleep, test } from './harness.mjs';
import { workerFile } from './worker/host.mjs';

const HANDLER = `
import fs from "node:fs";
const wait = (ms) => new Promise((go) => setTimeout(go, ms));
const deeds = {
  note: () => {
    const bytes = fs.readFileSync("/proc/self/fd/5");
    return { state: bytes[0], id: String(bytes.subarray(36, 36 + bytes[32])), pid: process.pid, bootstrap: process.ppid };
  },
  exit: ({ code }) => process.exit(code),
  later: ({ ms }) => { setTimeout(() => process.exit(7), ms); return "later"; },
  signal: ({ name }) => { process.kill(process.pid, name); return wait(1000); },
  wait: async ({ ms }) => { console.log("waits"); await wait(ms); return "waited"; },
  held: async ({ sign }) => { console.log("waits"); while (!fs.existsSync(sign)) await wait(5); return "waited"; },
  spin: ({ ms }) => { for (const end = Date.now() + ms; Date.now() < end; ); return "spun"; },
  busy: ({ sign }) => {
    setImmediate(() => setImmediate(() => { while (!fs.existsSync(sign)); }));
    return "busy";
  },
  block: ({ ms }) => {
    const loop = () => { for (;;); };
    if (ms) setTimeout(loop, ms);
    else setImmediate(() => setImmediate(loop)); // just behind the answer
    return "blocks";
  },
  never: () => new Promise(() => {}),
  error: () => { throw new TypeError("not so"); },
  reject: () => { Promise.reject(new RangeError("nobody")); return "rejected"; },
  large: ({ size }) => "x".repeat(size - 2),
  size: ({ text }) => text.length,
  nothing: () => {},
  words: () => "ä€😀\\u0000\\u007f",
};
export const handler = async (event) => (deeds[event?.do] ?? (() => event))(event);
export const stream = awslambda.streamifyResponse(async (event, out) => {
  out.setContentType("text/plain");
  for (const part of event.parts) { out.write(part); await wait(5); }
  if (event.end === "error") throw new RangeError("half way");
  if (event.end === "exit") process.exit(3);
  out.end();
});`;
const ours = (env = {}) => ({ worker: workerFile, files: { 'index.mjs': HANDLER }, env });
const note = async (s) => JSON.parse((await s.invoke({ do: 'note' })).body);
// A worker that the machine leaves no time to is not lent it for once: that is no reason to fail.
const isLent = async (s) => {
    for (let i = 0; i < 20; i++) if ((await note(s)).state === 3) return;
    throw new Error('not lent');
};
const logged = async (s, pattern, times) => {
    while ((s.log.match(pattern) ?? []).length < times) await sleep(5);
};
const works = async (s) => equal('the next one', (await s.invoke({ a: 'still here' })).body, '{"a":"still here"}');
const failed = (answer, type, message) => {
    equal('kind', answer.kind, 'error');
    const { errorType, errorMessage } = JSON.parse(answer.body);
    equal('errorType', errorType, type);
    like('errorMessage', errorMessage, message);
};
// After something that ended the worker: answered, and the worker after it is lent the connection again.
const again = async (s) => {
    await works(s);
    await isLent(s);
    equal('refused', s.api.refused, []);
};

test('lent: the worker has the connection, and notes what it has', async ({ start }) => {
    const s = await start(ours());
    await isLent(s);
    const id = 'an-id_1';
    const told = JSON.parse((await s.invoke({ do: 'note' }, { id })).body);
    equal('note', [told.state, told.id], [3, id]);
    const at = s.api.connections;
    for (let i = 0; i < 20; i++) equal('event', (await s.invoke({ i })).body, `{"i":${i}}`);
    equal('connections', s.api.connections, at);
    await again(s);
});

test('lent: results of every kind', async ({ start }) => {
    const s = await start(ours());
    equal('nothing', (await s.invoke({ do: 'nothing' })).body, 'null');
    equal('words', (await s.invoke({ do: 'words' })).body, JSON.stringify('ä€😀\0\x7f'));
    for (const size of [2, 60_000, 300_000, 1_000_000, 1_100_000, PAYLOAD_MAX])
        equal(`${size} bytes`, (await s.invoke({ do: 'large', size })).bytes.length, size);
    for (const size of [60_000, 300_000, 6_000_000])
        equal(`an event of ${size} bytes`, (await s.invoke({ do: 'size', text: 'x'.repeat(size) })).body, String(size));
    failed(await s.invoke({ do: 'large', size: PAYLOAD_MAX + 1 }), 'Function.ResponseSizeTooLarge', /6291557 bytes/);
    await again(s);
});

test('lent: errors, streams and what else goes by bootstrap', async ({ start }) => {
    const s = await start(ours());
    for (let i = 0; i < 3; i++) {
        failed(await s.invoke({ do: 'error' }), 'TypeError', /^not so$/);
        failed(await s.invoke('no json'), 'SyntaxError', /./);
        failed(await s.invoke({ do: 'never' }), 'Runtime.ExitError', /never be settled/);
        await again(s);
    }
    const t = await start(ours({ _HANDLER: 'index.stream' }));
    for (const end of ['', 'error', 'exit', '']) {
        const answer = await t.invoke({ parts: ['a', 'b'], end });
        equal('stream', [answer.body, answer.headers['content-type']], ['ab', 'text/plain']);
        const type = { error: 'RangeError', exit: 'Runtime.ExitError' }[end];
        equal('trailer', answer.trailers['lambda-runtime-function-error-type'], type);
    }
    equal('refused', t.api.refused, []);
});

for (const [what, deed, message] of [
    ['exit 3', { do: 'exit', code: 3 }, /exit status 3$/],
    ['exit 0', { do: 'exit', code: 0 }, /Runtime exited without providing a reason$/],
    ['SIGKILL', { do: 'signal', name: 'SIGKILL' }, /signal: killed$/],
    ['SIGSEGV', { do: 'signal', name: 'SIGSEGV' }, /signal: segmentation fault$/],
    ['a rejection that nobody handles', { do: 'reject' }, /exit status 1$/],
])
    test(`lent: a worker that ends: ${what}`, async ({ start }) => {
        const s = await start(ours());
        await isLent(s);
        for (let i = 0; i < 4; i++) failed(await s.invoke(deed), 'Runtime.ExitError', message);
        await again(s);
    });

test('lent: ends after its answer, at every moment', async ({ start }) => {
    const s = await start(ours());
    for (const ms of [0, 0, 1, 1, 2, 20]) {
        equal('answer', (await s.invoke({ do: 'later', ms })).body, '"later"');
        await sleep(ms === 20 ? 60 : 0);
        like('the next one', (await s.invoke({ a: 1 })).body, /^\{"a":1\}$|exit status 7/);
    }
    await sleep(200);
    await again(s);
});

test('lent: late, and late in a loop', async ({ start }) => {
    const s = await start(ours());
    for (const deed of [{ do: 'wait', ms: 60_000 }, { do: 'spin', ms: 60_000 }]) {
        const began = Date.now();
        failed(await s.invoke(deed, { timeout: 300 }), 'Sandbox.Timedout', /Task timed out after 0\.\d\d seconds$/);
        const took = Date.now() - began;
        equal(`after ${took} ms`, took >= 790, true);
        await again(s);
    }
    // Not late enough: on a machine that has time for it.
    let answer;
    for (let i = 0; i < 10 && answer?.kind !== 'response'; i++) answer = await s.invoke({ do: 'wait', ms: 300 }, { timeout: 250 });
    equal('past its deadline', answer.body, '"waited"');
    equal('no deadline', (await s.invoke({ do: 'wait', ms: 50 }, { headers: { 'Lambda-Runtime-Deadline-Ms': null } })).body, '"waited"');
    await again(s);
});

test('lent: a loop after the answer', async ({ start }) => {
    const s = await start(ours());
    for (const ms of [0, 2, 0, 20]) {
        const { pid } = await note(s);
        equal('answer', (await s.invoke({ do: 'block', ms }, { timeout: 2000 })).body, '"blocks"');
        await sleep(ms * 10);
        for (let next = { pid }; next.pid === pid;) {
            const answer = await s.invoke({ do: 'note' }, { timeout: 300 });
            if (answer.kind === 'response') next = JSON.parse(answer.body);
            else like('the next one', answer.body, /Sandbox.Timedout|signal: killed/);
        }
        await again(s);
    }
    // It was given this one in frames, and cannot be lent anything now: bootstrap asks.
    s.api.dropConnections();
    await sleep(50);
    failed(await s.invoke({ do: 'exit', code: 2 }), 'Runtime.ExitError', /exit status 2$/);
    const sign = path.join(s.dir, 'sign');
    equal('answer', (await s.invoke({ do: 'busy', sign })).body, '"busy"');
    await s.api.idle();
    fs.writeFileSync(sign, '');
    await again(s);
});

test('lent: connections that close, while it waits and while it works', async ({ start }) => {
    const s = await start(ours());
    await isLent(s);
    await s.api.idle();
    s.api.dropConnections();
    await sleep(50); // the API has noticed, too
    await works(s);
    const sign = path.join(s.dir, 'sign');
    const answer = s.invoke({ do: 'held', sign });
    await logged(s, /waits/g, 1);
    s.api.dropConnections();
    fs.writeFileSync(sign, '');
    equal('body', (await answer).body, '"waited"');
    await works(s);
    const t = await start(ours());
    await isLent(t);
    const go = path.join(t.dir, 'sign');
    const held = t.invoke({ do: 'held', sign: go });
    await logged(t, /waits/g, 1);
    t.api.dropConnections();
    fs.writeFileSync(go, '');
    equal('body', (await held).body, '"waited"');
    await works(t);
    t.api.faults.close = true;
    for (let i = 0; i < 3; i++) await works(t);
    equal('refused', [s.api.refused, t.api.refused], [[], []]);
});

test('lent: a new worker has a new connection', async ({ start }) => {
    const s = await start(ours());
    await isLent(s);
    s.api.dropConnections();
    await sleep(50); // the API has noticed, too
    await works(s);
    failed(await s.invoke({ do: 'exit', code: 1 }), 'Runtime.ExitError', /exit status 1$/);
    await again(s);
});

test('lent: an answer that is refused is over; the API beyond repair', async ({ start }) => {
    const s = await start(ours());
    for (const status of [400, 403, 413]) {
        s.api.faults.answer = status;
        await s.invoke({ secret: 'very secret' });
        s.api.faults.answer = undefined;
        await works(s);
        if (status !== 413) await isLent(s); // what it did not take may still lie there
        like('log', s.log, new RegExp(`did not take the answer \\(${status}\\)`));
    }
    s.api.faults = { limit: 200_000, early: true };
    equal('refused early', (await s.invoke({ do: 'large', size: 900_000 })).kind, 'large');
    s.api.faults = {};
    await works(s);
    s.api.faults.answer = 500;
    await s.invoke({ secret: 'very secret' });
    equal('exit', await s.exited, 1);
    equal('log', /secret/.test(s.log), false);
});

test('lent: SIGTERM, idle and at work; nothing is left behind', async ({ start }) => {
    const s = await start(ours());
    await isLent(s);
    await s.api.idle();
    s.child.kill('SIGTERM');
    equal('exit', await s.exited, 0);
    const t = await start(ours());
    const { pid } = await note(t);
    const answer = t.invoke({ do: 'wait', ms: 60_000 });
    await logged(t, /waits/g, 1);
    t.child.kill('SIGTERM');
    failed(await answer, 'Runtime.ExitError', /signal: terminated$/);
    equal('exit', await t.exited, 0);
    equal('alive', fs.existsSync(`/proc/${pid}`), false);
});

test('lent: stopped and continued, it goes on', async ({ start }) => {
    const s = await start(ours());
    const { pid, bootstrap } = await note(s);
    const answer = s.invoke({ do: 'wait', ms: 300 });
    for (const signal of ['SIGSTOP', 'SIGCONT']) {
        for (const one of [pid, bootstrap]) process.kill(one, signal);
        await sleep(800);
    }
    equal('answer', (await answer).body, '"waited"');
    equal('the same', (await note(s)).pid, pid);
});

// There are a few microseconds in which nobody can know what it had: then bootstrap ends, too, and the platform notices.
test('lent: killed at any moment, each invocation is answered, or bootstrap ends', async ({ start }) => {
    let s = await start(ours());
    // Of a bootstrap that is there: the last one may have ended after its last answer.
    const noted = async () => {
        const told = await Promise.race([note(s), s.exited]);
        if (told !== 1) return told;
        like('log', s.log, /the worker ended while it asked/);
        s = await start(ours());
        return note(s);
    };
    for (let i = 0; i < 25; i++) {
        const { pid } = await noted();
        setTimeout(() => process.kill(pid, 'SIGKILL'), i % 5);
        for (let gone = false; !gone;) {
            const answer = await Promise.race([s.invoke({ i }), s.exited]);
            gone = answer === 1 || answer.kind === 'error';
            if (answer === 1) {
                like('log', s.log, /the worker ended while it asked/);
                s = await start(ours());
            } else if (gone) {
                failed(answer, 'Runtime.ExitError', /signal: killed$/);
            } else {
                equal('answer', answer.body, `{"i":${i}}`);
                gone = !fs.existsSync(`/proc/${pid}`);
            }
        }
        // Where it was killed between its answer and the API's word on that, it may be answered for again, and refused.
        equal('refused', s.api.refused.filter((line) => !/\/error: (InvalidRequestID|InvalidStateTransition)$/.test(line)), []);
    }
    await noted();
    await works(s);
    await isLent(s);
}, { on: 'native' });

test('lent: 1,000 invocations, memory and descriptors stay', async ({ start, kind }) => {
    const s = await start(ours());
    const { pid } = await note(s);
    const measure = () => fs.readdirSync(`/proc/${pid}/fd`).length;
    for (let i = 0; i < 100; i++) await s.invoke({ do: i % 3 ? 'size' : 'error', text: 'x'.repeat(i) });
    const before = measure();
    for (let i = 0; i < (kind.slow ? 300 : 1000); i++) await s.invoke({ do: i % 3 ? 'size' : 'error', text: 'x'.repeat(i) });
    equal('descriptors', measure(), before);
    await again(s);
});
