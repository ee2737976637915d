// The same handlers behind the worker and behind Lambda's own client for Node.js, in one run: results, errors, streams
// and logs must be the same. What differs on purpose is listed, with what each of them does.
import assert from "node:assert/strict";
import { folderOf, start } from "./host.mjs";
import { startRic } from "./ric.mjs";

// ---- What handlers give ---------------------------------------------------------------------------------------

// [what, the body of a handler]: `return …` or `throw …`
export const GIVES = [
  ["undefined", "return undefined"],
  ["null", "return null"],
  ["numbers", "return [NaN, Infinity, -0, 1e21, 0.1]"],
  ["an undefined field", "return { a: undefined, b: [undefined] }"],
  ["a date", "return { d: new Date(0) }"],
  ["a date that is none", "return new Date(NaN)"],
  ["BigInt", "return 1n"],
  ["BigInt within", "return { a: [1n] }"],
  ["a circle", "const a = {}; a.a = a; return a"],
  ["a function", "return () => 1"],
  ["a symbol", "return Symbol('x')"],
  ["functions within", "return { f() {}, s: Symbol('x'), l: [() => 1] }"],
  ["a lone surrogate", "return '\\ud800'"],
  ["NUL", "return '\\0\\u2028'"],
  ["a buffer", "return Buffer.from('ab')"],
  ["an array of bytes", "return new Uint8Array([1, 2])"],
  ["a map and a set", "return [new Map([[1, 2]]), new Set([1])]"],
  ["toJSON", "return { toJSON: () => ({ mine: true }) }"],
  ["toJSON that throws", "return { toJSON() { throw new Error('no') } }"],
  ["a getter that throws", "return { get a() { throw new Error('no') } }"],
  ["an error", "return new Error('given, not thrown')"],
  ["a text", "return 'text with \"quotes\" and ä€😀'"],
  ["an HTTP answer", "return { statusCode: '200', headers: { A: 1 }, body: '' }"],
  ["a promise of a promise", "return Promise.resolve(Promise.resolve(1))"],
  ["a proxy", "return new Proxy({ a: 1 }, {})"],
  ["the event", "return event"],
  ["what changes after it is given", "const a = [1]; queueMicrotask(() => a.push(2)); setImmediate(() => a.push(3)); return a"],
  ["100 KB", "return 'x'.repeat(1e5)"],
  ["7 MB", "return 'x'.repeat(7 << 20)"],
  ["TypeError", "throw new TypeError('with \\x1b[1m and \\x7f')"],
  ["an error with fields", "throw Object.assign(new Error('x'), { code: 'E', more: { a: 1 }, cause: 1 })"],
  ["an error of no name", "const e = new Error('x'); e.name = undefined; throw e"],
  ["an error of a class", "class Mine extends Error {}; throw new Mine('mine')"],
  ["an error without a stack", "const e = new Error('x'); e.stack = undefined; throw e"],
  ["an error that cannot be read", "throw Object.defineProperty(new Error('x'), 'message', { get() { throw 1 } })"],
  ["a thrown text", "throw 'a string'"],
  ["a thrown null", "throw null"],
  ["thrown undefined", "throw undefined"],
  ["a thrown object", "throw { a: 1 }"],
  ["a thrown number", "throw 7"],
  ["a rejection", "return Promise.reject(new RangeError('late'))"],
  ["an aggregate", "throw new AggregateError([new Error('a')], 'several')"],
  ["logs", "console.log('l1\\nl2', { a: [1] }); console.warn('%s %d %j %%', 'a', 1, {}); console.error(); console.debug(undefined, null); return 1"],
  ["its context", "const { getRemainingTimeInMillis, callbackWaitsForEmptyEventLoop, ...c } = context; return c"],
  ["its environment", "return [process.env._X_AMZN_TRACE_ID, awslambda.InvokeStore.getRequestId(), typeof awslambda.streamifyResponse]"],
];

export const GIVING = `const gives = {\n${GIVES.map(([what, body]) => `${JSON.stringify(what)}: async (event, context) => { ${body} }`).join(",\n")}\n};
export const handler = (event, context) => gives[event.what](event, context);`;

// ---- What streaming handlers do -------------------------------------------------------------------------------------

