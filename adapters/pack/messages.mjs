// What the program's author is told. In: esbuild's errors, and what the plugin found. Out: messages
// with places in the user's own sources and a way out.
import fs from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";
import { movedTo } from "./moved.mjs";

const UNRESOLVED = /^Could not resolve "(.*)"/;
// Packages whose whole purpose is to look for a native addon on the disk at run time.
const LOADERS = new Set(["bindings", "node-gyp-build", "@mapbox/node-pre-gyp", "prebuild-install"]);
const MANAGERS = [
  ["pnpm-lock.yaml", "pnpm", "add"],
  ["yarn.lock", "yarn", "add"],
  ["bun.lock", "bun", "add"],
  ["bun.lockb", "bun", "add"],
];
const ELF_MACHINES = { 0x3e: "x86_64", 0xb7: "arm64" };

function packageName(specifier) {
  const [first, second] = specifier.split("/");
  return first.startsWith("@") ? `${first}/${second ?? ""}` : first;
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function* foldersUp(from) {
  for (let at = from; ; at = path.dirname(at)) {
    yield at;
    if (at === path.dirname(at)) return;
  }
}

function installed(name, from) {
  for (const folder of foldersUp(from)) {
    const found = readJson(path.join(folder, "node_modules", name, "package.json"));
    if (found) return found;
  }
  return undefined;
}

// The package whose file this is, by its folder; none for a file of the program.
const packageOf = (file) => /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];

// The command that adds a package, or installs what package.json names already.
function installing(name, from) {
  let manager = ["", "npm", "install"];
  for (const folder of foldersUp(from)) {
    const row = MANAGERS.find(([lock]) => fs.existsSync(path.join(folder, lock)));
    if (row) manager = row;
    if (row || fs.existsSync(path.join(folder, "package-lock.json"))) break;
  }
  for (const folder of foldersUp(from)) {
    const own = readJson(path.join(folder, "package.json"));
    if (own?.dependencies?.[name] || own?.devDependencies?.[name]) return `${manager[1]} install`;
    if (own) break;
  }
  return `${manager[1]} ${manager[2]} ${name}`;
}

// Columns are bytes, as esbuild counts: what is blanked out in a text keeps its bytes.
function placeOf(location) {
  if (!location) return { file: "", line: 0, column: 0 };
  const file = location.file.replace(/^pluto:/, "").replace(/\?[^?]*$/, "");
  return { file, line: location.line, column: location.column + 1 };
}

