/**
 * What Node.js runs inside a package: loads the handler that `_HANDLER` names, takes events from the bootstrap
 * over one socket per slot (runtime/README.md tells the frames), and gives back what the handler gives.
 *
 * Handlers see what they see behind Lambda's own client for Node.js: the same context, console, global
 * `awslambda`, results and errors. Where the two would differ for the worse (a promise that nothing can settle any
 * more, an HTTP answer without a body) this one says what is wrong, or does what was meant.
 *
 * Invariant: nothing here waits but for events. The sockets are ordinary ones, so timers and sockets of user code
 * are served all the time; a slot holds one invocation, and nothing of it is left when it has been answered.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import fs from "node:fs";
import { SourceMap, createRequire } from "node:module";
import net from "node:net";
import path from "node:path";
import { Writable } from "node:stream";
import { fileURLToPath, pathToFileURL } from "node:url";
import { format } from "node:util";

const SLOTS = Math.max(1, Number.parseInt(process.env.PLUTO_SLOTS, 10) || 1);
const FIRST_DESCRIPTOR = 3;
delete process.env.PLUTO_SLOTS;

const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");
const HIGH_WATER_MARK = Symbol.for("aws.lambda.runtime.handler.streaming.highWaterMark");
const HTTP_PRELUDE = "application/vnd.awslambda.http-integration-response";

// What Lambda says of handlers with a callback; on nodejs22 they still work.
const CALLBACKS =
  process.env.AWS_EXECUTION_ENV === "AWS_Lambda_nodejs22.x" ||
  (!process.env.AWS_EXECUTION_ENV?.startsWith("AWS_Lambda_nodejs") && Number.parseInt(process.versions.node, 10) < 24);
const NO_CALLBACKS =
  "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to " +
  "modify this function to use a supported handler signature to use Node.js 24 or later. For more information see " +
  "https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.";

// ---- Errors -----------------------------------------------------------------------------------------

/** An error of the runtime, by the name that Lambda gives it: `Runtime.<name>`. */
function runtimeError(name, message) {
  const error = new Error(message);
  error.name = `Runtime.${name}`;
  return error;
}

// The bundle, where a source map lies beside it: `pluto run` has one, archives for AWS have none.
let bundle = null;

function useSourcesOf(file) {
  if (!isFile(`${file}.map`)) return;
  const url = pathToFileURL(file).href;
  const literally = url.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  bundle = { url, map: null, place: new RegExp(`${literally}:(\\d+):(\\d+)`) };
}

function readMap(file) {
  try {
    return new SourceMap(JSON.parse(fs.readFileSync(file, "utf8")));
  } catch {
    return { findOrigin: () => ({}) }; // a stack is worth more than its map
  }
}

/** A line of a stack with its place in the sources; null for pluto's own part of the bundle. */
function inSources(line) {
  const [place, row, column] = (bundle && line.match(bundle.place)) ?? [];
  if (!place) return line;
  bundle.map ??= readMap(`${fileURLToPath(bundle.url)}.map`);
  const { fileName, lineNumber, columnNumber } = bundle.map.findOrigin(Number(row), Number(column));
  if (!fileName) return line;
  if (fileName.startsWith("pluto-")) return null;
  return line.replace(place, `${fileName.replace(/^(\.\.\/)+/, "")}:${lineNumber}:${columnNumber}`);
}

/** Text of a log in which stacks may stand. */
function textInSources(text) {
  if (!bundle || !text.includes(bundle.url)) return text;
  return text.split("\n").filter((line) => !isOwn(line)).map(inSources).filter((line) => line !== null).join("\n");
}