export const STREAMS = [
  ["nothing", "stream.end()"],
  ["text", "stream.write('a'); stream.end('b')"],
  ["bytes", "stream.end(Buffer.from([0, 255]))"],
  ["an object", "stream.write({ a: 1 }); stream.end()"],
  ["a type", "stream.setContentType('text/html'); stream.write('a'); stream.end()"],
  ["a type too late", "stream.write('a'); try { stream.setContentType('x/y') } catch (e) { stream.write(e.name + e.message) } stream.end()"],
  ["a prelude", "const s = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { a: 'b' } }); s.write('a'); s.end()"],
  ["a prelude and nothing", "const s = awslambda.HttpResponseStream.from(stream, { statusCode: 204 }); s.write(''); s.end()"],
  ["a pipeline", "await (await import('node:stream/promises')).pipeline((await import('node:stream')).Readable.from(['a', 'b']), stream)"],
  ["a failure in the middle", "stream.write('a'); throw new RangeError('mid')"],
  ["a result that is ignored", "stream.end('a'); return 1"],
  ["what comes after the end", "stream.end('a'); await new Promise((r) => setTimeout(r, 30)); console.log('after')"],
];
export const STREAMING = `const does = {\n${STREAMS.map(([what, body]) => `${JSON.stringify(what)}: async (event, stream, context) => { ${body} }`).join(",\n")}\n};
export const handler = awslambda.streamifyResponse((event, stream, context) => does[event.what](event, stream, context));`;

// ---- Comparing ----------------------------------------------------------------------------------------------------

// An error's own lines: the frames below the handler's are each runtime's own, and so is what it calls the handler.
const isElsewhere = (line) => /worker\.mjs|aws-lambda-ric|node:|<anonymous>\)/.test(line);
const placeOf = (line) => line.replace(/^ +at (?:.* \()?(file:.*?)\)?$/, "at $1");
const comparable = ({ type, body, contentType, bytes, error }) => {
  const trace = error?.trace.filter((line) => !isElsewhere(line)).map(placeOf);
  return { type, body, contentType, bytes: bytes?.toString("latin1"), error: error && { ...error, trace } };
};
// Lines of logs without times and stacks. Lambda's client names errors of its own by their classes in JSON, by their
// types in text; ours by their types.
function recordOf(json) {
  const hide = (key, value) => (["timestamp", "stack", "stackTrace"].includes(key) ? undefined : value);
  const record = JSON.parse(json, hide);
  const error = record.message ?? record;
  if (typeof error?.errorType === "string") error.errorType = error.errorType.replace("Runtime.", "");
  return record;
}
function logLine(line) {
  if (line.startsWith("{")) return recordOf(line);
  const [, id, level, message, json] = line.split("\t");
  return [id, level, message, json?.startsWith("{") ? recordOf(json) : json];
}
const logLines = (text) => text.split("\n").map(logLine);

/** The logs of both, as soon as they are equally long: they come by another way than answers. */
async function settledLogs(ours, theirs) {
  const lines = (one) => one.logs().split("\n").length;
  for (let i = 0; i < 1000 && (i < 5 || lines(ours) !== lines(theirs)); i++) await new Promise((r) => setTimeout(r, 20));
  return [logLines(ours.logs()), logLines(theirs.logs())];
}

async function inBoth(code, whats, env = {}) {
  const folder = folderOf({ "index.mjs": code });
  const [ours, theirs] = [start(folder, { env }), await startRic(folder, { env })];
  try {
    assert.deepEqual([await ours.ready, await theirs.ready], [{ type: "ready" }, { type: "ready" }]);
    for (const what of whats) {
      const head = { "lambda-runtime-aws-request-id": `id of ${what}`, "lambda-runtime-deadline-ms": "1900000000000" };
      const mine = await ours.invoke({ what }, head);
      const others = await theirs.invoke({ what }, head);
      assert.deepEqual(comparable(mine), comparable(others), what);
    }
    return await settledLogs(ours, theirs);
  } finally {
    await ours.close();
    await theirs.close();
  }
}

export const names = (table) => table.map(([what]) => what);
const cases = [];
for (const env of [{}, { AWS_LAMBDA_LOG_FORMAT: "JSON" }, { AWS_LAMBDA_LOG_LEVEL: "ERROR" }])
  cases.push({
    name: `official: what ${GIVES.length} handlers give and log ${JSON.stringify(env)}`,
    run: async () => {
      const [ours, theirs] = await inBoth(GIVING, names(GIVES), env);
      // Ours shows what an object holds that was thrown; what Lambda is told is the same.
      const shown = JSON.parse(JSON.stringify(theirs).replaceAll("[object Object]", "{ a: 1 }"));
      assert.deepEqual(JSON.parse(JSON.stringify(ours)), shown);
      assert.match(JSON.stringify(theirs), /\[object Object\]/);
    },
  });
