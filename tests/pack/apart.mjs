// Packages for this machine beside those for AWS: what is in two files there answers like what is in one here.
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";
import { call, equal, expect, pack, pluto, test } from "./harness.mjs";

// `pluto run` while `work` asks; `ask(name, args)` gives what a function answers.
async function running(root, work) {
  const child = spawn(pluto, ["run", "--json", "--port", "0"], { cwd: root, stdio: ["ignore", "pipe", "ignore"] });
  const seen = [];
  let heard = () => {};
  readline.createInterface({ input: child.stdout }).on("line", (line) => {
    seen.push(JSON.parse(line));
    heard();
  });
  const event = async (name, from = 0) => {
    for (const end = Date.now() + 20000; ; await Promise.race([new Promise((r) => (heard = r)), new Promise((r) => setTimeout(r, 1000))])) {
      const found = seen.slice(from).find((one) => one.event === name);
      if (found) return found;
      if (Date.now() > end) throw new Error(`no event ${name}: ${JSON.stringify(seen)}`);
    }
  };
  const { resources } = await event("ready");
  const ask = async (name, args) => {
    const answer = await fetch(resources[`Function/${name}`].url, { method: "POST", body: JSON.stringify(args) });
    const { code, body } = await answer.json();
    return code === 200 ? body : { code, body };
  };
  const edit = async (file, text) => {
    const from = seen.length;
    fs.writeFileSync(path.join(root, file), text);
    return Promise.race([event("reload", from), event("error", from)]);
  };
  try {
    await work(ask, edit);
  } finally {
    child.kill();
    await new Promise((resolve) => child.on("exit", resolve));
  }
}

const librariesOf = (root, name) =>
  fs.readdirSync(path.join(root, ".pluto/local/functions", name)).filter((file) => file.startsWith("libraries-"));

// Each function answers alike in both, and is in so many files of libraries.
async function alike(name, files, wanted, libraries = 1) {
  await test(name, files, async (t) => {
    equal("words", expect(t.build(), 0).err, "");
    await running(t.root, async (ask) => {
      for (const [f, answer] of Object.entries(wanted)) {
        equal(`${f} for AWS`, call(t.file(`functions/${f}`), ["x"]), answer);
        equal(`${f} here`, await ask(f, ["x"]), answer);
        equal(`files of libraries of ${f}`, librariesOf(t.root, f).length, libraries);
      }
    });
  });
}

// What it writes down of when it ran shows what had run before.
const log = "(globalThis.order ??= []).push";
const PACKAGES = {
  ...pack("first", { "index.js": `${log}("first"); export const first = "1st";` }),
  ...pack("second", { "index.js": `${log}("second after " + globalThis.ready); export default class Second { static n = 0; constructor() { Second.n++; } }\nexport const count = () => Second.n;` }),
  ...pack("third", { "index.js": 'import Second, { count } from "second"; export let live = 0; export const tick = () => { live++; new Second(); return count(); };' }),
  ...pack("old", { "index.js": 'module.exports = { a: 1, default: "its default" };' }, { type: "commonjs" }),
  ...pack("compiled", { "index.js": 'Object.defineProperty(exports, "__esModule", { value: true }); exports.default = "compiled default"; exports.more = "more";' }, { type: "commonjs" }),
  ...pack("two-doors", { "index.js": 'export default "imported";', "index.cjs": 'module.exports = "required";' },
    { exports: { import: "./index.js", require: "./index.cjs" } }),
  ...pack("lists", { "index.js": 'export * from "./more.js"; export const one = 1; export default "of all";', "more.js": "export const two = 2;" }),
  ...pack("effect", { "index.js": `${log}("effect");` }),
  ...pack("unused", { "index.js": `${log}("unused"); export const unused = 1;` }),
};

