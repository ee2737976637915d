// Every relative link in a Markdown file leads to something that exists, and every #anchor to a heading.
import fs from "node:fs";
import path from "node:path";
import { execFileSync } from "node:child_process";

const root = path.resolve(new URL(".", import.meta.url).pathname, "../..");
const pages = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "--", "*.md"], {
  cwd: root,
  encoding: "utf8",
}).split("\n").filter((page) => page && fs.existsSync(path.join(root, page)));

const slug = (heading) =>
  heading.trim().toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replace(/ /g, "-");
const textOf = (file) => fs.readFileSync(file, "utf8").replace(/^(```|~~~)[\s\S]*?^\1/gm, "");
const anchors = (file) =>
  new Set([...textOf(file).matchAll(/^#+ (.*)$/gm)].map((m) => slug(m[1])));

let bad = 0;
for (const page of pages) {
  const file = path.join(root, page);
  for (const [, target] of textOf(file).replace(/`[^`\n]*`/g, "").matchAll(/\]\(([^)\s]+)[^)]*\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [where, anchor] = target.split("#");
    const to = where ? path.resolve(path.dirname(file), decodeURI(where)) : file;
    const missing = !fs.existsSync(to) || (anchor && to.endsWith(".md") && !anchors(to).has(anchor));
    if (!missing) continue;
    console.log(`${page}: leads nowhere: ${target}`);
    bad++;
  }
}
process.exit(bad ? 1 : 0);
