// What functions give becomes answers: of each form, through a Function URL (streamed) and API Gateway (an object).
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { ResponseStream, call, fixture, handlerFor, quietly, textOf, urlEvent } from "./calling.mjs";

const cases = [];
const add = (name, run) => cases.push({ name: `answers: ${name}`, run });

const gateway = () => ({ ...fixture("apigw_v2_proxy_request"), body: "", isBase64Encoded: false });
const JSON_TYPE = "application/json";
const TEXT = "text/plain; charset=utf-8";
const BYTES = "application/octet-stream";
const SSE = "text/event-stream";

async function* numbers() {
  yield "one ";
  yield "two";
}
function web(...parts) {
  return new ReadableStream({
    start(controller) {
      parts.forEach((part) => controller.enqueue(part));
      controller.close();
    },
  });
}

// ---- Each form, through both doors ----------------------------------------------------------------------

// [what, what the function gives, status, content type, body]
const FORMS = [
  ["a text", () => "hi", 200, JSON_TYPE, '{"code":200,"body":"hi"}'],
  ["nothing", () => undefined, 200, JSON_TYPE, '{"code":200}'],
  ["null", () => null, 200, JSON_TYPE, '{"code":200,"body":null}'],
  ["NaN", () => NaN, 200, JSON_TYPE, '{"code":200,"body":null}'],
  ["an object", () => ({ a: [1] }), 200, JSON_TYPE, '{"code":200,"body":{"a":[1]}}'],
  ["a lone surrogate", () => "\ud800", 200, JSON_TYPE, '{"code":200,"body":"\\ud800"}'],
  ["an HTTP answer", () => ({ statusCode: 201, headers: { "X-A": 1 }, body: "x" }), 201, TEXT, "x"],
  ["a status as text", () => ({ statusCode: "418", body: "x" }), 418, TEXT, "x"],
  ["JSON as text", () => ({ statusCode: 200, body: '{"a":1}' }), 200, JSON_TYPE, '{"a":1}'],
  ["what only looks like JSON", () => ({ statusCode: 200, body: "{a}" }), 200, TEXT, "{a}"],
  ["a type in capitals", () => ({ statusCode: 200, headers: { "Content-Type": "text/html" }, body: "<p>" }), 200, "text/html", "<p>"],
  ["an object as body", () => ({ statusCode: 200, body: { a: 1 } }), 200, JSON_TYPE, '{"a":1}'],
  ["base64", () => ({ statusCode: 200, headers: { "content-type": "text/css" }, body: "YQ==", isBase64Encoded: true }), 200, "text/css", "a"],
  ["no body", () => ({ statusCode: 200 }), 200, undefined, ""],
  ["an empty body", () => ({ statusCode: 200, body: "" }), 200, TEXT, ""],
  ["204 with a body", () => ({ statusCode: 204, body: "x" }), 204, undefined, ""],
  ["304 with a type", () => ({ statusCode: 304, headers: { "content-type": "text/css" } }), 304, "text/css", ""],
  ["a Response", () => new Response("r", { status: 202, headers: { "x-a": "1" } }), 202, "text/plain;charset=UTF-8", "r"],
  ["a Response of JSON", () => Response.json([1]), 200, JSON_TYPE, "[1]"],
  ["a Response without a body", () => new Response(null, { status: 204 }), 204, undefined, ""],
  ["a Response from elsewhere", () => fetched(), 200, "text/plain", "unpacked"],
  ["a buffer", () => Buffer.from("b"), 200, BYTES, "b"],
  ["words", () => new Uint16Array([0x6161]), 200, BYTES, "aa"],
  ["an ArrayBuffer", () => new Uint8Array([98]).buffer, 200, BYTES, "b"],
  ["a blob", () => new Blob(["c"], { type: "image/png" }), 200, "image/png", "c"],
  ["a generator of text", () => numbers(), 200, TEXT, "one two"],
  ["a generator that is not async", function* () { yield "a"; yield "b"; }, 200, TEXT, "ab"],
  ["an empty generator", async function* () {}, 200, TEXT, ""],
  ["a generator of bytes", async function* () { yield new Uint8Array([97]); yield "b"; }, 200, BYTES, "ab"],
  ["a generator of objects", async function* () { yield { a: 1 }; yield [2]; yield "c"; yield null; }, 200,
    "application/x-ndjson", '{"a":1}\n[2]\n"c"\nnull\n'],
  ["a stream of the web", () => web(Buffer.from("w"), Buffer.from("s")), 200, BYTES, "ws"],
  ["a stream of Node.js", () => Readable.from(["n", "s"]), 200, TEXT, "ns"],
  ["a stream as body", () => ({ statusCode: 203, headers: { "content-type": "text/html" }, body: numbers() }), 203, "text/html", "one two"],
  ["an empty stream", () => new Response(web()), 200, TEXT, ""],
  ["events", async function* () { yield { event: "a", data: "1\n2", id: 7 }; yield { data: { b: 1 } }; yield "x"; }, 200, SSE,
    'event: a\nid: 7\ndata: 1\ndata: 2\n\ndata: {"b":1}\n\ndata: x\n\n'],
  ["events with a trap", async function* () { yield { event: "a\ndata: b", data: "c\r\nd" }; }, 200, SSE, "event: a data: b\ndata: c\ndata: d\n\n"],
  ["events by their type", () => ({ statusCode: 200, headers: { "content-type": SSE }, body: (function* () { yield "data: x\n\n"; yield { data: "y" }; yield { z: 1 }; })() }), 200, SSE,
    'data: x\n\ndata: y\n\ndata: {"z":1}\n\n'],
  ["lines by their type", () => ({ statusCode: 200, headers: { "content-type": "application/x-ndjson" }, body: (function* () { yield '"x"\n'; yield { y: 1 }; })() }), 200,
    "application/x-ndjson", '"x"\n{"y":1}\n'],
];

