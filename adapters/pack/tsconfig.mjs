// What a project's tsconfig.json says that changes the code TypeScript becomes. In: the folder of
// the entry. Out: those compiler options, and every file that had a say.
//
// esbuild would find tsconfig.json by itself for files that it reads, but the program's modules
// reach it as texts. `paths` and `baseUrl` stay out: what they lead to has been resolved already,
// and they often name types only.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const WANTED = [
  "jsx",
  "jsxFactory",
  "jsxFragmentFactory",
  "jsxImportSource",
  "experimentalDecorators",
  "useDefineForClassFields",
  "target",
  "verbatimModuleSyntax",
  "preserveValueImports",
  "importsNotUsedAsValues",
  "alwaysStrict",
  "strict",
];
const CHAIN_MAX = 32; // an `extends` that leads back to itself ends here

// JSON with comments and trailing commas; strings stay as they are.
function parseLoose(text) {
  const bare = text.replace(
    /("(?:[^"\\\n]|\\.)*")|\/\*[^]*?\*\/|\/\/[^\n]*/g,
    (_, string) => string ?? " ",
  );
  return JSON.parse(
    bare.replace(/("(?:[^"\\\n]|\\.)*")|,(\s*[}\]])/g, (_, string, end) => string ?? end),
  );
}

function extended(specifier, from) {
  if (/^\.{0,2}\//.test(specifier) || specifier === "." || specifier === "..") {
    const at = path.resolve(path.dirname(from), specifier);
    return [at, `${at}.json`, path.join(at, "tsconfig.json")].find((file) => isFile(file));
  }
  const { resolve } = createRequire(from);
  for (const name of [specifier, `${specifier}.json`, `${specifier}/tsconfig.json`]) {
    try {
      return resolve(name);
    } catch {
      // the next spelling
    }
  }
  return undefined;
}

function isFile(file) {
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

function read(file, files, depth) {
  files.push(file);
  let config;
  try {
    config = parseLoose(fs.readFileSync(file, "utf8").replace(/^\uFEFF/, ""));
  } catch {
    return {}; // whoever compiles with it has been told already
  }
  const options = {};
  if (depth < CHAIN_MAX)
    for (const specifier of [config?.extends ?? []].flat()) {
      const base = typeof specifier === "string" ? extended(specifier, file) : undefined;
      if (base) Object.assign(options, read(base, files, depth + 1));
    }
  const own = config?.compilerOptions ?? {};
  for (const name of WANTED) if (own[name] !== undefined) options[name] = own[name];
  return options;
}

export function tsconfigOf(folder) {
  const files = [];
  for (let at = folder; ; at = path.dirname(at)) {
    const file = path.join(at, "tsconfig.json");
    if (isFile(file)) {
      const options = read(file, files, 0);
      // JSX that is left as it is would be no JavaScript.
      if (options.jsx === "preserve" || options.jsx === "react-native") options.jsx = "react-jsx";
      return { options, files };
    }
    files.push(file);
    if (at === path.dirname(at)) return { options: {}, files };
  }
}
