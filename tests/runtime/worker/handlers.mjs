// What events become: calls of the program's functions, from each of AWS's front doors.
import assert from "node:assert/strict";
import { call, fixture, handlerFor, quietly, textOf, urlEvent } from "./calling.mjs";

const echo = (...args) => args;
const json = (answer) => JSON.parse(textOf(answer));
const cases = [];
const add = (name, run) => cases.push({ name: `handlers: ${name}`, run });

// ---- Arguments in a request -----------------------------------------------------------------------------

// [what, request, arguments]
const REQUESTS = [
  ["two arguments", { body: '["a", 1]' }, ["a", 1]],
  ["with a query string", { body: '["a", 1]', query: "n=1" }, ["a", 1]],
  ["from curl, which says it is a form", { body: '["a", 1]', base64: true, headers: { "content-type": "application/x-www-form-urlencoded" } }, ["a", 1]],
  ["no body", {}, []],
  ["an empty body", { body: "" }, []],
  ["blanks", { body: " \r\n\t" }, []],
  ["an empty list", { body: "[]" }, []],
  ["GET", { method: "GET" }, []],
  ["GET with a query string", { method: "GET", query: "a=1&b=2" }, []],
  ["PUT", { method: "PUT", body: "[null]" }, [null]],
  ["a byte order mark", { body: '\ufeff["x"]' }, ["x"]],
  ["characters of all planes", { body: '["ä€😀\\u0000"]' }, ["ä€😀\u0000"]],
  ["characters of all planes in base64", { body: '["ä€😀"]', base64: true }, ["ä€😀"]],
  ["nested values", { body: '[{"a":[1,{"b":null}]},[]]' }, [{ a: [1, { b: null }] }, []]],
];
for (const [what, request, args] of REQUESTS)
  add(`arguments: ${what}`, async () => {
    const answer = await call(handlerFor(echo), urlEvent(request));
    assert.equal(answer.statusCode, 200);
    assert.equal(answer.headers["content-type"], "application/json");
    assert.deepEqual(json(answer), { code: 200, body: args });
  });

// [what, request, what the message tells]
const REFUSED = [
  ["an object", { body: '{"question":"?"}' }, "an object"],
  ["a text", { body: '"a"' }, "a string"],
  ["null", { body: "null" }, "null"],
  ["no JSON", { body: "question=why" }, "not JSON"],
  ["half of JSON", { body: '["a"' }, "not JSON"],
  ["no UTF-8", { body: Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]), base64: true }, "not UTF-8"],
  ["a deep hole", { body: "[".repeat(100000) }, "not JSON"],
];
for (const [what, request, told] of REFUSED)
  add(`refused: ${what}`, async () => {
    let calls = 0;
    const answer = await call(handlerFor(() => calls++), urlEvent(request));
    assert.equal(answer.statusCode, 400);
    const { code, body } = json(answer);
    assert.equal(code, 400);
    assert.match(body, /^Payload should be an array\./);
    assert.ok(body.includes(told), body);
    assert.equal(calls, 0);
  });

add("refused: more arguments than a call can have", async () => {
  const many = Array(1e6).fill(0);
  const answer = await call(handlerFor(echo), urlEvent({ body: JSON.stringify(many) }));
  assert.deepEqual([answer.statusCode, json(answer).code], [400, 400]);
  const { result } = await quietly(() => call(handlerFor(echo), many));
  assert.equal(result.code, 400);
  assert.equal(json(await call(handlerFor(echo), urlEvent({ body: JSON.stringify(many.slice(0, 1e4)) }))).body.length, 1e4);
});

add("asking what is allowed does not call", async () => {
  let calls = 0;
  const answer = await call(handlerFor(() => calls++), urlEvent({ method: "OPTIONS" }));
  assert.deepEqual([answer.statusCode, textOf(answer), calls], [204, "", 0]);
  assert.match(answer.headers.allow, /POST/);
});

add("HEAD calls and has no body", async () => {
  const answer = await call(handlerFor(() => "x"), urlEvent({ method: "HEAD" }));
  assert.deepEqual([answer.statusCode, textOf(answer)], [200, ""]);
});

// ---- The other front doors ----------------------------------------------------------------------------

const DOORS = ["apigw_proxy_request", "apigw_v2_proxy_request", "alb_request", "alb_multi_value_request"];
for (const name of DOORS)
  add(`arguments through ${name}`, async () => {
    for (const [kind, body] of [["Function", '["a", 1]'], ["Schedule", '["a", 1]']]) {
      const answer = await call(handlerFor(echo, { kind }), { ...fixture(name), body, isBase64Encoded: false });
      assert.equal(answer.statusCode, 200);
      assert.deepEqual(json(answer), { code: 200, body: ["a", 1] });
      assert.equal(answer.isBase64Encoded, false);
    }
  });