/** What fetch gives: unpacked, with the headers of what was packed. */
function fetched() {
  const headers = { "content-encoding": "gzip", "content-length": "3", "content-type": "text/plain" };
  return Object.defineProperty(new Response("unpacked", { headers }), "url", { value: "https://example.org/" });
}

for (const [what, give, status, type, body] of FORMS)
  add(what, async () => {
    for (const event of [urlEvent(), gateway()]) {
      const answer = await call(handlerFor(give), event);
      assert.equal(answer.statusCode, status);
      assert.equal(answer.headers["content-type"], type);
      assert.equal(textOf(answer), body);
      assert.equal(answer.headers["content-length"], undefined);
      assert.equal(answer.headers["content-encoding"], undefined);
      assert.ok(Object.keys(answer.headers).every((name) => name === name.toLowerCase()));
    }
  });

add("a plain value of a route is no wrapped one", async () => {
  const route = (give) => call(handlerFor(give, { kind: "Router" }), gateway());
  assert.deepEqual([textOf(await route(() => "x")), textOf(await route(() => ({ a: 1 })))], ["x", '{"a":1}']);
  assert.equal((await route(() => undefined)).statusCode, 200);
});

add("whoever asks for events gets events", async () => {
  const answer = await call(handlerFor(numbers), urlEvent({ headers: { accept: "text/event-stream" } }));
  assert.equal(answer.headers["content-type"], SSE);
  assert.equal(answer.headers["cache-control"], "no-cache");
  assert.equal(textOf(answer), "data: one \n\ndata: two\n\n");
});

// ---- Headers ----------------------------------------------------------------------------------------------

add("cookies, lists, names in any case", async () => {
  const give = () => ({
    statusCode: 200,
    headers: { "Set-Cookie": "a=1", "X-List": ["1", "2"], Gone: undefined, "Content-Length": "99", Connection: "close" },
    multiValueHeaders: { "set-cookie": ["b=2"], "x-more": ["3", "4"] },
    cookies: ["c=3"],
    body: "x",
  });
  const url = await call(handlerFor(give), urlEvent());
  assert.deepEqual(url.cookies, ["a=1", "b=2", "c=3"]);
  assert.deepEqual(url.headers, { "x-list": "1, 2", "x-more": "3, 4", "content-type": TEXT });
  const v1 = await call(handlerFor(give), { ...fixture("apigw_proxy_request"), body: "", isBase64Encoded: false });
  assert.deepEqual(v1.multiValueHeaders, { "set-cookie": ["a=1", "b=2", "c=3"] });
  assert.equal(v1.cookies, undefined);
  const response = new Response("x");
  response.headers.append("set-cookie", "a=1");
  response.headers.append("set-cookie", "b=2");
  assert.deepEqual((await call(handlerFor(() => response), urlEvent())).cookies, ["a=1", "b=2"]);
  const map = { statusCode: 200, headers: new Map([["X-A", "1"]]) };
  assert.equal((await call(handlerFor(() => map), urlEvent())).headers["x-a"], "1");
});

// What must not leave: [what, answer]
const WRONG = [
  ["a line break in a header", { statusCode: 200, headers: { "x-a": "1\r\nset-cookie: b" }, body: "" }],
  ["a NUL in a header", { statusCode: 200, headers: { "x-a": "\0" }, body: "" }],
  ["no name of a header", { statusCode: 200, headers: { "x a": "1" }, body: "" }],
  ["a line break in a cookie", { statusCode: 200, cookies: ["a=1\nb"], body: "" }],
  ["status 100", { statusCode: 100, body: "" }],
  ["status 99999", { statusCode: 99999, body: "" }],
  ["a status that is none", { statusCode: "ok", body: "" }],
  ["a status of half", { statusCode: 200.5, body: "" }],
  ["an empty status", { statusCode: "", body: "" }],
  ["a body that JSON cannot say", { statusCode: 200, body: { n: 1n } }],
  ["a Response that failed", Response.error()],
  ["a big integer", 1n],
];
for (const [what, give] of WRONG)
  add(`500 for ${what}`, async () => {
    for (const event of [urlEvent(), gateway()]) {
      const { result, logged } = await quietly(() => call(handlerFor(() => give), event));
      assert.equal(result.statusCode, 500);
      assert.equal(JSON.parse(textOf(result)).code, 500);
      assert.equal(logged.length, 1);
    }
  });

