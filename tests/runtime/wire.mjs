// The Runtime API's side of the wire at its worst: slow, chunked, closing, lying. Answers are written byte for
// byte by a server without any library.

import net from 'node:net';

import { equal, like, sleep, test } from './harness.mjs';
import { workerFile } from './worker/host.mjs';

const ID = '8476a536-e9f4-11e8-9739-2dfe598c3fcd';
// What waits for an invocation is bootstrap, where the worker speaks frames alone, or the worker itself.
const WORKERS = {
    '': {},
    ', lent': { worker: workerFile, files: { 'index.mjs': 'export const handler = async (event) => event;' } },
};
const EVENT = '"abc"';
const HEAD = `Lambda-Runtime-Aws-Request-Id: ${ID}\r\n`;

// A server whose n-th GET /next is answered by the n-th script: bytes, or a function of the socket. The rest of
// them wait. `posts` are the requests that came with a body.
class Raw {
    posts = [];
    nexts = 0;

    static async start(scripts, { accepted = 'HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n' } = {}) {
        const raw = new Raw();
        raw.sockets = new Set();
        raw.server = net.createServer((socket) => {
            raw.sockets.add(socket);
            socket.on('error', () => {});
            socket.on('close', () => raw.sockets.delete(socket));
            let text = '';
            socket.on('data', (bytes) => {
                text += bytes.toString('latin1');
                for (;;) {
                    const end = text.indexOf('\r\n\r\n');
                    const size = Number(/content-length: (\d+)/i.exec(text.slice(0, end))?.[1] ?? 0);
                    if (end < 0 || text.length < end + 4 + size) return;
                    const request = text.slice(0, end + 4 + size);
                    text = text.slice(end + 4 + size);
                    if (request.startsWith('POST')) {
                        raw.posts.push(request);
                        socket.write(accepted);
                    } else {
                        const script = scripts[raw.nexts++];
                        if (typeof script === 'function') script(socket);
                        else if (script !== undefined) socket.write(Buffer.from(script, 'latin1'));
                    }
                }
            });
        });
        await new Promise((resolve) => raw.server.listen(0, '127.0.0.1', resolve));
        raw.address = `127.0.0.1:${raw.server.address().port}`;
        return raw;
    }

    async posted(n) {
        const until = Date.now() + 15_000;
        while (this.posts.length < n && Date.now() < until) await sleep(5);
        return this.posts;
    }

    close() {
        for (const socket of this.sockets) socket.destroy();
        this.server.close();
    }
}

// `answer` is what the API gives to GET /next; the event that must arrive is `wanted`.
function arrives(name, answer, wanted, options) {
    for (const [who, by] of Object.entries(WORKERS))
        test(`${name}${who}`, async ({ start }) => {
            const raw = await Raw.start([answer]);
            await start({ api: raw, ...by });
            const [post] = await raw.posted(1);
            raw.close();
            like('path', post ?? '', new RegExp(`^POST /2018-06-01/runtime/invocation/${ID}/response HTTP/1.1\\r\\n`));
            equal('body', post.slice(post.indexOf('\r\n\r\n') + 4), wanted);
        }, options);
}

const drip = (text, ms, size = 1) => async (socket) => {
    socket.setNoDelay(true);
    for (let at = 0; at < text.length; at += size) {
        socket.write(Buffer.from(text.slice(at, at + size), 'latin1'));
        await sleep(ms);
    }
};

const plain = `HTTP/1.1 200 OK\r\n${HEAD}Content-Length: 5\r\n\r\n${EVENT}`;
arrives('a plain answer', plain, EVENT);
arrives('an answer byte by byte', drip(plain, 2), EVENT);
arrives('chunks', `HTTP/1.1 200 OK\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\n"a\r\n3;x=y\r\nbc"\r\n0\r\nX: y\r\n\r\n`, EVENT);
arrives('chunks byte by byte', drip(`HTTP/1.1 200 OK\r\n${HEAD}transfer-encoding:chunked\r\n\r\n00002\r\n"a\r\n3\r\nbc"\r\n0\r\n\r\n`, 1), EVENT);
const chunked = (text, size) => `HTTP/1.1 200 OK\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n${(text.match(new RegExp(`.{1,${size}}`, 'g')) ?? [])
    .map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('')}0\r\n\r\n`;
