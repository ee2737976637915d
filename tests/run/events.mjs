// Requests on their way to a function and back: Function URLs and HTTP APIs of `pluto run`, asked as browsers and
// programs ask. What a function gets is compared field by field with what AWS sends; unit tests do so for events
// of AWS itself (tests/unit/test_run_event.c).
//
// `cases(start)`: pairs of a name and a test. `start(folder, args)` runs `pluto run` on a copy of that project
// and gives a world (world.mjs).

import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const PROJECT = path.join(path.dirname(fileURLToPath(import.meta.url)), 'events');

const urlOf = (world, id) => world.resources[id].url.replace(/\/$/, '');

// As http has it: headers as they came, each time they came; the body as bytes.
function ask(url, { method = 'GET', headers = {}, body } = {}) {
    return new Promise((resolve, reject) => {
        const { origin, port } = new URL(url);
        const request = http.request({ port, host: '127.0.0.1', path: url.slice(origin.length) || '/', method, headers, agent: false });
        request.on('error', reject);
        request.on('response', async (response) => {
            const parts = [], times = [];
            try {
                for await (const part of response) parts.push(part), times.push(performance.now());
            } catch (error) {
                return reject(error);
            }
            const bytes = Buffer.concat(parts);
            resolve({ status: response.statusCode, headers: response.headers, bytes, text: bytes.toString(), parts, times });
        });
        request.end(body);
    });
}

const json = async (...args) => JSON.parse((await ask(...args)).text);

// What is between a browser and us cannot be trusted to send this.
function sendRaw(url, text) {
    return new Promise((resolve, reject) => {
        const socket = net.connect(new URL(url).port, '127.0.0.1', () => socket.write(text));
        const parts = [];
        socket.on('data', (part) => parts.push(part)).on('end', () => resolve(Buffer.concat(parts).toString())).on('error', reject);
    });
}

// ---- What a function gets -----------------------------------------------------------------------

