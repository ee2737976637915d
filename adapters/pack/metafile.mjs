// Reads esbuild's metafile. In: the metafile and an entry. Out: what a bundle was made from, how
// each of it got there, and what it weighs.
import fs from "node:fs";
import path from "node:path";

const MODULES = "node_modules/";
const CHAINS = 10; // packages whose way into the bundle is told

export function packageOf(input) {
  if (input.startsWith("pluto-client:")) return "@plutolang/pluto";
  const folder = input.lastIndexOf(MODULES);
  if (folder < 0) return "";
  const from = folder + MODULES.length; // asked of a thousand files: nothing is made but the name
  const end = input.indexOf("/", from);
  const to = input[from] === "@" && end > 0 ? input.indexOf("/", end + 1) : end;
  return input.slice(from, to < 0 ? undefined : to);
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

// What node:path does, for paths as esbuild writes them: `..` in front or nowhere. Of a thousand files
// node:path would look at each character, in code that is not compiled yet.
export function absoluteFrom(base) {
  const above = [base === "/" ? "" : base];
  return (file) => {
    if (file.startsWith("/")) return file;
    let up = 0;
    while (file.startsWith("../", 3 * up)) up++;
    while (above.length <= up) above.push(above.at(-1).slice(0, Math.max(above.at(-1).lastIndexOf("/"), 0)));
    return `${above[up]}/${file.slice(3 * up)}`;
  };
}

export function relativeFrom(base) {
  const above = [base === "/" ? base : `${base}/`];
  while (above.at(-1) !== "/") above.push(above.at(-1).slice(0, above.at(-1).lastIndexOf("/", above.at(-1).length - 2) + 1));
  return (file) => {
    const up = above.findIndex((folder) => file.startsWith(folder));
    return "../".repeat(up) + file.slice(above[up].length);
  };
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
    return [...found].map(absoluteFrom(root));
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