// What called the handler says nothing to whoever wrote it: frames of this file, and Node.js's own below them.
const OWN_FILES = [import.meta.url, fileURLToPath(import.meta.url)];
const isOwn = (line) => OWN_FILES.some((own) => line.includes(own));
const isNative = (line) => /[( ]node:|\(<anonymous>\)$/.test(line);

function traceOf(error) {
  const lines = error.stack?.split("\n") ?? [];
  const kept = lines.filter((line) => !isOwn(line)).map(inSources).filter((line) => line !== null);
  while (kept.length < lines.length && kept.length > 1 && isNative(kept.at(-1))) kept.pop();
  return kept;
}

/** What Lambda is told of an error. DEL has no place in its headers. */
function describe(error) {
  try {
    if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
    const clean = (text) => text?.replaceAll("\x7F", "%7F");
    return { errorType: clean(error.name), errorMessage: clean(error.message), trace: traceOf(error).map(clean) };
  } catch {
    return {
      errorType: "handled",
      errorMessage:
        "callback called with Error argument, but there was a problem while retrieving one or more of its message, " +
        "name, and stack",
      trace: [],
    };
  }
}

/** JSON as Lambda's client makes it: nothing is null, functions and symbols are an empty text. */
function stringify(value) {
  try {
    return JSON.stringify(value === undefined ? null : value) ?? "";
  } catch {
    throw runtimeError("JSONStringifyError", "Unable to stringify response body");
  }
}

// ---- The invocation that code belongs to --------------------------------------------------------------

const REQUEST_ID = Symbol.for("_AWS_LAMBDA_REQUEST_ID");
const TRACE_ID = Symbol.for("_AWS_LAMBDA_X_RAY_TRACE_ID");
const TENANT_ID = Symbol.for("_AWS_LAMBDA_TENANT_ID");

/**
 * The fields of the current invocation, in the shape in which AWS's SDK looks for it. With one slot it is whichever
 * came last, so that sockets and pools which outlive an invocation log under the one that uses them now; with
 * several it follows the chain of calls.
 */
class InvokeStore {
  static PROTECTED_KEYS = { REQUEST_ID, X_RAY_TRACE_ID: TRACE_ID, TENANT_ID };
  #chain = SLOTS > 1 ? new AsyncLocalStorage() : null;
  #last;

  getContext() {
    return this.#chain ? this.#chain.getStore() : this.#last;
  }
  hasContext() {
    return this.getContext() !== undefined;
  }
  get(key) {
    return this.getContext()?.[key];
  }
  set(key, value) {
    if (Object.values(InvokeStore.PROTECTED_KEYS).includes(key))
      throw new Error(`Cannot modify protected Lambda context field: ${String(key)}`);
    if (!this.hasContext()) throw new Error("No context available");
    this.getContext()[key] = value;
  }
  run(fields, work) {
    if (this.#chain) return this.#chain.run(fields, work);
    this.#last = fields;
    return work();
  }
  getRequestId() {
    return this.get(REQUEST_ID) ?? "-";
  }
  getXRayTraceId() {
    return this.get(TRACE_ID);
  }
  getTenantId() {
    return this.get(TENANT_ID);
  }
}

const store = new InvokeStore();

// ---- Logs ---------------------------------------------------------------------------------------------

const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const LOG_JSON = process.env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === "JSON";
const LOG_FROM = Math.max(0, LEVELS.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase()));
const TELEMETRY = telemetryDescriptor();

/** Lambda's own pipe for logs, which keeps records of several lines in one piece; -1 where there is none. */
function telemetryDescriptor() {
  const text = process.env._LAMBDA_TELEMETRY_LOG_FD;
  delete process.env._LAMBDA_TELEMETRY_LOG_FD;
  const descriptor = Number(text || NaN);
  if (!Number.isInteger(descriptor) || descriptor < 1) return -1;
  if (descriptor >= FIRST_DESCRIPTOR && descriptor < FIRST_DESCRIPTOR + SLOTS) return -1; // that is a slot
  try {
    fs.fstatSync(descriptor);
    return descriptor;
  } catch {
    return -1;
  }
}

/** As `console` formats; what throws when it is looked at ends no request. */
function formatted(...values) {
  try {
    return textInSources(format(...values));
  } catch {
    return "[what was logged cannot be read]";
  }
}

const isRuntimeError = (error) => typeof error.name === "string" && error.name.startsWith("Runtime.");
const className = (error) => (isRuntimeError(error) ? error.name : error.constructor?.name ?? "UnknownError");
const stackLines = (error) => (typeof error.stack === "string" ? traceOf(error) : error.stack);

function errorsAsObjects(_, value) {
  if (!(value instanceof Error)) return value;
  const fields = { errorType: className(value), errorMessage: value.message, stackTrace: stackLines(value) };
  return Object.assign(fields, value);
}

function jsonRecord(time, level, values) {
  const record = { timestamp: time, level, requestId: store.getRequestId() };
  const tenant = store.getTenantId();
  if (tenant) record.tenantId = tenant;
  if (values.length <= 1) {
    try {
      return JSON.stringify({ ...record, message: values[0] }, errorsAsObjects);
    } catch {
      return JSON.stringify({ ...record, message: formatted(values[0]) });
    }
  }
  record.message = formatted(...values);
  const error = values.slice(1).find((value) => value instanceof Error);
  if (error) {
    record.errorType = className(error);
    record.errorMessage = error.message;
    record.stackTrace = stackLines(error) ?? [];
  }
  return JSON.stringify(record);
}

/** One record of the telemetry pipe: kind and level, length, time in microseconds, the text. */
function writeTelemetry(level, now, text) {
  const head = Buffer.alloc(16);
  head.writeUInt32BE(((LOG_JSON ? 0xa55a0002 : 0xa55a0003) | ((LEVELS.indexOf(level) + 1) << 2)) >>> 0, 0);
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  head.writeBigInt64BE(BigInt(now.valueOf()) * 1000n, 8);
  fs.writeSync(TELEMETRY, Buffer.concat([head, Buffer.from(text)]));
}

/** Writes what a method of `console` got; the lines of a text become one, as one record is one line. */
function log(level, values) {
  const now = new Date();
  const time = now.toISOString();
  const text = LOG_JSON
    ? jsonRecord(time, level, values)
    : [time, store.getRequestId(), level, formatted(values[0], ...values.slice(1))].join("\t");
  if (TELEMETRY >= 0) writeTelemetry(level, now, LOG_JSON ? text : `${text}\n`);
  else process.stdout.write(`${text.replaceAll("\n", "\r")}\n`);
}

function captureConsole() {
  for (const [at, level] of LEVELS.entries())
    console[level.toLowerCase()] = at < LOG_FROM ? () => {} : (...values) => log(level, values);
  console.log = console.info;
  // Whoever reads the logs may be gone; that is no reason to end a request.
  process.stdout.on("error", () => {});
}

function errorWithFields(_, value) {
  if (!(value instanceof Error)) return value;
  const fields = { errorType: value.name, errorMessage: value.message, code: value.code, ...value };
  if (typeof value.stack === "string") fields.stack = traceOf(value);
  return fields;
}

/** Logs what ended an invocation, or the process. */
function logError(what, reason) {
  const error = reason instanceof Error ? reason : new Error(String(describe(reason).errorMessage));
  if (LOG_JSON) return console.error(error);
  let text;
  try {
    text = JSON.stringify(error, errorWithFields);
  } catch {
    text = JSON.stringify(describe(error));
  }
  console.error(what, `\t${text}`);
}

// ---- Frames -------------------------------------------------------------------------------------------

const READY = 1;
const INIT_ERROR = 2;
const INVOKE = 3;
const RESULT = 4;
const ERROR = 5;
const STREAM_START = 6;
const STREAM_DATA = 7;
const STREAM_END = 8;
const STREAM_ERROR = 9;

const HEADER_SIZE = 8;
const LARGEST_EVENT = 64 * 1024 * 1024; // Lambda's are a tenth of it: whatever is larger is no frame
const COPIED_UP_TO = 64 * 1024; // below it, one write of header and payload costs less than two

/** A place for one invocation: its socket, and what of a frame has come so far. */
class Slot {
  #header = Buffer.alloc(HEADER_SIZE);
  #payload = null;
  #filled = 0;
  #scratch = Buffer.allocUnsafeSlow(64 * 1024);
  #serve;
  /** Called when nothing is left that could bring the invocation to its end; null: no invocation. */
  abandon = null;

  constructor(descriptor, serve) {
    this.#serve = serve;
    const onread = { buffer: this.#scratch, callback: (size) => this.#take(this.#scratch.subarray(0, size)) };
    this.socket = new net.Socket({ fd: descriptor, readable: true, writable: true, onread });
    // Without the bootstrap there is nobody to answer.
    for (const event of ["end", "close", "error"]) this.socket.on(event, () => process.exit(0));
  }

  #take(bytes) {
    for (let at = 0; at < bytes.length; ) {
      const part = this.#payload ?? this.#header;
      const size = bytes.copy(part, this.#filled, at);
      at += size;
      this.#filled += size;
      if (this.#filled < part.length) break;
      this.#filled = 0;
      if (this.#payload) this.#finish();
      else this.#begin();
    }
    return true;
  }

  #begin() {
    const length = this.#header.readUInt32LE(0);
    const type = this.#header.readUInt32LE(4);
    if (type !== INVOKE || this.abandon || length < 4 || length > LARGEST_EVENT) this.#broken(`a frame ${type}`);
    this.#payload = Buffer.allocUnsafe(length);
  }

  #finish() {
    const payload = this.#payload;
    this.#payload = null;
    const end = 4 + payload.readUInt32LE(0);
    if (end > payload.length) this.#broken("a head longer than its frame");
    this.abandon = () => {};
    // While an invocation runs, only what it waits for keeps the process alive.
    this.socket.unref();
    this.#serve(this, readHead(payload.toString("utf8", 4, end)), payload.subarray(end));
  }

  #broken(what) {
    process.stderr.write(`pluto worker: the bootstrap sent ${what}\n`);
    process.exit(70);
  }

  /** Sends a frame; `done` is called when the socket has taken it. */
  send(type, payload, done) {
    const length = typeof payload === "string" ? Buffer.byteLength(payload) : payload.length;
    const joined = typeof payload === "string" || length <= COPIED_UP_TO;
    const frame = Buffer.allocUnsafe(HEADER_SIZE + (joined ? length : 0));
    frame.writeUInt32LE(length, 0);
    frame.writeUInt32LE(type, 4);
    if (typeof payload === "string") frame.write(payload, HEADER_SIZE);
    else if (joined) frame.set(payload, HEADER_SIZE);
    if (joined) return this.socket.write(frame, done);
    this.socket.cork();
    this.socket.write(frame);
    const room = this.socket.write(payload, done);
    this.socket.uncork();
    return room;
  }

  /** Sends the last frame of an invocation: the next one may come. */
  answer(type, payload) {
    this.abandon = null;
    this.socket.ref();
    this.send(type, payload);
  }
}

function readHead(text) {
  const headers = new Map();
  for (const line of text.split("\n")) {
    const at = line.indexOf(":");
    if (at > 0) headers.set(line.slice(0, at), line.slice(at + 1).trim());
  }
  return headers;
}

// ---- Answers that stream ------------------------------------------------------------------------------

/** What a streaming handler writes to. The content type travels with the first byte, so it can be set until then. */
class ResponseStream extends Writable {
  #slot;
  #type = "application/octet-stream";
  #written = false;
  #started = false;

  constructor(slot, highWaterMark) {
    super(highWaterMark === undefined ? {} : { highWaterMark });
    this.#slot = slot;
    this.settled = new Promise((resolve, reject) => {
      this.once("finish", resolve);
      this.on("error", reject);
      this.once("close", () => reject(new Error("Response stream is not finished.")));
    });
    this.settled.catch(() => {}); // whoever awaits it gets the reason
  }

  setContentType(type) {
    if (this.#written) throw runtimeError("InvalidStreamingOperation", "Cannot set content-type, too late.");
    this.#type = String(type);
  }

  #prelude() {
    if (this.#written) return;
    this.#written = true;
    this._onBeforeFirstWrite?.((chunk) => super.write(chunk));
  }

  write(chunk, encoding, done) {
    this.#prelude();
    const plain = typeof chunk === "string" || chunk instanceof Uint8Array;
    return super.write(plain ? chunk : JSON.stringify(chunk), encoding, done);
  }

  end(chunk, encoding, done) {
    if (typeof chunk === "function") [chunk, done] = [null, chunk];
    if (typeof encoding === "function") [encoding, done] = [undefined, encoding];
    if (chunk !== null && chunk !== undefined) this.write(chunk, encoding);
    else if (!this.writableEnded && !this.destroyed) this.#prelude();
    return super.end(done);
  }

  get started() {
    return this.#started;
  }

  /** Begins the answer, once. */
  start() {
    if (this.#started) return;
    this.#started = true;
    this.#slot.send(STREAM_START, this.#type);
  }

  _write(chunk, _encoding, done) {
    this.start();
    this.#slot.send(STREAM_DATA, chunk, done);
  }

  _writev(chunks, done) {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), null, done);
  }
}

/** `HttpResponseStream.from` puts status and headers before what is written to a stream. */
const HttpResponseStream = {
  from(stream, prelude) {
    stream.setContentType(HTTP_PRELUDE);
    stream._onBeforeFirstWrite = (write) => {
      write(JSON.stringify(prelude));
      write(new Uint8Array(8));
    };
    return stream;
  },
};

function streamifyResponse(handler, options) {
  handler[STREAMING] = "response";
  if (typeof options?.highWaterMark === "number") handler[HIGH_WATER_MARK] = Math.trunc(options.highWaterMark);
  return handler;
}

// ---- One invocation -----------------------------------------------------------------------------------

function jsonHeader(headers, name) {
  const text = headers.get(name);
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw runtimeError("PlatformError", `Failed to parse ${name} as JSON: ${error.message}`);
  }
}

