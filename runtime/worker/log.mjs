/**
 * `console` as on Lambda: lines of text or objects of JSON, with time, request id and level, from a level on.
 *
 * Invariant: a record is one line, or one record of Lambda's own pipe for logs; and logging ends no request,
 * whatever it is given and whoever has stopped reading.
 */
import { describe } from "./errors.mjs";
import { isOurs, textInSources, traceOf } from "./stacks.mjs";
import { DESCRIPTORS_END, FIRST_DESCRIPTOR, store } from "./store.mjs";

const fs = process.getBuiltinModule("node:fs");

isOurs(import.meta.url);

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
  if (descriptor >= FIRST_DESCRIPTOR && descriptor < DESCRIPTORS_END) return -1; // that is ours
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
    return textInSources(process.getBuiltinModule("node:util").format(...values));
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

// Whoever reads the logs may be gone, or have no room; that is no reason to end a request. Making a stream takes a
// millisecond of each start, and many handlers log nothing: it is looked after when it is wanted.
function forgive(name) {
  const own = Object.getOwnPropertyDescriptor(process, name);
  let known;
  const get = () => {
    const stream = own.get.call(process);
    if (stream !== known) (known = stream).on("error", () => {});
    return stream;
  };
  Object.defineProperty(process, name, { ...own, get });
}

export function captureConsole() {
  for (const [at, level] of LEVELS.entries())
    console[level.toLowerCase()] = at < LOG_FROM ? () => {} : (...values) => log(level, values);
  console.log = console.info;
  forgive("stdout");
  forgive("stderr");
}

function errorWithFields(_, value) {
  if (!(value instanceof Error)) return value;
  const fields = { errorType: value.name, errorMessage: value.message, code: value.code, ...value };
  if (typeof value.stack === "string") fields.stack = traceOf(value);
  return fields;
}

/** What was thrown and is no error: an object shows what is in it, where Lambda is told `[object Object]`. */
function thrownText(reason) {
  const text = String(describe(reason).errorMessage);
  return typeof reason === "object" && /^\[object \w+\]$/.test(text) ? formatted(reason) : text;
}

/** Logs what ended an invocation, or the process. */
export function logError(what, reason) {
  const error = reason instanceof Error ? reason : new Error(thrownText(reason));
  if (LOG_JSON) return console.error(error);
  let text;
  try {
    text = JSON.stringify(error, errorWithFields);
  } catch {
    text = JSON.stringify(describe(error));
  }
  console.error(what, `\t${text}`);
}
