// What a worker, a handler or a machine can do wrong, and what the platform is told of it: every invocation is
// answered once, and the next one works.

import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';

import { PAYLOAD_MAX } from './api.mjs';
import { Stage, equal, like, sleep, test } from './harness.mjs';
import { workerFile } from './worker/host.mjs';

const hex = (type, payload = '', size = Buffer.byteLength(payload)) => {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(size);
    head[4] = type;
    return Buffer.concat([head, Buffer.from(payload)]).toString('hex');
};
const failed = (answer, type, message) => {
    equal('kind', answer.kind, 'error');
    const body = JSON.parse(answer.body);
    equal('errorType', body.errorType, type);
    like('errorMessage', body.errorMessage, message);
    equal('header', answer.headers['lambda-runtime-function-error-type'], type);
};
const works = async (stage) => equal('the next one', (await stage.invoke('still here')).body, 'still here');

// ---- What goes through --------------------------------------------------------------------------

test('a result arrives as it was given', async ({ start }) => {
    const s = await start();
    const answer = await s.invoke('{"a":1}');
    equal('body', answer.body, '{"a":1}');
    equal('type', answer.headers['content-type'], 'application/json');
    equal('requests', s.api.requests.length >= 2 && s.api.refused.length, 0);
    await works(s);
});

test('bytes of every kind go through untouched', async ({ start }) => {
    const s = await start();
    const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    for (const event of [Buffer.alloc(0), Buffer.from('\0'), all, Buffer.from('c328a0a1ff00fe', 'hex'), Buffer.alloc(70_000, all)])
        equal(`${event.length} bytes`, (await s.invoke(event)).bytes.equals(event), true);
});

test('events and results of 6 MiB', async ({ start }) => {
    const s = await start();
    const event = Buffer.alloc(PAYLOAD_MAX, 'pluto\0');
    equal('there and back', (await s.invoke(event)).bytes.equals(event), true);
    await works(s);
});

test('a result above the limit is reported with its size', async ({ start }) => {
    const s = await start();
    for (const size of [PAYLOAD_MAX + 1, 20_000_000])
        failed(await s.invoke({ do: 'large', size }), 'Function.ResponseSizeTooLarge',
            new RegExp(`^Response payload size \\(${size} bytes\\) exceeded maximum allowed payload size \\(6291556 bytes\\)\\.$`));
    await works(s);
    equal('refused', s.api.refused, []);
});

