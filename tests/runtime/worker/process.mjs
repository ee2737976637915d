// The worker as a process: frames, context, console, loading, failures, streams, concurrency, leaks.
import assert from "node:assert/strict";
import { once } from "node:events";
import fs from "node:fs";
import { build } from "esbuild";
import { FRAME, folderOf, frame, headOf, invokeFrame, start } from "./host.mjs";

const cases = [];
const add = (name, run) => cases.push({ name: `process: ${name}`, run });
const STREAMIFY = "awslambda.streamifyResponse";

/** Starts a worker on one module, hands it to `work`, ends it. */
async function withWorker(code, work, options = {}) {
  const files = typeof code === "string" ? { "index.mjs": code } : code;
  const worker = start(folderOf(files), options);
  try {
    const ready = await worker.ready;
    if (!options.failsToStart) assert.deepEqual(ready, { type: "ready" });
    return await work(worker, ready);
  } finally {
    await worker.close();
  }
}

const resultOf = (answer) => {
  assert.equal(answer.type, "result", JSON.stringify(answer));
  return JSON.parse(answer.body);
};

/** The logs as soon as they hold something: they come by another way than answers. */
async function logged(worker, pattern) {
  for (let i = 0; i < 3000 && !pattern.test(worker.logs()); i++) await new Promise((r) => setTimeout(r, 10));
  assert.match(worker.logs(), pattern);
  return worker.logs();
}

// ---- Context, environment -------------------------------------------------------------------------------

add("the context has all that Lambda's has", () =>
  withWorker(
    `export const handler = async (event, context) => ({ ...context, left: context.getRemainingTimeInMillis(),
       trace: process.env._X_AMZN_TRACE_ID, store: awslambda.InvokeStore.getRequestId(), slots: process.env.PLUTO_SLOTS });`,
    async (worker) => {
      const head = {
        "lambda-runtime-aws-request-id": "8476a536",
        "lambda-runtime-client-context": '{"client":{"title":"ä"}}',
        "lambda-runtime-cognito-identity": '{"cognitoIdentityId":"1"}',
        "lambda-runtime-aws-tenant-id": "tenant",
      };
      const { left, trace, store, slots, xRayTraceId, ...context } = resultOf(await worker.invoke({}, head));
      assert.deepEqual(context, {
        clientContext: { client: { title: "ä" } },
        identity: { cognitoIdentityId: "1" },
        invokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:demo",
        awsRequestId: "8476a536",
        tenantId: "tenant",
        functionName: "demo",
        functionVersion: "$LATEST",
        memoryLimitInMB: "128",
        logGroupName: "/aws/lambda/demo",
        logStreamName: "2026/11/21/[$LATEST]0123",
        callbackWaitsForEmptyEventLoop: true,
      });
      assert.ok(left > 20000 && left <= 30000);
      assert.equal(trace, xRayTraceId);
      assert.equal(store, "8476a536");
      assert.equal(slots, undefined);
      const next = resultOf(await worker.invoke({}, { "lambda-runtime-trace-id": "" }));
      for (const gone of ["clientContext", "identity", "trace"]) assert.equal(next[gone], undefined, gone);
      assert.ok(!next.tenantId);
    }
  ));

add("a client context that is no JSON fails its invocation alone", () =>
  withWorker(`export const handler = async () => 1;`, async (worker) => {
    const answer = await worker.invoke({}, { "lambda-runtime-client-context": "{" });
    assert.equal(answer.error.errorType, "Runtime.PlatformError");
    assert.equal(resultOf(await worker.invoke({})), 1);
  }));

// ---- Events -----------------------------------------------------------------------------------------------

add("events of every size, and none that is JSON", () =>
  withWorker(`export const handler = async (event) => typeof event === "string" ? event.length : event;`, async (worker) => {
    for (const size of [0, 1, 65535, 65536, 65537, 6291456])
      assert.equal(resultOf(await worker.invoke("x".repeat(size))), size);
    assert.deepEqual(resultOf(await worker.invoke({ "ä€😀": [null, 1.5] })), { "ä€😀": [null, 1.5] });
    for (const bytes of ["", "{", "\xff\xfe"]) {
      const answer = await worker.invoke(Buffer.from(bytes, "latin1"));
      assert.equal(answer.error.errorType, "SyntaxError");
    }
    assert.equal(resultOf(await worker.invoke("still there")), 11);
  }));