add("a load balancer gets what it asks for", async () => {
  const give = () => ({ statusCode: 404, headers: { "X-A": 1 }, cookies: ["a=1", "b=2"], body: "no" });
  const many = await call(handlerFor(give), { ...fixture("alb_multi_value_request"), body: "" });
  assert.equal(many.statusDescription, "404 Not Found");
  assert.equal(many.headers, undefined);
  assert.deepEqual(many.multiValueHeaders["set-cookie"], ["a=1", "b=2"]);
  assert.deepEqual(many.multiValueHeaders["x-a"], ["1"]);
  const one = await call(handlerFor(give), { ...fixture("alb_request"), body: "" });
  assert.equal(one.multiValueHeaders, undefined);
  assert.equal(one.headers["x-a"], "1");
});

// ---- Direct calls ---------------------------------------------------------------------------------------

const DIRECT = [
  [["a", 1], 200, ["a", 1]],
  [[], 200, []],
  [null, 200, []],
  [{}, 200, []],
];
for (const [event, code, body] of DIRECT)
  add(`direct call of ${JSON.stringify(event)}`, async () => {
    assert.deepEqual(await call(handlerFor(echo), event), { code, body });
    assert.deepEqual(await call(handlerFor(echo, { kind: "Queue" }), event), { code, body });
  });
for (const event of ["text", 7, true, { question: "?" }])
  add(`direct call refused: ${JSON.stringify(event)}`, async () => {
    const { result, logged } = await quietly(() => call(handlerFor(echo), event));
    assert.equal(result.code, 400);
    assert.match(result.body, /^Payload should be an array\./);
    assert.deepEqual(logged, [[result.body]]);
  });

