/**
 * What Node.js runs inside a package: loads the handler that `_HANDLER` names, takes events from the bootstrap
 * over one socket per slot (runtime/README.md tells the frames), and gives back what the handler gives.
 *
 * Handlers see what they see behind Lambda's own client for Node.js: the same context, console, global
 * `awslambda`, results and errors. Where the two would differ for the worse (a promise that nothing can settle any
 * more, an HTTP answer without a body) this one says what is wrong, or does what was meant.
 *
 * Modules of Node.js are asked for by `process.getBuiltinModule`: an `import` also makes a list of all that they export,
 * which looks at each of them and takes three milliseconds of every start.
 *
 * Invariant: the bootstrap hears READY, ABLE or INIT_ERROR, once; and where the process ends by itself, its log says why.
 */
import { compiledCall, compiledLoad } from "./compiled.mjs";
import { describe } from "./errors.mjs";
import { untilLetGo } from "./held.mjs";
import { serve } from "./invoke.mjs";
import { loadHandler } from "./load.mjs";
import { captureConsole, logError } from "./log.mjs";
import { ABLE, INIT_ERROR, READY, Slot } from "./slot.mjs";
import { isOurs } from "./stacks.mjs";
import { CLIENT, FIRST_DESCRIPTOR, SLOTS, store } from "./store.mjs";
import { HttpResponseStream, streamifyResponse } from "./stream.mjs";

isOurs(import.meta.url);

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
  let failed = false;
  let loaded;
  const loading = new Promise((resolve) => (loaded = resolve));
  const waitFor = (slot, headers, bytes) => loading.then(() => serve(handler, slot, headers, bytes));
  const slots = Array.from({ length: SLOTS }, (_, i) => {
    return new Slot(FIRST_DESCRIPTOR + i, (slot, headers, bytes) => {
      compiledCall();
      if (handler) serve(handler, slot, headers, bytes);
      else waitFor(slot, headers, Buffer.from(bytes));
    });
  });
  const failInit = (error) => {
    if (handler) return false;
    logError("Init Error", error);
    if (failed) return true;
    failed = true;
    slots[0].send(INIT_ERROR, JSON.stringify(describe(error)), () => process.exit(1));
    return true;
  };
  watchErrors(failInit);
  process.on("beforeExit", () => {
    const held = slots.filter((slot) => slot.abandon);
    if (held.length > 0) setImmediate(() => held.forEach((slot) => slot.abandon?.()));
  });
  try {
    const root = process.env.LAMBDA_TASK_ROOT ?? process.cwd();
    await untilLetGo(root);
    handler = await loadHandler(root, process.env._HANDLER ?? "");
    slots[0].send(CLIENT ? ABLE : READY, "");
    loaded();
    compiledLoad();
  } catch (error) {
    failInit(error);
  }
}

await main();