add("frames cut anywhere", () =>
  withWorker(`export const handler = async (event) => event;`, async (worker) => {
    const { socket } = worker.conversations[0];
    const bytes = invokeFrame(headOf("cut"), JSON.stringify({ a: "x".repeat(300) }));
    for (const size of [1, 7, 8, 9, 100]) {
      const answer = worker.conversations[0].ask(bytes.subarray(0, 1));
      for (let at = 1; at < bytes.length; at += size) {
        socket.write(bytes.subarray(at, at + size));
        if (at % 50 < size) await new Promise(setImmediate);
      }
      assert.equal(resultOf(await answer).a.length, 300);
    }
  }));

// [what, bytes]
const BROKEN = [
  ["a type that there is not", frame(99, "")],
  ["a frame of the worker's own", frame(FRAME.RESULT, "{}")],
  ["a payload without a head", frame(FRAME.INVOKE, "")],
  ["a head longer than its frame", frame(FRAME.INVOKE, Buffer.from([255, 255, 0, 0]))],
  ["a length out of this world", Buffer.from([255, 255, 255, 255, 3, 0, 0, 0])],
  ["two events at once", Buffer.concat([invokeFrame(headOf("1"), "{}"), invokeFrame(headOf("2"), "{}")])],
];
for (const [what, bytes] of BROKEN)
  add(`ends on ${what}`, () =>
    withWorker(`export const handler = () => new Promise((r) => setTimeout(r, 5000));`, async (worker) => {
      worker.conversations[0].socket.write(bytes);
      assert.deepEqual(await worker.ended, { code: 70, signal: null });
      await logged(worker, /^pluto worker: the bootstrap sent /m);
    }));

add("ends when the bootstrap is gone", () =>
  withWorker(`setInterval(() => {}, 1000); export const handler = async () => 1;`, async (worker) => {
    worker.conversations[0].socket.destroy();
    assert.deepEqual(await worker.ended, { code: 0, signal: null });
  }));

add("an event that comes while the handler loads waits for it", () => {
  const code = `await new Promise((r) => setTimeout(r, 200)); export const handler = async () => "loaded";`;
  const worker = start(folderOf({ "index.mjs": code }));
  return worker.invoke({}).then((answer) => (assert.equal(resultOf(answer), "loaded"), worker.close()));
});

// ---- Console ----------------------------------------------------------------------------------------------

const LOGGER = `console.log("at start");
export const handler = async (event) => {
  console.log("l1\\nl2", { a: 1 }); console.info("info"); console.warn("%s and %d", "text", 7); console.error(new TypeError("bad"));
  console.debug("debug"); console.trace("trace"); console.log({ message: "object" }); console.log("with", new RangeError("two"));
  process.stdout.write("raw\\n");
};`;

add("console writes Lambda's text format, and what is raw stays raw", () =>
  withWorker(LOGGER, async (worker) => {
    await worker.invoke({}, { "lambda-runtime-aws-request-id": "req" });
    const lines = (await logged(worker, /^raw$/m)).split("\n");
    const at = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
    assert.match(lines[0], new RegExp(`^${at}\t-\tINFO\tat start$`));
    assert.match(lines[1], new RegExp(`^${at}\treq\tINFO\tl1\rl2 \\{ a: 1 \\}$`));
    assert.match(lines[3], new RegExp(`^${at}\treq\tWARN\ttext and 7$`));
    assert.match(lines[4], new RegExp(`^${at}\treq\tERROR\tTypeError: bad\r    at handler`));
    assert.match(lines[5], /\tDEBUG\tdebug$/);
    assert.match(lines[6], /\tTRACE\ttrace$/);
    assert.ok(lines.includes("raw"));
  }));