const long = JSON.stringify('0\r\n\r\n-long-'.repeat(40_000));
arrives('one chunk', chunked(EVENT, 9), EVENT);
arrives('chunks in pieces', drip(chunked(EVENT, 2), 3, 20), EVENT);
arrives('a chunk of 700 KB', chunked(long, 1_000_000), long);
arrives('chunks of 1 KB in pieces of 30', drip(chunked(long, 1000), 1, 30_000), long);
arrives('700 KB with trailers', chunked(long, 70_000).replace(/\r\n$/, 'X-Y: z\r\n\r\n'), long);
arrives('700 KB with an extension', chunked(long, 70_000).replace(/0\r\n\r\n$/, '0;x=y\r\n\r\n'), long);
arrives('interim answers', `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${plain}`, EVENT);
arrives('a body to the end of the connection', (socket) => socket.end(`HTTP/1.1 200 OK\r\n${HEAD}\r\n${EVENT}`), EVENT);
arrives('HTTP/1.0', (socket) => socket.end(`HTTP/1.0 200\r\n${HEAD}Content-Length: 5\r\n\r\n${EVENT}`), EVENT);
arrives('60 KB of headers', `HTTP/1.1 200 OK\r\n${HEAD}${'X-Filler: 0123456789012345678901234567890123456789\r\n'.repeat(1200)}Content-Length: 5\r\n\r\n${EVENT}`, EVENT);
arrives('a client context of 50 KB', `HTTP/1.1 200 OK\r\n${HEAD}Lambda-Runtime-Client-Context: "${'c'.repeat(50_000)}"\r\nContent-Length: 5\r\n\r\n${EVENT}`, EVENT);

