// The Runtime API as a runtime meets it, and what callers get when a runtime misbehaves. A fake runtime takes the
// place of the bootstrap in a package that `pluto run` made.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ask, command, family, gone, until, wait } from './world.mjs';

const FAKE = path.join(path.dirname(fileURLToPath(import.meta.url)), 'fake-runtime.mjs');

const names = ['states', 'echo', 'big', 'exit', 'quit', 'killed', 'silent', 'late', 'initError', 'initExit', 'error', 'streams', 'orphan', 'logs'];
const slug = (name) => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
const source = `import { Function } from "@plutolang/pluto";
${names.map((name) => `new Function(async () => 1, "${slug(name)}", { raw: true, timeout: 2, envs: { MINE: "a=b" } });`).join('\n')}
`;

// Instances that run already have the bootstrap; the next ones have the fake.
async function replace(world) {
    for (const name of names) {
        const bootstrap = path.join(world.state, 'functions', slug(name), 'pluto/bootstrap');
        fs.unlinkSync(bootstrap);
        fs.writeFileSync(bootstrap, `#!/bin/sh\nexec '${process.execPath}' '${FAKE}' ${name}\n`, { mode: 0o755 });
    }
    const old = family(world.pid).filter((pid) => /pluto\/bootstrap/.test(command(pid)));
    for (const pid of old) process.kill(pid, 'SIGKILL');
    await gone(old);
    await wait(100);
}

const json = (r) => JSON.parse(r.text);
const failed = (r, type, message) => {
    assert.equal(r.status, 200, r.text);
    assert.equal(r.headers['x-amz-function-error'], 'Unhandled', r.text);
    assert.equal(json(r).errorType, type);
    assert.match(json(r).errorMessage, message);
};

