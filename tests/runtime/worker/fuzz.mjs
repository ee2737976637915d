// Mutated events and mutated answers: whatever comes, no handler crashes, and what it answers is well formed.
//
// The mutations follow from a seed, which a failure names: node run-alone.mjs --filter fuzz with FUZZ_SEED=<seed>,
// and FUZZ_RUNS=<how many>.
import assert from "node:assert/strict";
import { httpShape } from "../../../runtime/client/lambda-event.mjs";
import { ResponseStream, fixture, fixtures, handlerFor, quietly, readPrelude } from "./calling.mjs";

const RUNS = Number(process.env.FUZZ_RUNS ?? 6000);
const SEED = Number(process.env.FUZZ_SEED ?? 20261121);
const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");

/** Numbers from 0 up to below 1, the same for the same seed. */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

// ---- Mutations ------------------------------------------------------------------------------------------

const ODD = [
  null, true, false, 0, -1, 1e308, "", "a", "\u0000", "\ud800", "__proto__", "%zz", "=&=&+", "[", '["a",1]', "{}", "🦀".repeat(50),
  "GET", "2.0", "$default", "/", [], [null], [[]], {}, { a: null }, [{}], "SGVsbG8=", "x".repeat(3000), "id.lambda-url.x.on.aws",
];
const NAMES = [
  "body", "headers", "multiValueHeaders", "cookies", "requestContext", "http", "elb", "httpMethod", "method", "rawPath", "path",
  "rawQueryString", "queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "isBase64Encoded", "Records",
  "eventSource", "Sns", "detail-type", "source", "domainName", "stage", "constructor", "toString",
];

const clone = (value) => structuredClone(value);
const isObject = (value) => typeof value === "object" && value !== null;

/** All objects and lists in a value. */
function placesIn(value, found = []) {
  if (!isObject(value)) return found;
  found.push(value);
  for (const inner of Object.values(value)) placesIn(inner, found);
  return found;
}

function mutateText(text, random) {
  const at = Math.floor(random() * (text.length + 1));
  const kind = random();
  if (kind < 0.3) return text.slice(0, at);
  if (kind < 0.6) return text.slice(0, at) + String.fromCharCode(Math.floor(random() * 256)) + text.slice(at + 1);
  if (kind < 0.8) return text.slice(at) + text;
  return text.toUpperCase();
}

function mutate(value, random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  if (random() < 0.02) return clone(pick(ODD));
  for (let left = 1 + Math.floor(random() * 5); left > 0; left--) {
    const places = placesIn(value);
    if (places.length === 0) return value;
    const place = pick(places);
    const isList = Array.isArray(place); // which JSON gives neither holes nor names
    const key = pick(Object.keys(place).concat(isList ? place.length : pick(NAMES)));
    const kind = random();
    if (kind < 0.2 && isList) place.splice(Number(key), 1);
    else if (kind < 0.2) delete place[key];
    else if (kind < 0.5) place[key] = clone(pick(ODD));
    else if (kind < 0.75) place[key] = typeof place[key] === "string" ? mutateText(place[key], random) : clone(pick(ODD));
    else if (kind < 0.9 && !isList) place[pick(NAMES)] = clone(pick(ODD));
    else place[key] = clone(pick(places));
  }
  return value;
}

// ---- What is well formed --------------------------------------------------------------------------------

function checkHttp(answer) {
  assert.ok(Number.isInteger(answer.statusCode) && answer.statusCode >= 200 && answer.statusCode <= 599);
  const single = Object.entries(answer.headers ?? {});
  const lists = Object.entries(answer.multiValueHeaders ?? {}).flatMap(([name, all]) => all.map((one) => [name, one]));
  const cookies = (answer.cookies ?? []).map((one) => ["set-cookie", one]);
  for (const [name, value] of [...single, ...lists, ...cookies]) {
    assert.match(name, /^[!#$%&'*+.^_`|~0-9a-z-]+$/);
    assert.equal(typeof value, "string");
    assert.doesNotMatch(value, /[\0\r\n]/);
  }
  assert.ok(typeof answer.body === "string" || Buffer.isBuffer(answer.body));
  if ([204, 205, 304].includes(answer.statusCode)) assert.equal(answer.body.length, 0);
}

/** Calls a handler as Lambda does, and checks what it gives. */
async function check(handler, event) {
  const shape = httpShape(event);
  if (handler[STREAMING] !== "response") {
    const result = await handler(event, {});
    JSON.stringify(result);
    if (shape) checkHttp(result);
    return;
  }
  const stream = new ResponseStream();
  assert.equal(await handler(event, stream, {}), undefined);
  assert.ok(stream.writableFinished);
  assert.ok(stream.chunks.length > 0, "nothing was written");
  if (shape === "url") return checkHttp(readPrelude(stream.bytes));
  const result = JSON.parse(stream.bytes.toString());
  if (shape) checkHttp(result);
  else if (result !== null) assert.ok(Number.isInteger(result.code) || Array.isArray(result.batchItemFailures));
}

async function fuzz(seed, make, run) {
  const random = randomFrom(seed);
  for (let i = 0; i < RUNS; i++) {
    const input = make(random, i);
    try {
      await run(input, random);
    } catch (error) {
      error.message = `run ${i} of seed ${seed}, with ${JSON.stringify(input)?.slice(0, 2000)}: ${error.message}`;
      throw error;
    }
  }
}

// ---- The cases --------------------------------------------------------------------------------------------

const events = fixtures.map((name) => fixture(name.replace(/\.json$/, "")));
const HTTP = events.filter((event) => httpShape(event));
const anEvent = (random, i) => mutate(clone((i % 3 === 0 ? events : HTTP)[Math.floor(random() * (i % 3 === 0 ? events : HTTP).length)]), random);

const echo = (...args) => args;
const handlers = [
  handlerFor(echo),
  handlerFor(async function* (...args) { yield* args; }),
  handlerFor((request) => ({ statusCode: 200, body: JSON.stringify(request) }), { kind: "Router" }),
  handlerFor(({ timestamp, data }) => void (timestamp + data), { kind: "Queue", partial: true }),
  handlerFor(() => {}, { kind: "Schedule" }),
];

/** Fields of an answer, mutated. */
function anAnswer(random) {
  const answer = mutate({
    statusCode: [200, 204, 304, "201", 404][Math.floor(random() * 5)],
    headers: { "content-type": "text/plain", "Set-Cookie": "a=1", "X-A": ["1", "2"] },
    multiValueHeaders: { "x-b": ["1"] },
    cookies: ["b=2"],
    body: "text",
    isBase64Encoded: random() < 0.2,
  }, random);
  if (isObject(answer) && random() < 0.3) answer.body = [Buffer.from("b"), new Blob(["c"]), ["d"].values(), { e: 1 }][Math.floor(random() * 4)];
  return answer;
}

export const cases = [
  {
    name: "fuzz: mutated fixtures, as they are and mutated, through every kind of handler",
    run: () => quietly(async () => {
      for (const event of events) for (const handler of handlers) await check(handler, clone(event));
      await fuzz(SEED, anEvent, async (event, random) => check(handlers[Math.floor(random() * handlers.length)], event));
    }),
  },
  {
    name: "fuzz: mutated answers, through every front door",
    run: () => quietly(() => fuzz(SEED + 1, anAnswer, async (answer, random) => {
      const event = clone(HTTP[Math.floor(random() * HTTP.length)]);
      delete event.body;
      await check(handlerFor(() => answer, { kind: random() < 0.5 ? "Function" : "Router" }), event);
    })),
  },
];
