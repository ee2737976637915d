// What imports lead to: packages that are missing, parts that have moved, native code, sizes.
import { archive, equal, expect, functionOf, pack, test } from "./harness.mjs";

const LANGCHAIN_3 = pack("langchain", { "chains.js": "export {};" }, { version: "0.3.37", exports: { "./chains": "./chains.js" } });
const CORE = pack("@langchain/core", { "prompts.js": 'export class PromptTemplate { static of() { return "prompt"; } }' },
  { version: "0.3.80", exports: { "./prompts": "./prompts.js" } });
const asks = functionOf("PromptTemplate.of()", 'import { PromptTemplate } from "langchain/prompts";');
const elf = (machine) => Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, machine, 0]), Buffer.alloc(44)]);

async function missing() {
  const files = { "src/index.ts": functionOf("gone(x)", 'import { gone } from "@scope/gone/deep";') };
  const commands = [
    [{}, "npm install @scope/gone"],
    [{ "package-lock.json": "{}" }, "npm install @scope/gone"],
    [{ "pnpm-lock.yaml": "" }, "pnpm add @scope/gone"],
    [{ "yarn.lock": "" }, "yarn add @scope/gone"],
    [{ "bun.lock": "" }, "bun add @scope/gone"],
    [{ "package.json": '{ "dependencies": { "@scope/gone": "1" } }', "pnpm-lock.yaml": "" }, "pnpm install"],
  ];
  for (const [more, command] of commands)
    await test(`a missing package: ${command}, ${Object.keys(more)}`, { ...files, ...more }, async (t) => {
      const r = expect(t.build(["--message-format", "json"]), 1);
      const { code, file, line, column, help } = JSON.parse(r.err.trim().split("\n")[0]);
      equal("place", [code, file, line, column], ["P0701", "src/index.ts", 2, 22]);
      equal("help", help, `\`${command}\``);
    });
  await test("several at once, each once", {
    "src/index.ts": `import { Function } from "@plutolang/pluto";
import { a } from "aa";
import { b } from "bb";
new Function(async () => a + b, "one");
new Function(async () => a, "two");
`,
  }, async (t) => {
    const r = expect(t.build(), 1, "src/index.ts:2:19", "src/index.ts:3:19", "2 errors");
    equal("how often", r.err.match(/`aa` is not installed/g).length, 1);
  });
  await test("columns count as editors do", { "index.ts": functionOf("gone(x)", 'const ü = "😀"; import { gone } from "gone";') }, async (t) => {
    const { column } = JSON.parse(expect(t.build(["--message-format", "json"]), 1).err.split("\n")[0]);
    equal("column", column, 'const ü = "😀"; import { gone } from '.length + 1);
  });
  await test("what only another function imports is not missed", {
    "index.ts": `import { Function } from "@plutolang/pluto";
import type { T } from "types-only";
import { gone } from "gone";
new Function(async (x: T) => x, "f");
gone;
`.replace("gone;\n", ""),
  }, async (t) => expect(t.build(), 0));
  await test("a part that the package has not", { "index.ts": functionOf("b(x)", 'import { b } from "part/b";'), ...pack("part", { "a.js": "" }, { exports: { "./a": "./a.js" } }) },
    async (t) => expect(t.build(), 1, "P0701", "the package `part` 1.0.0 has no `part/b`"));
  await test("no such export", { "index.ts": functionOf("b(x)", 'import { b } from "part";'), ...pack("part", { "index.js": "export const y = 1;" }) },
    async (t) => expect(t.build(), 1, "P0702", "index.ts:2:10", "no matching export"));
  await test("a package's own missing import names who asks", { "index.ts": functionOf("b", 'import { b } from "part";'), ...pack("part", { "index.js": 'import "gone"; export const b = 1;' }) },
    async (t) => expect(t.build(), 1, "P0701", "`gone` is not installed", "node_modules/part/index.js:1:8"));
  const asking = { "index.js": 'import "gone"; import "./more.js"; export const b = 1;', "more.js": 'import "gone/deep"; import "away";' };
  for (const [what, own, command] of [
    ["a peer that is missing", { peerDependencies: { gone: "1" }, devDependencies: { gone: "1" } }, "npm install gone"],
    ["a dependency that is missing", { dependencies: { gone: "1" } }, "npm install"],
  ])
    await test(`${what} is told once`, { "index.ts": functionOf("b", 'import { b } from "part";'), ...pack("part", asking, own) }, async (t) => {
      const errors = expect(t.build(["--message-format", "json"]), 1).err.trim().split("\n").map((line) => JSON.parse(line));
      equal("errors", errors.map(({ message, help }) => [/`(.*?)`/.exec(message)[1], help]).sort(), [["away", "`npm install away`"], ["gone", `\`${command}\``]]);
    });
  await test("what a package asks for only when it runs may be missing", {
    "index.ts": functionOf("part(x)", 'import { part } from "part";\nimport old from "old";\nold;'),
    ...pack("part", { "index.js": 'export const part = async (x) => x ? (await import("gone")).y : "without";' }),
    ...pack("old", { "index.js": 'exports.x = () => require("missing/too");' }, { type: "commonjs" }),
  }, async (t) => equal("words", expect(t.build(), 0).err, ""));
}