export async function cases(start) {
    const world = await start({ 'src/index.ts': source });
    await replace(world);
    const invoke = (name, event = '{}', headers) => world.invoke(slug(name), event, headers);
    const streamed = (name, event) =>
        ask(`${world.endpoint}/2021-11-15/functions/${slug(name)}/response-streaming-invocations`, { body: event });
    const list = [
        ['what comes at the wrong time is refused as on Lambda', async () => {
            assert.equal((await invoke('states', '{"a":1}')).text, '"first"');
            const seen = json(await invoke('states'));
            assert.equal(seen.event, '{"a":1}');
            assert.equal(seen.early[0], 403);
            assert.match(seen.early[1], /InvalidStateTransition/);
            assert.equal(seen.wrongId[0], 400);
            assert.match(seen.wrongId[1], /InvalidRequestID/);
            assert.equal(seen.nextWhileBusy[0], 403);
            assert.equal(seen.initErrorLate[0], 403);
            assert.equal(seen.badMode[0], 400);
            assert.deepEqual(seen.right, [202, '{"status":"OK"}']);
            assert.equal(seen.twice[0], 403);
            assert.equal(seen.errorAfter[0], 403);
            assert.equal(seen.noPath[0], 404);
            assert.equal(seen.method[0], 405);
            assert.equal(seen.deleteNext[0], 405);
            assert.match(seen.headers['lambda-runtime-aws-request-id'], /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
            assert.match(seen.headers['lambda-runtime-trace-id'], /^Root=1-/);
            assert.match(seen.headers['lambda-runtime-invoked-function-arn'], /^arn:aws:lambda:us-east-1:\d{12}:function:/);
            const left = Number(seen.headers['lambda-runtime-deadline-ms']) - Date.now();
            assert.ok(left > 0 && left <= 2000, `deadline in ${left} ms`);
        }],
        ['the environment is clean, its credentials are nobody\'s', async () => {
            const { env } = json(await invoke('echo'));
            assert.equal(env.MINE, 'a=b');
            assert.equal(env.HOME, undefined);
            assert.match(env.AWS_ACCESS_KEY_ID, /^ASIA[A-Z2-7]{16}$/);
            assert.match(env.AWS_SECRET_ACCESS_KEY, /^pluto-local-/);
            assert.equal(env.AWS_ENDPOINT_URL, world.endpoint);
            assert.equal(env.AWS_REGION, 'us-east-1');
            assert.equal(env._HANDLER, 'index.handler');
            assert.equal(env.LAMBDA_TASK_ROOT, path.join(world.state, 'functions/echo'));
            assert.equal(env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE, '512');
        }],
        ['client context and trace id reach the runtime', async () => {
            const context = Buffer.from('{"custom":{"a":1}}').toString('base64');
            const { headers } = json(await invoke('echo', '1', { 'x-amz-client-context': context, 'x-amzn-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793' }));
            assert.equal(headers['lambda-runtime-client-context'], '{"custom":{"a":1}}');
            assert.equal(headers['lambda-runtime-trace-id'], 'Root=1-5759e988-bd862e3fe1be46a994272793');
        }],
        ['an empty event is {}, what is no JSON a 400, what is too large a 413', async () => {
            assert.equal(json(await invoke('echo', '')).event, '{}');
            const wrong = await invoke('echo', '{"a":');
            assert.equal(wrong.status, 400);
            assert.equal(wrong.headers['x-amzn-errortype'], 'InvalidRequestContentException');
            const large = await invoke('echo', JSON.stringify('x'.repeat(6 << 20)));
            assert.equal(large.status, 413);
            assert.equal(large.headers['x-amzn-errortype'], 'RequestTooLargeException');
            const most = JSON.stringify('x'.repeat((6 << 20) - 2));
            failed(await invoke('echo', most), 'Function.ResponseSizeTooLarge', /exceeded maximum/); // its echo is larger
        }],
        ['an answer that is too large is a 413 for the runtime and an error for the caller', async () => {
            failed(await invoke('big'), 'Function.ResponseSizeTooLarge', /exceeded maximum allowed payload size/);
            assert.equal((await invoke('big')).text, '413');
        }],
        ['a runtime that ends is told as Lambda tells it', async () => {
            failed(await invoke('exit'), 'Runtime.ExitError', /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 3$/);
            failed(await invoke('quit'), 'Runtime.ExitError', /Runtime exited without providing a reason/);
            failed(await invoke('killed'), 'Runtime.OutOfMemory', /signal: killed/);
            failed(await invoke('exit'), 'Runtime.ExitError', /exit status 3/); // and it starts again
        }],
        ['at the deadline the process group is ended; the next invocation starts cold', async () => {
            const begin = Date.now();
            const [silent, late] = await Promise.all([invoke('silent'), invoke('late')]);
            failed(silent, 'Sandbox.Timedout', /Task timed out after 2\.00 seconds/);
            failed(late, 'Sandbox.Timedout', /Task timed out after 2\.00 seconds/);
            const took = Date.now() - begin;
            assert.ok(took >= 1900 && took < 30_000, `${took} ms`);
            await until('nothing of it is left', () => !family(world.pid).some((p) => / (late|silent)$/.test(command(p))));
        }],
        ['a function that cannot be loaded', async () => {
            const r = await invoke('initError');
            failed(r, 'Runtime.ImportModuleError', /^no such module$/);
            failed(await invoke('initExit'), 'Runtime.ExitError', /exit status 7/);
            await world.event('log', (e) => e.resource === 'Function/init-error' && e.line === 'cannot be loaded');
        }],
        ['an error of the function comes as the runtime gave it', async () => {
            const r = await invoke('error');
            assert.equal(r.headers['x-amz-function-error'], 'Unhandled');
            assert.deepEqual(json(r), { errorType: 'TypeError', errorMessage: 'no', trace: ['a'] });
            // The status alone would not tell.
            const told = await world.event('request', (e) => e.resource === 'Function/error');
            assert.deepEqual([told.status, told.operation, told.functionError], [200, 'Invoke', 'Unhandled']);
            const fine = await world.event('request', (e) => e.resource === 'Function/echo');
            assert.equal(fine.functionError, undefined);
        }],
        ['a stream, whole and in events', async () => {
            assert.equal((await invoke('streams', '"plain"')).text, 'one two three');
            assert.equal((await invoke('streams', '"long"')).text.length, 2000000);
            const events = await streamed('streams', '"plain"');
            assert.equal(events.headers['content-type'], 'application/vnd.amazon.eventstream');
            assert.match(events.text, /PayloadChunk[^]*one [^]*three[^]*InvokeComplete/);
        }],
        ['a stream that fails midway, by trailers or by breaking off', async () => {
            failed(await invoke('streams', '"trailers"'), 'Midway', /it broke/);
            const events = await streamed('streams', '"trailers"');
            assert.match(events.text, /InvokeComplete[^]*"ErrorCode":"Unhandled"/);
            failed(await invoke('streams', '"broken"'), 'Runtime.TruncatedResponse', /broke off/);
            assert.equal((await invoke('streams', '"plain"')).text, 'one two three');
        }],
        ['what a process leaves running ends with its instance', async () => {
            const child = json(await invoke('orphan'));
            const runtime = family(world.pid).find((p) => / orphan$/.test(command(p)));
            process.kill(runtime, 'SIGKILL');
            await gone([child, runtime]);
        }],
        ['logs come with their request, and the end of them with the answer', async () => {
            const r = await invoke('logs', '{}', { 'x-amz-log-type': 'Tail' });
            const tail = Buffer.from(r.headers['x-amz-log-result'], 'base64').toString();
            const id = r.headers['x-amzn-requestid'];
            assert.match(tail, new RegExp(`START RequestId: ${id}[^]*to stdout[^]*END RequestId: ${id}\nREPORT RequestId: ${id}\tDuration: [0-9.]+ ms`));
            const line = await world.event('log', (e) => e.requestId === id && e.stream === 'stderr');
            assert.equal(line.line, 'to stderr');
            const file = fs.readFileSync(path.join(world.state, 'logs/logs.log'), 'utf8');
            assert.match(file, /^\d{4}-\d\d-\d\dT[0-9:.]{12}Z to stdout/m);
            assert.equal(fs.statSync(path.join(world.state, 'logs/logs.log')).mode & 0o777, 0o600);
        }],
        ['invocation types, and functions that are not there', async () => {
            assert.equal((await invoke('echo', '{}', { 'x-amz-invocation-type': 'DryRun' })).status, 204);
            const later = await invoke('logs', '{}', { 'x-amz-invocation-type': 'Event' });
            assert.equal(later.status, 202);
            assert.equal(later.text, '');
            assert.equal((await invoke('echo', '{}', { 'x-amz-invocation-type': 'Never' })).status, 400);
            const none = await world.invoke('nobody', '{}');
            assert.equal(none.status, 404);
            assert.equal(none.headers['x-amzn-errortype'], 'ResourceNotFoundException');
            const arn = encodeURIComponent(json(await invoke('echo')).headers['lambda-runtime-invoked-function-arn']);
            assert.equal((await world.invoke(arn, '{}')).status, 200);
            assert.equal((await world.invoke('echo:$LATEST', '{}')).status, 200);
            assert.equal((await world.invoke('echo:7', '{}')).status, 404);
        }],
        ['a service that is not emulated says so', async () => {
            const r = await ask(`${world.endpoint}/`, { headers: { authorization: 'AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/kinesis/aws4_request, X' } });
            assert.equal(r.status, 501);
            assert.match(json(r).message, /kinesis/);
        }],
        ['pluto run ends', async () => {
            const all = family(world.pid);
            assert.deepEqual(await world.close(), { code: 0, signal: null });
            await gone(all);
        }],
    ];
    return list;
}
