/**
 * Reads what AWS hands a function: HTTP requests in the four shapes in which they come (Function URL, API Gateway's
 * two payload formats, load balancers), messages and notifications, and direct calls.
 *
 * Invariant: an event may hold anything. Whatever is not what AWS's services send is taken for a direct call, and
 * nothing here throws but `Refusal`, which is the caller's fault and says so.
 */

/** What the caller did wrong, with the HTTP status that says so. */
export class Refusal extends Error {
  constructor(message, status = 400) {
    super(message);
    this.status = status;
  }
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const textOf = (value) => (typeof value === "string" ? value : "");
const scalarOf = (value) => (typeof value === "object" || value === undefined ? "" : String(value));

// ---- HTTP ---------------------------------------------------------------------------------------------

/** Which of the shapes an HTTP event has: `url`, `v2`, `v1`, `alb`; null: it is none. */
export function httpShape(event) {
  if (!isObject(event)) return null;
  const context = isObject(event.requestContext) ? event.requestContext : {};
  if (isObject(context.http)) return textOf(context.domainName).includes(".lambda-url.") ? "url" : "v2";
  if (typeof event.httpMethod !== "string") return null;
  return isObject(context.elb) ? "alb" : "v1";
}

/** All headers, names in lower case; one that came several times is joined as HTTP joins it. */
function headersOf(event) {
  const headers = new Map();
  const add = (name, value) => {
    const key = name.toLowerCase();
    const joint = key === "cookie" ? "; " : ", ";
    headers.set(key, headers.has(key) ? headers.get(key) + joint + scalarOf(value) : scalarOf(value));
  };
  const several = isObject(event.multiValueHeaders) ? event.multiValueHeaders : {};
  for (const [name, values] of Object.entries(several))
    if (Array.isArray(values)) values.forEach((value) => add(name, value));
  for (const [name, value] of Object.entries(isObject(event.headers) ? event.headers : {}))
    if (value !== null && value !== undefined && !headers.has(name.toLowerCase())) add(name, value);
  if (Array.isArray(event.cookies) && !headers.has("cookie")) event.cookies.forEach((one) => add("cookie", one));
  return Object.fromEntries(headers);
}

/** A load balancer hands query strings on as they came. */
function decoded(text) {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

function queryPairs(event, shape) {
  if (shape === "url" || shape === "v2") return [...new URLSearchParams(textOf(event.rawQueryString))];
  const read = shape === "alb" ? decoded : (text) => text;
  const several = event.multiValueQueryStringParameters;
  const single = event.queryStringParameters;
  const all = isObject(several) ? several : isObject(single) ? single : {};
  return Object.entries(all).flatMap(([name, values]) =>
    [values].flat().map((value) => [read(name), read(scalarOf(value))])
  );
}

/** `a=1&b=2&b=3` as `{ a: "1", b: ["2", "3"] }`. */
function queryOf(event, shape) {
  const query = new Map();
  for (const [name, value] of queryPairs(event, shape))
    query.set(name, query.has(name) ? [query.get(name), value].flat() : value);
  return Object.fromEntries(query);
}

/** The path without the stage, which is a matter of where the API is deployed. */
function pathOf(event, shape) {
  if (shape === "v1" || shape === "alb") return textOf(event.path) || "/";
  const path = textOf(event.rawPath) || textOf(event.requestContext.http.path) || "/";
  const stage = `/${textOf(event.requestContext.stage)}`;
  return path === stage || path.startsWith(`${stage}/`) ? path.slice(stage.length) || "/" : path;
}

function paramsOf(event) {
  const params = isObject(event.pathParameters) ? Object.entries(event.pathParameters) : [];
  return Object.fromEntries(params.map(([name, value]) => [name, scalarOf(value)]));
}

/**
 * The HTTP request in an event, or null.
 * @returns {{ shape: string, method: string, path: string, headers: Record<string, string>, query: object,
 *   params: Record<string, string>, body: Buffer, several: boolean } | null}
 */
export function httpRequest(event) {
  const shape = httpShape(event);
  if (!shape) return null;
  const method = shape === "url" || shape === "v2" ? event.requestContext.http.method : event.httpMethod;
  return {
    shape,
    method: (textOf(method) || "GET").toUpperCase(),
    path: pathOf(event, shape),
    headers: headersOf(event),
    query: queryOf(event, shape),
    params: paramsOf(event),
    body: Buffer.from(textOf(event.body), event.isBase64Encoded === true ? "base64" : "utf8"),
    // A load balancer that sends lists of headers wants lists of headers.
    several: isObject(event.multiValueHeaders),
  };
}

/** What a route's handler gets (`HttpRequest` in index.d.ts). */
export function routeRequest({ path, method, headers, query, params, body }) {
  return { path, method, headers, query, params, body: body.length > 0 ? body.toString("utf8") : null };
}

// ---- Arguments ----------------------------------------------------------------------------------------

const EXPECTED = 'Payload should be an array. Send the arguments as JSON, such as ["a", 1]';

const MOST = 10000; // far below what overflows the stack of a call

/** A list as arguments. */
function argumentList(value) {
  if (!Array.isArray(value)) throw new Refusal(`${EXPECTED}; this is ${kindOf(value)}.`);
  if (value.length > MOST) throw new Refusal(`${value.length} arguments; a call can have ${MOST}.`);
  return value;
}

function kindOf(value) {
  if (value === null) return "null";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** The arguments in the body of a request: a JSON array; none where there is no body. */
export function argumentsOfRequest({ body }) {
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(body).trim(); // drops a byte order mark, too
  } catch {
    throw new Refusal(`${EXPECTED}; this is not UTF-8.`);
  }
  if (text === "") return [];
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal(`${EXPECTED}; this is not JSON.`);
  }
  return argumentList(value);
}

/** The arguments of a direct call; Lambda makes `{}` of a payload that is not there. */
export function argumentsOfCall(event) {
  if (event === null || event === undefined) return [];
  if (isObject(event) && Object.keys(event).length === 0) return [];
  return argumentList(event);
}

// ---- Messages and notifications -----------------------------------------------------------------------

/** Whether it comes from EventBridge, and by the clock alone. */
export const isBusEvent = (event) =>
  isObject(event) && typeof event["detail-type"] === "string" && typeof event.source === "string";
export const isTick = (event) => isBusEvent(event) && event["detail-type"] === "Scheduled Event";

function timeOf(value, otherwise) {
  const time = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : Date.parse(value);
  return Number.isFinite(time) ? time : otherwise;
}

const positionOf = (record) => record.kinesis?.sequenceNumber ?? record.dynamodb?.SequenceNumber;

/**
 * The records of an event of SQS, SNS or S3 (and others of their shape, as streams have), or null.
 * @returns {{ id: string, ordered: boolean, text: string | null, time: number, record: object }[] | null}
 */
export function recordsOf(event) {
  if (!isObject(event) || !Array.isArray(event.Records) || event.Records.length === 0) return null;
  const sourceOf = (record) => record?.eventSource ?? record?.EventSource;
  if (!event.Records.every((record) => isObject(record) && typeof sourceOf(record) === "string")) return null;
  return event.Records.map((record) => {
    const source = sourceOf(record);
    const isQueue = source === "aws:sqs";
    const isTopic = source === "aws:sns" && isObject(record.Sns);
    return {
      id: textOf(record.messageId ?? positionOf(record)),
      ordered: textOf(record.eventSourceARN).endsWith(".fifo") || positionOf(record) !== undefined,
      text: isQueue ? textOf(record.body) : isTopic ? textOf(record.Sns.Message) : null,
      time: timeOf(isQueue ? record.attributes?.SentTimestamp : record.Sns?.Timestamp, Date.now()),
      record,
    };
  });
}

function jsonOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a subscriber gets (`CloudEvent` in index.d.ts). */
export function cloudEventOf({ text, time, record }) {
  return { timestamp: time, data: text ?? JSON.stringify(record) };
}

/** The arguments that a record means for a function: those in a message, else the message, else the record. */
export function argumentsOfRecord({ text, record }) {
  if (text === null) return [record];
  const value = jsonOf(text);
  return Array.isArray(value) ? value : [text];
}