const isPackage = (specifier) => !/^(\.{0,2}\/|\.{1,2}$|#)/.test(specifier);
const ofProgram = (location) => location?.namespace === "pluto";

export class Messages {
  constructor(root) {
    this.root = root;
    this.rows = [];
    this.parts = new Map(); // by package.json: packages that it has for each system
  }

  add(message) {
    this.rows.push({ error: true, help: "", file: "", line: 0, column: 0, ...message });
  }

  // Each once: functions share modules, and so what is wrong with them.
  list(wanted) {
    const rows = this.rows.filter(wanted).map(({ work, ...row }) => JSON.stringify(row));
    return [...new Set(rows)].map((row) => JSON.parse(row));
  }

  get errors() {
    return this.list(({ error }) => error);
  }

  notesFor(work) {
    return this.list((row) => !row.error && row.work === work);
  }

  missingInPackages(errors) {
    return errors.flatMap(({ text, location }) => {
      const specifier = UNRESOLVED.exec(text)?.[1];
      return specifier !== undefined && location && !ofProgram(location) ? [specifier] : [];
    });
  }

  // The program's own imports are told at each place, those of packages once for all: what one lacks,
  // a hundred files may ask for, and the way out is the same.
  addErrors(errors) {
    const told = new Set();
    for (const { text, location, notes } of errors) {
      const specifier = UNRESOLVED.exec(text)?.[1];
      if (specifier === undefined || !isPackage(specifier)) this.addCode(text, notes, location);
      else if (ofProgram(location) || !told.has(packageName(specifier))) this.addMissing(specifier, location);
      if (specifier !== undefined && !ofProgram(location)) told.add(packageName(specifier));
    }
  }

  addCode(text, notes, location) {
    const place = placeOf(location);
    this.add({ topic: "code", text: lowered(text), help: lowered(notes?.[0]?.text ?? ""), ...place });
  }

  addMissing(specifier, location) {
    const place = { topic: "import", ...placeOf(location) };
    const from = path.dirname(path.resolve(this.root, place.file));
    const name = packageName(specifier);
    const there = installed(name, from);
    const [now] = movedTo(specifier);
    if (isBuiltin(specifier.split("/")[0]) || specifier.startsWith("node:"))
      return this.add({ text: `Node.js has no module \`${specifier}\``, ...place });
    if (now && there)
      return this.add({
        ...place,
        topic: "moved",
        text: `\`${specifier}\` is not in \`${name}\` ${there.version}: it is \`${now}\` now, which is not installed`,
        help: `\`${installing(packageName(now), from)}\``,
      });
    if (there)
      return this.add({
        text: `the package \`${name}\` ${there.version ?? ""} has no \`${specifier}\``,
        help: `look at "exports" in its package.json, or install another version of it`,
        ...place,
      });
    return this.add({
      text: `the package \`${name}\` is not installed`,
      help: `\`${this.installingFor(name, place.file)}\``,
      ...place,
    });
  }

  // What a package depends on comes with it. What it leaves to others to install (its peers) is the
  // program's to add, whatever the package says of its own development.
  installingFor(name, file) {
    const owner = packageOf(file);
    if (!owner) return installing(name, path.dirname(path.resolve(this.root, file)));
    const own = readJson(path.resolve(this.root, owner, "package.json"));
    const command = installing(name, this.root);
    return own?.dependencies?.[name] ? command.split(" ", 1) + " install" : command;
  }

  // esbuild does not tell a plugin where an import stands, so its text is looked for.
  addMoved(specifier, now, importer, resolveDir, work) {
    const { text } = work.texts.get(importer);
    const at = [`"${specifier}"`, `'${specifier}'`].map((quoted) => text.indexOf(quoted));
    const before = text.slice(0, Math.max(...at, 0)).split("\n");
    const version = installed(packageName(specifier), resolveDir)?.version;
    const name = packageName(specifier);
    const why = version ? `\`${specifier}\` is not in \`${name}\` ${version}` : `the package \`${name}\` is not installed`;
    this.add({
      topic: "moved",
      error: false,
      text: `${why}: \`${now}\` is taken in its place`,
      help: `import \`${now}\``,
      file: importer,
      line: before.length,
      column: Buffer.byteLength(before.at(-1)) + 1,
      work,
    });
  }

  checkNative({ at, content }, work, chain) {
    const elf = content.length > 20 && content.readUInt32BE(0) === 0x7f454c46;
    const machine = elf ? ELF_MACHINES[content.readUInt16LE(18)] : undefined;
    if (machine === work.architecture) return;
    const what = machine ?? (elf ? "another processor" : "another system than Linux");
    this.add({
      topic: "native",
      text: `the native addon \`${path.basename(at)}\` of \`${chain.at(-1)}\` was built for ${what}, and \`${work.id}\` runs on Linux on ${work.architecture}`,
      help: `install it for that system (\`npm install --os=linux --cpu=${work.architecture === "arm64" ? "arm64" : "x64"}\`), or set the function's architecture`,
    });
  }

  checkLoader(work, name, chainOf) {
    if (!LOADERS.has(name)) return;
    const chain = chainOf();
    this.add({
      topic: "native",
      error: false,
      work,
      text: `\`${chain.at(-2) ?? name}\` looks for a native addon on the disk when it runs (by \`${name}\`), and a bundle has none`,
      help: "use a package without native code, or one that imports its .node file by name",
    });
  }

  // Packages that have a further one for each system choose among them when they run.
  checkParts(work, name, file, packages, chainOf) {
    const folder = file.slice(0, file.lastIndexOf(`node_modules/${name}/`));
    const at = `${folder}node_modules/${name}/package.json`;
    if (!this.parts.has(at)) this.parts.set(at, partsOf(at));
    const parts = this.parts.get(at);
    if (!parts.length || parts.some((part) => packages.has(part))) return;
    this.add({
      topic: "native",
      error: false,
      work,
      text: `\`${name}\` (${chainOf().join(" → ")}) has its native code in packages for each system, as \`${parts[0]}\`, and looks for them when it runs: the bundle has none`,
      help: "use a package without native code, or import what is for Linux and the function's processor by its name",
    });
  }
}

// The optional dependencies in a package.json that are for Linux.
function partsOf(file) {
  try {
    const json = fs.readFileSync(file, "utf8");
    if (!json.includes('"optionalDependencies"')) return []; // most packages; and there are many
    const names = Object.keys(JSON.parse(json).optionalDependencies ?? {});
    return names.filter((part) => /linux/.test(part) && /x64|arm64|aarch64/.test(part));
  } catch {
    return [];
  }
}

function lowered(text) {
  const short = text.replace(/"([^"]*)"/g, "`$1`");
  return short.charAt(0).toLowerCase() + short.slice(1);
}
