/**
 * What comes in parts: generators, streams of the web and of Node.js, blobs. Finds out what they hold from their
 * first part, and turns them into bytes for HTTP, or into one value for a direct call.
 *
 * Invariant: whoever takes parts also ends the source: to its end, or by `return`, also when writing fails.
 */
const EVENT_FIELDS = new Set(["event", "data", "id", "retry"]);
const isObject = (value) => typeof value === "object" && value !== null;

/** Bytes in any of their forms as a Buffer; undefined: it is no such thing. */
export function bytesOf(value) {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof ArrayBuffer) return Buffer.from(value);
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return undefined;
}

export function isBlob(value) {
  return isObject(value) && typeof value.stream === "function" && typeof value.size === "number";
}

/** Whether a value comes in parts. Lists, maps and sets are there at once, so they do not. */
export function comesInParts(value) {
  if (!isObject(value)) return false;
  if (typeof value[Symbol.asyncIterator] === "function" || isBlob(value)) return true;
  return typeof value[Symbol.iterator] === "function" && typeof value.next === "function";
}

/** The iterator of a value that comes in parts. */
function iteratorOf(value) {
  const source = isBlob(value) ? value.stream() : value;
  return source[Symbol.asyncIterator]?.() ?? source[Symbol.iterator]();
}

// ---- Server-sent events -------------------------------------------------------------------------------

const isServerEvent = (value) =>
  isObject(value) && ("data" in value || "event" in value) && Object.keys(value).every((key) => EVENT_FIELDS.has(key));

const asText = (value) => (typeof value === "string" ? value : JSON.stringify(value) ?? "");
const oneLine = (value) => String(value).replace(/[\r\n\0]+/g, " ");

function serverEvent(value) {
  const { event, id, retry, data } = isServerEvent(value) ? value : { data: value };
  const lines = [];
  for (const [name, field] of Object.entries({ event, id, retry }))
    if (field !== undefined && field !== null) lines.push(`${name}: ${oneLine(field)}`);
  if (data !== undefined) for (const line of asText(data).split(/\r\n|\r|\n/)) lines.push(`data: ${line}`);
  return `${lines.join("\n")}\n\n`;
}

// ---- Parts to bytes -----------------------------------------------------------------------------------

const SSE = "text/event-stream";

/** How parts become text or bytes, and the content type that says so. */
function encodingOf(declared, accepted, first) {
  const plain = (part) => bytesOf(part) ?? asText(part);
  if (declared?.toLowerCase().startsWith(SSE))
    return { type: declared, encode: ownEvent, events: true };
  if (declared) return { type: declared, encode: /ndjson|jsonl/i.test(declared) ? ownLine : plain };
  if (isServerEvent(first) || (accepted?.includes(SSE) && !bytesOf(first)))
    return { type: SSE, encode: (part) => bytesOf(part) ?? serverEvent(part), events: true };
  if (bytesOf(first)) return { type: "application/octet-stream", encode: plain };
  if (first === undefined || typeof first === "string") return { type: "text/plain; charset=utf-8", encode: plain };
  return { type: "application/x-ndjson", encode: jsonLine };
}

// Whoever declares the type and gives text has written events or lines himself.
const own = (part, encode) => bytesOf(part) ?? (typeof part === "string" ? part : encode(part));
const jsonLine = (part) => bytesOf(part) ?? `${JSON.stringify(part ?? null)}\n`;
const ownLine = (part) => own(part, jsonLine);
const ownEvent = (part) => own(part, serverEvent);

/**
 * Asks for the first part, so that what fails before it is an ordinary failure, and gives the rest as it comes.
 * @param value What comes in parts.
 * @param {{ declared?: string, accepted?: string }} types The content type that the answer says it has, and what
 *   the request's `accept` says.
 * @returns {Promise<{ type: string, parts: AsyncGenerator<Buffer | string> }>}
 */
export async function openParts(value, { declared, accepted } = {}) {
  const iterator = iteratorOf(value);
  const first = await iterator.next();
  const { type, encode, events } = encodingOf(declared, accepted, first.done ? undefined : first.value);
  async function* rest() {
    let ended = first.done;
    try {
      for (let step = first; !step.done; step = await iterator.next()) yield encode(step.value);
      ended = true;
    } catch (error) {
      ended = true;
      if (events) yield serverEvent({ event: "error", data: "the stream ended early" });
      throw error;
    } finally {
      if (!ended) await iterator.return?.();
    }
  }
  return { type, parts: started(rest(), iterator) };
}

/** A generator that nobody has asked yet does not run its `finally`: closing it has to end the source. */
function started(generator, iterator) {
  let asked = false;
  return {
    next: () => ((asked = true), generator.next()),
    return: async () => (asked ? generator.return() : (await iterator.return?.(), { done: true, value: undefined })),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

// ---- Parts to one value -------------------------------------------------------------------------------

/** All parts: joined where they are text or bytes, else a list. For direct calls, whose results are JSON. */
export async function collectValue(value, limit) {
  const list = [];
  let size = 0;
  for await (const part of { [Symbol.asyncIterator]: () => iteratorOf(value) }) {
    size += bytesOf(part)?.length ?? asText(part).length;
    if (size > limit) throw new RangeError(`the result is larger than the ${limit} bytes that a direct call can give`);
    list.push(part);
  }
  const isStream = isBlob(value) || typeof value.getReader === "function" || typeof value.pipe === "function";
  if (!isStream || list.some((part) => typeof part !== "string" && !bytesOf(part))) return list;
  return Buffer.concat(list.map((part) => bytesOf(part) ?? Buffer.from(part))).toString("utf8");
}
