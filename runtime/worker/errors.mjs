/**
 * Errors as Lambda is told of them, and results as it gets them.
 *
 * Invariant: these are the very bytes that Lambda's own client would send (tests/runtime/worker/official.mjs).
 */
import { isOurs, traceOf } from "./stacks.mjs";

isOurs(import.meta.url);

/** An error of the runtime, by the name that Lambda gives it: `Runtime.<name>`. */
export function runtimeError(name, message) {
  const error = new Error(message);
  error.name = `Runtime.${name}`;
  return error;
}

/** DEL has no place in headers. */
const clean = (text) => text?.replaceAll("\x7F", "%7F");

/** What Lambda is told of an error. */
export function describe(error) {
  try {
    if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
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

// ---- X-Ray --------------------------------------------------------------------------------------------

const CAUSE_MAX = 32 << 10; // it goes into a header
const MESSAGE_MAX = 4 << 10;
const PLACE = /^\s+at (?:(.*) \()?(?:file:\/\/)?(.*?):(\d+):\d+\)?$/;

function frameOf(line) {
  const [, label = "anonymous", path, number] = line.match(PLACE) ?? [];
  return path && { path, line: Number(number), label };
}

/** An error as X-Ray shows it in a trace; empty where nothing can be said. Lambda's client has no lines of ES modules. */
function causeOf(error) {
  try {
    const stack = typeof error.stack === "string" ? traceOf(error).map(frameOf).filter(Boolean) : [];
    const exception = { type: clean(error.name), message: clean(error.message)?.slice(0, MESSAGE_MAX), stack };
    const paths = [...new Set(stack.map(({ path }) => path))];
    const text = JSON.stringify({ working_directory: process.cwd(), exceptions: [exception], paths });
    const plain = text.replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
    return plain.length <= CAUSE_MAX ? plain : "";
  } catch {
    return "";
  }
}

/** The payload of an ERROR: what Lambda is told and, behind a zero, what X-Ray is. */
export function failure(error) {
  const cause = causeOf(error);
  return JSON.stringify(describe(error)) + (cause && `\0${cause}`);
}

// ---- Results ------------------------------------------------------------------------------------------

/** JSON as Lambda's client makes it: nothing is null, functions and symbols are an empty text. */
export function stringify(value) {
  try {
    return JSON.stringify(value === undefined ? null : value) ?? "";
  } catch {
    throw runtimeError("JSONStringifyError", "Unable to stringify response body");
  }
}
