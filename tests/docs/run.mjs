// The programs in README.md and docs/ do what the text around them says.
//
// Blocks of code whose fence says `wrong` or `right` (```ts right) are programs; blocks with nothing but
// blank lines between them are one program. `right` must build without a word, `wrong` must be
// refused; on a page of docs/errors with that page's code alone. A `text` block right behind a
// wrong program is what pluto says of it, and a `console` block right behind a program shows commands with
// all that they print: both must agree to the byte.
//
//   // src/a.ts     as the first line names the file (also `# pluto.yml`); otherwise the language does
//   ```sh wrong     is a script that makes the program's files
//
// node tests/docs/run.mjs --pluto PATH [--filter TEXT]; PLUTO_BLESS=1 rewrites `text` and `console` blocks and pictures.
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const root = path.resolve(new URL(".", import.meta.url).pathname, "../..");
const option = (name, otherwise) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const pluto = path.resolve(option("--pluto", "build/pluto"));
const filter = option("--filter", "");
const bless = process.env.PLUTO_BLESS === "1";
const DEFAULT_FILE = { ts: "index.ts", tsx: "index.tsx", json: "arch.json", yaml: "pluto.yml" };

// ---- Reading a page -----------------------------------------------------------------------------------

// All fenced blocks: { language, mark, lines, from, to } with the lines' own numbers, and whether anything but
// blank lines stands between a block and the one before. A picture is a block with a `picture`.
function blocksOf(lines) {
  const blocks = [];
  let open = null;
  let close = true;
  lines.forEach((line, i) => {
    const fence = line.match(/^```(\S*)\s*(.*)$/);
    const picture = line.match(/^!\[[^\]]+\]\((\S+\.svg)\)$/);
    if (open && line === "```") {
      open.to = i;
      blocks.push(open);
      open = null;
      close = true;
    } else if (!open && fence) {
      open = { language: fence[1], mark: fence[2].trim(), from: i + 1, adjoins: close && blocks.length > 0 };
    } else if (!open && picture) {
      blocks.push({ picture: picture[1], from: i + 1, adjoins: close && blocks.length > 0 });
    } else if (!open && line.trim() !== "") {
      close = false;
    }
  });
  return blocks;
}

// Programs: { mark, files: [{ name, text }], scripts, output, consoles, pictures, line }.
function programsOf(lines) {
  const programs = [];
  let last = null;
  for (const block of blocksOf(lines)) {
    const text = lines.slice(block.from, block.to);
    const marked = block.mark === "wrong" || block.mark === "right";
    if (marked) {
      if (!last || !block.adjoins || last.mark !== block.mark || last.output || last.consoles.length || last.pictures.length) {
        last = { mark: block.mark, files: [], scripts: [], output: null, consoles: [], pictures: [], line: block.from };
        programs.push(last);
      }
      if (block.language === "sh") last.scripts.push(text.join("\n"));
      else last.files.push(fileOf(block.language, text));
    } else if (last && block.adjoins && block.language === "text" && last.mark === "wrong" && !last.output) {
      last.output = block;
    } else if (last && block.adjoins && block.language === "console") {
      last.consoles.push(block);
    } else if (last && block.adjoins && block.picture && last.mark === "right") {
      last.pictures.push(block);
    } else {
      last = null;
    }
  }
  return programs;
}

function fileOf(language, lines) {
  const named = lines[0]?.match(/^(?:\/\/|#) (\S+\.\w+)$/);
  return { name: named ? named[1] : DEFAULT_FILE[language], text: lines.join("\n") + "\n" };
}

// ---- Running ------------------------------------------------------------------------------------------

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "pluto-docs-"));
fs.chmodSync(scratch, 0o755);
const binary = path.join(scratch, "pluto"); // where every user can reach it
fs.copyFileSync(pluto, binary);
fs.chmodSync(binary, 0o755);
fs.cpSync(path.join(path.dirname(fs.realpathSync(pluto)), "lib"), path.join(scratch, "lib"), { recursive: true }); // its adapters
let count = 0;

function folderFor(program) {
  const folder = path.join(scratch, String(count++), "app");
  fs.mkdirSync(folder, { recursive: true });
  for (const { name, text } of program.files) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
  for (const script of program.scripts) execFileSync("sh", ["-euc", script], { cwd: folder });
  return folder;
}

// Files that may not be read are readable to root all the same, so then another user reads them.
function run(folder, args, asNobody = false) {
  const env = { ...process.env, NO_COLOR: "1" };
  const user = asNobody && process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {};
  const r = spawnSync(binary, args, { cwd: folder, env, encoding: "utf8", timeout: 120000, ...user });
  if (r.error) throw r.error;
  return r;
}