test('the head carries the headers of the invocation, not of the connection', async ({ start }) => {
    const s = await start();
    const headers = {
        'Lambda-Runtime-Client-Context': '{"custom":{"é":1}}'.replace('é', 'e'),
        'Lambda-Runtime-Cognito-Identity': '{"cognitoIdentityId":"x"}',
        'Lambda-Runtime-Aws-Tenant-Id': 'tenant-1',
        'X-Other': 'no',
        'Lambda-Runtime-Empty': '',
    };
    const text = (await s.invoke({ do: 'head' }, { headers })).body;
    const lines = new Map(text.trimEnd().split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
    for (const name of ['client-context', 'cognito-identity', 'aws-tenant-id'])
        equal(name, lines.get(`lambda-runtime-${name}`), headers[Object.keys(headers).find((k) => k.toLowerCase() === `lambda-runtime-${name}`)]);
    like('trace', lines.get('lambda-runtime-trace-id'), /^Root=1-/);
    like('deadline', lines.get('lambda-runtime-deadline-ms'), /^\d{13}$/);
    equal('content type', lines.get('content-type'), 'application/json');
    equal('empty', lines.get('lambda-runtime-empty'), '');
    equal('others', [...lines.keys()].filter((name) => !/^(lambda-runtime-|content-type)/.test(name)), []);
});

test('nothing of an earlier invocation is left in a later one', async ({ start }) => {
    const s = await start();
    await s.invoke('x'.repeat(100_000), { headers: { 'Lambda-Runtime-Client-Context': 'secret' } });
    const answer = await s.invoke({ do: 'head' });
    equal('context', /secret/.test(answer.body), false);
    equal('size', (await s.invoke({ do: 'size' })).body, '13');
});

test('an error of the handler is passed on, without a type of ours', async ({ start }) => {
    const s = await start();
    const answer = await s.invoke({ do: 'error' });
    equal('answer', [answer.kind, answer.body], ['error', '{"errorType":"TypeError","errorMessage":"not so","trace":[]}']);
    equal('header', answer.headers['lambda-runtime-function-error-type'], undefined);
    await works(s);
});

test('what an error says for X-Ray is a header, where a header can hold it', async ({ start }) => {
    const s = await start();
    const told = async (behind) => {
        const answer = await s.invoke({ do: 'error', behind });
        equal('answer', [answer.kind, answer.body], ['error', '{"errorType":"TypeError","errorMessage":"not so","trace":[]}']);
        equal('nothing else', answer.headers.injected, undefined);
        return answer.headers['lambda-runtime-function-xray-error-cause'];
    };
    equal('header', await told('\0{"exceptions":[]}'), '{"exceptions":[]}');
    equal('once', await told(''), undefined);
    for (const [what, behind] of [['a line break', '\0{}\r\nInjected: 1'], ['two zeros', '\0{}\0{}'], ['nothing', '\0'], ['too much', `\0${'x'.repeat(65537)}`]])
        equal(what, await told(behind), undefined);
    equal('as much as may be', (await told(`\0${'x'.repeat(40000)}`)).length, 40000);
    await works(s);
});

// ---- Workers that end ---------------------------------------------------------------------------

for (const [what, deed, message] of [
    ['exit 3', { do: 'exit', code: 3 }, /exit status 3$/],
    ['exit 0', { do: 'exit', code: 0 }, /Error: Runtime exited without providing a reason$/],
    ['SIGKILL, as when memory is short', { do: 'signal', name: 'SIGKILL' }, /Runtime exited with error: signal: killed$/],
    ['SIGSEGV', { do: 'signal', name: 'SIGSEGV' }, /signal: segmentation fault$/],
    ['abort', { do: 'abort' }, /signal: (aborted|trace\/breakpoint trap|illegal instruction)$/],
    ['SIGTERM to itself', { do: 'signal', name: 'SIGTERM' }, /signal: terminated$/],
]) {
    test(`a worker that ends in an invocation: ${what}`, async ({ start }) => {
        const s = await start();
        const before = JSON.parse((await s.invoke({ do: 'pid' })).body).pid;
        const answer = await s.invoke(deed, { id: '8476a536-e9f4-11e8-9739-2dfe598c3fcd' });
        failed(answer, 'Runtime.ExitError', message);
        like('id', JSON.parse(answer.body).errorMessage, /^RequestId: 8476a536-e9f4-11e8-9739-2dfe598c3fcd Error: Runtime /);
        const after = JSON.parse((await s.invoke({ do: 'pid' })).body).pid;
        equal('another worker', before !== after, true);
        await works(s);
    });
}

test('ten workers in a row that end in their invocation', async ({ start }) => {
    const s = await start();
    for (let i = 0; i < 10; i++) failed(await s.invoke({ do: 'exit', code: 1 }), 'Runtime.ExitError', /exit status 1$/);
    await works(s);
});

test('a worker that ends between invocations is replaced at once', async ({ start }) => {
    const s = await start();
    await s.invoke({ do: 'later', ms: 30 });
    await sleep(400);
    await works(s);
    equal('errors', s.api.requests.filter((r) => r.includes('error')), []);
    // At the very moment it may have got the invocation.
    await s.invoke({ do: 'later', ms: 0 });
    like('next', (await s.invoke('x')).body, /^x$|Runtime.ExitError.*exit status 7/);
    await sleep(300);
    await works(s);
});

test('a worker that closes its socket', async ({ start }) => {
    const s = await start();
    failed(await s.invoke({ do: 'close' }), 'Runtime.ExitError', /signal: killed$/);
    await works(s);
});

test('a worker that leaves a process behind which holds its socket', async ({ start }) => {
    const s = await start();
    const began = Date.now();
    failed(await s.invoke({ do: 'orphan', code: 8 }), 'Runtime.ExitError', /exit status 8$/);
    equal('not as long as that process', Date.now() - began < 15_000, true);
    await works(s);
});

test('a worker without descriptors for its output', async ({ start }) => {
    const s = await start();
    s.child.stdout.destroy();
    s.child.stderr.destroy();
    await works(s);
    failed(await s.invoke({ do: 'exit', code: 1 }), 'Runtime.ExitError', /exit status 1$/);
    await works(s);
});

// A full disk, as far as a runtime meets it: what it and its handler write finds no room.
test('output that finds no room', async ({ kind, place }) => {
    const full = { ...kind, command: ['/bin/sh', '-c', 'exec "$@" >/dev/full 2>/dev/full', 'sh', ...kind.command] };
    const handler = `import fs from 'node:fs';
export const handler = async (event) => {
    console.log('x'.repeat(event.n));
    process.stderr.write('more');
    let code = '';
    try { fs.writeFileSync('/dev/full', 'x'); } catch (error) { ({ code } = error); }
    return [event.n, code];
};`;
    const s = await Stage.start(full, fs.mkdtempSync(path.join(place, 'full-')), { worker: workerFile, files: { 'index.mjs': handler } });
    try {
        for (const n of [1, 1_000_000, 2]) equal('answer', (await s.invoke({ n })).body, JSON.stringify([n, 'ENOSPC']));
        equal('refused', s.api.refused, []);
    } finally {
        await s.stop();
    }
});

// ---- Loading ------------------------------------------------------------------------------------

test('a handler that cannot be loaded: init error, exit 1', async ({ start }) => {
    const s = await start({ env: { FAKE_LIFE: JSON.stringify({ initError: 'Runtime.ImportModuleError', log: 'last words' }) } });
    const answer = await s.api.initError();
    equal('body', JSON.parse(answer.body), { errorType: 'Runtime.ImportModuleError', errorMessage: 'cannot', trace: ['at x'] });
    equal('type', answer.headers['lambda-runtime-function-error-type'], 'Runtime.ImportModuleError');
    equal('exit', await s.exited, 1);
    equal('requests', s.api.requests, ['POST init/error 202']);
    like('log', s.log, /last words/);
});

test('a worker that ends while it loads: init error, exit 1', async ({ start }) => {
    const s = await start({ env: { FAKE_LIFE: '{"exit":5}' } });
    const answer = await s.api.initError();
    equal('body', JSON.parse(answer.body), { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited with error: exit status 5' });
    equal('exit', await s.exited, 1);
});

test('a worker that loads the wrong way is ended', async ({ start }) => {
    for (const raw of [hex(4, 'x'), hex(1, 'x'), hex(3), '00000000010000ff', 'ffffffffffffffff', hex(2, '', 0x7fffffff)]) {
        const s = await start({ env: { FAKE_LIFE: JSON.stringify({ raw }) } });
        const answer = await s.api.initError();
        like(raw, answer.body, /Runtime.ExitError.*signal: killed/);
        equal('exit', await s.exited, 1);
    }
});

test('workers that end without an invocation, again and again: exit 1', async ({ start }) => {
    const s = await start({ env: { FAKE_LIFE: '{"die":20}' } });
    equal('exit', await s.exited, 1);
});

test('a second worker that cannot load: the invocation that waits is told', async ({ start, place }) => {
    const s = await start({ env: { FAKE_LIFE: JSON.stringify({ after: path.join(place, 'once') }) } });
    await works(s);
    failed(await s.invoke({ do: 'exit', code: 2 }), 'Runtime.ExitError', /exit status 2$/);
    failed(await s.invoke('x'), 'Runtime.ExitError', /exit status 9$/);
    equal('exit', await s.exited, 1);
});

test('only the second worker cannot load: its end is told, and the third one serves', async ({ start, place }) => {
    const sign = path.join(place, 'sign');
    const s = await start({ env: { FAKE_LIFE: JSON.stringify({ second: path.join(place, 'second'), sign }) } });
    await works(s);
    failed(await s.invoke({ do: 'exit', code: 2 }), 'Runtime.ExitError', /exit status 2$/);
    const waits = s.invoke('x');
    while (s.api.requests.filter((line) => line === 'GET invocation/next').length < 3) await sleep(5);
    fs.writeFileSync(sign, '');
    failed(await waits, 'Runtime.ExitError', /exit status 9$/);
    const pid = async () => JSON.parse((await s.invoke({ do: 'pid' })).body).pid;
    equal('the same one', await pid(), await pid());
});

test('loading that takes longer than 9 s: invocations are asked for, and wait', async ({ start }) => {
    const began = Date.now();
    const s = await start({ env: { FAKE_LIFE: '{"load":9700}' } });
    const answer = s.invoke('slow', { timeout: 5000 });
    await sleep(8000);
    equal('asked early', s.api.requests, []);
    equal('body', (await answer).body, 'slow');
    equal('time', Date.now() - began > 9500, true);
    await works(s);
}, { on: 'own' });

test('without node: init error', async ({ start }) => {
    const s = await start({ env: { PLUTO_NODE: '/nowhere/node' } });
    like('body', (await s.api.initError()).body, /Runtime.InvalidEntrypoint.*there is no node/);
    equal('exit', await s.exited, 1);
});

test('without a worker: init error', async ({ start }) => {
    const s = await start({ worker: null });
    like('body', (await s.api.initError()).body, /Runtime.InvalidEntrypoint/);
    equal('exit', await s.exited, 1);
});

test('the wrapper script starts bootstrap, with the node that it is given', async ({ start, kind }) => {
    const node = process.execPath;
    const s = await start({ wrapper: true, env: { PLUTO_NODE: '', PATH: '/usr/bin:/bin', NODE_OPTIONS: '--title=kept' }, args: [node, '--expose-gc', '/var/runtime/index.mjs'] });
    equal('options', JSON.parse((await s.invoke({ do: 'pid' })).body).env.NODE_OPTIONS, '--title=kept', kind);
});

test('V8 gets the memory that Lambda\'s own client gives it, unless NODE_OPTIONS says otherwise', async ({ start }) => {
    const optionsOf = async (env) => {
        const s = await start({ env });
        return JSON.parse((await s.invoke({ do: 'pid' })).body).options;
    };
    equal('of 512 MB', await optionsOf({ AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512' }), ['--max-old-space-size=461', '--max-semi-space-size=25']);
    equal('of 128 MB', await optionsOf({}), ['--max-old-space-size=116', '--max-semi-space-size=6']);
    for (const said of ['--max-old-space-size=300', '--max_old_space_size=300', '--max-semi-space-size=4'])
        equal(said, await optionsOf({ NODE_OPTIONS: `--title=x ${said}` }), []);
    for (const none of ['', 'x', '0', '-1', '99999999999999999999'])
        equal(`of ${none}`, await optionsOf({ AWS_LAMBDA_FUNCTION_MEMORY_SIZE: none }), []);
});

test('the address must be one', async ({ start }) => {
    for (const address of ['', 'x', '127.0.0.1', '127.0.0.1:0', '127.0.0.1:99999', ':80', '127.0.0.1:80 ', 'a b:80', `${'1'.repeat(300)}:80`]) {
        const s = await start({ env: { AWS_LAMBDA_RUNTIME_API: address } });
        equal(JSON.stringify(address), await s.exited, 1);
        like('log', s.log, /AWS_LAMBDA_RUNTIME_API/);
    }
});

// ---- Time ---------------------------------------------------------------------------------------

for (const deed of ['wait', 'spin']) {
    test(`an answer past its deadline: ${deed}`, async ({ start }) => {
        const s = await start();
        await works(s);
        const began = Date.now();
        const answer = await s.invoke({ do: deed, ms: 60_000 }, { timeout: 1000 });
        failed(answer, 'Sandbox.Timedout', /^RequestId: \S+ Error: Task timed out after (1\.\d\d|0\.[5-9]\d) seconds$/);
        equal('in time', Date.now() - began < 30_000, true);
        await works(s);
    });
}

test('an invocation that is late while the worker loads: the next one finds it loaded', async ({ start }) => {
    const s = await start();
    const before = JSON.parse((await s.invoke({ do: 'pid' })).body).pid;
    failed(await s.invoke({ do: 'exit', code: 1 }), 'Runtime.ExitError', /exit status 1$/);
    const late = await s.invoke('x', { headers: { 'Lambda-Runtime-Deadline-Ms': String(Date.now() - 60_000) } });
    failed(late, 'Sandbox.Timedout', /after 0\.00 seconds$/);
    equal('another one', JSON.parse((await s.invoke({ do: 'pid' })).body).pid !== before, true);
    equal('log', s.log.replace(/^pluto: RequestId: \S+ Runtime exited with error: exit status 1\n/, ''), '');
});

test('a worker that never loads is ended', async ({ start, place }) => {
    const s = await start({ env: { FAKE_LIFE: JSON.stringify({ load: 10_000_000, once: path.join(place, 'x') }) } });
    failed(await s.invoke('x', { headers: { 'Lambda-Runtime-Deadline-Ms': String(Date.now() + 10_000) } }), 'Sandbox.Timedout', /./);
    await works(s);
}, { on: 'own' });

test('an invocation without a deadline has none', async ({ start }) => {
    const s = await start();
    for (const deadline of [null, '', 'soon', '-5', '99999999999999999999'])
        equal(String(deadline), (await s.invoke({ do: 'wait', ms: 50 }, { headers: { 'Lambda-Runtime-Deadline-Ms': deadline } })).body, 'waited');
});

test('stopped and continued, it goes on', async ({ start, kind }) => {
    const s = await start();
    await works(s);
    await s.api.idle();
    s.child.kill('SIGSTOP');
    s.api.dropConnections();
    await sleep(1500);
    s.child.kill('SIGCONT');
    await works(s);
    equal('connections', s.api.connections >= 2, true, kind);
});

// ---- Frames -------------------------------------------------------------------------------------

for (const [what, deed] of [
    ['an unknown type', { hex: hex(77) }],
    ['bytes that are reserved', { hex: '0000000004000001' }],
    ['an INVOKE', { hex: hex(3) }],
    ['data before a start', { hex: hex(7, 'x') }],
    ['READY again', { hex: hex(1) }],
    ['an end before a start', { hex: hex(8) }],
    ['a start that is too long', { hex: hex(6, '', 5000) }],
    ['an end with a payload', { hex: hex(6, 'a/b') + hex(8, 'x') }],
    ['noise', { hex: 'deadbeef'.repeat(50) }],
]) {
    test(`a worker that says ${what} is ended`, async ({ start }) => {
        const s = await start();
        const answer = await s.invoke({ do: 'raw', ...deed });
        const type = answer.streaming ? answer.trailers['lambda-runtime-function-error-type'] : JSON.parse(answer.body).errorType;
        equal('type', type, 'Runtime.ProtocolError');
        await works(s);
    });
}

test('a second answer is dropped with the worker that gave it', async ({ start }) => {
    const s = await start();
    equal('first', (await s.invoke({ do: 'raw', hex: hex(4, 'one') + hex(4, 'two') })).body, 'one');
    await works(s);
    equal('first', (await s.invoke({ do: 'raw', hex: hex(4, 'one'), after: hex(4, 'two') })).body, 'one');
    await sleep(120);
    await works(s);
    equal('refused', s.api.refused, []);
});

test('a worker that ends in the middle of a frame', async ({ start }) => {
    const s = await start();
    const cut = hex(4, 'abcdef', 100);
    failed(await s.invoke({ do: 'raw', hex: cut }, { timeout: 300 }), 'Sandbox.Timedout', /./);
    await works(s);
});

// ---- Several at a time --------------------------------------------------------------------------

test('slots: as many invocations at a time as Lambda allows', async ({ start }) => {
    const s = await start({ env: { AWS_LAMBDA_MAX_CONCURRENCY: '4' } });
    await s.api.idle(4);
    const began = Date.now();
    const answers = await Promise.all([1, 2, 3, 4].map(() => s.invoke({ do: 'wait', ms: 1500 })));
    equal('answers', answers.map((a) => a.body), Array(4).fill('waited'));
    equal('together', Date.now() - began < 5500, true); // one by one: 6 s
    const events = Array.from({ length: 60 }, (_, i) => `event ${i}`.repeat(i + 1));
    equal('no mixing', (await Promise.all(events.map((e) => s.invoke(e)))).map((a) => a.body), events);
});

test('slots: one that is late leaves the others alone', async ({ start }) => {
    const s = await start({ env: { AWS_LAMBDA_MAX_CONCURRENCY: '3' } });
    await s.api.idle(3);
    const slow = s.invoke({ do: 'wait', ms: 1500 }, { timeout: 300 });
    const other = s.invoke({ do: 'wait', ms: 1300 });
    failed(await slow, 'Sandbox.Timedout', /0\.\d\d seconds$/);
    equal('other', (await other).body, 'waited');
    await sleep(500);
    equal('all work', (await Promise.all(['a', 'b', 'c'].map((e) => s.invoke(e)))).map((a) => a.body), ['a', 'b', 'c']);
    equal('refused', s.api.refused, []);
});

test('slots: late again and again, the worker stays', async ({ start, place }) => {
    const s = await start({ env: { AWS_LAMBDA_MAX_CONCURRENCY: '2' } });
    await s.api.idle(2);
    const pid = async () => JSON.parse((await s.invoke({ do: 'pid' })).body).pid;
    const before = await pid();
    for (let i = 0; i < 3; i++) {
        const sign = path.join(place, `sign-${i}`);
        failed(await s.invoke({ do: 'hold', sign }, { timeout: 50 }), 'Sandbox.Timedout', /seconds$/);
        fs.writeFileSync(sign, '');
        await s.api.idle(2); // it has answered, too late
    }
    equal('worker', await pid(), before);
    const both = await Promise.all([1, 2].map(() => s.invoke({ do: 'wait', ms: 60_000 }, { timeout: 50 })));
    for (const answer of both) failed(answer, 'Sandbox.Timedout', /seconds$/);
    equal('another one', (await pid()) !== before, true);
});

test('slots: a worker that ends takes all its invocations along, and is replaced', async ({ start }) => {
    const s = await start({ env: { AWS_LAMBDA_MAX_CONCURRENCY: '3' } });
    await s.api.idle(3);
    const two = [1, 2].map(() => s.invoke({ do: 'wait', ms: 20_000 }));
    await sleep(100);
    for (const answer of await Promise.all([...two, s.invoke({ do: 'exit', code: 4 })])) failed(answer, 'Runtime.ExitError', /exit status 4$/);
    equal('all work', (await Promise.all(['a', 'b', 'c'].map((e) => s.invoke(e)))).map((a) => a.body), ['a', 'b', 'c']);
});

test('slots: numbers that are none mean one', async ({ start }) => {
    for (const n of ['0', '', 'x', '-1', '1.5']) {
        const s = await start({ env: { AWS_LAMBDA_MAX_CONCURRENCY: n } });
        equal(n, JSON.parse((await s.invoke({ do: 'pid' })).body).slots, 1);
    }
    const s = await start({ env: { AWS_LAMBDA_MAX_CONCURRENCY: '100000' } });
    equal('most', JSON.parse((await s.invoke({ do: 'pid' })).body).slots, 128);
}, { on: 'own' });

// ---- The end ------------------------------------------------------------------------------------

test('SIGTERM goes to the worker; then it ends', async ({ start }) => {
    const s = await start({ env: { FAKE_LIFE: '{"term":true}' } });
    await works(s);
    s.child.kill('SIGTERM');
    equal('exit', await s.exited, 0);
    like('log', s.log, /the worker was told to end/);
});

test('SIGTERM in an invocation: it is answered', async ({ start }) => {
    const s = await start();
    await works(s);
    const answer = s.invoke({ do: 'wait', ms: 60_000 });
    await sleep(100);
    s.child.kill('SIGTERM');
    failed(await answer, 'Runtime.ExitError', /signal: terminated$/);
    equal('exit', await s.exited, 0);
});

test('when bootstrap ends, so does its worker', async ({ start }) => {
    const s = await start();
    const { pid } = JSON.parse((await s.invoke({ do: 'pid' })).body);
    s.child.kill('SIGKILL');
    await s.exited;
    await sleep(150);
    const alive = fs.existsSync(`/proc/${pid}`) && !/^State:\s*Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
    equal('alive', alive, false);
});

test('payloads are never logged', async ({ start }) => {
    const s = await start();
    s.api.faults.answer = 403;
    await s.invoke('a very secret event');
    s.api.faults.answer = undefined;
    await s.invoke({ do: 'exit', code: 1, secret: 'a very secret event' });
    await s.invoke({ do: 'raw', hex: hex(9, 'a very secret event'), secret: 'very secret' });
    await works(s);
    equal('log', /secret/.test(s.log), false);
    like('log', s.log, /did not take the answer \(403\)/);
});

// An API that nobody listens to any more.
test('without an API it gives up', async ({ start, kind }) => {
    const server = net.createServer((socket) => socket.destroy());
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const s = await start({ env: { AWS_LAMBDA_RUNTIME_API: `localhost:${server.address().port}` } });
    const code = await s.exited;
    server.close();
    equal('exit', code, 1, kind);
}, { on: 'own' });
