/**
 * Makes HTTP answers of what functions give, and writes them as AWS wants them: as a stream for Function URLs, as an
 * object for API Gateway and load balancers.
 *
 * Invariant: what leaves here is well formed. A status is one that may end a request, names and values of headers
 * hold nothing that could end a line, what may not have a body has none; whatever cannot be made so is an error of
 * the function, which is told in its log and answered with 500.
 */
import { bytesOf, comesInParts, isBlob, openParts } from "./lambda-stream.mjs";

/** Lambda's limit for what is not streamed. */
export const LARGEST_ANSWER = 6 * 1024 * 1024;

/** What a function gave is more than its caller can get. */
export class TooLarge extends Error {
  constructor(size) {
    super(
      `the answer has ${size} bytes; what does not go through a function's own URL, which streams, may have ` +
        `${LARGEST_ANSWER}`
    );
  }
}

const PRELUDE_TYPE = "application/vnd.awslambda.http-integration-response";
const JSON_TYPE = "application/json";
const isObject = (value) => typeof value === "object" && value !== null;

// Of one connection, or wrong as soon as somebody between changes the body.
const NOT_OURS = new Set(["connection", "content-length", "keep-alive", "transfer-encoding", "upgrade", "trailer"]);
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

// ---- What a function gave -----------------------------------------------------------------------------

/** An answer on its way: a body is text, bytes, null, or comes in parts. */
class Answer {
  status = 200;
  headers = new Map(); // by name in lower case
  cookies = [];
  body = null;

  header(name, value) {
    if (value === undefined || value === null) return;
    if (Array.isArray(value)) return value.forEach((one) => this.header(name, one));
    const key = String(name).toLowerCase();
    const text = String(value);
    if (!HEADER_NAME.test(key)) throw new TypeError(`${JSON.stringify(key)} is not the name of a header`);
    if (/[\0\r\n]/.test(text)) throw new TypeError(`the header ${key} holds a line break`);
    if (NOT_OURS.has(key)) return;
    if (key === "set-cookie") this.cookies.push(text);
    else this.headers.set(key, this.headers.has(key) ? `${this.headers.get(key)}, ${text}` : text);
  }

  /** Sets the body, and its type where none was given. */
  content(body, type) {
    this.body = body;
    if (!this.headers.has("content-type")) this.headers.set("content-type", type);
  }

  get type() {
    return this.headers.get("content-type");
  }
}

function statusOf(value) {
  const status = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw new TypeError(`${JSON.stringify(value)} is not a status that an answer can have`);
}

/** Whether an object describes an HTTP answer, as Lambda's own rule has it. */
const isHttpResult = (value) =>
  isObject(value) && !Array.isArray(value) && value.statusCode !== undefined && !isWebResponse(value);

/** A `Response` of the web, of whichever implementation. */
const isWebResponse = (value) =>
  isObject(value) && typeof value.status === "number" && typeof value.headers?.forEach === "function" &&
  typeof value.arrayBuffer === "function";

function webAnswer(response) {
  const answer = new Answer();
  answer.status = statusOf(response.status);
  const came = typeof response.url === "string" && response.url !== ""; // from the network: it is unpacked already
  response.headers.forEach((value, name) => {
    if (name.toLowerCase() === "set-cookie" || (came && name.toLowerCase() === "content-encoding")) return;
    answer.header(name, value);
  });
  const cookies = response.headers.getSetCookie?.() ?? [response.headers.get("set-cookie")];
  answer.header("set-cookie", cookies);
  answer.body = response.body ?? null;
  return answer;
}

function addHeaders(answer, headers) {
  if (!isObject(headers)) return;
  const isList = Array.isArray(headers);
  if (typeof headers.forEach === "function" && !isList) headers.forEach((value, name) => answer.header(name, value));
  else for (const [name, value] of isList ? headers : Object.entries(headers)) answer.header(name, value);
}