cases.push({
  name: `official: what ${STREAMS.length} streaming handlers do and log`,
  run: async () => {
    const [ours, theirs] = await inBoth(STREAMING, names(STREAMS));
    assert.deepEqual(ours, theirs);
  },
});

// ---- How it ends ------------------------------------------------------------------------------------------------

// [what, code, event, how it ends: exit code, or the error type of the start]
const ENDS = [
  ["an unhandled rejection", "export const handler = async () => { Promise.reject(new Error('x')); return 1; };", 1],
  ["an uncaught exception", "export const handler = () => new Promise(() => setTimeout(() => { throw new Error('x') }, 1));", 1],
  ["exit", "export const handler = async () => process.exit(3);", 3],
  ["no export", "export const other = 1;", "Runtime.HandlerNotFound"],
  ["no function", "export const handler = 1;", "Runtime.HandlerNotFound"],
  ["bad syntax", "export const = 1;", "Runtime.UserCodeSyntaxError"],
  ["a throw at the start", "throw new RangeError('x');", "RangeError"],
  ["a callback", "export const handler = (event, context, callback) => callback();", "Runtime.CallbackHandlerDeprecated"],
  ["a stream of requests", "export const handler = Object.assign(() => {}, { [Symbol.for('aws.lambda.runtime.handler.streaming')]: 'x' });", "Runtime.MalformedStreamingHandler"],
];
for (const [what, code, end] of ENDS)
  cases.push({
    name: `official: both end alike on ${what}`,
    run: async () => {
      const folder = folderOf({ "index.mjs": code });
      const both = [start(folder), await startRic(folder)];
      const seen = [];
      for (const one of both) {
        const ready = await one.ready;
        if (ready.type === "ready") assert.equal((await one.invoke({})).type, "gone");
        seen.push([(await one.ended).code, ready.error?.errorType, ready.error?.errorMessage]);
        await one.close();
      }
      assert.deepEqual(seen[0], seen[1]);
      assert.equal(typeof end === "number" ? seen[0][0] : seen[0][1], end);
    },
  });

// ---- What differs on purpose ------------------------------------------------------------------------------------

// [what, code, what the worker answers, what Lambda's client does]
const DIFFERS = [
  ["a promise that nothing settles", "export const handler = () => new Promise(() => {});", "Runtime.ExitError", "gone"],
  ["a stream that is left open", "export const handler = awslambda.streamifyResponse(async (event, stream) => { stream.write('a'); });", "Error", null],
  ["an event that is no JSON", "export const handler = async () => 1;", "SyntaxError", "gone"],
  ["a stream that fails before its first byte", "export const handler = awslambda.streamifyResponse(async () => { throw new TypeError('early'); });", "TypeError", "stream"],
];
for (const [what, code, ours, theirs] of DIFFERS)
  cases.push({
    name: `official: ours says more of ${what}`,
    run: async () => {
      const folder = folderOf({ "index.mjs": code });
      const event = what.includes("JSON") ? Buffer.from("{") : {};
      const [mine, other] = [start(folder), await startRic(folder)];
      await Promise.all([mine.ready, other.ready]);
      assert.equal((await mine.invoke(event)).error.errorType, ours);
      const late = new Promise((resolve) => setTimeout(resolve, 500, { type: null }));
      assert.equal((await Promise.race([other.invoke(event), late])).type, theirs);
      await mine.close();
      await other.close();
    },
  });

for (const end of ["s.end()", "s.end('text')"])
  cases.push({
    name: `official: ours sends the prelude before ${end}`,
    run: async () => {
      const code = `export const handler = awslambda.streamifyResponse(async (event, stream) => {
        const s = awslambda.HttpResponseStream.from(stream, { statusCode: 204 }); ${end}; });`;
      const folder = folderOf({ "index.mjs": code });
      const [mine, other] = [start(folder), await startRic(folder)];
      await Promise.all([mine.ready, other.ready]);
      assert.match((await mine.invoke({})).bytes.toString(), /^\{"statusCode":204\}\0{8}(text)?$/);
      assert.match((await other.invoke({})).bytes.toString(), /^(text)?$/);
      await mine.close();
      await other.close();
    },
  });

export { cases };
