// The whole of it, and beside it Lambda's own client, before the same Runtime API: bootstrap, worker and the adapter
// for events, with handlers that give everything one can give. What arrives must be the same.

import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { RuntimeApi } from './api.mjs';
import { ROOT, equal, test } from './harness.mjs';
import { fixture, urlEvent } from './worker/calling.mjs';
import { folderOf, workerFile } from './worker/host.mjs';
import { GIVES, GIVING, STREAMING, STREAMS, names } from './worker/official.mjs';
import { spawnRic } from './worker/ric.mjs';

const client = (name) => pathToFileURL(path.join(ROOT, 'runtime/client', name)).href;
const SAME = { 'lambda-runtime-deadline-ms': '1900000000000' };
// What a worker and Lambda's client say of themselves: not compared.
const ENV = {
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x', AWS_REGION: 'eu-west-1', AWS_LAMBDA_FUNCTION_NAME: 'test',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/test', AWS_LAMBDA_LOG_STREAM_NAME: 'test',
};

/** A package of one function of a program. */
const packageOf = (key, fn) => `
import { register } from ${JSON.stringify(client('registry.mjs'))};
import { lambdaHandler } from ${JSON.stringify(client('lambda.mjs'))};
register(${JSON.stringify(key)}, ${fn});
export const handler = lambdaHandler(${JSON.stringify(key)}, { id: "Function/test", raw: false });`;

const FUNCTION = packageOf('Function/test', `(what, ...more) => {
  if (what === "throw") throw new Error("thrown");
  if (what === "stream") return (async function* () { for (const part of more) yield part; })();
  if (what === "break") return (async function* () { yield "a"; throw new RangeError("broken"); })();
  if (what === "http") return { statusCode: 201, headers: { "x-a": "b" }, cookies: ["c=d"], body: "created" };
  if (what === "bytes") return new Uint8Array([0, 255]);
  if (what === "nothing") return new Response(null, { status: 204 });
  return [what, ...more];
}`);
const ROUTE = packageOf('Router/api get /x', `async ({ method, path, query, params, body }) =>
  ({ statusCode: 200, headers: { "content-type": "application/json" }, body: JSON.stringify({ method, path, query, params, body }) })`);

const post = (...args) => urlEvent({ body: JSON.stringify(args) });
const CALLS = {
    'a function, by its URL': [post('a', 1), post(), urlEvent(), urlEvent({ body: '{}' }), post('throw'), post('stream', 'x', 'y'),
        post('stream'), post('break'), post('http'), post('bytes'), post('nothing'), post('stream', { event: 'e', data: 1 })],
    'a function, directly and by others': [['a', 1], [], {}, null, { a: 1 }, ['throw'], ['stream', 'x'], fixture('example-sqs-event-obj'),
        fixture('apigw_v2_proxy_request_minimal'), fixture('apigw_proxy_request')],
    'a route': [fixture('apigw_v2_proxy_request'), fixture('apigw_v2_proxy_request_minimal'), fixture('apigw_multi_value_proxy_request')],
};

const errorOf = (text) => {
    const { errorType, errorMessage } = JSON.parse(text);
    return { errorType, errorMessage };
};
// What X-Ray is told. Of ES modules Lambda's client knows no lines, so stacks are not compared.
function causeOf(headers) {
    const text = headers['lambda-runtime-function-xray-error-cause'];
    if (!text) return null;
    const { working_directory: folder, exceptions, paths } = JSON.parse(Buffer.from(text, 'latin1').toString());
    const told = exceptions.map(({ type, message, stack }) => ({ type, message, stack: Array.isArray(stack) }));
    return { folder: path.isAbsolute(folder), paths: Array.isArray(paths), exceptions: told };
}
function comparable({ kind, bytes, body, streaming, headers, trailers }) {
    if (kind === 'error') return { kind, error: errorOf(body), cause: causeOf(headers) };
    const failed = trailers['lambda-runtime-function-error-body'];
    const said = failed && { type: trailers['lambda-runtime-function-error-type'], ...errorOf(Buffer.from(failed, 'base64').toString()) };
    return { kind, streaming, bytes: bytes.toString('latin1'), type: streaming ? headers['content-type'] : '', failed: said };
}

/** Runs the events through both, one after the other. */
async function same(start, code, events) {
    const stage = await start({ worker: workerFile, files: { 'index.mjs': code }, env: ENV });
    const api = await RuntimeApi.start();
    const official = spawnRic(folderOf({ 'index.mjs': code }), api.address, ENV);
    try {
        for (const [at, event] of events.entries()) {
            const options = { id: `id-${at}`, headers: SAME };
            const ours = await stage.invoke(event, options);
            const theirs = await api.invoke(JSON.stringify(event), options);
            equal(JSON.stringify(event).slice(0, 200), comparable(ours), comparable(theirs));
        }
        equal('refused', [stage.api.refused, api.refused], [[], []]);
    } finally {
        official.kill('SIGKILL');
        api.close();
    }
}

const events = (table) => names(table).filter((what) => what !== '7 MB').map((what) => ({ what }));
test('whole: what handlers give is what Lambda gets of its own client', ({ start }) => same(start, GIVING, events(GIVES)));
test('whole: what streaming handlers write, too', ({ start }) => same(start, STREAMING, events(STREAMS)));
test('whole: X-Ray is told where an error was thrown', async ({ start }) => {
    const code = `const fail = () => { throw new RangeError("ä\\x7f\\n" + "x".repeat(9000)); };
export const handler = async () => { await null; fail(); };`;
    const s = await start({ worker: workerFile, files: { 'index.mjs': code }, env: ENV });
    const { headers } = await s.invoke({});
    const { exceptions: [error], paths } = JSON.parse(headers['lambda-runtime-function-xray-error-cause']);
    equal('error', [error.type, error.message.slice(0, 6), error.message.length], ['RangeError', 'ä%7F\nx', 4096]);
    equal('stack', error.stack.map(({ line, label }) => [line, label]), [[1, 'fail'], [2, 'handler']]);
    equal('paths', paths.map((p) => [path.isAbsolute(p), path.basename(p)]), [[true, 'index.mjs']]);
});
for (const [what, list] of Object.entries(CALLS))
    test(`whole: ${what}`, ({ start }) => same(start, what === 'a route' ? ROUTE : FUNCTION, list));
