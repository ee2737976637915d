// Bundles of one file each, which are what AWS gets. In: functions. Out: for each its files, what
// they were made from and what they weigh; or errors.
import fs from "node:fs";
import path from "node:path";
import { absoluteFrom, inputsOf, packageOf, relativeFrom, weightsOf } from "./metafile.mjs";
import { Messages } from "./messages.mjs";
import { programPlugin } from "./plugin.mjs";

const MAP = "index.mjs.map";

// The map's sources, as paths from where it will lie.
export function mapOf({ root, client }, contents, stem, { out }, name) {
  const map = Buffer.from(contents.buffer, contents.byteOffset, contents.byteLength);
  const lies = path.join(out, "functions", name);
  const made = path.join(root, stem, "..");
  const absolute = absoluteFrom(made);
  const relative = relativeFrom(lies);
  const from = map.indexOf('"sources": [');
  const to = map.indexOf("]", from);
  if (from < 0 || to < 0) return map;
  const list = JSON.parse(map.toString("utf8", from + 11, to + 1));
  const named = list.map((source) => {
    if (/^pluto-\w+:/.test(source)) return source;
    const own = /^pluto:([^?]*)/.exec(source)?.[1];
    const file = own === undefined ? absolute(source) : path.join(root, own);
    if (file.startsWith(client + path.sep)) return `pluto-client:${path.relative(client, file)}`;
    return relative(file);
  });
  return Buffer.concat([
    map.subarray(0, from + 11),
    Buffer.from(JSON.stringify(named)),
    map.subarray(to + 1),
  ]);
}

// The native addons among the inputs, as files.
export function nativesOf(build, work, inputs) {
  const files = [];
  const sizes = new Map();
  for (const input of build.natives.size ? inputs.list : []) {
    const native = build.natives.get(path.resolve(build.root, input));
    if (!native) continue;
    build.messages.checkNative(native, work, inputs.chain(input));
    files.push({ path: native.name, named: true, content: native.content });
    sizes.set(input, native.content.length);
  }
  return { files, sizes };
}

// Messages on packages whose native code a bundle does not have.
export function checkNatives(build, work, inputs) {
  const packages = new Map();
  const absolute = absoluteFrom(build.root);
  for (const input of inputs.list) {
    const name = input.includes("node_modules/") ? packageOf(input) : "";
    if (!name) continue;
    build.messages.checkLoader(work, name, () => inputs.chain(input));
    if (!packages.has(name)) packages.set(name, input);
  }
  for (const [name, input] of packages)
    build.messages.checkParts(work, name, absolute(input), packages, () => inputs.chain(input));
}

// What is in the archive, and what only lies beside it: its map is looked at when the archive is being made.
function archivedOf(build, metafile, one) {
  const { work, code } = one;
  const inputs = inputsOf(metafile, `pluto-entry:${work.name}`);
  const natives = nativesOf(build, work, inputs);
  const files = [{ path: "index.mjs", content: code }, ...natives.files];
  return { ...one, inputs, natives, files };
}

function mapFileOf(build, request, { work, slot, stem, map }) {
  if (!build.maps) return [];
  const contents = map ?? fs.readFileSync(path.join(build.outdir, String(slot), MAP));
  return [{ path: MAP, content: mapOf(build, contents, stem, request, work.name) }];
}

// Files where they wait to be taken, for those that esbuild has not put there already.
function stagedOf(build, { slot, files }) {
  return files.map(({ content, ...file }) => {
    const staged = `${build.target}/${slot}/${file.path}`;
    const at = path.join(build.staging, staged);
    if (content) {
      fs.mkdirSync(path.dirname(at), { recursive: true });
      fs.writeFileSync(at, content);
    }
    return { ...file, staged };
  });
}

function functionOf(build, request, one) {
  const { work, output, inputs, natives } = one;
  checkNatives(build, work, inputs);
  const beside = mapFileOf(build, request, one);
  return {
    name: work.name,
    files: build.staging ? stagedOf(build, { ...one, files: beside }) : [...one.files, ...beside],
    messages: build.messages.notesFor(work),
    inputs: [...inputs.files(build.root), ...build.tsconfig.files],
    weights: weightsOf(output, inputs, natives.sizes),
  };
}

// `early` is told what archives are made of, so that they are while the rest is looked at; the largest first.
export async function bundleWhole(builds, works, request, target, early) {
  const build = builds.of("whole", programPlugin, request, target);
  const messages = new Messages(build.root);
  const result = await build.run(works, messages);
  const unwritten = result.errors.find(({ text }) => /^Failed to (write to|create) output /.test(text));
  if (unwritten) throw new Error(unwritten.text);
  if (result.errors.length) {
    messages.addErrors(result.errors);
    return { messages: messages.errors, functions: [] };
  }
  const archived = [...build.outputs(result)].map((one) => archivedOf(build, result.metafile, one));
  archived.sort((x, y) => y.output.bytes - x.output.bytes);
  if (build.staging) early(archived.map((one) => ({ name: one.work.name, files: stagedOf(build, one) })));
  const made = archived.map((one) => functionOf(build, request, one));
  return { messages: messages.errors, functions: made };
}
