// Bundles functions: what `pluto-pack.so` starts in Node.js, once, and asks again and again.
//
// In, on descriptor 0: frames of JSON, each the functions that have changed. Out, on the same
// socket: a frame of JSON (messages, and of each function its files, inputs and weights), then a
// frame for each file. Between requests esbuild keeps what it has read and parsed.
//
// Invariant: only imports that the program's own modules write cross the border between esbuild
// and this program; what packages import stays inside esbuild.
import { createRequire } from "node:module";
import path from "node:path";
import { serve } from "./frames.mjs";
import { inputsOf, weightsOf } from "./metafile.mjs";
import { Messages } from "./messages.mjs";
import { programPlugin } from "./plugin.mjs";
import { tsconfigOf } from "./tsconfig.mjs";

const lib = path.resolve(process.argv[2]); // lib/pluto
const tool = path.join(lib, "esbuild");
process.env.ESBUILD_BINARY_PATH = path.join(tool, "bin", "esbuild");
const esbuild = createRequire(import.meta.url)(path.join(tool, "lib", "main.js"));
const client = path.join(lib, "runtime", "client");

const builds = new Map(); // by what contexts differ in; see buildOf

// CommonJS in the bundle may ask for `require`, which ES modules do not have.
const BANNER =
  'import{createRequire as __pluto_require}from"node:module";' +
  "globalThis.require??=__pluto_require(import.meta.url);";

function targetOf(runtime) {
  const version = /^nodejs(\d+)\.x$/.exec(runtime)?.[1];
  return version ? `node${version}` : "node22";
}

function optionsOf(build) {
  return {
    absWorkingDir: build.root,
    entryPoints: build.slots.map((_, slot) => ({ in: `pluto:${slot}`, out: `${slot}/index` })),
    outdir: path.join(build.root, ".pluto-out"), // a name: nothing is written
    write: false,
    bundle: true,
    platform: "node",
    format: "esm",
    target: build.target,
    outExtension: { ".js": ".mjs" },
    minify: build.minify,
    keepNames: true, // constructor.name, and stack traces that say something
    sourcemap: build.maps && "linked",
    sourcesContent: false,
    metafile: true,
    logLevel: "silent",
    charset: "utf8",
    define: {
      __dirname: "import.meta.dirname",
      __filename: "import.meta.filename",
      __pluto_here: "import.meta.url",
    },
    banner: { js: BANNER },
    tsconfigRaw: { compilerOptions: build.tsconfig.options },
    plugins: [programPlugin(build, client)],
  };
}

// Everything that an esbuild context is fixed to. A slot is an entry point that one function has
// for good; in a request that does not concern it, it is empty and costs nothing.
function buildOf(request, target) {
  const tsconfig = tsconfigOf(path.join(request.root, path.dirname(request.entry)));
  const { root, minify, maps } = request;
  const key = JSON.stringify([root, minify, maps, target, tsconfig.options]);
  let build = builds.get(key);
  if (!build) {
    build = { root, minify, maps, target, tsconfig, slots: [] };
    Object.assign(build, { lenient: new Set(), context: undefined });
    builds.set(key, build);
  }
  build.tsconfig = tsconfig;
  return build;
}

async function prepare(build, functions) {
  for (const slot of build.slots) slot.work = undefined;
  for (const work of functions) {
    let slot = build.slots.find(({ name }) => name === work.name);
    if (!slot) {
      slot = { name: work.name };
      build.slots.push(slot);
      await drop(build);
    }
    slot.work = work;
    work.texts = new Map(work.modules.map((module) => [module.path, module]));
  }
}

async function drop(build) {
  await build.context?.dispose();
  build.context = undefined;
}

async function attempt(build, messages) {
  build.context ??= await esbuild.context(optionsOf(build));
  try {
    return await build.context.rebuild();
  } catch (error) {
    if (!error.errors) throw error;
    return { errors: error.errors };
  }
}