add("direct call of a function that gives nothing, throws, or gives what JSON cannot", async () => {
  assert.deepEqual(await call(handlerFor(() => {}), []), { code: 200 });
  const boom = handlerFor(() => { throw new TypeError("no"); });
  const { result, logged } = await quietly(() => call(boom, []));
  assert.deepEqual(result, { code: 500, body: "Function execution failed: no" });
  assert.ok(logged[0][0] instanceof TypeError, "the log has the error with its stack");
  const THROWN = [
    [{ code: "E", more: { list: [1] } }, "{ code: 'E', more: { list: [ 1 ] } }"], [{ message: "said" }, "said"], ["text", "text"],
    [null, "null"], [new Map([[1, 2]]), "Map(1) { 1 => 2 }"], [{ toString: () => "own" }, "own"], [Object.create(null), "unknown"],
    [{ get message() { throw 1; } }, "unknown"], [{ list: Array(5000).fill("very long") }, /^\{ list: \[ 'very long', .{977}$/],
  ];
  for (const [thrown, told] of THROWN) {
    const text = (await quietly(() => call(handlerFor(() => { throw thrown; }), []))).result.body.replace("Function execution failed: ", "");
    if (told instanceof RegExp) assert.match(text, told);
    else assert.equal(text, told);
  }
  const big = await quietly(() => call(handlerFor(() => 1n), []));
  assert.equal(big.result.code, 500);
  assert.match(big.result.body, /BigInt/);
  const large = await quietly(() => call(handlerFor(() => "x".repeat(7 << 20)), []));
  assert.equal(large.result.code, 500);
  assert.match(large.result.body, /6291456/);
});

add("direct call of generators, streams and answers", async () => {
  assert.deepEqual((await call(handlerFor(async function* () { yield 1; yield { a: 2 }; }), [])).body, [1, { a: 2 }]);
  assert.deepEqual((await call(handlerFor(function* () { yield "a"; yield "b"; }), [])).body, ["a", "b"]);
  assert.equal((await call(handlerFor(() => new Blob(["ab", "c"])), [])).body, "abc");
  assert.equal((await call(handlerFor(() => new Response("hello")), [])).body, "hello");
  assert.deepEqual((await call(handlerFor(() => Response.json({ a: 1 })), [])).body, { a: 1 });
});

// ---- Messages and notifications ---------------------------------------------------------------------

const sqs = (bodies, arn = "arn:aws:sqs:us-east-1:1:jobs") => ({
  Records: bodies.map((body, i) => ({
    messageId: `m${i}`, body, eventSource: "aws:sqs", eventSourceARN: arn, attributes: { SentTimestamp: "1520621625029" },
  })),
});

function recorder(fail = () => false) {
  const seen = [];
  const fn = (...args) => {
    seen.push(args);
    if (fail(...args)) throw new Error("refused");
  };
  return { seen, fn };
}

add("a subscriber gets CloudEvents, from SQS and SNS", async () => {
  const { seen, fn } = recorder();
  const handler = handlerFor(fn, { kind: "Queue", operation: " subscribe #1" });
  assert.equal(await call(handler, fixture("example-sqs-event-obj")), null);
  assert.deepEqual(seen.pop(), [{ timestamp: 1520621625029, data: '{"a":"Test","b":123}' }]);
  await call(handler, fixture("example-sns-event"));
  assert.deepEqual(seen.pop(), [{ timestamp: Date.parse("2015-08-18T18:02:32.111Z"), data: "Hello\r\nworld!" }]);
  await call(handler, sqs(["a", "b", "c"]));
  assert.deepEqual(seen.map(([{ data }]) => data), ["a", "b", "c"]);
});

add("a function gets messages as arguments, or as one text", async () => {
  const { seen, fn } = recorder();
  const handler = handlerFor(fn);
  await call(handler, sqs(['["a", 1]', "plain", '{"a":1}']));
  await call(handler, fixture("example-s3-event"));
  await call(handler, fixture("example-eventbridge-schedule"));
  await call(handler, fixture("example-eventbridge-event-obj"));
  assert.deepEqual(seen.slice(0, 3), [["a", 1], ["plain"], ['{"a":1}']]);
  assert.equal(seen[3][0].s3.object.key, "Happy%20Face.jpg");
  assert.deepEqual(seen[4], []);
  assert.equal(seen[5][0]["detail-type"], fixture("example-eventbridge-event-obj")["detail-type"]);
});

add("failures of messages are thrown, or told one by one", async () => {
  const fails = (event) => event.data === "b";
  const all = recorder(fails);
  await assert.rejects(async () => call(handlerFor(all.fn, { kind: "Queue" }), sqs(["a", "b", "c"])), /refused/);
  assert.equal(all.seen.length, 2);
  const some = recorder(fails);
  const partial = handlerFor(some.fn, { kind: "Queue", partial: true });
  const { result } = await quietly(() => call(partial, sqs(["a", "b", "c"])));
  assert.deepEqual(result, { batchItemFailures: [{ itemIdentifier: "m1" }] });
  assert.equal(some.seen.length, 3);
  const fifo = await quietly(() => call(partial, sqs(["a", "b", "c"], "arn:aws:sqs:us-east-1:1:jobs.fifo")));
  assert.deepEqual(fifo.result.batchItemFailures.map((one) => one.itemIdentifier), ["m1", "m2"]);
  assert.deepEqual(await call(partial, sqs(["a"])), { batchItemFailures: [] });
  const item = (n) => ({ eventSource: "aws:kinesis", kinesis: { sequenceNumber: `s${n}` } });
  const stream = handlerFor(({ kinesis }) => { if (kinesis.sequenceNumber === "s2") throw new Error("x"); }, { partial: true });
  const { result: left } = await quietly(() => call(stream, { Records: [1, 2, 3].map(item) }));
  assert.deepEqual(left.batchItemFailures.map((one) => one.itemIdentifier), ["s2", "s3"]);
});

add("a schedule calls without arguments, whatever the event", async () => {
  const { seen, fn } = recorder();
  const handler = handlerFor(fn, { kind: "Schedule", operation: " cron 0 9 * * *" });
  for (const event of [fixture("example-eventbridge-schedule"), {}, null, { any: "input" }, "text"])
    assert.equal(await call(handler, event), null);
  assert.deepEqual(seen, [[], [], [], [], []]);
  const failing = handlerFor(() => Promise.reject(new Error("late")), { kind: "Schedule" });
  await assert.rejects(async () => call(failing, fixture("example-eventbridge-schedule")), /late/);
});

add("what nobody waits for runs to its end", async () => {
  let steps = 0;
  const handler = handlerFor(async function* () { while (steps < 3) yield steps++; }, { kind: "Schedule" });
  await call(handler, {});
  assert.equal(steps, 3);
});

// ---- Routes -----------------------------------------------------------------------------------------------

const route = (fn, options = {}) => handlerFor(fn, { kind: "Router", operation: " get /x", ...options });
const seenBy = async (event) => {
  let seen;
  await call(route((request) => ((seen = request), { statusCode: 200, body: "" })), event);
  return seen;
};

add("a route's request from API Gateway, payload 2.0", async () => {
  const seen = await seenBy(fixture("apigw_v2_proxy_request"));
  assert.deepEqual(Object.keys(seen), ["path", "method", "headers", "query", "params", "body"]);
  assert.deepEqual(seen.query, { parameter1: ["value1", "value2"], parameter2: "value" });
  assert.equal(seen.headers.cookie, "cookie1=value1; cookie2=value2");
  assert.equal(seen.headers.header1, "value1");
  const staged = await seenBy(fixture("apigw_v2_proxy_request_with_stage_in_path"));
  assert.equal(staged.path, "/my/path");
  assert.equal((await seenBy(fixture("apigw_v2_proxy_request_minimal"))).body, null);
});

add("a route's request from API Gateway, payload 1.0, and from load balancers", async () => {
  const v1 = await seenBy(fixture("apigw_multi_value_proxy_request"));
  assert.equal(v1.method, fixture("apigw_multi_value_proxy_request").httpMethod);
  assert.ok(Object.values(v1.query).some(Array.isArray));
  const alb = await seenBy(fixture("alb_multi_value_request_encoded_query_parameters"));
  assert.deepEqual(alb.query, { myKey: ["?showAll=true", "?showAll=false"] });
  assert.equal(alb.headers.cookie, "name1=value1; name2=value2");
  assert.equal(alb.body, "request_body");
});

add("a route's request: parameters, body in base64, names that are traps", async () => {
  const event = { ...fixture("apigw_v2_proxy_request"), pathParameters: { id: "7", proxy: "a/b" } };
  event.body = Buffer.from("käse").toString("base64");
  event.isBase64Encoded = true;
  event.rawQueryString = "__proto__=1&constructor=2&toString=3";
  event.headers = JSON.parse('{"__proto__":"x","Content-Type":"text/plain"}');
  const seen = await seenBy(event);
  assert.deepEqual(seen.params, { id: "7", proxy: "a/b" });
  assert.equal(seen.body, "käse");
  assert.equal(seen.headers["content-type"], "text/plain");
  assert.deepEqual(Object.keys(seen.query), ["__proto__", "constructor", "toString"]);
  assert.equal(Object.getPrototypeOf(seen.query), Object.prototype);
});

add("a route that throws answers 500 and tells nothing; the log tells", async () => {
  const handler = route(() => { throw new Error("password is 1234"); });
  const { result, logged } = await quietly(() => call(handler, fixture("apigw_v2_proxy_request")));
  assert.equal(result.statusCode, 500);
  assert.ok(!result.body.includes("1234"));
  assert.match(String(logged[0][0].stack), /1234/);
});

add("an error that is meant for the caller says its status", async () => {
  const error = (fields) => Object.assign(new Error("no such note"), fields);
  const meant = route(() => { throw error({ statusCode: 404, expose: true }); });
  const answer = await call(meant, fixture("apigw_v2_proxy_request"));
  assert.deepEqual([answer.statusCode, json(answer)], [404, { code: 404, body: "no such note" }]);
  const other = route(() => { throw error({ status: 403 }); });
  const { result } = await quietly(() => call(other, fixture("apigw_v2_proxy_request")));
  assert.equal(result.statusCode, 500);
});

// ---- Raw, and what cannot be ------------------------------------------------------------------------------

add("a raw function gets event and context, its result goes as it is", async () => {
  const context = { awsRequestId: "1" };
  const handler = handlerFor((event, given) => [event, given], { raw: true });
  assert.deepEqual(await call(handler, { a: 1 }, { context }), [{ a: 1 }, context]);
  assert.equal(await call(handlerFor(() => {}, { raw: true }), 1), null);
  await assert.rejects(() => call(handlerFor(() => 1n, { raw: true }), 1), { name: "Runtime.JSONStringifyError" });
  await assert.rejects(() => call(handlerFor(() => { throw new Error("x"); }, { raw: true }), 1), /x/);
  const route = handlerFor((event) => ({ statusCode: 201, body: event.rawPath }), { kind: "Router", raw: true });
  assert.deepEqual(await call(route, fixture("apigw_v2_proxy_request_minimal")), { statusCode: 201, body: "/" });
});

add("a raw function behind a URL answers as Lambda reads it", async () => {
  const one = await call(handlerFor(() => ({ statusCode: "201", body: "{}" }), { raw: true }), urlEvent());
  assert.deepEqual([one.statusCode, one.headers["content-type"], textOf(one)], [201, "application/json", "{}"]);
  const other = await call(handlerFor(() => ({ a: 1 }), { raw: true }), urlEvent());
  assert.deepEqual([other.statusCode, textOf(other)], [200, '{"a":1}']);
  const { result } = await quietly(() => call(handlerFor(() => { throw new Error("x"); }, { raw: true }), urlEvent()));
  assert.equal(result.statusCode, 500);
});

add("a raw function that streams by itself has its stream", async () => {
  const fn = async (event, stream) => { stream.setContentType("application/json"); stream.end('"mine"'); };
  fn[Symbol.for("aws.lambda.runtime.handler.streaming")] = "response";
  assert.equal(await call(handlerFor(fn, { raw: true }), {}), "mine");
});

add("a function that is not there, or wants a callback, is an error of the start", async () => {
  const { lambdaHandler } = await import("../../../runtime/client/lambda.mjs");
  assert.throws(() => lambdaHandler("Function/nowhere", { id: "Function/nowhere" }), {
    name: "Runtime.HandlerNotFound",
    message: /`Function\/nowhere`/,
  });
  assert.throws(() => handlerFor((event, context, callback) => callback(), { raw: true }), /callback/);
});

export { cases };