/** Text that is an object or a list of JSON is taken for JSON, as Lambda's examples give it. */
function typeOfText(text) {
  const trimmed = text.trim();
  const [open, close] = [trimmed[0], trimmed.at(-1)];
  const looksLike = (open === "{" && close === "}") || (open === "[" && close === "]");
  if (!looksLike) return "text/plain; charset=utf-8";
  try {
    JSON.parse(trimmed);
    return JSON_TYPE;
  } catch {
    return "text/plain; charset=utf-8";
  }
}

function setBody(answer, body, isBase64 = false) {
  const bytes = bytesOf(body);
  if (body === undefined || body === null) answer.body = null;
  else if (bytes) answer.content(bytes, "application/octet-stream");
  else if (comesInParts(body)) {
    if (isBlob(body) && body.type && !answer.type) answer.header("content-type", body.type);
    answer.body = body;
  } else if (typeof body !== "string") answer.content(JSON.stringify(body) ?? "", JSON_TYPE);
  else if (isBase64) answer.content(Buffer.from(body, "base64"), "application/octet-stream");
  else answer.content(body, answer.type ?? typeOfText(body));
}

function httpAnswer(result) {
  const answer = new Answer();
  answer.status = statusOf(result.statusCode);
  addHeaders(answer, result.headers);
  for (const [name, values] of Object.entries(isObject(result.multiValueHeaders) ? result.multiValueHeaders : {}))
    if (!answer.headers.has(name.toLowerCase())) answer.header(name, [values].flat());
  if (Array.isArray(result.cookies)) answer.header("set-cookie", result.cookies);
  setBody(answer, result.body, result.isBase64Encoded === true);
  return answer;
}

/** A plain value as the body of an answer: how depends on who asked (`wrap`). */
function plainAnswer(value, wrap) {
  const answer = new Answer();
  if (comesInParts(value) || bytesOf(value)) setBody(answer, value);
  else if (wrap) answer.content(JSON.stringify({ code: 200, body: value }), JSON_TYPE);
  else setBody(answer, value);
  return answer;
}

/** An answer that says what went wrong. */
export function failureAnswer(status, text) {
  const answer = new Answer();
  answer.status = status;
  answer.content(JSON.stringify({ code: status, body: text }), JSON_TYPE);
  return answer;
}

/**
 * The answer that a function's result means.
 * @param result What the function gave.
 * @param request The request, as lambda-event.mjs reads it.
 * @param {{ wrap: boolean }} options `wrap`: a plain value goes as `{"code": 200, "body": value}`.
 */
export async function answerOf(result, request, { wrap }) {
  const isPlain = !isWebResponse(result) && !isHttpResult(result);
  const answer = isPlain ? plainAnswer(result, wrap) : isWebResponse(result) ? webAnswer(result) : httpAnswer(result);
  const silent = request.method === "HEAD" || [204, 205, 304].includes(answer.status);
  if (comesInParts(answer.body)) {
    const accepted = request.headers.accept?.toLowerCase();
    const { type, parts } = await openParts(answer.body, { declared: answer.type, accepted });
    if (silent) await parts.return();
    answer.content(parts, type);
    if (answer.type.startsWith("text/event-stream") && !answer.headers.has("cache-control"))
      answer.headers.set("cache-control", "no-cache");
  }
  if (silent) answer.body = null;
  if (answer.status === 204 || answer.status === 205) answer.headers.delete("content-type");
  return answer;
}

// ---- Function URLs: streams ---------------------------------------------------------------------------

/** Waits until a stream takes more; rejects when it takes nothing any more. */
function drained(stream) {
  return new Promise((resolve, reject) => {
    const settle = (act) => (error) => {
      for (const [name, listener] of Object.entries(listeners)) stream.removeListener(name, listener);
      act(error);
    };
    const gone = (error) => reject(error ?? new Error("the connection was closed"));
    const listeners = { drain: settle(resolve), close: settle(gone), error: settle(gone) };
    for (const [name, listener] of Object.entries(listeners)) stream.on(name, listener);
  });
}