// After something that cannot be understood, the next answer counts, over a connection of its own.
const bad = {
    'nothing': (socket) => socket.end(),
    'noise': '\x00\x01\x02\r\n\r\n',
    'another protocol': 'HTTP/2 200 OK\r\n\r\n',
    'more headers than 64 KB': `HTTP/1.1 200 OK\r\n${HEAD}X: ${'y'.repeat(70_000)}\r\n\r\n`,
    'a bare LF': `HTTP/1.1 200 OK\n${HEAD}Content-Length: 0\n\n`,
    'two lengths': `HTTP/1.1 200 OK\r\n${HEAD}Content-Length: 5\r\nContent-Length: 5\r\n\r\n${EVENT}`,
    'length and chunks': `HTTP/1.1 200 OK\r\n${HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    'a length below zero': `HTTP/1.1 200 OK\r\n${HEAD}Content-Length: -1\r\n\r\n`,
    'a length beyond all': `HTTP/1.1 200 OK\r\n${HEAD}Content-Length: 99999999999999999999\r\n\r\n`,
    'more than there can be': `HTTP/1.1 200 OK\r\n${HEAD}Content-Length: 30000000\r\n\r\n${'x'.repeat(20_000_000)}`,
    'a chunk without a size': `HTTP/1.1 200 OK\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n\r\nxx`,
    'a cut chunk': (socket) => socket.end(`HTTP/1.1 200 OK\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n50\r\nhello`),
    'a chunk that is longer than it says': `HTTP/1.1 200 OK\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n`,
    'a cut body': (socket) => socket.end(`HTTP/1.1 200 OK\r\n${HEAD}Content-Length: 50\r\n\r\nhello`),
    'no request id': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}',
    'a request id that is a path': 'HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: ../../init/error?\r\nContent-Length: 2\r\n\r\n{}',
    'a request id with a blank': 'HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: a b\r\nContent-Length: 2\r\n\r\n{}',
    'an endless request id': `HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: ${'a'.repeat(129)}\r\nContent-Length: 2\r\n\r\n{}`,
    'a switch of protocols': `HTTP/1.1 101 Switching\r\n\r\n${plain}`,
    'interim answers without end': 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(20),
    'status 403': 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n',
    'status 204': `HTTP/1.1 204 No Content\r\n${HEAD}\r\n`,
};
for (const [what, answer] of Object.entries(bad)) arrives2(what, answer);

function arrives2(what, answer) {
    for (const [who, by] of Object.entries(WORKERS))
        test(`instead of an answer: ${what}${who}`, async ({ start }) => {
            const raw = await Raw.start([answer, plain]);
            const s = await start({ api: raw, ...by });
            const [post] = await raw.posted(1);
            raw.close();
            like('then', post ?? `nothing\n${s.log}`, new RegExp(`/invocation/${ID}/response`));
            equal('alone', raw.posts.length, 1);
        });
}

for (const [who, by] of Object.entries(WORKERS)) {
    test(`an answer with something after it: the connection is not used again${who}`, async ({ start }) => {
        const raw = await Raw.start([`${plain}HTTP/1.1 200 OK\r\n${HEAD}Content-Length: 6\r\n\r\nforged`, plain]);
        await start({ api: raw, ...by });
        const posts = await raw.posted(2);
        raw.close();
        equal('bodies', posts.slice(0, 2).map((p) => p.slice(-5)), [EVENT, EVENT]);
    });

    // What the API says to an answer, in every form.
    for (const [how, accepted] of Object.entries({
        'interim answers': 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n',
        'chunks': 'HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
        'status 200': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}',
        'the end of the connection': 'HTTP/1.1 202 Accepted\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
        'status 403': 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n',
        'noise': '\0\x01\r\n\r\n',
        'something after it': 'HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\nmore',
    }))
        test(`accepted by ${how}${who}`, async ({ start }) => {
            const raw = await Raw.start([plain, plain], { accepted });
            await start({ api: raw, ...by });
            const posts = await raw.posted(2);
            raw.close();
            equal('bodies', posts.map((p) => p.slice(-5)), [EVENT, EVENT]);
        });
}

test('connections that close after every answer', async ({ start }) => {
    const s = await start();
    s.api.faults.close = true;
    for (let i = 0; i < 5; i++) equal('body', (await s.invoke(`event ${i}`)).body, `event ${i}`);
});

test('a connection that closes while the handler works', async ({ start }) => {
    const s = await start();
    await s.invoke('warm');
    const answer = s.invoke({ do: 'wait', ms: 300 });
    await sleep(150);
    s.api.dropConnections();
    equal('body', (await answer).body, 'waited');
    const stream = s.invoke({ do: 'wait', ms: 300 });
    await sleep(150);
    s.api.dropConnections();
    equal('body', (await stream).body, 'waited');
});

test('an answer that is refused is over; the next one works', async ({ start }) => {
    const s = await start();
    for (const status of [400, 403, 413]) {
        s.api.faults.answer = status;
        await s.invoke('x');
        await s.invoke({ do: 'stream', parts: ['x'] });
        s.api.faults.answer = undefined;
        equal(String(status), (await s.invoke('y')).body, 'y');
    }
});

test('an API beyond repair (500) ends the runtime', async ({ start }) => {
    const s = await start();
    await s.invoke('x');
    s.api.faults.answer = 500;
    await s.invoke('x');
    equal('exit', await s.exited, 1);
});

test('an API that is late to listen', async ({ start }) => {
    const raw = await Raw.start([plain]);
    const port = raw.server.address().port;
    await new Promise((resolve) => raw.server.close(resolve));
    await start({ api: raw });
    await sleep(300);
    raw.server.listen(port, '127.0.0.1');
    const [post] = await raw.posted(1);
    raw.close();
    like('answer', post ?? '', /"abc"$/);
}, { on: 'own' });
