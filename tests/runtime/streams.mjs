// Answers that stream: chunks, trailers, clients that are slow or gone.

import { equal, like, test } from './harness.mjs';

const works = async (stage) => equal('the next one', (await stage.invoke('still here')).body, 'still here');
const trailer = (answer) => ({
    type: answer.trailers['lambda-runtime-function-error-type'],
    body: JSON.parse(Buffer.from(answer.trailers['lambda-runtime-function-error-body'] ?? '', 'base64').toString() || 'null'),
});

test('a stream: type, mode, chunks, no trailers', async ({ start }) => {
    const s = await start();
    const parts = [];
    const answer = await s.invoke({ do: 'stream', parts: ['one ', 'two ', 'three'], pause: 200, type: 'text/html' }, { onData: (part) => parts.push(String(part)) });
    equal('body', [answer.kind, answer.body, answer.streaming, answer.chunked], ['response', 'one two three', true, true]);
    // What lies there together goes together; what does not is not waited for.
    equal('as they come', [parts.length > 1, parts.join('')], [true, 'one two three']);
    equal('type', answer.headers['content-type'], 'text/html');
    like('announced', answer.headers.trailer, /Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body/);
    equal('trailers', answer.trailers, {});
    await works(s);
});

test('parts that come together go in one piece, with the head and the end', async ({ start }) => {
    const s = await start();
    const words = Array.from({ length: 40 }, (_, i) => `part ${i} `);
    const answer = await s.invoke({ do: 'stream', parts: words });
    equal('body', [answer.kind, answer.body], ['response', words.join('')]);
    await works(s);
});

test('a stream of nothing', async ({ start }) => {
    const s = await start();
    for (const parts of [[], [''], ['', 'x', '']]) {
        const answer = await s.invoke({ do: 'stream', parts });
        equal('body', [answer.kind, answer.body], ['response', parts.join('')]);
    }
});

test('a content type that is none is not passed on', async ({ start }) => {
    const s = await start();
    for (const type of ['', 'a\r\nX: y', 'a\0b']) equal(type, (await s.invoke({ do: 'stream', parts: ['x'], type })).headers['content-type'], 'application/octet-stream');
});

test('a stream that fails: type and body in the trailers', async ({ start }) => {
    const s = await start();
    for (const parts of [['half'], []]) {
        const answer = await s.invoke({ do: 'stream', parts, end: 'error' });
        equal('body', [answer.kind, answer.body], ['response', parts.join('')]);
        equal('trailer', trailer(answer), { type: 'RangeError', body: { errorType: 'RangeError', errorMessage: 'half way', trace: [] } });
    }
    await works(s);
});

test('a long error is cut to fit into trailers', async ({ start }) => {
    const s = await start();
    const answer = await s.invoke({ do: 'stream', parts: ['x'], end: 'long' });
    equal('size', answer.trailers['lambda-runtime-function-error-body'].length < 3500, true);
    const { body } = trailer(answer);
    equal('body', [body.errorType, body.trace], ['E', []]);
    like('message', body.errorMessage, /^(ü")+ü?$/);
});

test('a worker that ends in a stream: the trailers say so', async ({ start }) => {
    const s = await start();
    const answer = await s.invoke({ do: 'stream', parts: ['begun'], end: 'exit', code: 3, pause: 20 });
    equal('body', answer.body, 'begun');
    equal('type', trailer(answer).type, 'Runtime.ExitError');
    like('message', trailer(answer).body.errorMessage, /exit status 3$/);
    await works(s);
});

test('a stream past its deadline', async ({ start }) => {
    const s = await start();
    const parts = Array(100).fill('.');
    const answer = await s.invoke({ do: 'stream', parts, pause: 100 }, { timeout: 2000 });
    equal('some', answer.body.length > 1 && answer.body.length < 60, true);
    equal('type', trailer(answer).type, 'Sandbox.Timedout');
    await works(s);
});

test('a large stream to a slow reader keeps memory small', async ({ start }) => {
    const s = await start();
    let paused = false;
    const size = 48 * 1024 * 1024;
    const answer = await s.invoke({ do: 'flood', size }, {
        timeout: 30_000,
        onData: (part, request) => {
            if (paused) return;
            paused = true;
            request.pause();
            setTimeout(() => request.resume(), 400);
        },
    });
    equal('size', answer.bytes.length, size);
    const { rss } = JSON.parse((await s.invoke({ do: 'descriptors' })).body);
    equal(`${rss} KiB of memory`, rss < 60_000, true);
});

test('a client that goes away does not end the function', async ({ start }) => {
    const s = await start();
    const pid = async () => (await s.invoke({ do: 'pid' })).body;
    const before = await pid();
    s.api.faults.cut = 300_000;
    const answer = await s.invoke({ do: 'flood', size: 4 * 1024 * 1024 });
    equal('kind', answer.kind, 'broken');
    s.api.faults.cut = undefined;
    equal('same worker', await pid(), before);
});

test('an answer that comes before everything was sent ends the sending', async ({ start }) => {
    const s = await start();
    Object.assign(s.api.faults, { limit: 1000, early: true });
    equal('kind', (await s.invoke({ do: 'large', size: 5_000_000 })).kind, 'large');
    Object.assign(s.api.faults, { limit: undefined, early: false });
    await works(s);
});
