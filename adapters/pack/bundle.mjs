// Bundles functions: what `pluto-pack.so` starts in Node.js, once, and asks again and again.
//
// In, on descriptor 0: frames of JSON, each the functions that have changed. Out, on the same
// socket, in one part or `more`: a frame of JSON (messages, and of each function its files, inputs and
// weights), then a frame for each file but those that are `kept` as they lie there, and those that
// are `staged`, in the folder that the question names.
//
// Invariant: only imports that the program's own modules write cross the border between esbuild
// and this program; what packages import stays inside esbuild.
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { Builds, targetOf } from "./builds.mjs";
import { serve } from "./frames.mjs";
import { bundleApart } from "./apart.mjs";
import { bundleWhole } from "./whole.mjs";

const lib = path.resolve(process.argv[2]); // lib/pluto
const tool = path.join(lib, "esbuild");
process.env.ESBUILD_BINARY_PATH = path.join(tool, "bin", "esbuild");
// One that is asked once ends before collecting garbage is worth it; one that stays collects little of it.
if (process.argv[3] === "once") {
  process.env.GOGC = "off";
  process.env.GOMEMLIMIT = String(Math.floor(memory() / 2)); // from there on it collects, all the same
} else {
  process.env.GOGC = "400";
}
const esbuild = createRequire(import.meta.url)(path.join(tool, "lib", "main.js"));
const client = path.join(lib, "runtime", "client");
const builds = new Builds(esbuild, client);
esbuild.transform("").catch(() => {}); // its process starts; what is wrong with that, a request is told

function memory() {
  const allowed = process.constrainedMemory(); // 0, or more than there is: by nobody
  return allowed > 0 ? Math.min(allowed, os.totalmem()) : os.totalmem();
}

// On this machine what edits do not touch is made once. Where that cannot be done as it would be
// for AWS (or where there is something to refuse), all of it is made, as it would be for AWS.
async function bundle(works, request, target, early) {
  const apart = request.local && (await bundleApart(builds, works, request, target));
  return apart || bundleWhole(builds, works, request, target, early);
}

async function answer(payload, write) {
  const request = JSON.parse(payload.toString("utf8"));
  const byTarget = new Map();
  for (const work of request.functions) {
    const target = targetOf(work.runtime);
    work.texts = new Map(work.modules.map((module) => [module.path, module]));
    byTarget.set(target, [...(byTarget.get(target) ?? []), work]);
  }
  const head = { messages: [], functions: [] };
  const blobs = [];
  const early = (functions) => write([Buffer.from(JSON.stringify({ more: true, messages: [], functions }))]);
  try {
    for (const [target, works] of byTarget) {
      const made = await bundle(works, request, target, early);
      head.messages.push(...made.messages);
      for (const f of made.functions) {
        blobs.push(...f.files.flatMap(({ kept, staged, content }) => (kept || staged ? [] : [content])));
        f.files = f.files.map(({ content, ...file }) => ({ bytes: content?.length, ...file }));
        head.functions.push(f);
      }
    }
  } catch (error) {
    return [Buffer.from(JSON.stringify({ failed: String(error?.message ?? error) }))];
  }
  return [Buffer.from(JSON.stringify(head)), ...blobs];
}

serve(0, answer);
