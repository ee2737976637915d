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

/** What Lambda is told of an error. DEL has no place in its headers. */
export function describe(error) {
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
export function stringify(value) {
  try {
    return JSON.stringify(value === undefined ? null : value) ?? "";
  } catch {
    throw runtimeError("JSONStringifyError", "Unable to stringify response body");
  }
}