// A graph alone is given to generate, everything else to build; without packages, but on the pages of what is
// wrong with these.
function compile(folder, program, page) {
  const graph = program.files.some((f) => f.name === "arch.json");
  const locked = program.scripts.some((script) => script.includes("chmod 000"));
  const build = ["build", "--out", "out", ...(/P07\d\d/.test(page) ? [] : ["--no-packages"])];
  return run(folder, graph ? ["generate", "--from", "arch.json", "--out", "out"] : build, locked);
}

function transcript(folder, shown) {
  return shown.filter((line) => line.startsWith("$ ")).map((line) => {
    const args = line.slice(2).split(/\s+/);
    if (args.shift() !== "pluto") throw new Error(`only pluto is run: ${line}`);
    const r = run(folder, args);
    return `${line}\n${r.stdout}${r.stderr}`;
  }).join("\n").trimEnd().split("\n").map((l) => l.trimEnd());
}

// Sizes of files change with every version, commits with every run.
const steady = (lines) => lines.join("\n").replace(/\d+ bytes$/gm, "N bytes").replace(/(\.zip {2})\d.*$/gm, "$1N MB").replace(/\([0-9a-f]{7,40}\)/g, "(COMMIT)");

// ---- Judging ------------------------------------------------------------------------------------------

const codesIn = (text) => [...new Set([...text.matchAll(/^(?:error|warning)\[(P\d{4})\]/gm)].map((m) => m[1]))];

function judge(page, lines, program) {
  const complaints = [];
  const edits = [];
  const expect = (block, actual) => {
    if (steady(lines.slice(block.from, block.to)) === steady(actual)) return;
    if (bless) edits.push({ block, actual });
    else complaints.push(`line ${block.from}: shows something else than\n${actual.join("\n")}`);
  };
  const folder = folderFor(program);
  const r = compile(folder, program, path.basename(page));
  if (program.mark === "right" && (r.status !== 0 || r.stderr))
    complaints.push(`should build, exit ${r.status}\n${r.stderr}`);
  if (program.mark === "wrong") {
    const own = path.basename(page).match(/^P\d{4}/)?.[0];
    const codes = codesIn(r.stderr);
    if (r.status !== 1) complaints.push(`should be refused, exit ${r.status}\n${r.stderr}`);
    if (own && codes.join() !== own) complaints.push(`should be ${own}, is ${codes.join(", ") || "none"}\n${r.stderr}`);
    if (program.output) expect(program.output, r.stderr.trimEnd().split("\n").map((l) => l.trimEnd()));
  }
  for (const block of program.consoles) expect(block, transcript(folder, lines.slice(block.from, block.to)));
  for (const block of program.pictures) {
    const drawn = run(folder, ["graph", "--format", "svg"]).stdout;
    const file = path.resolve(path.dirname(page), block.picture);
    if (bless) fs.writeFileSync(file, drawn);
    else if (!fs.existsSync(file) || fs.readFileSync(file, "utf8") !== drawn)
      complaints.push(`line ${block.from}: ${block.picture} is not what pluto draws of it`);
  }
  return { complaints, edits };
}

function* pages(folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const inner = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* pages(inner);
    else if (entry.name.endsWith(".md")) yield inner;
  }
}

let passed = 0;
let failed = 0;
const all = [path.join(root, "README.md"), ...pages(path.join(root, "docs"))].filter((p) => fs.existsSync(p));
for (const page of all.sort()) {
  const shown = path.relative(root, page);
  if (!shown.includes(filter)) continue;
  const lines = fs.readFileSync(page, "utf8").split("\n");
  const programs = programsOf(lines);
  const edits = [];
  for (const program of programs) {
    const result = judge(page, lines, program);
    edits.push(...result.edits);
    if (result.complaints.length === 0) passed++;
    else {
      failed++;
      for (const text of result.complaints) console.log(`${shown}:${program.line}: ${text}`);
    }
  }
  if (/^P\d{4}/.test(path.basename(page)) && !programs.some((p) => p.mark === "wrong")) {
    failed++;
    console.log(`${shown}: shows no program that is refused`);
  }
  for (const { block, actual } of edits.reverse()) lines.splice(block.from, block.to - block.from, ...actual);
  if (edits.length) fs.writeFileSync(page, lines.join("\n"));
}
fs.rmSync(scratch, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
