/**
 * One invocation: the handler's context, its call, and what is answered.
 *
 * Invariant: each invocation is answered once, in its slot, whatever the handler does, or the process has ended;
 * nothing of it is left when it has been answered.
 */
import { describe, failure, runtimeError, stringify } from "./errors.mjs";
import { CALLBACKS } from "./load.mjs";
import { logError } from "./log.mjs";
import { ERROR, RESULT, STREAM_END, STREAM_ERROR } from "./slot.mjs";
import { isOurs } from "./stacks.mjs";
import { REQUEST_ID, SLOTS, TENANT_ID, TRACE_ID, store } from "./store.mjs";
import { HIGH_WATER_MARK, ResponseStream, STREAMING } from "./stream.mjs";

isOurs(import.meta.url);

function jsonHeader(headers, name) {
  const text = headers.get(name);
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw runtimeError("PlatformError", `Failed to parse ${name} as JSON: ${error.message}`);
  }
}

// What does not change from one invocation to the next: asking the environment takes longer than all the rest.
const FUNCTION = {
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
  functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
  memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
  logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
};

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
    ...FUNCTION,
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
    slot.answer(ERROR, failure(error));
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
    if (stream.started) slot.answer(STREAM_ERROR, JSON.stringify(describe(error)));
    else slot.answer(ERROR, failure(error));
  }
}

// What the environment says of the trace; it is asked only where that changes.
let traced = process.env._X_AMZN_TRACE_ID;

function setTrace(trace) {
  if (SLOTS > 1 || trace === traced) return;
  if (trace) process.env._X_AMZN_TRACE_ID = trace;
  else delete process.env._X_AMZN_TRACE_ID;
  traced = trace;
}

/** Serves one event: `text` reads it, for that may fail and is then the invocation's failure. */
export function serve(handler, slot, headers, bytes) {
  const trace = headers.get("lambda-runtime-trace-id");
  setTrace(trace);
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
      slot.answer(ERROR, failure(error));
    }
  });
}
