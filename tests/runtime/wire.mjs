// The Runtime API's side of the wire at its worst: slow, chunked, closing, lying. Answers are written byte for
// byte by a server without any library.

import net from 'node:net';

import { equal, like, sleep, test } from './harness.mjs';

const ID = '8476a536-e9f4-11e8-9739-2dfe598c3fcd';
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
    test(name, async ({ start }) => {
        const raw = await Raw.start([answer]);
        await start({ api: raw });
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

const plain = `HTTP/1.1 200 OK\r\n${HEAD}Content-Length: 5\r\n\r\nhello`;
arrives('a plain answer', plain, 'hello');
arrives('an answer byte by byte', drip(plain, 2), 'hello');
arrives('chunks', `HTTP/1.1 200 OK\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nX: y\r\n\r\n`, 'hello');
arrives('chunks byte by byte', drip(`HTTP/1.1 200 OK\r\n${HEAD}transfer-encoding:chunked\r\n\r\n00002\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n`, 1), 'hello');
arrives('interim answers', `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${plain}`, 'hello');
arrives('a body to the end of the connection', (socket) => socket.end(`HTTP/1.1 200 OK\r\n${HEAD}\r\nhello`), 'hello');
arrives('HTTP/1.0', (socket) => socket.end(`HTTP/1.0 200\r\n${HEAD}Content-Length: 5\r\n\r\nhello`), 'hello');
arrives('60 KB of headers', `HTTP/1.1 200 OK\r\n${HEAD}${'X-Filler: 0123456789012345678901234567890123456789\r\n'.repeat(1200)}Content-Length: 5\r\n\r\nhello`, 'hello');
arrives('a client context of 50 KB', `HTTP/1.1 200 OK\r\n${HEAD}Lambda-Runtime-Client-Context: ${'c'.repeat(50_000)}\r\nContent-Length: 5\r\n\r\nhello`, 'hello');

// After something that cannot be understood, the next answer counts, over a connection of its own.
const bad = {
    'nothing': (socket) => socket.end(),
    'noise': '\x00\x01\x02\r\n\r\n',
    'another protocol': 'HTTP/2 200 OK\r\n\r\n',
    'more headers than 64 KB': `HTTP/1.1 200 OK\r\n${HEAD}X: ${'y'.repeat(70_000)}\r\n\r\n`,
    'a bare LF': `HTTP/1.1 200 OK\n${HEAD}Content-Length: 0\n\n`,
    'two lengths': `HTTP/1.1 200 OK\r\n${HEAD}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`,
    'length and chunks': `HTTP/1.1 200 OK\r\n${HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    'a length below zero': `HTTP/1.1 200 OK\r\n${HEAD}Content-Length: -1\r\n\r\n`,
    'a length beyond all': `HTTP/1.1 200 OK\r\n${HEAD}Content-Length: 99999999999999999999\r\n\r\n`,
    'more than there can be': `HTTP/1.1 200 OK\r\n${HEAD}Content-Length: 30000000\r\n\r\n${'x'.repeat(20_000_000)}`,
    'a chunk without a size': `HTTP/1.1 200 OK\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n\r\nxx`,
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
    test(`instead of an answer: ${what}`, async ({ start }) => {
        const raw = await Raw.start([answer, plain]);
        const s = await start({ api: raw });
        const [post] = await raw.posted(1);
        raw.close();
        like('then', post ?? `nothing\n${s.log}`, new RegExp(`/invocation/${ID}/response`));
        equal('alone', raw.posts.length, 1);
    });
}

test('an answer with something after it: the connection is not used again', async ({ start }) => {
    const raw = await Raw.start([`${plain}HTTP/1.1 200 OK\r\n${HEAD}Content-Length: 6\r\n\r\nforged`, plain]);
    await start({ api: raw });
    const posts = await raw.posted(2);
    raw.close();
    equal('bodies', posts.slice(0, 2).map((p) => p.slice(-5)), ['hello', 'hello']);
});

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
    like('answer', post ?? '', /hello$/);
}, { on: 'own' });
