// Calls handlers that `lambdaHandler` makes, in this process: with fixtures as events, and a stream that checks what
// is written to it.
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import fs from "node:fs";
import path from "node:path";
import { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { lambdaHandler } from "../../../runtime/client/lambda.mjs";
import { register } from "../../../runtime/client/registry.mjs";

const folder = path.resolve(new URL(".", import.meta.url).pathname, "../events");
const PRELUDE_TYPE = "application/vnd.awslambda.http-integration-response";
const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");
let count = 0;

export const fixtures = fs.readdirSync(folder).filter((name) => name.endsWith(".json")).sort();
export const fixture = (name) => JSON.parse(fs.readFileSync(path.join(folder, `${name}.json`), "utf8"));

/** What Lambda's client hands to a streaming handler, reduced to what is promised. */
export class ResponseStream extends Writable {
  type = "application/octet-stream";
  chunks = [];
  constructor(options = {}) {
    super(options);
    this.delay = options.delay;
  }
  setContentType(type) {
    assert.equal(this.chunks.length, 0, "the content type comes too late");
    this.type = type;
  }
  _write(chunk, _encoding, done) {
    this.chunks.push(chunk);
    if (this.delay) setTimeout(done, this.delay);
    else done();
  }
  get bytes() {
    return Buffer.concat(this.chunks);
  }
}

/** A handler for `fn`, as the entry of a bundle makes it. */
export function handlerFor(fn, { kind = "Function", operation = "", ...options } = {}) {
  const key = `${kind}/test-${++count}${operation}`;
  register(key, fn);
  return lambdaHandler(key, { id: key, ...options });
}

/** Reads an answer of Lambda's HTTP integration: prelude, 8 zeros, body. */
export function readPrelude(bytes) {
  const at = bytes.indexOf(Buffer.alloc(8));
  assert.ok(at > 0, "there is no prelude");
  const prelude = JSON.parse(bytes.subarray(0, at).toString());
  return { ...prelude, body: bytes.subarray(at + 8) };
}

/** Calls a handler; for streaming ones the answer is what Lambda's caller would see. */
export async function call(handler, event, { stream = new ResponseStream(), context = {} } = {}) {
  if (handler[STREAMING] !== "response") return handler(event, context);
  assert.equal(await handler(event, stream, context), undefined, "streaming handlers give nothing");
  assert.ok(stream.writableEnded, "the stream is not ended");
  await finished(stream);
  if (stream.type === PRELUDE_TYPE) return readPrelude(stream.bytes);
  return stream.bytes.length > 0 ? JSON.parse(stream.bytes.toString()) : "";
}

/** A request to a Function URL. */
export function urlEvent({ method = "POST", path: rawPath = "/", query = "", body, headers = {}, base64 = false } = {}) {
  const event = fixture("lambda_function_url_request");
  Object.assign(event, { rawPath, rawQueryString: query, headers: { ...event.headers, ...headers } });
  event.requestContext.http.method = method;
  if (query) event.queryStringParameters = Object.fromEntries(new URLSearchParams(query));
  if (body !== undefined) event.body = base64 ? Buffer.from(body).toString("base64") : body;
  event.isBase64Encoded = base64;
  return event;
}

/** An answer's body as text, from whichever front door. */
export function textOf(answer) {
  if (Buffer.isBuffer(answer.body)) return answer.body.toString();
  return Buffer.from(answer.body, answer.isBase64Encoded ? "base64" : "utf8").toString();
}

const caught = new AsyncLocalStorage();
for (const method of ["error", "warn"]) {
  const before = console[method];
  console[method] = (...values) => (caught.getStore() ? caught.getStore().push(values) : before(...values));
}

/** Runs `work` with console.error and console.warn caught, for it alone; gives what was logged beside its result. */
export function quietly(work) {
  const logged = [];
  return caught.run(logged, async () => ({ result: await work(), logged }));
}
