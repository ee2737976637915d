/**
 * Finds the handler that `_HANDLER` names, as Lambda's own client does: files, packages, objects in them.
 */
import { runtimeError } from "./errors.mjs";
import { isOurs, useSourcesOf } from "./stacks.mjs";
import { STREAMING } from "./stream.mjs";

const fs = process.getBuiltinModule("node:fs");
const path = process.getBuiltinModule("node:path");
const { pathToFileURL } = process.getBuiltinModule("node:url");

isOurs(import.meta.url);

// What Lambda says of handlers with a callback; on nodejs22 they still work.
export const CALLBACKS =
  process.env.AWS_EXECUTION_ENV === "AWS_Lambda_nodejs22.x" ||
  (!process.env.AWS_EXECUTION_ENV?.startsWith("AWS_Lambda_nodejs") && Number.parseInt(process.versions.node, 10) < 24);
const NO_CALLBACKS =
  "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to " +
  "modify this function to use a supported handler signature to use Node.js 24 or later. For more information see " +
  "https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.";

const isFile = (file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile() === true;

async function loadModule(root, folder, name) {
  const base = path.resolve(root, folder, name);
  const file = ["", ".js", ".mjs", ".cjs"].map((extension) => base + extension).find(isFile);
  try {
    if (file) useSourcesOf(file);
    if (file) return await import(pathToFileURL(file).href);
    const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);
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
export async function loadHandler(root, name) {
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
