/**
 * Turns a function of the program into a Lambda handler: the events of AWS become calls of the function, what it
 * gives becomes what AWS wants. It is part of the bundle, so it runs the same behind any runtime of Lambda.
 *
 *   Function   HTTP and direct calls: the arguments are a JSON array; messages and notifications, one call each
 *   Router     HttpRequest → HttpResponse
 *   Queue      one CloudEvent after the other
 *   Schedule   no arguments
 *   raw        the event as it came, and the context
 *
 * Invariant: over HTTP and in direct calls a failure of the function is an answer, with a status that says so, and
 * its stack is in the log alone. Where nobody waits for an answer it is thrown, so that AWS tries again.
 */
import { inspect } from "node:util";
import {
  LARGEST_ANSWER, TooLarge, answerOf, failureAnswer, objectAnswer, streamAnswer, streamText,
} from "./lambda-answer.mjs";
import {
  Refusal, argumentsOfCall, argumentsOfRecord, argumentsOfRequest, cloudEventOf, httpRequest, isBusEvent, isTick,
  recordsOf, routeRequest,
} from "./lambda-event.mjs";
import { bytesOf, collectValue, comesInParts } from "./lambda-stream.mjs";
import { lookup, registered } from "./registry.mjs";

const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");

function initError(name, message) {
  const error = new Error(message);
  error.name = `Runtime.${name}`;
  return error;
}

// ---- Failures -----------------------------------------------------------------------------------------

const SHORT = { depth: 2, breakLength: Infinity, compact: true }; // one line

/** What was thrown, as a text. An object that is no error has no message, but for what it shows. */
const messageOf = (error) => {
  try {
    if (error instanceof Error || (typeof error === "object" && typeof error?.message === "string"))
      return error.message;
    const text = String(error);
    return /^\[object \w+\]$/.test(text) ? inspect(error, SHORT).slice(0, 1000) : text;
  } catch {
    return "unknown";
  }
};

/**
 * An error may name the status of an answer, and say that its message is meant for the caller, as those of the
 * http-errors package do. A status alone says nothing: with many libraries it is that of a service they asked.
 */
function statusOfError(error) {
  const status = error?.statusCode ?? error?.status;
  return error?.expose === true && Number.isInteger(status) && status >= 400 && status <= 499 ? status : 500;
}

/** What the caller is told: { status, text }. What is not the caller's fault goes to the log, with its stack. */
function failureOf(error, isRoute) {
  if (error instanceof Refusal) return { status: error.status, text: error.message };
  const status = statusOfError(error);
  if (status < 500) return { status, text: messageOf(error) };
  console.error(error);
  return { status, text: isRoute ? "Internal Server Error" : `Function execution failed: ${messageOf(error)}` };
}

// ---- Calls that somebody waits for --------------------------------------------------------------------

const ALLOWED = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

/** Answers an HTTP request: `call` calls the function with it. Never rejects. */
async function httpAnswerOf(request, call, { wrap, isRoute }) {
  try {
    return await answerOf(await call(request), request, { wrap });
  } catch (error) {
    const { status, text } = failureOf(error, isRoute);
    return failureAnswer(status, text);
  }
}

function callByRequest(fn) {
  return (request) => {
    // Browsers ask this before they call; asking is not calling.
    if (request.method === "OPTIONS" && request.body.length === 0)
      return { statusCode: 204, headers: { allow: ALLOWED } };
    return fn(...argumentsOfRequest(request));
  };
}

/** The object of an answer, or of the failure to make it: a stream may fail, or be too large, at its end. */
async function buffered(answer, request) {
  try {
    return await objectAnswer(answer, request);
  } catch (error) {
    const { status, text } = failureOf(error, true);
    return objectAnswer(failureAnswer(status, error instanceof TooLarge ? error.message : text), request);
  }
}

/** The text that a direct call is answered with: `{"code": 200, "body": result}`. */
async function directAnswer(event, fn) {
  try {
    const result = await fn(...argumentsOfCall(event));
    const body = comesInParts(result) ? await collectValue(result, LARGEST_ANSWER) : await plainValue(result);
    const text = JSON.stringify({ code: 200, body });
    if (Buffer.byteLength(text) > LARGEST_ANSWER) throw new TooLarge(Buffer.byteLength(text));
    return text;
  } catch (error) {
    const { status, text } = failureOf(error, false);
    if (error instanceof Refusal) console.warn(text); // a service may have sent it, which looks at no answer
    return JSON.stringify({ code: status, body: text });
  }
}

/** A `Response` becomes what it holds. */
async function plainValue(value) {
  if (typeof Response !== "function" || !(value instanceof Response)) return value;
  const text = await value.text();
  if (!/json/i.test(value.headers.get("content-type") ?? "")) return text;
  return JSON.parse(text);
}

// ---- Calls that nobody waits for ----------------------------------------------------------------------

/** Runs to its end what a function gave, as nobody else will. */
async function settle(result) {
  const value = await result;
  if (comesInParts(value)) await collectValue(value, Infinity);
}