async function semantics() {
  await alike("modules run in the order of their imports, between those of the program", {
    ...PACKAGES,
    "src/index.ts": `import "effect";
import { first } from "first";
import { ready } from "./ready";
import Second from "second";
import { unused } from "unused";
import { Function } from "@plutolang/pluto";
new Function(async () => [first, ready, new Second().constructor.name, (globalThis as any).order], "order");
new Function(async () => unused, "other");
new Function(async () => Object.keys(process.env).filter((name) => name.startsWith("PLUTO")), "variables");
`,
    "src/ready.ts": "export const ready = ((globalThis as any).ready = `ready after ${(globalThis as any).order}`);\n",
  }, {
    order: ["1st", "ready after effect,first", "Second", ["effect", "first", "second after ready after effect,first"]],
    other: 1,
    variables: [],
  });
  await alike("a package is there once, whoever imports it, and what it changes in its exports is seen", {
    ...PACKAGES,
    "src/index.ts": `import Second, { count } from "second";
import { Function } from "@plutolang/pluto";
import { live, tick } from "third";
import { make } from "./make";
new Function(async () => [make() instanceof Second, tick(), live, tick(), live, count()], "f");
`,
    "src/make.ts": 'import Again from "second";\nexport const make = () => new Again();\n',
  }, { f: [true, 2, 1, 3, 2, 3] });
  await alike("default, namespace, required and later imports", {
    ...PACKAGES,
    "src/index.ts": `import { Function } from "@plutolang/pluto";
import old, { a as alpha } from "old";
import compiled, { more } from "compiled";
import * as lists from "lists";
import doors from "two-doors";
import type { Nothing } from "lists";
import { strict } from "./strict.mjs";
export * from "first";
const required = require("two-doors");
new Function(async () => [old, alpha, compiled, more, Object.keys(lists).sort(), lists.two, doors, required, strict], "f");
new Function(async (x: Nothing) => { const { two, default: all } = await import("lists"); return [two, all]; }, "later");
`,
    "src/strict.mts": 'import old from "old";\nimport compiled from "compiled";\nexport const strict = [old, compiled];\n',
  }, {
    f: [{ a: 1, default: "its default" }, 1, "compiled default", "more", ["default", "one", "two"], 2, "imported", "required",
      [{ a: 1, default: "its default" }, { default: "compiled default", more: "more" }]],
    later: [2, "of all"],
  });
  await alike("a folder's own tsconfig.json decides what its modules import", {
    ...pack("tiny", { "jsx-runtime.js": "export const jsx = (type, props) => [type, props];" }, { exports: { "./jsx-runtime": "./jsx-runtime.js" } }),
    "src/index.ts": 'import { Function } from "@plutolang/pluto";\nimport { page } from "./page/page";\nnew Function(async (x: string) => page(x), "f");\n',
    "src/page/page.tsx": "export const page = (x: string) => <b title={x}>{'t'}</b>;\n",
    "src/page/tsconfig.json": '{ "compilerOptions": { "jsx": "react-jsx", "jsxImportSource": "tiny" } }',
  }, { f: ["b", { title: "x", children: "t" }] });
  await alike("code that looks like an import is none", {
    ...PACKAGES,
    "src/index.ts": `import { Function } from "@plutolang/pluto";
import {
  one,
  two as zwei,
} from "lists";
const text = \`
import { nothing } from "nowhere";
export * from "nowhere";\`;
new Function(async () => [one, zwei, text.length], "f");
`,
  }, { f: [1, 2, 60] });
}

async function whole() {
  await alike("a package that awaits while it loads is bundled with the program", {
    ...pack("slow", { "index.js": 'export const word = await new Promise((done) => setTimeout(() => done("slow"), 5));' }),
    "src/index.ts": 'import { Function } from "@plutolang/pluto";\nimport { word } from "slow";\nnew Function(async () => word, "f");\n',
  }, { f: "slow" }, 0);
  await alike("without packages there is one file", {
    "src/index.ts": 'import { Function } from "@plutolang/pluto";\nimport { basename } from "path";\nnew Function(async () => basename("a/b"), "f");\n',
  }, { f: "b" }, 0);
}

const program = (names, word) => `import { Function } from "@plutolang/pluto";
import { ${names} } from "lists";
new Function(async () => [${names}, "${word}"], "f");
`;

async function edits() {
  await test("an edit makes libraries anew only where the imports are others, or the packages", {
    ...PACKAGES,
    "src/index.ts": program("one", "a"),
  }, async (t) => {
    const folder = path.join(t.root, ".pluto/local/functions/f");
    await running(t.root, async (ask, edit) => {
      const [first] = librariesOf(t.root, "f");
      const { ino } = fs.statSync(path.join(folder, first));
      equal("at first", await ask("f", []), [1, "a"]);
      equal("an edit", (await edit("src/index.ts", program("one", "b"))).event, "reload");
      equal("its answer", await ask("f", []), [1, "b"]);
      equal("the same file", [librariesOf(t.root, "f"), fs.statSync(path.join(folder, first)).ino], [[first], ino]);
      await edit("src/index.ts", program("one, two", "c"));
      equal("another name", await ask("f", []), [1, 2, "c"]);
      const [second, ...more] = librariesOf(t.root, "f");
      equal("another file alone", [second !== first, more], [true, []]);
      equal("a mistake", (await edit("src/index.ts", program("one", "c").replace("lists", "nowhere"))).event, "error");
      equal("the last good one", await ask("f", []), [1, 2, "c"]);
      fs.writeFileSync(path.join(t.root, "node_modules/lists/index.js"), "export const one = 11;");
      await edit("src/index.ts", program("one", "d"));
      equal("another package", await ask("f", []), [11, "d"]);
      for (const end = Date.now() + 10000; !fs.existsSync(path.join(t.root, ".pluto/local/compiled")) && Date.now() < end; )
        await new Promise((resolve) => setTimeout(resolve, 50));
      equal("the map lies there", fs.existsSync(path.join(folder, "index.mjs.map")), true);
    });
    equal("compiled code is kept", fs.readdirSync(path.join(t.root, ".pluto/local/compiled")).length, 1);
    await running(t.root, async (ask, edit) => {
      const [kept] = librariesOf(t.root, "f");
      equal("the next day", await ask("f", []), [11, "d"]);
      await edit("src/index.ts", program("one", "e"));
      equal("an edit then", [await ask("f", []), librariesOf(t.root, "f")], [[11, "e"], [kept]]);
      fs.rmSync(path.join(folder, kept));
      await edit("src/index.ts", program("one", "f"));
      equal("what is gone is made again", [await ask("f", []), librariesOf(t.root, "f")], [[11, "f"], [kept]]);
    });
  });
}

export async function apartTests() {
  await semantics();
  await whole();
  await edits();
}