// ---- Failures ---------------------------------------------------------------------------------------------

const boom = () => { throw new Error("boom"); };
for (const [what, give] of [["throws", boom], ["rejects", async () => boom()], ["throws before its first part", async function* () { boom(); }]])
  add(`500 for a function that ${what}`, async () => {
    const { result, logged } = await quietly(() => call(handlerFor(give), urlEvent()));
    assert.equal(result.statusCode, 500);
    assert.deepEqual(JSON.parse(textOf(result)), { code: 500, body: "Function execution failed: boom" });
    assert.ok(!textOf(result).includes(".mjs"), "no stack");
    assert.equal(logged.length, 1);
  });

for (const thrown of [undefined, null, "text", 7, Object.create(null), { toString() { throw 1; } }])
  add(`500 for a function that throws ${typeof thrown}`, async () => {
    const { result } = await quietly(() => call(handlerFor(() => { throw thrown; }), urlEvent()));
    assert.equal(result.statusCode, 500);
  });

add("a stream that fails in the middle is cut off, and its source ended", async () => {
  const stream = new ResponseStream();
  const handler = handlerFor(async function* () { yield "a"; boom(); });
  await assert.rejects(handler(urlEvent(), stream, {}), /boom/);
  assert.ok(!stream.writableEnded);
  const events = new ResponseStream();
  await assert.rejects(handlerFor(async function* () { yield { data: 1 }; boom(); })(urlEvent(), events, {}), /boom/);
  assert.ok(events.bytes.toString().endsWith('data: 1\n\nevent: error\ndata: the stream ended early\n\n'));
  const { result } = await quietly(() => call(handlerFor(async function* () { yield "a"; boom(); }), gateway()));
  assert.equal(result.statusCode, 500, "what is collected can still say so");
});

add("a reader that leaves ends the source", async () => {
  let closed = 0;
  const stream = new ResponseStream({ highWaterMark: 1, delay: 1 });
  const handler = handlerFor(async function* () { try { for (;;) yield "x".repeat(100); } finally { closed++; } });
  setTimeout(() => stream.destroy(), 20);
  await assert.rejects(handler(urlEvent(), stream, {}), /closed/);
  assert.equal(closed, 1);
  await call(handlerFor(async function* () { try { yield 1; yield 2; } finally { closed++; } }), urlEvent({ method: "HEAD" }));
  assert.equal(closed, 2);
});

add("a slow reader slows the source", async () => {
  let made = 0;
  let most = 0;
  const stream = new ResponseStream({ highWaterMark: 1024, delay: 1 });
  const handler = handlerFor(function* () {
    for (; made < 50; made++) {
      most = Math.max(most, stream.writableLength);
      yield "x".repeat(1024);
    }
  });
  await call(handler, urlEvent(), { stream });
  assert.equal(made, 50);
  assert.ok(most < 8 * 1024, `${most} bytes waited`);
});

add("what is too large for one piece is refused, and streams", async () => {
  const huge = () => "x".repeat(7 << 20);
  const url = await call(handlerFor(huge), urlEvent());
  assert.equal(url.statusCode, 200);
  assert.ok(url.body.length > 7 << 20);
  for (const give of [huge, function* () { for (;;) yield "x".repeat(1 << 20); }]) {
    const { result } = await quietly(() => call(handlerFor(give), gateway()));
    assert.equal(result.statusCode, 500);
    assert.match(textOf(result), /6291456/);
  }
});

add("bytes that are text go as text, others in base64", async () => {
  const give = (bytes, type) => () => new Response(Buffer.from(bytes), { headers: { "content-type": type } });
  const text = await call(handlerFor(give("ä", "application/json"), { kind: "Router" }), gateway());
  assert.deepEqual([text.body, text.isBase64Encoded], ["ä", false]);
  const wrong = await call(handlerFor(give([0xff], "text/plain"), { kind: "Router" }), gateway());
  assert.deepEqual([wrong.body, wrong.isBase64Encoded], ["/w==", true]);
  const png = await call(handlerFor(give("ä", "image/png"), { kind: "Router" }), gateway());
  assert.equal(png.isBase64Encoded, true);
});

export { cases };