add("console writes Lambda's JSON format, from a level on", () =>
  withWorker(
    LOGGER,
    async (worker) => {
      await worker.invoke({}, { "lambda-runtime-aws-request-id": "req", "lambda-runtime-aws-tenant-id": "t" });
      const records = (await logged(worker, /^raw$/m)).split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
      assert.deepEqual(records.map((record) => record.level), ["INFO", "INFO", "INFO", "WARN", "ERROR", "INFO", "INFO"]);
      assert.deepEqual([records[0].requestId, records[1].requestId, records[1].tenantId], ["-", "req", "t"]);
      assert.equal(records[1].message, "l1\nl2 { a: 1 }");
      assert.equal(records[4].message.errorType, "TypeError");
      assert.ok(Array.isArray(records[4].message.stackTrace));
      assert.deepEqual(records[5].message, { message: "object" });
      assert.deepEqual([records[6].errorType, records[6].errorMessage], ["RangeError", "two"]);
    },
    { env: { AWS_LAMBDA_LOG_FORMAT: "JSON", AWS_LAMBDA_LOG_LEVEL: "info" } }
  ));

add("what cannot be read is logged as such", () =>
  withWorker(
    `import util from "node:util"; const strange = { [util.inspect.custom]() { throw new Error("no"); } };
     export const handler = async () => { console.log(strange); console.log("%s", strange); return 1; };`,
    async (worker) => {
      assert.equal(resultOf(await worker.invoke({})), 1);
      await logged(worker, /\tINFO\t\[what was logged cannot be read\]/);
    }
  ));

add("Lambda's pipe for logs gets records, unless its number is a slot's", async () => {
  const folder = folderOf({ "index.mjs": `export const handler = async () => console.warn("two\\nlines");` });
  const file = `${folder}/telemetry`;
  const code = `const fs = await import("node:fs"); const fd = fs.openSync(${JSON.stringify(file)}, "w"); process.env._LAMBDA_TELEMETRY_LOG_FD = String(fd);`;
  fs.writeFileSync(`${folder}/open.mjs`, code);
  const worker = start(folder, { args: ["--import", `${folder}/open.mjs`] });
  await worker.ready;
  await worker.invoke({});
  await worker.close();
  const bytes = fs.readFileSync(file);
  assert.equal(bytes.readUInt32BE(0) >>> 0, (0xa55a0003 | (4 << 2)) >>> 0);
  assert.equal(bytes.readUInt32BE(4), bytes.length - 16);
  assert.match(bytes.subarray(16).toString(), /\tid-\d+\tWARN\ttwo\nlines\n$/);
  await withWorker(`export const handler = async () => console.log("x");`, async (other) => {
    await other.invoke({});
    await logged(other, /\tINFO\tx/);
  }, { env: { _LAMBDA_TELEMETRY_LOG_FD: "3" } });
});

add("logs that nobody reads end nothing", () =>
  withWorker(`export const handler = async (event) => { console.log("x".repeat(event)); process.stderr.write("y".repeat(event)); return 1; };`, async (worker) => {
    worker.child.stdout.destroy();
    worker.child.stderr.destroy();
    for (let i = 0; i < 5; i++) assert.equal(resultOf(await worker.invoke(1000)), 1);
  }));

// ---- Loading ------------------------------------------------------------------------------------------------

// [what, files, handler, what the handler gives]
const LOADED = [
  ["an ES module", { "index.mjs": `export const handler = async () => "mjs";` }, "index.handler", "mjs"],
  ["CommonJS", { "index.cjs": `exports.handler = async () => "cjs";` }, "index.handler", "cjs"],
  ["a .js of CommonJS", { "index.js": `exports.handler = async () => "js";` }, "index.handler", "js"],
  ["a .js of a module", { "index.js": `export const handler = async () => "esm";`, "package.json": `{"type":"module"}` }, "index.handler", "esm"],
  [".js before .mjs", { "index.js": `exports.handler = async () => "js";`, "index.mjs": `export const handler = async () => "mjs";` }, "index.handler", "js"],
  ["a folder of the same name", { "index/x": "", "index.mjs": `export const handler = async () => "file";` }, "index.handler", "file"],
  ["a path with oddities", { "a b/c#%41/x.mjs": `export const handler = async () => "odd";` }, "a b/c#%41/x.handler", "odd"],
  ["an object in a module", { "index.mjs": `export const a = { b: { c: async () => "deep" } };` }, "index.a.b.c", "deep"],
  ["the default export", { "index.mjs": `export default { handler: async () => "default" };` }, "index.handler", "default"],
  ["await at the top level", { "index.mjs": `const x = await Promise.resolve("tla"); export const handler = async () => x;` }, "index.handler", "tla"],
  ["a package", { "node_modules/pkg/index.js": `exports.handler = async () => "package";` }, "pkg.handler", "package"],
  ["a handler that is not async", { "index.mjs": `export const handler = () => "sync";` }, "index.handler", "sync"],
  ["a thenable", { "index.mjs": `export const handler = () => ({ then: (done) => done("then") });` }, "index.handler", "then"],
];
for (const [what, files, name, gives] of LOADED)
  add(`loads ${what}`, () =>
    withWorker(files, async (worker) => assert.equal(resultOf(await worker.invoke({})), gives), { env: { _HANDLER: name } }));