/**
 * Calls for each record. Without `partial` the first failure fails all of them, and AWS brings all of them again;
 * with it, AWS is told which: of a queue that keeps an order all from the first on.
 */
async function eachRecord(records, call, partial) {
  const failed = [];
  for (const record of records) {
    try {
      if (failed.length === 0 || !record.ordered) await settle(call(record));
      else failed.push(record);
    } catch (error) {
      if (!partial) throw error;
      console.error(error);
      failed.push(record);
    }
  }
  return partial ? { batchItemFailures: failed.map(({ id }) => ({ itemIdentifier: id })) } : null;
}

/** What an event without a caller means for the function: a promise of what AWS gets; null: it has a caller. */
function serveUnasked(event, fn, kind, partial) {
  const records = recordsOf(event);
  if (records) {
    const isSubscriber = kind === "Queue";
    const call = (record) => fn(...(isSubscriber ? [cloudEventOf(record)] : argumentsOfRecord(record)));
    return eachRecord(records, call, partial);
  }
  if (kind === "Schedule" && !Array.isArray(event)) return settle(fn()).then(() => null);
  if (isBusEvent(event) && kind !== "Queue") return settle(isTick(event) ? fn() : fn(event)).then(() => null);
  return null;
}

// ---- Handlers -----------------------------------------------------------------------------------------

/** Functions have URLs, whose answers stream; and direct calls, which get what was streamed in one piece. */
function functionHandler(fn, partial) {
  const call = callByRequest(fn);
  return async (event, stream) => {
    const request = httpRequest(event);
    if (request) {
      const answer = await httpAnswerOf(request, call, { wrap: true, isRoute: false });
      if (request.shape === "url") return streamAnswer(answer, stream);
      return streamText(JSON.stringify(await buffered(answer, request)), stream);
    }
    const unasked = serveUnasked(event, fn, "Function", partial);
    const text = unasked ? JSON.stringify(await unasked) : await directAnswer(event, fn);
    return streamText(text, stream);
  };
}

/** What others call has no URL: its answers are objects. */
function bufferedHandler(fn, kind, partial) {
  const call = kind === "Router" ? (request) => fn(routeRequest(request)) : callByRequest(fn);
  return async (event) => {
    const request = httpRequest(event);
    if (request) {
      const answer = await httpAnswerOf(request, call, { wrap: kind !== "Router", isRoute: kind === "Router" });
      return buffered(answer, request);
    }
    const unasked = serveUnasked(event, fn, kind, partial);
    return unasked ? unasked : JSON.parse(await directAnswer(event, fn));
  };
}

/** What only a stream or this module can send. Anything else of a raw function goes as it is. */
const needsAnswer = (result) =>
  comesInParts(result) || bytesOf(result) !== undefined || typeof result?.arrayBuffer === "function" ||
  comesInParts(result?.body) || bytesOf(result?.body) !== undefined;

async function rawResult(fn, event, context) {
  const result = await fn(event, context);
  const request = needsAnswer(result) ? httpRequest(event) : null;
  return request ? buffered(await answerOf(result, request, { wrap: false }), request) : result;
}

function rawJson(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? "";
  } catch {
    throw initError("JSONStringifyError", "Unable to stringify response body");
  }
}

/** A raw function has the event, and answers as one that is deployed to Lambda by hand. */
function rawHandler(fn, isStreamed) {
  if (fn[STREAMING]) return (event, stream, context) => fn(event, stream, context);
  if (fn.length >= 3)
    throw initError("CallbackHandlerDeprecated", "a raw function answers by a promise: callbacks are not called");
  if (!isStreamed) return (event, context) => rawResult(fn, event, context);
  return async (event, stream, context) => {
    const request = httpRequest(event);
    if (request?.shape !== "url") return streamText(rawJson(await rawResult(fn, event, context)), stream);
    const call = () => fn(event, context);
    return streamAnswer(await httpAnswerOf(request, call, { wrap: false, isRoute: true }), stream);
  };
}

/**
 * The Lambda handler for what the program registered under `key`.
 * @param {string} key Which function (runtime/README.md).
 * @param {object} options
 * @param {string} options.id The function in the graph, `Function/chatbot`: named in errors.
 * @param {boolean} [options.raw] The function takes events as they come.
 * @param {boolean} [options.partial] The event source takes `batchItemFailures`.
 */
export function lambdaHandler(key, { id = key, raw = false, partial = false } = {}) {
  const fn = lookup(key);
  if (typeof fn !== "function") {
    const there = registered().map((one) => `\`${one}\``).join(", ") || "none";
    throw initError("HandlerNotFound", `${id}: the program gave no function for \`${key}\`, but for: ${there}`);
  }
  const kind = key.slice(0, key.indexOf("/"));
  const streams = kind === "Function" || (raw && fn[STREAMING] === "response");
  const handler = raw
    ? rawHandler(fn, streams)
    : streams
      ? functionHandler(fn, partial)
      : bufferedHandler(fn, kind, partial);
  if (streams) handler[STREAMING] = "response";
  return handler;
}
