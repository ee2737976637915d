// Every resource kind (a file in generator/kinds/) appears in what a golden case expects, and in docs/.
import fs from "node:fs";
import path from "node:path";

const root = path.resolve(new URL(".", import.meta.url).pathname, "../..");
function* walk(folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const inner = path.join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== "node_modules") yield* walk(inner);
    else if (entry.isFile()) yield inner;
  }
}
const textOf = (folder, wanted) =>
  [...walk(path.join(root, folder))].filter((f) => wanted.test(f))
    .map((f) => fs.readFileSync(f, "utf8")).join("\n");

const golden = textOf("tests/golden", /\/expect\.[a-z.]+$/);
const docs = textOf("docs", /\.md$/);
const complaints = [];
for (const file of fs.readdirSync(path.join(root, "generator/kinds")).filter((f) => f.endsWith(".c")).sort()) {
  const source = fs.readFileSync(path.join(root, "generator/kinds", file), "utf8");
  const name = source.match(/^const Kind kind_\w+ = \{[\s\S]*?\.name = "(\w+)"/m)?.[1];
  if (!name) complaints.push(`generator/kinds/${file}: defines no kind`);
  else {
    if (!new RegExp(`\\b${name}/`).test(golden)) complaints.push(`${name} appears in no golden graph`);
    if (!new RegExp(`\\b${name}\\b`).test(docs)) complaints.push(`${name} is not in docs/`);
  }
}
for (const complaint of complaints) console.log(complaint);
process.exit(complaints.length ? 1 : 0);
