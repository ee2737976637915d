// Who is answered: ports, Host, Origin, other users; what is no HTTP; sizes.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import net from 'node:net';
import { ask, until } from './world.mjs';

const files = {
    'src/index.ts': `import { Function, Router } from "@plutolang/pluto";
new Function(async (x: unknown) => x, "echo");
const api = new Router("api");
api.get("/hello", async () => ({ statusCode: 200, body: "hello", headers: { "x-empty": "", "x-full": "1" } }));
api.all("/any", async () => ({ statusCode: 200, body: "any" }));
new Function(async function* () { yield "one "; yield "two"; }, "stream");
`,
};

// Bytes as they are; gives all that comes back until the connection closes.
const raw = (url, bytes) => new Promise((done) => {
    let text = '';
    const socket = net.connect(Number(new URL(url).port), '127.0.0.1', () => socket.end(bytes));
    socket.setTimeout(5000, () => socket.destroy());
    socket.on('data', (d) => { text += d; });
    socket.on('error', () => {});
    socket.on('close', () => done(text));
});
const status = (text) => Number(text.match(/^HTTP\/1\.1 (\d+)/)?.[1]);

export async function cases(start) {
    const world = await start(files);
    const { endpoint } = world;
    const url = world.url('Function/echo'), api = world.url('Router/api');
    const invocations = `${endpoint}/2015-03-31/functions/echo/invocations`;
    const post = (to, headers = {}, body = '[1]') => ask(to, { headers, body });
    return [
        ['only on 127.0.0.1, under its names', async () => {
            const port = new URL(url).port;
            for (const host of ['127.0.0.1', 'localhost', 'LOCALHOST'])
                assert.equal((await post(url, { host: `${host}:${port}` })).status, 200, host);
            for (const host of ['evil.example', `evil.example:${port}`, `127.0.0.1.evil.example:${port}`, 'localhost:1'])
                for (const to of [url, invocations, `${api}/hello`])
                    assert.equal((await post(to, { host })).status, 403, `${host} ${to}`);
            assert.equal(status(await raw(url, 'POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n')) >= 400, true);
            assert.equal(status(await raw(url, `POST / HTTP/1.1\r\nHost: localhost:${port}\r\nHost: evil\r\nContent-Length: 0\r\n\r\n`)), 403);
            const listening = spawnSync('ss', ['-ltnHp'], { encoding: 'utf8' });
            if (listening.status === 0)
                for (const line of listening.stdout.split('\n').filter((l) => l.includes(`pid=${world.pid},`)))
                    assert.match(line, /\s127\.0\.0\.1:\d+\s/);
        }],
        ['a page from elsewhere does not reach the AWS endpoint', async () => {
            assert.equal((await post(invocations, { origin: 'https://evil.example' })).status, 403);
            assert.equal((await post(invocations, { origin: 'null' })).status, 403);
            assert.equal((await post(invocations, { 'sec-fetch-site': 'cross-site' })).status, 403);
            assert.equal((await post(invocations, { origin: new URL(invocations).origin })).status, 200);
            assert.equal((await post(invocations)).status, 200);
        }],
        ['nor a Runtime API', async () => {
            const id = await until('an instance', async () => (await post(url)).status === 200);
            assert.ok(id);
            const ports = spawnSync('ss', ['-ltnHp'], { encoding: 'utf8' }).stdout?.split('\n')
                .filter((l) => l.includes(`pid=${world.pid},`)).map((l) => Number(l.match(/127\.0\.0\.1:(\d+)/)[1])) ?? [];
            const open = [url, api, world.url('Function/stream')].map((one) => Number(new URL(one).port));
            for (const port of ports) {
                const r = await ask(`http://127.0.0.1:${port}/2018-06-01/runtime/invocation/next`, { method: 'GET', headers: { origin: 'https://evil.example' } });
                assert.ok(r.status === 403 || open.includes(port), `${port}: ${r.status}`);
            }
        }],
        ['a page from elsewhere may ask a Function URL, as on AWS', async () => {
            assert.equal((await post(url, { origin: 'https://elsewhere.example' })).status, 200);
        }],
        ['bodies up to Lambda\'s limit, in any form of transfer', async () => {
            const text = 'x'.repeat(4 << 20);
            assert.equal(JSON.parse((await post(url, {}, JSON.stringify([text]))).text).body, text);
            assert.equal((await post(url, {}, JSON.stringify(['x'.repeat(7 << 20)]))).status, 413);
            const port = new URL(url).port;
            const chunked = await raw(url, `POST / HTTP/1.1\r\nHost: localhost:${port}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\n[7\r\n1\r\n]\r\n0\r\n\r\n`);
            assert.equal(status(chunked), 200);
            assert.match(chunked, /"body":7/);
        }],
        ['what is no HTTP, or a strange path', async () => {
            const port = new URL(url).port;
            for (const bytes of ['\0\0\0\0', 'GET\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', `GET /${'a'.repeat(300000)} HTTP/1.1\r\n\r\n`,
                `POST / HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Length: -1\r\n\r\n`,
                `POST / HTTP/1.1\r\nHost: localhost:${port}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
                `OPTIONS * HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`])
                assert.ok(!(status(await raw(url, bytes)) < 400), JSON.stringify(bytes.slice(0, 40)));
            for (const path of ['/%', '/%zz', '/../../etc/passwd', '/2015-03-31/functions//invocations', '/2015-03-31/functions/%00/invocations', '/endpoints/%2e%2e/invocations'])
                assert.ok((await ask(endpoint + path, { body: '{}' })).status >= 400, path);
            assert.equal((await post(url)).status, 200);
        }],
        ['a header may be empty', async () => {
            const { headers } = await ask(`${api}/hello`, { method: 'GET' });
            assert.equal(headers['x-empty'], '');
            assert.equal(headers['x-full'], '1');
        }],
        ['HEAD gets a head alone, so that the next reply on the connection is read as such', async () => {
            for (const to of [world.url('Function/stream'), url, `${api}/any`, `${endpoint}/endpoints/none/invocations-response-stream`]) {
                const { pathname, host } = new URL(to);
                const one = (method, more) => `${method} ${pathname} HTTP/1.1\r\nHost: ${host}\r\n${more}\r\n`;
                const text = await raw(to, one('HEAD', '') + one('HEAD', 'Connection: close\r\n'));
                const heads = text.split('\r\n\r\n');
                assert.equal(heads.length, 3, `${to}: ${text}`);
                assert.equal(heads[2], '');
                for (const head of heads.slice(0, 2)) assert.match(head, /^HTTP\/1\.1 \d+ /);
            }
        }],
        ['a client that goes away early is forgotten', async () => {
            for (let i = 0; i < 20; i++) {
                const socket = net.connect(Number(new URL(url).port), '127.0.0.1');
                socket.on('error', () => {});
                socket.write(`POST / HTTP/1.1\r\nHost: localhost:${new URL(url).port}\r\nContent-Length: 100\r\n\r\n[`);
                setTimeout(() => socket.destroy(), 20);
            }
            await new Promise((done) => setTimeout(done, 100));
            assert.equal((await post(url)).status, 200);
        }],
        ['another user is not answered', async () => {
            if (process.getuid() !== 0) return; // only root can be two users; CI's judge is
            const r = spawnSync('setpriv', ['--reuid=65534', '--clear-groups', 'curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', '-d', '[1]', url], { encoding: 'utf8' });
            assert.equal(r.stdout, '403');
        }],
    ];
}
