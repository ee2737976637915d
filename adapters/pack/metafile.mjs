// Reads esbuild's metafile. In: the metafile and an entry. Out: what a bundle was made from, how
// each of it got there, and what it weighs.
import fs from "node:fs";
import path from "node:path";

const CHAINS = 10; // packages whose way into the bundle is told

export function packageOf(input) {
  if (input.startsWith("pluto-client:")) return "@plutolang/pluto";
  const parts = input.split("node_modules/");
  if (parts.length === 1) return "";
  const [scope, name] = parts.at(-1).split("/");
  return scope.startsWith("@") ? `${scope}/${name}` : scope;
}

function fileOf(input) {
  return input.replace(/^pluto:/, "").replace(/\?[^?]*$/, "");
}

// Where the package.json of a package may stand that is linked to (a workspace's): from the file's folder up to
// the first that is there.
function packagesAbove(file) {
  const all = [];
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    all.push(path.join(folder, "package.json"));
    if (fs.existsSync(all.at(-1)) || folder === path.dirname(folder)) return all;
  }
}

// Breadth first, so that the way to each input is a shortest one.
export function inputsOf(metafile, entry) {
  const by = new Map([[entry, undefined]]);
  const list = [entry];
  for (let i = 0; i < list.length; i++)
    for (const { path: to, external } of metafile.inputs[list[i]]?.imports ?? [])
      if (!external && !by.has(to)) {
        by.set(to, list[i]);
        list.push(to);
      }
  // Modules of the program by their files, packages by their names; each once in a row.
  const chain = (input) => {
    const names = [];
    for (let at = input; at !== undefined && at !== entry; at = by.get(at)) {
      const name = packageOf(at) || fileOf(at);
      if (names[0] !== name) names.unshift(name);
    }
    return names;
  };
  // Files whose change makes another bundle: those read, and what decided that it was them.
  const files = (root) => {
    const found = new Set(["package.json", "node_modules"]);
    for (const input of list) {
      if (/^pluto(-\w+)?:/.test(input)) continue;
      const file = input.replace(/\?[^?]*$/, "");
      const at = file.lastIndexOf("node_modules/");
      found.add(file);
      if (at >= 0) found.add(`${file.slice(0, at)}node_modules/${packageOf(file)}/package.json`);
      else for (const above of packagesAbove(path.resolve(root, file))) found.add(above);
    }
    // A thousand files, nearly all of them below: that needs no looking at their parts.
    return [...found].map((file) => (/^\.\.?(\/|$)|^\//.test(file) ? path.resolve(root, file) : `${root}/${file}`));
  };
  return { list, chain, files };
}

// Bytes by package, heaviest first: in the bundle, and of the addons beside it (`natives`: by input).
export function weightsOf(output, inputs, natives) {
  const weights = new Map();
  for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
    const bytes = bytesInOutput + (natives.get(input) ?? 0);
    const name = packageOf(input);
    const weight = weights.get(name) ?? { package: name, bytes: 0, heaviest: input, most: -1 };
    weight.bytes += bytes;
    if (bytes > weight.most) [weight.heaviest, weight.most] = [input, bytes];
    weights.set(name, weight);
  }
  return [...weights.values()]
    .sort((x, y) => y.bytes - x.bytes || (x.package < y.package ? -1 : 1))
    .map(({ package: name, bytes, heaviest }, i) => ({
      package: name,
      bytes,
      chain: i < CHAINS ? inputs.chain(heaviest).join(" → ") : "",
    }));
}
