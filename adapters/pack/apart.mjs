// Bundles for this machine, where an edit is to show at once: of each function the program is one
// file, and what it imports from packages another one, which an edit seldom changes.
//
// In: functions, each with what was said of its libraries before (`libraries`), where all that was
// read for them is as it was. Out: as of whole.mjs, or nothing where a program has what only a
// whole bundle does as AWS would get it.
//
// Invariant: a package's module runs when the import that asks for it does, not before: what the
// program has done until then is done, as in a whole bundle. So each import of the program is a
// function in the other file, which runs what it leads to, once.
import crypto from "node:crypto";
import path from "node:path";
import { inputsOf, weightsOf } from "./metafile.mjs";
import { Messages } from "./messages.mjs";
import { librariesPlugin, usesPlugin } from "./uses.mjs";
import { checkNatives, mapOf, nativesOf } from "./whole.mjs";

const HASH = 16; // digits of it in a name
const PLACE = "_".repeat(HASH); // of the same length, so that source maps stay right
const FORMAT = 1; // of what is kept

const hashOf = (bytes) => crypto.createHash("sha256").update(bytes).digest("hex");
const nameOf = (hash) => `libraries-${hash.slice(0, HASH)}.mjs`;

// All that libraries follow from, but for the files that esbuild reads.
function keyOf(work, build, request) {
  const { root, target, tsconfig, minify } = build;
  const uses = [...work.uses.values()].sort((x, y) => (x.id < y.id ? -1 : 1));
  const options = [FORMAT, request.tools, root, target, tsconfig.options, minify];
  return hashOf(JSON.stringify([options, uses, work.architecture]));
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// What is known of the libraries of each function: it says so again where nothing has changed.
async function link(builds, works, request, target) {
  const build = builds.of("libraries", librariesPlugin, request, target, { maps: false });
  const stale = [];
  for (const work of works) {
    const key = keyOf(work, build, request);
    const before = parsed(work.libraries || "null");
    work.linked = undefined;
    if (!work.uses.size) continue;
    if (before?.key === key) work.linked = { ...before, files: before.files.map(keep) };
    else stale.push(Object.assign(work, { linkKey: key, moved: [] }));
  }
  if (!stale.length) return true;
  const messages = new Messages(build.root);
  const result = await build.run(stale, messages);
  if (result.errors.length) return false;
  for (const one of build.outputs(result)) one.work.linked = linked(build, result.metafile, one);
  return !messages.errors.length;
}

const keep = ({ path: name, bytes }) => ({ path: name, bytes, named: true, kept: true });

function linked(build, metafile, { work, output, code }) {
  const inputs = inputsOf(metafile, `pluto-entry:${work.name}`);
  const natives = nativesOf(build, work, inputs);
  checkNatives(build, work, inputs);
  return {
    key: work.linkKey,
    files: [{ path: nameOf(hashOf(code)), named: true, content: code }, ...natives.files],
    inputs: inputs.files(build.root),
    weights: weightsOf(output, inputs, natives.sizes).filter((weight) => weight.package),
    notes: build.messages.notesFor(work),
    moved: work.moved,
  };
}

// What is handed back with the next request.
function recordOf({ key, files, inputs, weights, notes, moved }) {
  const named = files.map((file) => ({ path: file.path, bytes: file.bytes ?? file.content.length }));
  return JSON.stringify({ key, files: named, inputs, weights, notes, moved });
}

function named(contents, { files }) {
  const bytes = Buffer.from(contents.buffer, contents.byteOffset, contents.byteLength);
  const place = nameOf(PLACE);
  for (let at = bytes.indexOf(place); at >= 0; at = bytes.indexOf(place, at))
    bytes.write(files[0].path, at, "latin1");
  return bytes;
}

function functionOf(build, request, metafile, messages, { work, stem, output, code, map }) {
  const own = inputsOf(metafile, `pluto-entry:${work.name}`);
  const libraries = work.linked ?? { files: [], inputs: [], weights: [], notes: [], moved: [] };
  const content = mapOf(build, map, stem, request, work.name);
  for (const { specifier, now, importer } of libraries.moved)
    if (work.texts.has(importer))
      messages.addMoved(specifier, now, importer, path.join(build.root, path.dirname(importer)), work);
  return {
    name: work.name,
    files: [
      { path: "index.mjs", content: work.linked ? named(code, libraries) : code },
      { path: "index.mjs.map", content },
      ...libraries.files,
    ],
    libraries: work.linked ? recordOf(libraries) : "",
    messages: [...messages.notesFor(work), ...libraries.notes],
    inputs: [...new Set([...own.files(build.root), ...libraries.inputs, ...build.tsconfig.files])],
    weights: [...weightsOf(output, own, new Map()), ...libraries.weights].sort((x, y) => y.bytes - x.bytes),
  };
}

export async function bundleApart(builds, works, request, target) {
  for (const work of works) Object.assign(work, { uses: new Map(), whole: false });
  const plugin = (b) => usesPlugin(b, nameOf(PLACE));
  const build = builds.of("program", plugin, request, target, { maps: true, stays: true });
  const messages = new Messages(build.root);
  const result = await build.run(works, messages);
  if (result.errors.length || works.some(({ whole }) => whole)) return undefined;
  if (!(await link(builds, works, request, target))) return undefined;
  const made = [...build.outputs(result)].map((one) =>
    functionOf(build, request, result.metafile, messages, one),
  );
  return { messages: [], functions: made };
}