async function urlEvent(world) {
    const base = urlOf(world, 'Function/event');
    const port = new URL(base).port;
    const event = await json(`${base}/a%20b/c?x=1&x=%26&y`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Thing': ['one', 'two'], Cookie: 'a=1; b=2', Connection: 'close' },
        body: '{"é":1}',
    });
    const { requestContext: context, headers } = event;
    assert.match(context.domainName, /^[a-z2-7]{32}\.lambda-url\.us-east-1\.on\.aws$/);
    assert.match(context.requestId, /^[0-9a-f-]{36}$/);
    assert.match(context.time, /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
    assert.ok(Math.abs(Date.now() - context.timeEpoch) < 60_000);
    assert.match(headers['x-amzn-trace-id'], /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    assert.deepEqual(event, {
        version: '2.0',
        routeKey: '$default',
        rawPath: '/a%20b/c',
        rawQueryString: 'x=1&x=%26&y',
        cookies: ['a=1', 'b=2'],
        headers: {
            'content-type': 'application/json', 'x-thing': 'one,two', cookie: 'a=1; b=2', host: `127.0.0.1:${port}`,
            'content-length': '8', 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http', 'x-forwarded-port': port,
            'x-amzn-trace-id': headers['x-amzn-trace-id'],
        },
        queryStringParameters: { x: '1,&', y: '' },
        requestContext: {
            accountId: 'anonymous', apiId: context.domainPrefix, domainName: context.domainName,
            domainPrefix: context.domainName.split('.')[0],
            http: { method: 'POST', path: '/a%20b/c', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' },
            requestId: context.requestId, routeKey: '$default', stage: '$default', time: context.time, timeEpoch: context.timeEpoch,
        },
        body: '{"é":1}',
        isBase64Encoded: false,
    });
    const bare = await json(base);
    for (const field of ['body', 'cookies', 'queryStringParameters', 'pathParameters']) assert.ok(!(field in bare), field);
}

async function bodies(world) {
    const base = urlOf(world, 'Function/event');
    const send = (type, body) => json(base, { method: 'PUT', headers: type ? { 'content-type': type } : {}, body });
    const form = await send('application/x-www-form-urlencoded', 'a=b');
    assert.deepEqual([form.body, form.isBase64Encoded], ['YT1i', true]);
    const bytes = Buffer.from([0, 255, 10, 13, 0]);
    for (const type of ['application/octet-stream', 'text/plain', '']) {
        const event = await send(type, bytes);
        assert.equal(event.isBase64Encoded, true);
        assert.deepEqual(Buffer.from(event.body, 'base64'), bytes);
    }
    const chunked = await sendRaw(base, `POST / HTTP/1.1\r\nHost: ${new URL(base).host}\r\nContent-Type: text/plain\r\n` +
        'Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n');
    assert.match(chunked, /"body":"abcde"/);
    assert.ok(!chunked.includes('"transfer-encoding"'), chunked);
}

async function apiEvent(world) {
    const base = urlOf(world, 'Router/api');
    const event = await json(`${base}/any/x%2Fy/z%20w?q=%C3%A9`, { headers: { cookie: 'a=1' } });
    assert.equal(event.routeKey, 'ANY /any/{proxy+}');
    assert.equal(event.rawPath, '/any/x/y/z w');
    assert.equal(event.rawQueryString, 'q=%C3%A9');
    assert.deepEqual(event.pathParameters, { proxy: 'x/y/z w' });
    assert.deepEqual(event.queryStringParameters, { q: 'é' });
    assert.deepEqual(event.cookies, ['a=1']);
    assert.ok(!('cookie' in event.headers));
    assert.match(event.requestContext.domainName, /^[a-z2-7]{10}\.execute-api\.us-east-1\.amazonaws\.com$/);
    assert.equal(event.requestContext.accountId, '000000000000');
}

// ---- What is made of its answer -----------------------------------------------------------------

async function urlAnswers(world) {
    const base = urlOf(world, 'Function/answers');
    const gone = await ask(`${base}/gone`);
    assert.deepEqual([gone.status, gone.headers['x-one'], gone.text], [404, '1', 'nothing here']);
    const empty = await ask(`${base}/empty`);
    assert.deepEqual([empty.status, empty.text, empty.headers['content-type']], [204, '', undefined]);
    assert.deepEqual((await ask(`${base}/cookies`)).headers['set-cookie'], ['a=1; HttpOnly', 'b=2']);
    const bytes = await ask(`${base}/bytes`);
    assert.deepEqual([...bytes.bytes], [0, 1, 2, 3]);
    assert.equal(bytes.headers['content-type'], 'image/png');
    const plain = await ask(`${base}/plain`);
    assert.deepEqual([plain.status, plain.headers['content-type'], plain.text], [200, 'application/json', '{"any":"thing"}']);
    assert.match(plain.headers['x-amzn-requestid'], /^[0-9a-f-]{36}$/);
    assert.equal((await ask(`${base}/large`)).bytes.length, 9_000_000); // streams: six megabytes are no limit
    const trace = 'Root=1-67891233-abcdef012345678912345678';
    const wide = await ask(`${base}/wide`, { headers: { 'x-amzn-trace-id': trace, 'x-mine': 'm'.repeat(12_000) } });
    assert.equal(wide.headers['x-wide'].length, 12_000);
    assert.ok(wide.headers['x-trace'].startsWith(trace), wide.headers['x-trace']);
    const head = await ask(`${base}/plain`, { method: 'HEAD' });
    assert.deepEqual([head.status, head.text], [200, '']);
}

async function urlFailures(world) {
    const base = urlOf(world, 'Function/answers');
    assert.equal((await ask(`${base}/throw`)).status, 500); // the package's own answer
    for (const way of ['exit', 'slow']) {
        const answer = await ask(`${base}/${way}`);
        assert.deepEqual([answer.status, answer.text], [502, 'Internal Server Error'], way);
    }
    assert.equal((await ask(`${base}/plain`)).status, 200);
    const large = await ask(urlOf(world, 'Function/event'), { method: 'POST', body: Buffer.alloc(5_000_000) }).catch((e) => e);
    assert.equal(large.status, 413); // in base 64 it is more than Lambda takes
}

async function streams(world) {
    const answer = await ask(urlOf(world, 'Function/parts'), { method: 'POST', body: '[4]' });
    assert.equal(answer.text, 'part 0\npart 1\npart 2\npart 3\n');
    assert.ok(answer.times.at(-1) - answer.times[0] > 250, 'all of it came at once');
}

async function brokenStreams(world) {
    const base = urlOf(world, 'Function/parts');
    const nothing = await ask(base, { method: 'POST', body: '[0]' });
    assert.deepEqual([nothing.status, nothing.text], [200, '']);
    // What fails on its way is seen to have failed: the end of the body does not come.
    await assert.rejects(ask(base, { method: 'POST', body: '[2, true]' }), /aborted|hang up|ECONNRESET/);
    // Who hangs up leaves the function at work.
    await new Promise((done, failed) => {
        const request = http.request(base, { method: 'POST' }, (response) => response.once('data', () => done(request.destroy())));
        request.on('error', failed).end('[5]');
    });
    await world.event('log', (e) => e.line.includes('sent 5'));
    assert.equal((await ask(base, { method: 'POST', body: '[1]' })).text, 'part 0\n');
}

async function throttles(world) {
    const base = urlOf(world, 'Function/narrow');
    const all = await Promise.all([1, 2, 3].map(() => ask(base)));
    assert.deepEqual(all.map((a) => a.status).sort(), [200, 429, 429]);
    assert.equal((await ask(base)).status, 200);
}

async function signatures(world) {
    const base = urlOf(world, 'Function/signed');
    const sign = (key) => ({ authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=00` });
    for (const headers of [{}, sign('AKIAIOSFODNN7EXAMPLE'), { authorization: 'Bearer x' }]) {
        const answer = await ask(base, { headers });
        assert.deepEqual([answer.status, answer.text], [403, '{"Message":"Forbidden"}']);
    }
    // Functions have the credentials that open it.
    const seen = await json(urlOf(world, 'Function/key'), { method: 'POST', body: '[]' });
    const event = await json(base, { headers: sign(seen.body) });
    assert.equal(event.requestContext.authorizer.iam.accessKey, seen.body);
    assert.equal(event.requestContext.accountId, '000000000000');
}

async function routes(world) {
    const base = urlOf(world, 'Router/api');
    const hello = await json(`${base}/hello/a%20b?x=1`, { headers: { 'user-agent': 'me' } });
    assert.deepEqual(hello, { params: { name: 'a b' }, query: { x: '1' }, agent: 'me', method: 'GET', path: '/hello/a b' });
    assert.equal((await ask(`${base}/hello/world`)).text, 'the world itself');
    for (const [method, where] of [['GET', '/nope'], ['DELETE', '/hello/world'], ['HEAD', '/hello/world'], ['GET', '/hello/world/'], ['GET', '/']]) {
        const answer = await ask(base + where, { method });
        assert.deepEqual([answer.status, answer.text], [404, method === 'HEAD' ? '' : '{"message":"Not Found"}'], where);
    }
    const echo = await ask(`${base}/echo`, { method: 'POST', headers: { 'content-type': 'text/x' }, body: 'é' });
    assert.deepEqual([echo.status, echo.headers['x-length'], echo.headers['content-type'], echo.text], [201, '1', 'text/x', 'é']);
    assert.equal((await ask(`${base}/fails`)).status, 500);
    for (const method of ['GET', 'POST']) {
        const answer = await ask(`${base}/odd`, { method }); // no status; no process
        assert.deepEqual([answer.status, answer.text], [500, '{"message":"Internal Server Error"}']);
    }
    assert.equal((await ask(urlOf(world, 'Router/strict'))).text, base); // the other router's URL
}

async function browsers(world) {
    const origin = 'https://good.example';
    const preflight = { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'GET' } };
    const allowed = (answer) => Object.fromEntries(Object.entries(answer.headers).filter(([name]) => name.startsWith('access-control-')));
    const strict = await ask(urlOf(world, 'Router/strict'), preflight);
    assert.equal(strict.status, 204);
    assert.deepEqual(allowed(strict), {
        'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true', 'access-control-allow-methods': 'GET',
        'access-control-allow-headers': 'x-token', 'access-control-max-age': '60',
    });
    const bad = { ...preflight.headers, origin: 'https://bad.example' };
    assert.deepEqual(allowed(await ask(urlOf(world, 'Router/strict'), { method: 'OPTIONS', headers: bad })), {});
    assert.deepEqual(allowed(await ask(urlOf(world, 'Router/strict'), { headers: bad })), {}); // not even the function's own
    assert.equal((await ask(urlOf(world, 'Router/strict'), { headers: { origin } })).headers['access-control-allow-origin'], origin);
    const url = await ask(urlOf(world, 'Function/join'), preflight);
    assert.deepEqual([url.status, url.headers['access-control-allow-origin']], [200, '*']);
    const call = await ask(urlOf(world, 'Function/join'), { method: 'POST', headers: { origin }, body: '["a"]' });
    assert.equal(call.headers['access-control-allow-origin'], '*');
    // A route that takes OPTIONS gets them.
    const taken = await ask(`${urlOf(world, 'Router/api')}/any/x`, preflight);
    assert.equal(JSON.parse(taken.text).requestContext.http.method, 'OPTIONS');
    assert.equal(taken.headers['access-control-allow-origin'], '*');
}

// Chromium is the judge of what a page may ask and see.
async function inChromium(world) {
    const server = http.createServer((request, response) => response.end('<p>elsewhere')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
    try {
        const page = await browser.newPage();
        await page.goto(`http://127.0.0.1:${server.address().port}/`);
        const ask = (...args) => page.evaluate(([url, options]) => fetch(url, options).then((r) => r.text(), (e) => e.name), args);
        const call = (body) => ({ method: 'POST', headers: { 'content-type': 'application/json', 'x-mine': '1' }, body });
        assert.equal(await ask(world.url('Function/join'), call('["a","b"]')), '{"code":200,"body":"a b"}');
        assert.equal(await ask(world.url('Function/parts'), call('[2]')), 'part 0\npart 1\n');
        assert.equal(await ask(`${world.url('Router/api')}/hello/world`, { headers: { 'x-mine': '1' } }), 'the world itself');
        assert.equal(await ask(`${world.url('Router/api')}/nope`), '{"message":"Not Found"}');
        assert.equal(await ask(world.url('Router/strict')), 'TypeError');
    } finally {
        await browser.close();
        server.close();
    }
}

async function hostile(world) {
    const base = urlOf(world, 'Function/event');
    const { host } = new URL(base);
    const lines = (...all) => [...all, 'Connection: close', '', ''].join('\r\n');
    const odd = await sendRaw(base, lines('GET /%ff%00/..//x?%zz=%&&=%ff HTTP/1.1', `Host: ${host}`, 'X-Quote: "\\', 'X-Latin: \xe9'));
    assert.match(odd, /^HTTP\/1.1 200/);
    const event = JSON.parse(odd.slice(odd.indexOf('{'), odd.lastIndexOf('}') + 1));
    assert.equal(event.rawPath, '/%ff%00/..//x');
    assert.equal(event.headers['x-quote'], '"\\');
    assert.deepEqual(event.queryStringParameters, { '%zz': '%', '': '\ufffd' });
    const names = Array.from({ length: 200 }, (_, i) => `x-${i}: ${i}`);
    assert.match(await sendRaw(base, lines('GET / HTTP/1.1', `Host: ${host}`, ...names)), /"x-199":"199"/);
    assert.match(await sendRaw(base, lines('GET / HTTP/1.1', 'Host: evil.example')), /^HTTP\/1.1 4/);
}

export function cases(start) {
    let world;
    const test = (name, run) => [name, async () => run((world ??= await start(PROJECT, [])))];
    return [
        test('a Function URL gives events as AWS does', urlEvent),
        test('bodies come as text or in base 64', bodies),
        test('an HTTP API gives events as AWS does', apiEvent),
        test('answers of a Function URL', urlAnswers),
        test('what fails behind a Function URL', urlFailures),
        test('an answer comes piece by piece', streams),
        test('an answer breaks off, or its reader does', brokenStreams),
        test('reserved concurrency is a limit', throttles),
        test('a URL for signed requests refuses others', signatures),
        test('routes', routes),
        test('pages of other origins', browsers),
        test('a page in Chromium', inChromium),
        test('requests that nobody should send', hostile),
        ['the application ends', async () => (await world)?.close()],
    ];
}