/** The second argument of a handler. */
function contextOf(headers) {
  const deadline = Number.parseInt(headers.get("lambda-runtime-deadline-ms"), 10);
  return {
    clientContext: jsonHeader(headers, "lambda-runtime-client-context"),
    identity: jsonHeader(headers, "lambda-runtime-cognito-identity"),
    invokedFunctionArn: headers.get("lambda-runtime-invoked-function-arn"),
    awsRequestId: headers.get("lambda-runtime-aws-request-id"),
    tenantId: headers.get("lambda-runtime-aws-tenant-id"),
    xRayTraceId: headers.get("lambda-runtime-trace-id"),
    getRemainingTimeInMillis: () => deadline - Date.now(),
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
  };
}

// Rejections that nobody handles come to light between two turns of the loop: they end the process unanswered.
const turn = () => new Promise((resolve) => setImmediate(resolve));
const isThenable = (value) => typeof value?.then === "function";
const stuck = () =>
  runtimeError("ExitError", "The handler's promise can never be settled: nothing is left that it could wait for.");

/** nodejs22: calls a handler that may answer by its callback, by `context.done` and the like, or by a promise. */
function callWithCallback(slot, handler, event, context) {
  return new Promise((resolve, reject) => {
    const done = (error, result) => (error === undefined || error === null ? resolve(result) : reject(error));
    const callback = (error, result) => {
      const failed = error !== undefined && error !== null;
      if (failed || !context.callbackWaitsForEmptyEventLoop) done(error, result);
      else slot.abandon = () => resolve(result);
    };
    context.done = done;
    context.succeed = (result) => done(null, result);
    context.fail = (error) => done(error ?? "handled");
    slot.abandon = () => resolve(null);
    const result = handler(event, context, callback);
    if (!isThenable(result)) return;
    result.then(resolve, reject);
    slot.abandon = () => reject(stuck());
  });
}

