// Bundles of one file each, which are what AWS gets. In: functions. Out: for each its files, what
// they were made from and what they weigh; or errors.
import path from "node:path";
import { absoluteFrom, inputsOf, packageOf, relativeFrom, weightsOf } from "./metafile.mjs";
import { Messages } from "./messages.mjs";
import { programPlugin } from "./plugin.mjs";

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

// The native addons among the inputs, as files; and messages on code that cannot run there.
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
  const packages = new Map();
  for (const input of inputs.list) {
    const name = input.includes("node_modules/") ? packageOf(input) : "";
    if (!name) continue;
    build.messages.checkLoader(work, name, () => inputs.chain(input));
    if (!packages.has(name)) packages.set(name, input);
  }
  for (const [name, input] of packages)
    build.messages.checkParts(work, name, path.resolve(build.root, input), packages, () => inputs.chain(input));
  return { files, sizes };
}

function functionOf(build, request, metafile, { work, stem, output, code, map }) {
  const inputs = inputsOf(metafile, `pluto-entry:${work.name}`);
  const files = [{ path: "index.mjs", content: code }];
  if (map) {
    const content = mapOf(build, map, stem, request, work.name);
    files.push({ path: "index.mjs.map", content });
  }
  const natives = nativesOf(build, work, inputs);
  return {
    name: work.name,
    files: [...files, ...natives.files],
    messages: build.messages.notesFor(work),
    inputs: [...inputs.files(build.root), ...build.tsconfig.files],
    weights: weightsOf(output, inputs, natives.sizes),
  };
}

export async function bundleWhole(builds, works, request, target) {
  const build = builds.of("whole", programPlugin, request, target);
  const messages = new Messages(build.root);
  const result = await build.run(works, messages);
  if (result.errors.length) {
    messages.addErrors(result.errors);
    return { messages: messages.errors, functions: [] };
  }
  const made = [...build.outputs(result)].map((one) => functionOf(build, request, result.metafile, one));
  return { messages: messages.errors, functions: made };
}