// [what, files, handler, error type, message]
const NOT_LOADED = [
  ["no such file", {}, "index.handler", "Runtime.ImportModuleError", /index/],
  ["no such import", { "index.mjs": `import "not-there"; export const handler = 1;` }, "index.handler", "Runtime.ImportModuleError", /not-there/],
  ["no such require", { "index.cjs": `require("./not-there");` }, "index.handler", "Runtime.ImportModuleError", /not-there/],
  ["bad syntax", { "index.mjs": `export const = 1;` }, "index.handler", "Runtime.UserCodeSyntaxError", /SyntaxError/],
  ["no such export", { "index.mjs": `export const other = 1;` }, "index.handler", "Runtime.HandlerNotFound", /index\.handler is undefined or not exported/],
  ["no function", { "index.mjs": `export const handler = 1;` }, "index.handler", "Runtime.HandlerNotFound", /is not a function/],
  ["no dot", { "index.mjs": "" }, "index", "Runtime.MalformedHandlerName", /Bad handler/],
  ["a path upwards", { "index.mjs": "" }, "../index.handler", "Runtime.MalformedHandlerName", /not a valid handler name/],
  ["a callback", { "index.mjs": `export const handler = (event, context, callback) => callback();` }, "index.handler", "Runtime.CallbackHandlerDeprecated", /callback-based/],
  ["a stream of requests", { "index.mjs": `export const handler = async () => 1; handler[Symbol.for("aws.lambda.runtime.handler.streaming")] = "request";` }, "index.handler", "Runtime.MalformedStreamingHandler", /response/],
  ["what throws", { "index.mjs": `throw new RangeError("at start");` }, "index.handler", "RangeError", /at start/],
  ["what fails meanwhile", { "index.mjs": `setTimeout(() => { throw new RangeError("aside"); }, 20); await new Promise(() => {});` }, "index.handler", "RangeError", /aside/],
];
for (const [what, files, name, type, message] of NOT_LOADED)
  add(`does not load ${what}`, () =>
    withWorker(
      files,
      async (worker, first) => {
        assert.equal(first.type, "init error");
        assert.equal(first.error.errorType, type);
        assert.match(first.error.errorMessage, message);
        assert.ok(Array.isArray(first.error.trace));
        assert.ok(!first.error.trace.some((line) => line.includes("worker.mjs")), "no frame of ours");
        assert.equal((await worker.ended).code, 1);
        await logged(worker, /Init Error/);
      },
      { env: { _HANDLER: name }, failsToStart: true }
    ));

// ---- Failures -----------------------------------------------------------------------------------------------

const FAILING = `export const handler = async ({ how }) => {
  if (how === "throw") throw Object.assign(new TypeError("with \\x1b and \\x7f"), { code: "E_CODE" });
  if (how === "text") throw "a text";
  if (how === "null") throw null;
  if (how === "strange") throw Object.defineProperty(new Error("x"), "message", { get() { throw 1; } });
  if (how === "never") return new Promise(() => {});
  if (how === "reject aside") { Promise.reject(new Error("aside")); return 1; }
  if (how === "throw aside") { setTimeout(() => { throw new Error("aside"); }, 1); return new Promise(() => {}); }
  if (how === "exit") process.exit(3);
  if (how === "abort") process.abort();
  return "fine";
};`;

