/**
 * Code as V8 has compiled it, kept from one process to the next where `PLUTO_COMPILED` names a folder for it: on this
 * machine a process starts at each edit, and most of what it loads is what the last one loaded.
 *
 * Invariant: what runs follows from the package alone. Node.js takes what was kept only where the source is the same
 * to the byte, and what cannot be read or written is compiled.
 */
import { isOurs } from "./stacks.mjs";

isOurs(import.meta.url);

// What the first invocation compiles is worth keeping, too; where none comes, what loading took is.
const LOADED_MS = 5000;
const ASKED_MS = 300;

const folder = process.env.PLUTO_COMPILED;
delete process.env.PLUTO_COMPILED;
const module = folder && process.getBuiltinModule("node:module");
if (folder) module.enableCompileCache?.(folder);

let timer;
let asked = false;

function keepIn(ms) {
  clearTimeout(timer);
  timer = setTimeout(() => module.flushCompileCache?.(), ms).unref();
}

/** The handler is loaded: what has been compiled is kept before long. */
export function compiledLoad() {
  if (folder && !asked) keepIn(LOADED_MS);
}

/** An invocation came: the first one decides when. */
export function compiledCall() {
  if (folder && !asked) keepIn(ASKED_MS);
  asked = true;
}
