// A runtime for Lambda that misbehaves as it is told: `fake-runtime.mjs SCENARIO`, with AWS_LAMBDA_RUNTIME_API.
// Put into a package's place by tests/run/runtime.mjs.
import http from 'node:http';
import net from 'node:net';

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const BASE = '/2018-06-01/runtime';
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function call(method, path, body, headers = {}) {
    return new Promise((done, failed) => {
        const request = http.request({ host, port, method, path: BASE + path, headers, agent }, (response) => {
            const parts = [];
            response.on('data', (p) => parts.push(p));
            response.on('end', () => done({ status: response.statusCode, headers: response.headers, text: Buffer.concat(parts).toString() }));
        });
        request.on('error', failed);
        request.end(body);
    });
}

const next = () => call('GET', '/invocation/next');
const answer = (event, body) => call('POST', `/invocation/${event.headers['lambda-runtime-aws-request-id']}/response`, body);
const idOf = (event) => event.headers['lambda-runtime-aws-request-id'];
const never = () => new Promise(() => setInterval(() => {}, 1000));
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// A response in chunks, as it goes over the wire; `end` is what comes instead of the last chunk.
function stream(id, chunks, end) {
    return new Promise((done) => {
        const socket = net.connect(Number(port), host, async () => {
            socket.write(`POST ${BASE}/invocation/${id}/response HTTP/1.1\r\nHost: ${host}:${port}\r\n` +
                'Lambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\nContent-Type: text/x-test\r\n' +
                'Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n');
            for (const chunk of chunks) {
                socket.write(`${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`);
                await sleep(20);
            }
            if (end === null) socket.destroy();
            else socket.write(end);
        });
        let text = '';
        socket.on('data', (d) => { text += d; socket.end(); });
        socket.on('error', () => {});
        socket.on('close', () => done(text));
    });
}

const scenarios = {
    // All that may be said, and when: recorded, and given with the second answer.
    async states() {
        const seen = {};
        const code = async (name, promise) => { const r = await promise; seen[name] = [r.status, r.text.trim()]; };
        await code('early', call('POST', '/invocation/none/response', '1'));
        const first = await next();
        seen.headers = first.headers;
        seen.event = first.text;
        await code('wrongId', call('POST', '/invocation/8476a536-e9f4-11e8-9739-2dfe598c3fcd/response', '1'));
        await code('nextWhileBusy', next());
        await code('initErrorLate', call('POST', '/init/error', '{}'));
        await code('badMode', call('POST', `/invocation/${idOf(first)}/response`, '1', { 'lambda-runtime-function-response-mode': 'buffered' }));
        await code('right', answer(first, '"first"'));
        await code('twice', answer(first, '"again"'));
        await code('errorAfter', call('POST', `/invocation/${idOf(first)}/error`, '{}'));
        await code('noPath', call('GET', '/nothing'));
        await code('method', call('GET', `/invocation/${idOf(first)}/response`));
        await code('deleteNext', call('DELETE', '/invocation/next'));
        const second = await next();
        await answer(second, JSON.stringify(seen));
        for (;;) await answer(await next(), 'null');
    },
    async echo() {
        for (;;) {
            const event = await next();
            await answer(event, JSON.stringify({ event: event.text, headers: event.headers, pid: process.pid, env: process.env }));
        }
    },
    async big() {
        const event = await next();
        const reply = await answer(event, JSON.stringify('x'.repeat(7 << 20)));
        await answer(await next(), JSON.stringify(reply.status));
        for (;;) await answer(await next(), 'null');
    },
    async exit() { await next(); process.exit(3); },
    async quit() { await next(); process.exit(0); },
    async killed() { await next(); process.kill(process.pid, 'SIGKILL'); await never(); },
    async silent() { await next(); await never(); },
    async late() {
        const event = await next();
        process.on('SIGTERM', () => {});
        for (;;) if (Date.now() > Number(event.headers['lambda-runtime-deadline-ms']) + 5000) break;
        await answer(event, '"too late"');
    },
    async initError() {
        console.error('cannot be loaded');
        await call('POST', '/init/error', JSON.stringify({ errorType: 'Runtime.ImportModuleError', errorMessage: 'no such module', trace: [] }),
            { 'lambda-runtime-function-error-type': 'Runtime.ImportModuleError' });
        process.exit(1);
    },
    async initExit() { process.exit(7); },
    async error() {
        for (;;) {
            const event = await next();
            await call('POST', `/invocation/${idOf(event)}/error`, JSON.stringify({ errorType: 'TypeError', errorMessage: 'no', trace: ['a'] }));
        }
    },
    async streams() {
        for (;;) {
            const event = await next();
            const what = JSON.parse(event.text);
            const body = Buffer.from(JSON.stringify({ errorType: 'Midway', errorMessage: 'it broke' })).toString('base64');
            const end = what === 'trailers'
                ? `0\r\nLambda-Runtime-Function-Error-Type: Runtime.Midway\r\nLambda-Runtime-Function-Error-Body: ${body}\r\n\r\n`
                : what === 'broken' ? null : '0\r\n\r\n';
            await stream(idOf(event), what === 'long' ? Array(50).fill('y'.repeat(40000)) : ['one ', 'two ', 'three'], end);
            if (what === 'broken') await never();
        }
    },
    // Its child holds the pipes and ignores everything; it is to end with the group.
    async orphan() {
        const { spawn } = await import('node:child_process');
        for (;;) {
            const event = await next();
            const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
            await answer(event, JSON.stringify(child.pid));
        }
    },
    async logs() {
        for (;;) {
            const event = await next();
            console.log('to stdout \u001b[31mred\u001b[0m');
            console.error('to stderr');
            process.stdout.write('no end of line');
            await answer(event, 'null');
        }
    },
};

await scenarios[process.argv[2]]();