add("what a handler throws is told, and the worker goes on", () =>
  withWorker(FAILING, async (worker) => {
    const thrown = await worker.invoke({ how: "throw" });
    assert.equal(thrown.error.errorType, "TypeError");
    assert.equal(thrown.error.errorMessage, "with \x1b and %7F");
    assert.match(thrown.error.trace[1], /at handler .*index\.mjs/);
    assert.deepEqual((await worker.invoke({ how: "text" })).error, { errorType: "string", errorMessage: "a text", trace: [] });
    assert.deepEqual((await worker.invoke({ how: "null" })).error, { errorType: "object", errorMessage: "null", trace: [] });
    assert.equal((await worker.invoke({ how: "strange" })).error.errorType, "handled");
    const never = await worker.invoke({ how: "never" });
    assert.equal(never.error.errorType, "Runtime.ExitError");
    assert.equal(resultOf(await worker.invoke({})), "fine");
    await logged(worker, /\tERROR\tInvoke Error \t\{"errorType":"TypeError".*"code":"E_CODE"/);
  }));

for (const [how, code] of [["reject aside", 1], ["throw aside", 1], ["exit", 3], ["abort", null]])
  add(`a handler that does “${how}” ends the process unanswered`, () =>
    withWorker(FAILING, async (worker) => {
      assert.equal((await worker.invoke({ how })).type, "gone");
      assert.equal((await worker.ended).code, code);
      if (how.endsWith("aside")) await logged(worker, /\tid-1\tERROR\t(Unhandled|Uncaught).*aside/);
    }));

add("with a source map beside the bundle, stacks are in terms of the sources", async () => {
  const code = `import { Function } from "./client.mjs";\nexport const handler = Function(async (event: { json?: boolean }): Promise<void> => {\n  console.error(Object.assign(new TypeError("logged"), { fields: 1 }));\n  throw new RangeError("thrown");\n});\n`;
  const own = `export const Function = (fn) => (event) => fn(event);\n`;
  const folder = folderOf({ "src/index.ts": code, "src/client.mjs": own });
  await build({
    absWorkingDir: folder, entryPoints: ["src/index.ts"], outfile: "out/deep/index.mjs", bundle: true, minify: true, format: "esm", sourcemap: true,
    plugins: [{ name: "client", setup: (b) => {
      b.onResolve({ filter: /client/ }, () => ({ path: "client.mjs", namespace: "pluto-client" }));
      b.onLoad({ filter: /client/ }, () => ({ contents: own }));
    } }],
  });
  for (const format of ["Text", "JSON"]) {
    const worker = start(`${folder}/out/deep`, { env: { AWS_LAMBDA_LOG_FORMAT: format } });
    await worker.ready;
    const { error } = await worker.invoke({});
    assert.deepEqual(error.trace, ["RangeError: thrown", "    at src/index.ts:4:9"]);
    const logs = await logged(worker, /thrown/);
    assert.match(logs, /TypeError: logged[^]*src\/index\.ts:3:31/);
    if (format === "Text") assert.match(logs, /src\/index\.ts:3:31\)? \{\s+fields: 1\s+\}/);
    assert.doesNotMatch(logs, /index\.mjs|worker\.mjs|pluto-client/);
    await worker.close();
  }
});

add("user code may see to its own uncaught errors", () =>
  withWorker(
    `process.on("uncaughtException", () => {}); export const handler = async () => { setTimeout(() => { throw 1; }, 1);
       return new Promise((r) => setTimeout(r, 30, "alive")); };`,
    async (worker) => assert.equal(resultOf(await worker.invoke({})), "alive")
  ));

// ---- Callbacks, on nodejs22 -----------------------------------------------------------------------------------

