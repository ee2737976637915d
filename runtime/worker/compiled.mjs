/**
 * Code as V8 has compiled it, kept from one process to the next where `PLUTO_COMPILED` names a folder for it: on this
 * machine a process starts at each edit, and most of what it loads is what the last one loaded.
 *
 * Invariant: what runs follows from the package alone. Node.js takes what was kept only where the source is the same
 * to the byte, and what cannot be read or written is compiled.
 */
import module from "node:module";
import { isOurs } from "./stacks.mjs";

isOurs(import.meta.url);

const AFTER_MS = 300; // those who ask at once are served first

const folder = process.env.PLUTO_COMPILED;
delete process.env.PLUTO_COMPILED;
if (folder) module.enableCompileCache?.(folder);

/** Keeps what has been compiled until a moment from now. */
export function keepCompiled() {
  if (folder) setTimeout(() => module.flushCompileCache?.(), AFTER_MS).unref();
}