// What a package asks for while it runs, and is not there, is left to that moment, as Node.js does:
// many packages have parts for which others must be installed.
async function rebuild(build, messages) {
  const first = await attempt(build, messages);
  const optional = messages.missingInPackages(first.errors).filter((s) => !build.lenient.has(s));
  if (!optional.length) return first;
  for (const specifier of optional) build.lenient.add(specifier);
  await drop(build);
  return attempt(build, messages);
}

async function bundle(build, functions, request) {
  const messages = new Messages(build.root);
  build.messages = messages;
  await prepare(build, functions);
  const result = await rebuild(build, messages);
  if (result.errors.length) {
    messages.addErrors(result.errors);
    return { messages: messages.errors, functions: [] };
  }
  const outputs = new Map(
    result.outputFiles.map((file) => [path.relative(build.root, file.path), file.contents]),
  );
  const made = build.slots.flatMap((slot, i) =>
    slot.work ? [functionOf(build, slot, i, result.metafile, outputs, request)] : [],
  );
  return { messages: messages.errors, functions: made };
}

// The map's sources, as paths from where it will lie.
function mapOf(contents, made, { root, out }, name) {
  const map = Buffer.from(contents.buffer, contents.byteOffset, contents.byteLength);
  const lies = path.join(out, "functions", name);
  const from = map.indexOf('"sources": [');
  const to = map.indexOf("]", from);
  if (from < 0 || to < 0) return map;
  const list = JSON.parse(map.toString("utf8", from + 11, to + 1));
  const named = list.map((source) => {
    if (/^pluto-(entry|client):/.test(source)) return source;
    const own = /^pluto:([^?]*)/.exec(source)?.[1];
    return path.relative(lies, own === undefined ? path.resolve(made, source) : path.join(root, own));
  });
  return Buffer.concat([
    map.subarray(0, from + 11),
    Buffer.from(JSON.stringify(named)),
    map.subarray(to + 1),
  ]);
}

function functionOf(build, slot, i, metafile, outputs, request) {
  const { messages } = build;
  const stem = `.pluto-out/${i}/index.mjs`;
  const inputs = inputsOf(metafile, `pluto-entry:${slot.name}`);
  const files = [{ path: "index.mjs", content: outputs.get(stem) }];
  const map = outputs.get(`${stem}.map`);
  if (map) {
    const content = mapOf(map, path.join(build.root, stem, ".."), request, slot.name);
    files.push({ path: "index.mjs.map", content });
  }
  const natives = new Map();
  for (const input of inputs.list) {
    const native = build.natives.get(path.resolve(build.root, input));
    if (!native) continue;
    messages.checkNative(native, slot.work, inputs.chain(input));
    files.push({ path: native.name, content: native.content });
    natives.set(input, native.content.length);
  }
  for (const input of inputs.list)
    if (/node_modules\//.test(input)) messages.checkLoader(slot.work, inputs.chain(input));
  return {
    name: slot.name,
    files,
    messages: messages.notesFor(slot.work),
    inputs: [...inputs.files(build.root), ...build.tsconfig.files],
    weights: weightsOf(metafile.outputs[stem], inputs, natives),
  };
}

async function answer(payload) {
  const request = JSON.parse(payload.toString("utf8"));
  const byTarget = new Map();
  for (const f of request.functions) {
    const target = targetOf(f.runtime);
    byTarget.set(target, [...(byTarget.get(target) ?? []), f]);
  }
  const head = { messages: [], functions: [] };
  const blobs = [];
  try {
    for (const [target, functions] of byTarget) {
      const made = await bundle(buildOf(request, target), functions, request);
      head.messages.push(...made.messages);
      for (const f of made.functions) {
        blobs.push(...f.files.map(({ content }) => content));
        f.files = f.files.map(({ path, content }) => ({ path, bytes: content.length }));
        head.functions.push(f);
      }
    }
  } catch (error) {
    return [Buffer.from(JSON.stringify({ failed: String(error?.message ?? error) }))];
  }
  return [Buffer.from(JSON.stringify(head)), ...blobs];
}

serve(0, answer);
