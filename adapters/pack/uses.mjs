// What a program's modules import from packages, as two plugins of esbuild: in the program's own
// bundle such an import is a call of the other one, and in that one a function for each of them.
//
// In: a build of functions (apart.mjs). Out: of each function, `uses`: who imports what, by which
// names. Invariant: where that cannot be told for sure, the function is to be bundled as a whole
// (`whole`).
import crypto from "node:crypto";
import { isBuiltin } from "node:module";
import path from "node:path";
import {
  LOADERS, findMoved, leaveOut, otherOptions, ownOf, serveEntries, serveModuleTexts, serveNatives,
} from "./plugin.mjs";

// As esbuild prints it here, each token is on one line, so a line that begins like an import is one.
const PLAIN = { supported: { "template-literal": false }, legalComments: "none", charset: "utf8" };
const STATEMENT = /^(?:import(?=[\s{*"])|export(?=\s*[{*]))[^;"]*(?:"(?:[^"\\]|\\.)*"[^;"]*)*;$/gm;
const PARTS = /^(?:import|export) (?:([^"]*) from )?("(?:[^"\\]|\\.)*");$/;
const CLAUSE = /^(?:([^\s,{}*]+)(?:, )?)?(?:(\*)(?: as \S+)?|\{ ?(.*?),? ?\})?$/;

// The names that a clause like `a, { b as c }` takes; "*": all.
function namesIn(clause) {
  if (clause === undefined) return [];
  const [, first, star, list] = CLAUSE.exec(clause) ?? [];
  if (first === undefined && star === undefined && list === undefined) return undefined;
  if (star) return ["*"];
  const names = list ? list.split(", ").map((part) => part.split(" ")[0]) : [];
  return first === undefined ? names : ["default", ...names];
}

/** The imports of a module, each with its names; undefined where there is one that is not understood. */
export function importsOf(code) {
  const found = new Map();
  for (const [statement] of code.matchAll(STATEMENT)) {
    const line = statement.replace(/\s+/g, " ");
    const [, clause, text] = PARTS.exec(line) ?? [];
    if (text === undefined) {
      if (/^export ?\{[^"]*\};$/.test(line)) continue;
      return undefined;
    }
    const names = namesIn(clause);
    const specifier = JSON.parse(text);
    if (!names) return undefined;
    found.set(specifier, [...new Set([...(found.get(specifier) ?? []), ...names])].sort());
  }
  return found;
}

// Modules that have not changed since the last time are not looked at again.
async function importsIn(build, work, module) {
  const loader = LOADERS[path.extname(module.path)] ?? "jsx";
  if (loader === "json") return new Map();
  const compilerOptions = otherOptions(build, path.dirname(module.path)) ?? build.tsconfig.options;
  const key = JSON.stringify([compilerOptions, module.text]);
  const place = `${work.name}/${module.path}`;
  build.seen ??= new Map();
  const before = build.seen.get(place);
  if (before?.key === key) return before.imports;
  const how = { ...PLAIN, loader, target: build.target, tsconfigRaw: { compilerOptions }, logLevel: "silent" };
  const { code } = await build.esbuild.transform(module.text, how);
  const imports = importsOf(code);
  build.seen.set(place, { key, imports });
  return imports;
}

const isPackage = (specifier) => !/^(\.{0,2}\/|\.{1,2}$|#)/.test(specifier);

async function useOf(build, { path: specifier, importer, kind }, work) {
  const module = work.texts.get(importer);
  let names;
  if (kind === "require-call" || kind === "dynamic-import") names = ["*"];
  else if (kind === "import-statement")
    names = (await importsIn(build, work, module).catch(() => undefined))?.get(specifier);
  if (!names || !isPackage(specifier)) return undefined;
  if (names.includes("*")) names = ["*"];
  const required = kind === "require-call";
  const what = JSON.stringify([importer, specifier, required]);
  const id = `l_${crypto.createHash("sha256").update(what).digest("hex").slice(0, 16)}`;
  const before = work.uses.get(id)?.names ?? [];
  const all = [...new Set([...before, ...names])].sort();
  return { id, importer, specifier, required, names: all.includes("*") ? ["*"] : all };
}

// ---- In the program -----------------------------------------------------------------------------

function textOf({ names }) {
  const from = 'from "pluto:library";';
  if (names.includes("*")) return `export * ${from}\nexport { default } ${from}`;
  return names.length ? `export { ${names.join(", ")} } ${from}` : 'import "pluto:library";';
}

function serveUses(esbuild, build, file) {
  esbuild.onResolve({ filter: /.*/, namespace: "pluto" }, async (args) => {
    const slot = args.pluginData;
    const own = ownOf(build, slot, args);
    if (own || isBuiltin(args.path)) return own;
    const use = await useOf(build, args, slot.work);
    if (!use) {
      slot.work.whole = true;
      return { path: args.path, external: true };
    }
    slot.work.uses.set(use.id, use);
    const namespace = use.required ? "pluto-library" : "pluto-use";
    return { path: `${slot.name}/${use.id}`, namespace, pluginData: { slot, id: use.id } };
  });
  esbuild.onLoad({ filter: /.*/, namespace: "pluto-use" }, ({ pluginData }) => {
    const use = pluginData.slot.work.uses.get(pluginData.id);
    return { contents: textOf(use), loader: "js", pluginData };
  });
  esbuild.onResolve({ filter: /.*/, namespace: "pluto-use" }, ({ importer, pluginData }) => {
    return { path: importer, namespace: "pluto-library", pluginData };
  });
  // Read by property, so that what a package changes in its exports is seen, as in one bundle.
  esbuild.onLoad({ filter: /.*/, namespace: "pluto-library" }, ({ pluginData: { id } }) => {
    const contents = `import { ${id} } from "pluto:libraries";\nmodule.exports = ${id}();\n`;
    return { contents, loader: "js" };
  });
  esbuild.onResolve({ filter: /.*/, namespace: "pluto-library" }, () => {
    return { path: `./${file}`, external: true };
  });
}

export function usesPlugin(build, file) {
  return {
    name: "pluto",
    setup(esbuild) {
      serveEntries(esbuild, build);
      serveUses(esbuild, build, file);
      serveModuleTexts(esbuild, build);
    },
  };
}

// ---- In what it imports -------------------------------------------------------------------------

function exportsOf({ specifier, required, names }) {
  const from = `from ${JSON.stringify(specifier)};`;
  if (required) return `module.exports = require(${JSON.stringify(specifier)});`;
  if (names.includes("*")) return `export * ${from}\nexport { default } ${from}`;
  return names.length ? `export { ${names.join(", ")} } ${from}` : `import ${JSON.stringify(specifier)};`;
}

function serveLibraries(esbuild, build) {
  esbuild.onResolve({ filter: /^pluto:\d+$/ }, (args) => {
    const slot = build.slots[Number(args.path.slice("pluto:".length))];
    return { path: slot.name, namespace: "pluto-entry", pluginData: slot };
  });
  esbuild.onLoad({ filter: /.*/, namespace: "pluto-entry" }, ({ pluginData: slot }) => {
    const uses = [...(slot.work?.uses.keys() ?? [])].sort();
    const contents = uses.map((id) => `export const ${id} = () => require("pluto:use/${id}");`);
    return { contents: contents.join("\n"), loader: "js", pluginData: slot };
  });
  esbuild.onResolve({ filter: /^pluto:use\//, namespace: "pluto-entry" }, (args) => {
    const slot = args.pluginData;
    const use = slot.work.uses.get(args.path.slice("pluto:use/".length));
    const pluginData = { work: slot.work, use };
    return { path: use.importer, suffix: `?${slot.name}/${use.id}`, namespace: "pluto", pluginData };
  });
  // With the importer's extension it is read as the importer would be.
  esbuild.onLoad({ filter: /.*/, namespace: "pluto" }, ({ path: importer, pluginData }) => {
    const loader = (LOADERS[path.extname(importer)] ?? "js").replace("x", "");
    const resolveDir = path.join(build.root, path.dirname(importer));
    return { contents: exportsOf(pluginData.use), loader, resolveDir, pluginData };
  });
  esbuild.onResolve({ filter: /.*/, namespace: "pluto" }, (args) =>
    findMoved(esbuild, args, (now) => {
      const { path: specifier, importer } = args;
      args.pluginData.work.moved.push({ specifier, now, importer });
    }),
  );
}

export function librariesPlugin(build) {
  return {
    name: "pluto-libraries",
    setup(esbuild) {
      serveLibraries(esbuild, build);
      serveNatives(esbuild, build);
      leaveOut(esbuild, build);
    },
  };
}