const NODE22 = { env: { AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x" } };
const CALLBACKS = `export const handler = (event, context, callback) => {
  const { how, wait, ms = 200 } = event;
  if (wait === false) context.callbackWaitsForEmptyEventLoop = false;
  if (how === "callback") callback(null, "called");
  if (how === "late") setTimeout(() => callback(null, "late"), 20);
  if (how === "fails") callback(new RangeError("failed"));
  if (how === "done") context.done(null, "done");
  if (how === "succeed") setTimeout(() => context.succeed("succeeded"), 5);
  if (how === "fail") context.fail("failed");
  if (how === "promise") return Promise.resolve("promised");
  if (how === "timer") { setTimeout(() => console.log("timer ran"), ms); callback(null, "called"); }
  if (how === "throw") throw new TypeError("thrown");
  return "not looked at";
};`;

add("callbacks work where they still do", () =>
  withWorker(CALLBACKS, async (worker) => {
    const of = (how) => worker.invoke({ how });
    const gives = { callback: "called", late: "late", done: "done", succeed: "succeeded", promise: "promised", nothing: null };
    for (const [how, value] of Object.entries(gives)) assert.equal(resultOf(await of(how)), value, how);
    assert.equal((await of("fails")).error.errorType, "RangeError");
    assert.equal((await of("fail")).error.errorMessage, "failed");
    assert.equal((await of("throw")).error.errorType, "TypeError");
    await of("timer");
    await logged(worker, /timer ran/);
    // Longer than an invocation may take.
    assert.equal(resultOf(await worker.invoke({ how: "timer", ms: 60_000, wait: false })), "called");
  }, NODE22));

// ---- Streams ----------------------------------------------------------------------------------------------------

const STREAMS = `import { pipeline } from "node:stream/promises"; import { Readable } from "node:stream";
export const handler = ${STREAMIFY}(async (event, stream) => {
  if (event.http) stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201, cookies: ["a=1"] });
  if (event.type) stream.setContentType(event.type);
  if (event.early) throw new TypeError("early");
  if (event.destroy) { stream.write("a"); stream.destroy(new RangeError("destroyed")); return; }
  if (event.pipe) return pipeline(Readable.from(event.pipe), stream);
  if (event.big) { for (let i = 0; i < event.big; i++) if (!stream.write(Buffer.alloc(1 << 20, 97))) await new Promise((r) => stream.once("drain", r)); }
  if (event.write !== undefined) stream.write(event.write);
  if (event.late) { try { stream.setContentType("x/y"); } catch (error) { stream.write(error.name); } }
  if (event.mid) throw new RangeError("mid");
  if (event.open) return;
  if (event.gives) { stream.end(); return 1; }
  stream.end(event.end);
}, { highWaterMark: 4096 });`;

const PRELUDE = `{"statusCode":201,"cookies":["a=1"]}${"\0".repeat(8)}`;
const HTTP = "application/vnd.awslambda.http-integration-response";
const BYTES = "application/octet-stream";
// [event, content type, bytes, error type]
const STREAMED = [
  [{}, BYTES, ""],
  [{ write: "a", end: "b", type: "text/plain" }, "text/plain", "ab"],
  [{ write: { o: 1 } }, BYTES, '{"o":1}'],
  [{ http: 1 }, HTTP, PRELUDE],
  [{ http: 1, write: "a" }, HTTP, `${PRELUDE}a`],
  [{ http: 1, end: "a" }, HTTP, `${PRELUDE}a`],
  [{ http: 1, pipe: ["a", "b"] }, HTTP, `${PRELUDE}ab`],
  [{ write: "a", late: 1 }, BYTES, "aRuntime.InvalidStreamingOperation"],
  [{ gives: 1 }, BYTES, ""],
  [{ early: 1 }, BYTES, "", "TypeError"],
  [{ write: "a", mid: 1 }, BYTES, "a", "RangeError"],
  [{ destroy: 1 }, BYTES, "a", "RangeError"],
  [{ write: "a", open: 1 }, BYTES, "a", "Error"],
  [{ write: 1n.toString() }, BYTES, "1"],
];

add("streaming handlers: types, preludes, failures at any point", () =>
  withWorker(STREAMS, async (worker) => {
    for (const [event, type, bytes, error] of STREAMED) {
      const answer = await worker.invoke(event);
      const told = JSON.stringify(event);
      assert.equal(answer.error?.errorType, error, told);
      if (!bytes && error) {
        assert.equal(answer.type, "error", "before the first byte it is an ordinary failure");
        continue;
      }
      assert.deepEqual([answer.type, answer.contentType, answer.bytes.toString()], ["stream", type, bytes], told);
    }
    await logged(worker, /\tWARN\tStreaming handlers ignore return values\./);
    await logged(worker, /Response stream is not finished/);
  }));

add("a streaming handler that is not async fails", () =>
  withWorker(`export const handler = ${STREAMIFY}((event, stream) => { stream.end("x"); });`, async (worker) => {
    assert.match((await worker.invoke({})).error.errorMessage, /non-async/);
    assert.match((await worker.invoke({})).error.errorMessage, /non-async/);
  }));

add("a reader that stops reading stops the handler, not the worker's memory", () =>
  withWorker(
    `let made = 0; setInterval(() => console.log("made", made), 50).unref();
     export const handler = ${STREAMIFY}(async (event, stream) => {
       for (; made < 64; made++) if (!stream.write(Buffer.alloc(1 << 20))) await new Promise((r) => stream.once("drain", r));
       stream.end(); });`,
    async (worker) => {
      const { socket } = worker.conversations[0];
      const answer = worker.invoke({});
      await once(socket, "data");
      socket.pause();
      await new Promise((r) => setTimeout(r, 400));
      const made = Math.max(...[...worker.logs().matchAll(/made (\d+)/g)].map((one) => Number(one[1])));
      assert.ok(made < 16, `${made} MB were written to nobody`);
      socket.resume();
      assert.equal((await answer).bytes.length, 64 << 20);
    }
  ));

add("parts arrive when they are written", () =>
  withWorker(
    `export const handler = ${STREAMIFY}(async (event, stream) => { stream.write("first"); await new Promise((r) => setTimeout(r, 300)); stream.end("last"); });`,
    async (worker) => {
      const times = [];
      worker.conversations[0].onChunk = () => times.push(Date.now());
      await worker.invoke({});
      assert.ok(times[1] - times[0] > 200);
    }
  ));

// ---- Side by side, one after the other --------------------------------------------------------------------------

add("slots: invocations at once, each with its own id in logs and store", () =>
  withWorker(
    `export const handler = async (event) => { console.log("in", event); await new Promise((r) => setTimeout(r, 50 - event * 10));
       console.log("out", event); return [awslambda.InvokeStore.getRequestId(), process.env._X_AMZN_TRACE_ID ?? null, awslambda.InvokeStore.getXRayTraceId()]; };`,
    async (worker) => {
      const head = (i) => ({ "lambda-runtime-aws-request-id": `req-${i}`, "lambda-runtime-trace-id": `trace-${i}` });
      const answers = await Promise.all([0, 1, 2, 3].map((i) => worker.invoke(i, head(i), i)));
      assert.deepEqual(answers.map(resultOf), [0, 1, 2, 3].map((i) => [`req-${i}`, null, `trace-${i}`]));
      for (const i of [0, 1, 2, 3]) await logged(worker, new RegExp(`req-${i}\tINFO\tout ${i}`));
    },
    { slots: 4 }
  ));

add("slots: one that fails leaves the others alone", () =>
  withWorker(
    `export const handler = async (event) => { await new Promise((r) => setTimeout(r, event * 20)); if (event === 0) throw new Error("x"); return event; };`,
    async (worker) => {
      const [failed, fine] = await Promise.all([worker.invoke(0, {}, 0), worker.invoke(2, {}, 1)]);
      assert.equal(failed.type, "error");
      assert.equal(resultOf(fine), 2);
    },
    { slots: 2 }
  ));

add("timers and sockets of user code run between invocations", () =>
  withWorker(
    `let ticks = 0; setInterval(() => ticks++, 5); export const handler = async () => ticks;`,
    async (worker) => {
      const before = resultOf(await worker.invoke({}));
      await new Promise((r) => setTimeout(r, 200));
      assert.ok(resultOf(await worker.invoke({})) - before > 10);
    }
  ));

add("nothing of a request is left: 3,000 invocations, memory and descriptors flat", () =>
  withWorker(
    `import fs from "node:fs"; const descriptors = () => fs.readdirSync("/proc/self/fd").length;
     export const handler = async (event) => { if (event.gc) { gc(); gc(); return [process.memoryUsage().heapUsed, descriptors()]; } return event.text; };`,
    async (worker) => {
      const text = "x".repeat(10000);
      const run = async (count) => { for (let i = 0; i < count; i++) await worker.invoke({ text }); };
      await run(500);
      const before = resultOf(await worker.invoke({ gc: true }));
      await run(3000);
      const after = resultOf(await worker.invoke({ gc: true }));
      assert.ok(after[0] - before[0] < 1 << 20, `${after[0] - before[0]} bytes more`);
      assert.equal(after[1], before[1]);
    },
    { args: ["--expose-gc"] }
  ));

add("frozen and thawed, it answers", () =>
  withWorker(`export const handler = async (event) => event;`, async (worker) => {
    await worker.invoke(1);
    worker.child.kill("SIGSTOP");
    const answer = worker.invoke(2);
    await new Promise((r) => setTimeout(r, 200));
    worker.child.kill("SIGCONT");
    assert.equal(resultOf(await answer), 2);
  }));

export { cases };