/** Calls a handler and gives what it gives; rejects, too, when nothing is left that could settle it. */
function callHandler(slot, handler, event, context) {
  const result = handler(event, context);
  if (!isThenable(result)) return result;
  return new Promise((resolve, reject) => {
    slot.abandon = () => reject(stuck());
    result.then(resolve, reject);
  });
}

async function serveBuffered(slot, handler, context, text) {
  const call = CALLBACKS ? callWithCallback : callHandler;
  try {
    const result = await call(slot, handler, JSON.parse(text()), context);
    await turn();
    slot.answer(RESULT, stringify(result));
  } catch (error) {
    await turn();
    logError("Invoke Error", error);
    slot.answer(ERROR, JSON.stringify(describe(error)));
  }
}

async function serveStreaming(slot, handler, context, text) {
  const stream = new ResponseStream(slot, handler[HIGH_WATER_MARK]);
  const abandoned = new Promise((_, reject) => (slot.abandon = () => reject(stuck())));
  try {
    const result = handler(JSON.parse(text()), stream, context);
    if (!isThenable(result)) throw new Error("Streaming does not support non-async handlers.");
    if ((await Promise.race([result, abandoned])) !== undefined)
      console.warn("Streaming handlers ignore return values.");
    slot.abandon = () => stream.destroy();
    await stream.settled;
    await turn();
    stream.start();
    slot.answer(STREAM_END, "");
  } catch (error) {
    await turn();
    logError("Invoke Error", error);
    stream.destroy();
    // Before the first byte it is an ordinary failure, which callers are told as such.
    slot.answer(stream.started ? STREAM_ERROR : ERROR, JSON.stringify(describe(error)));
  }
}