async function write(stream, part) {
  if (stream.destroyed) throw new Error("the connection was closed");
  if (part.length > 0 && !stream.write(part)) await drained(stream);
}

const ended = (stream) => new Promise((resolve) => stream.end(resolve));

/** Writes an answer as Lambda's integration for HTTP reads it: what is before the body as JSON, 8 zeros, the body. */
export async function streamAnswer(answer, stream) {
  const prelude = { statusCode: answer.status, headers: Object.fromEntries(answer.headers) };
  if (answer.cookies.length > 0) prelude.cookies = answer.cookies;
  stream.setContentType(PRELUDE_TYPE);
  const head = [Buffer.from(JSON.stringify(prelude)), Buffer.alloc(8)];
  const whole = typeof answer.body === "string" || bytesOf(answer.body) !== undefined;
  // In one piece where there is one: a chunk less, and no stream that is only a prelude.
  if (whole) head.push(Buffer.from(answer.body));
  try {
    await write(stream, Buffer.concat(head));
    if (!whole && answer.body) for await (const part of answer.body) await write(stream, part);
  } catch (error) {
    await answer.body?.return?.();
    throw error;
  }
  await ended(stream);
}

/** Writes JSON: what a direct call gets. */
export async function streamText(text, stream) {
  stream.setContentType(JSON_TYPE);
  await write(stream, Buffer.from(text));
  await ended(stream);
}

// ---- API Gateway, load balancers: objects -------------------------------------------------------------

async function wholeBody(body) {
  if (body === null || typeof body === "string" || bytesOf(body)) return body;
  const parts = [];
  let size = 0;
  for await (const part of body) {
    parts.push(part);
    size += part.length;
    if (size > LARGEST_ANSWER) throw new TooLarge(`${size} or more`);
  }
  if (parts.every((part) => typeof part === "string")) return parts.join("");
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

/** Text stays text: API Gateway's REST APIs unpack base64 only where they are told to. */
function bodyFields(body, type = "") {
  if (!bytesOf(body)) return { body: body ?? "", isBase64Encoded: false };
  if (/^text\/|json|xml|javascript|x-www-form-urlencoded/i.test(type)) {
    try {
      return { body: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body), isBase64Encoded: false };
    } catch {
      // not UTF-8 after all
    }
  }
  return { body: body.toString("base64"), isBase64Encoded: true };
}

const PHRASES = {
  200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 301: "Moved Permanently", 302: "Found",
  304: "Not Modified", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
  405: "Method Not Allowed", 409: "Conflict", 413: "Content Too Large", 422: "Unprocessable Content",
  429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
};

/** Headers as each of the services reads them. */
function headerFields(answer, { shape, several }) {
  const headers = Object.fromEntries(answer.headers);
  const { cookies } = answer;
  if (shape === "v2" || shape === "url") return cookies.length > 0 ? { headers, cookies } : { headers };
  const lists = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  if (shape === "alb" && several)
    return { multiValueHeaders: cookies.length > 0 ? { ...lists, "set-cookie": cookies } : lists };
  if (cookies.length === 0) return { headers };
  if (shape === "v1") return { headers, multiValueHeaders: { "set-cookie": cookies } };
  return { headers: { ...headers, "set-cookie": cookies[0] } }; // a load balancer without lists takes one
}

/** The object that API Gateway or a load balancer makes an answer of. */
export async function objectAnswer(answer, request) {
  const body = bodyFields(await wholeBody(answer.body), answer.type);
  const reply = { statusCode: answer.status, ...headerFields(answer, request), ...body };
  if (request.shape === "alb") reply.statusDescription = `${answer.status} ${PHRASES[answer.status] ?? ""}`.trim();
  const size = Buffer.byteLength(JSON.stringify(reply));
  if (size > LARGEST_ANSWER) throw new TooLarge(size);
  return reply;
}