async function moved() {
  await test("a moved import is taken from its new place, with a warning", { "src/index.ts": asks, ...LANGCHAIN_3, ...CORE }, async (t) => {
    const said = "`langchain/prompts` is not in `langchain` 0.3.37: `@langchain/core/prompts` is taken in its place";
    const first = expect(t.build(), 0, "P0704", said, "src/index.ts:2:32");
    equal("it is there", archive(t.file("functions/f.zip"))[0].text.includes("prompt"), true);
    equal("a kept package says it again", expect(t.build(), 0, "kept").err, first.err);
  });
  await test("a moved import of a package that is not there", { "src/index.ts": asks, ...CORE }, async (t) =>
    expect(t.build(), 0, "P0704", "the package `langchain` is not installed: `@langchain/core/prompts` is taken in its place"));
  await test("a moved import whose new place is missing", { "src/index.ts": asks, ...LANGCHAIN_3 }, async (t) =>
    expect(t.build(), 1, "P0704", "`langchain/prompts` is not in `langchain` 0.3.37", "`npm install @langchain/core`"));
  await test("where the old place is there, nothing is said", {
    "src/index.ts": asks,
    ...pack("langchain", { "prompts.js": 'export class PromptTemplate { static of() { return "old"; } }' }, { exports: { "./prompts": "./prompts.js" } }),
    ...CORE,
  }, async (t) => {
    equal("words", expect(t.build(), 0).err, "");
    equal("the old one", archive(t.file("functions/f.zip"))[0].text.includes('"old"'), true);
  });
}

async function limits() {
  await test("over the limit: what weighs most, and who imports it", {
    "src/index.ts": functionOf("weigh(x)", 'import { weigh } from "scales";'),
    ...pack("scales", { "index.js": 'import w from "weights"; export const weigh = () => w;' }),
    ...pack("weights", { "weights.node": elf(0x3e) }, { type: "commonjs", main: "weights.node" }),
  }, async (t) => {
    const { truncateSync } = await import("node:fs");
    truncateSync(`${t.root}/node_modules/weights/weights.node`, 251 << 20);
    expect(t.build(), 1, "P0703", "`Function/f` is 251", "Lambda takes 250.0 MB", "251.0 MB weights (src/index.ts → scales → weights)");
  });
  await test("a native addon for another processor", {
    "src/index.ts": functionOf("fast(x)", 'import fast from "fast";'),
    ...pack("fast", { "fast.node": elf(0xb7) }, { type: "commonjs", main: "fast.node" }),
  }, async (t) => expect(t.build(), 1, "P0705", "`fast.node` of `fast` was built for arm64", "x86_64"));
  await test("a package that looks for its addon on the disk", {
    "src/index.ts": functionOf("fast(x)", 'import fast from "fast";'),
    ...pack("fast", { "index.js": 'module.exports = require("node-gyp-build")(__dirname);' }, { type: "commonjs" }),
    ...pack("node-gyp-build", { "index.js": "module.exports = () => () => 1;" }, { type: "commonjs" }),
  }, async (t) => expect(t.build(), 0, "P0705", "`fast` looks for a native addon on the disk"));
  await test("a package that has others for each system", {
    "src/index.ts": functionOf("fast(x)", 'import fast from "fast";'),
    ...pack("fast", { "index.js": "module.exports = require(`@fast/${process.platform}-${process.arch}`);" },
      { type: "commonjs", optionalDependencies: { "@fast/darwin-arm64": "1.0.0", "@fast/linux-x64": "1.0.0" } }),
  }, async (t) => expect(t.build(), 0, "P0705", "`fast` (src/index.ts → fast)", "`@fast/linux-x64`"));
}

async function scripts() {
  const script = "touch ran-a-script";
  await test("scripts of packages never run", {
    "package.json": JSON.stringify({ name: "app", scripts: { preinstall: script, install: script, postinstall: script, prepare: script, build: script } }),
    "index.ts": functionOf("x", 'import "part";'),
    ...pack("part", { "index.js": "" }, { scripts: { postinstall: script, install: script } }),
  }, async (t) => {
    expect(t.build(), 0);
    const { readdirSync } = await import("node:fs");
    equal("ran", readdirSync(t.root, { recursive: true }).filter((f) => String(f).includes("ran-a-script")), []);
  });
}

export async function importTests() {
  await missing();
  await moved();
  await limits();
  await scripts();
}
