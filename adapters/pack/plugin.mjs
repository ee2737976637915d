// The program's modules, as esbuild sees them: texts in the namespace `pluto`, one set for each
// function. In: a build (bundle.mjs). Out: an esbuild plugin.
//
// Invariant: the filters name a namespace. Modules of packages live in `file`, so their imports are
// resolved and read without a word to JavaScript.
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { movedTo } from "./moved.mjs";
import { tsconfigOf } from "./tsconfig.mjs";

export const LOADERS = { ".ts": "ts", ".mts": "ts", ".cts": "ts", ".tsx": "tsx", ".json": "json" };
const AGAIN = Symbol("asked by this plugin itself");

function entryText(work) {
  const what = JSON.stringify({ id: work.id, raw: work.raw });
  const checked = work.checked?.length > 0;
  return (
    (checked ? 'import { forget } from "pluto:checked";\n' : "") +
    'import "pluto:program";\n' +
    'import { lambdaHandler } from "@plutolang/pluto/lambda";\n' +
    (checked ? "forget();\n" : "") +
    `export const handler = lambdaHandler(${JSON.stringify(work.key)}, ${what});\n`
  );
}

// Variables that the program only checks to be there, for the constructors of resources that this
// function does not deploy: while it loads they are something, and no secret has to be there.
const checkedText = (names) => `
const made = ${JSON.stringify(names)}.filter((name) => !process.env[name]);
for (const name of made) process.env[name] = name + " is not for this function";
export const forget = () => made.forEach((name) => delete process.env[name]);
`;

const CLIENT = { "@plutolang/pluto": "index.mjs", "@plutolang/pluto/lambda": "lambda.mjs" };

// The client library, wherever it is installed: its own namespace, so that no path of this machine
// gets into a bundle. In a bundle that stays on this machine it is files, which esbuild reads once.
function clientOf(build, specifier) {
  const name = CLIENT[specifier];
  if (!name) return undefined;
  if (build.stays) return { path: path.join(build.client, name) };
  return { path: name, namespace: "pluto-client" };
}

function serveClient(esbuild, { client }) {
  esbuild.onResolve({ filter: /^\./, namespace: "pluto-client" }, (args) => {
    const at = path.posix.join(path.posix.dirname(args.importer), args.path);
    return at.startsWith("..") ? undefined : { path: at, namespace: "pluto-client" };
  });
  esbuild.onLoad({ filter: /.*/, namespace: "pluto-client" }, (args) => ({
    contents: fs.readFileSync(path.join(client, args.path), "utf8"),
    loader: "js",
  }));
}

export function serveEntries(esbuild, build) {
  esbuild.onResolve({ filter: /^pluto:\d+$/ }, (args) => {
    const slot = build.slots[Number(args.path.slice("pluto:".length))];
    return { path: slot.name, namespace: "pluto-entry", pluginData: slot };
  });
  esbuild.onLoad({ filter: /.*/, namespace: "pluto-entry" }, (args) => {
    const slot = args.pluginData;
    if (!slot.work) return { contents: "", loader: "js" };
    return { contents: entryText(slot.work), loader: "js", pluginData: slot };
  });
  esbuild.onLoad({ filter: /.*/, namespace: "pluto-checked" }, (args) => ({
    contents: checkedText(args.pluginData.work.checked),
    loader: "js",
  }));
  esbuild.onResolve({ filter: /.*/, namespace: "pluto-entry" }, (args) => {
    const slot = args.pluginData;
    if (args.path === "pluto:checked")
      return { path: slot.name, namespace: "pluto-checked", pluginData: slot };
    if (args.path === "pluto:program") return moduleAt(slot, slot.work.modules[0].path);
    return clientOf(build, args.path);
  });
}

function moduleAt(slot, at) {
  return {
    path: at,
    suffix: `?${slot.name}`,
    namespace: "pluto",
    sideEffects: true,
    pluginData: slot,
  };
}

// A module of the program, or of the client library; undefined for one of a package.
export function ownOf(build, slot, args) {
  const module = slot.work.texts.get(args.importer);
  const known = module?.imports.find(({ specifier }) => specifier === args.path);
  return known ? moduleAt(slot, known.module) : clientOf(build, args.path);
}

