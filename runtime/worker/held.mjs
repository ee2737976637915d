/**
 * A process that is there before the code that it is to run: on a developer's machine an edit then need not wait for
 * Node.js to start. The code is there when standard input ends.
 *
 * Invariant: nothing of the program or of a package runs before that. The file of libraries that is there already is
 * loaded, but it only defines functions, which the program's imports call.
 */
import { isOurs } from "./stacks.mjs";

const fs = process.getBuiltinModule("node:fs");
const net = process.getBuiltinModule("node:net");
const path = process.getBuiltinModule("node:path");
const { pathToFileURL } = process.getBuiltinModule("node:url");

isOurs(import.meta.url);

const held = process.env.PLUTO_HELD !== undefined;
delete process.env.PLUTO_HELD;

// Its name says what is in it: code that wants another one names another one.
const LIBRARIES = /^libraries-[0-9a-f]{16}\.mjs$/;

const ended = () => new Promise((resolve) => new net.Socket({ fd: 0 }).once("close", resolve).resume());

/** Waits for the code; at once where it is there. */
export async function untilLetGo(root) {
  if (!held) return;
  for (const name of fs.readdirSync(root).filter((file) => LIBRARIES.test(file)))
    await import(pathToFileURL(path.join(root, name)).href);
  await ended();
  // What other processes of functions have there; nobody else closes this number.
  fs.closeSync(0);
  fs.openSync("/dev/null", "r");
}