/** Serves one event: `text` reads it, for that may fail and is then the invocation's failure. */
function serve(handler, slot, headers, bytes) {
  const trace = headers.get("lambda-runtime-trace-id");
  if (SLOTS === 1 && trace) process.env._X_AMZN_TRACE_ID = trace;
  else if (SLOTS === 1) delete process.env._X_AMZN_TRACE_ID;
  const fields = {
    [REQUEST_ID]: headers.get("lambda-runtime-aws-request-id"),
    [TRACE_ID]: trace,
    [TENANT_ID]: headers.get("lambda-runtime-aws-tenant-id"),
  };
  const text = () => {
    const event = bytes.toString("utf8");
    bytes = null; // an invocation may take long, and events are large
    return event;
  };
  store.run(fields, () => {
    try {
      const work = handler[STREAMING] ? serveStreaming : serveBuffered;
      work(slot, handler, contextOf(headers), text);
    } catch (error) {
      logError("Invoke Error", error);
      slot.answer(ERROR, JSON.stringify(describe(error)));
    }
  });
}

// ---- Loading ------------------------------------------------------------------------------------------

const isFile = (file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile() === true;

async function loadModule(root, folder, name) {
  const base = path.resolve(root, folder, name);
  const file = ["", ".js", ".mjs", ".cjs"].map((extension) => base + extension).find(isFile);
  try {
    if (file) useSourcesOf(file);
    if (file) return await import(pathToFileURL(file).href);
    const require = createRequire(import.meta.url);
    return require(require.resolve(name, { paths: [root, path.join(root, folder)] }));
  } catch (error) {
    const missing = error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND";
    const kind = error instanceof SyntaxError ? "UserCodeSyntaxError" : missing ? "ImportModuleError" : "";
    if (!kind) throw error;
    const named = runtimeError(kind, String(error));
    named.stack = error.stack;
    throw named;
  }
}

/** The handler that `index.handler` or `folder/file.object.handler` names. */
async function loadHandler(root, name) {
  if (name.includes(".."))
    throw runtimeError(
      "MalformedHandlerName",
      `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`
    );
  const base = path.basename(name);
  const dot = base.indexOf(".");
  if (dot < 0) throw runtimeError("MalformedHandlerName", "Bad handler");
  const folder = name.slice(0, name.indexOf(base)).replace(/\/$/, "");
  const module = await loadModule(root, folder, base.slice(0, dot));
  const steps = base.slice(dot + 1).split(".");
  const find = (object) => steps.reduce((o, key) => (o && typeof o === "object" ? o[key] : undefined), object);
  const handler = find(module) || (typeof module === "object" && module && find(module.default));
  if (!handler) throw runtimeError("HandlerNotFound", `${name} is undefined or not exported`);
  if (typeof handler !== "function") throw runtimeError("HandlerNotFound", `${name} is not a function`);
  if (handler[STREAMING] && handler[STREAMING] !== "response")
    throw runtimeError("MalformedStreamingHandler", "Only response streaming is supported.");
  if (handler.length >= 3 && !handler[STREAMING] && !CALLBACKS)
    throw runtimeError("CallbackHandlerDeprecated", NO_CALLBACKS);
  return handler;
}

// ---- The process --------------------------------------------------------------------------------------

function setGlobals() {
  if (["1", "true"].includes(process.env.AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA)) return;
  globalThis.awslambda = { ...globalThis.awslambda, InvokeStore: store, streamifyResponse, HttpResponseStream };
}

/** Errors that nobody catches end the process, as they do everywhere in Node.js; but the log tells of them. */
function watchErrors(failInit) {
  process.on("uncaughtException", (error, origin) => {
    if (process.listenerCount("uncaughtException") > 1) return; // user code sees to it
    if (failInit(error)) return;
    logError(origin === "unhandledRejection" ? "Unhandled Promise Rejection" : "Uncaught Exception", error);
    process.exit(1);
  });
}

async function main() {
  captureConsole();
  setGlobals();
  let handler = null;
  let loaded;
  const loading = new Promise((resolve) => (loaded = resolve));
  const slots = Array.from({ length: SLOTS }, (_, i) => {
    return new Slot(FIRST_DESCRIPTOR + i, (slot, headers, bytes) => {
      if (handler) serve(handler, slot, headers, bytes);
      else loading.then(() => serve(handler, slot, headers, bytes));
    });
  });
  const failInit = (error) => {
    if (handler) return false;
    logError("Init Error", error);
    slots[0].send(INIT_ERROR, JSON.stringify(describe(error)), () => process.exit(1));
    return true;
  };
  watchErrors(failInit);
  process.on("beforeExit", () => {
    const held = slots.filter((slot) => slot.abandon);
    if (held.length > 0) setImmediate(() => held.forEach((slot) => slot.abandon?.()));
  });
  try {
    handler = await loadHandler(process.env.LAMBDA_TASK_ROOT ?? process.cwd(), process.env._HANDLER ?? "");
    slots[0].send(READY, "");
    loaded();
  } catch (error) {
    failInit(error);
  }
}

await main();