function serveModules(esbuild, build) {
  esbuild.onResolve({ filter: /.*/, namespace: "pluto" }, (args) => {
    if (args.pluginData?.[AGAIN]) return undefined;
    const { work } = args.pluginData;
    return (
      ownOf(build, args.pluginData, args) ??
      findMoved(esbuild, args, (now) =>
        build.messages.addMoved(args.path, now, args.importer, args.resolveDir, work),
      )
    );
  });
}

// The options of the tsconfig.json nearest to a folder, where they are others than the entry's.
export function otherOptions(build, folder) {
  const { tsconfig } = build;
  tsconfig.nearest ??= new Map();
  let found = tsconfig.nearest.get(folder);
  if (!found) {
    found = tsconfigOf(path.join(build.root, folder));
    tsconfig.nearest.set(folder, found);
    for (const file of found.files) if (!tsconfig.files.includes(file)) tsconfig.files.push(file);
  }
  const same = JSON.stringify(found.options) === JSON.stringify(tsconfig.options);
  return same ? undefined : found.options;
}

// esbuild knows one set of options: a module of a workspace that has its own becomes JavaScript by them before.
async function textOf(build, file, text) {
  const loader = LOADERS[path.extname(file)] ?? "jsx";
  const options = loader === "json" ? undefined : otherOptions(build, path.dirname(file));
  if (!options) return { contents: text, loader };
  const how = {
    loader,
    target: build.target,
    tsconfigRaw: { compilerOptions: options },
    sourcefile: `pluto:${file}`, // as esbuild calls it in maps
    sourcemap: "inline",
    logLevel: "silent",
  };
  const { code } = await build.esbuild.transform(text, how);
  return { contents: code, loader: "js" };
}

export function serveModuleTexts(esbuild, build) {
  esbuild.onLoad({ filter: /.*/, namespace: "pluto" }, async (args) => {
    const slot = args.pluginData;
    return {
      ...(await textOf(build, args.path, slot.work.texts.get(args.path).text)),
      resolveDir: path.join(build.root, path.dirname(args.path)),
      pluginData: slot,
    };
  });
}

// Where an import is now, when it is not where it was; `found` is told.
export async function findMoved(esbuild, args, found) {
  const { importer, namespace, resolveDir, kind, pluginData } = args;
  const places = pluginData?.[AGAIN] ? [] : movedTo(args.path);
  const ask = (specifier) =>
    esbuild.resolve(specifier, {
      importer,
      namespace,
      resolveDir,
      kind,
      pluginData: { [AGAIN]: true },
    });
  if (!places.length || !(await ask(args.path)).errors.length) return undefined;
  for (const now of places) {
    const at = await ask(now);
    if (at.errors.length) continue;
    found(now);
    return { path: at.path, namespace: at.namespace, sideEffects: at.sideEffects };
  }
  return undefined;
}

// What packages ask for at run time and is not there (bundle.mjs, rebuild).
export function leaveOut(esbuild, build) {
  if (!build.lenient.size) return;
  const quoted = [...build.lenient].map((s) => s.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  esbuild.onResolve({ filter: new RegExp(`^(${quoted.join("|")})$`), namespace: "file" }, (args) => {
    if (args.kind === "import-statement") return undefined;
    return { path: args.path, external: true };
  });
}

// Native addons travel beside the bundle, under a name that their content decides.
export function serveNatives(esbuild, build) {
  build.natives = new Map();
  esbuild.onLoad({ filter: /\.node$/ }, (args) => {
    const content = fs.readFileSync(args.path);
    const hash = crypto.createHash("sha256").update(content).digest("hex").slice(0, 12);
    const stem = path.basename(args.path, ".node").replace(/[^A-Za-z0-9._-]/g, "_");
    const name = `native/${stem}-${hash}.node`;
    build.natives.set(args.path, { name, content, at: args.path });
    const load = 'require("node:module").createRequire(__pluto_here)';
    return { contents: `module.exports = ${load}(${JSON.stringify(`./${name}`)});`, loader: "js" };
  });
}

export function programPlugin(build) {
  return {
    name: "pluto",
    setup(esbuild) {
      serveEntries(esbuild, build);
      serveModules(esbuild, build);
      serveModuleTexts(esbuild, build);
      serveClient(esbuild, build);
      serveNatives(esbuild, build);
      leaveOut(esbuild, build);
    },
  };
}
