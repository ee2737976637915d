// Every diagnostic code of base/codes.def is used in the sources, explained in docs/errors/, and shown by
// a golden rejection (`//~ P0203` in its source, or its code in expect.errors), those of packages by
// tests/pack; and no page or golden speaks of a code that is not there.
import fs from "node:fs";
import path from "node:path";

const root = path.resolve(new URL(".", import.meta.url).pathname, "../..");
const read = (file) => fs.readFileSync(path.join(root, file), "utf8");
function* walk(folder) {
  if (!fs.existsSync(path.join(root, folder))) return;
  for (const entry of fs.readdirSync(path.join(root, folder), { withFileTypes: true })) {
    const inner = `${folder}/${entry.name}`;
    if (entry.isDirectory() && entry.name !== "node_modules") yield* walk(inner);
    else if (entry.isFile()) yield inner;
  }
}
const codesIn = (folders, wanted, pattern) =>
  new Set(folders.flatMap((folder) => [...walk(folder)].filter((f) => wanted.test(f)))
    .flatMap((file) => [...read(file).matchAll(pattern)].map((m) => m[1])));

const codes = [...read("base/codes.def").matchAll(/^CODE\((P\d{4})/gm)].map((m) => m[1]);
const used = codesIn(["base", "arch", "deducer", "generator", "cli"], /\.[ch]$/, /\b(P\d{4})\b/g);
const golden = new Set([
  ...codesIn(["tests/golden"], /\.([cm]?[jt]sx?|yml)$/, /(?:\/\/|#)~ *(P\d{4})/g),
  ...codesIn(["tests/golden"], /\/expect\.(errors|stderr)$/, /\b(P\d{4})\b/g),
  ...codesIn(["tests/pack"], /\.mjs$/, /\b(P07\d\d)\b/g),
]);
const pages = new Set([...walk("docs/errors")].map((f) => path.basename(f, ".md")).filter((n) => n !== "README"));

const complaints = codes.flatMap((code) => [
  used.has(code) ? [] : [`${code} is never reported`],
  pages.has(code) ? [] : [`docs/errors/${code}.md is missing`],
  golden.has(code) ? [] : [`${code} appears in no golden rejection`],
].flat());
for (const code of [...pages, ...golden]) {
  if (!codes.includes(code)) complaints.push(`${code} has a page or a golden case and is not in base/codes.def`);
}
if (codes.length !== new Set(codes).size) complaints.push("base/codes.def names a code twice");
for (const complaint of complaints) console.log(complaint);
process.exit(complaints.length ? 1 : 0);
