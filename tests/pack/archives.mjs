// The archives: their bytes, their modes, what is in them, and when they are made again.
import fs from "node:fs";
import path from "node:path";
import { archive, call, equal, expect, functionOf, lib, node, pack, pluto, repo, test } from "./harness.mjs";

const two = {
  "src/index.ts": `import { Function } from "@plutolang/pluto";
import { left } from "left";
import { shared } from "./shared";
new Function(async (x: string) => left(shared(x)), "one");
new Function(async (x: string) => shared(x), "two");
`,
  "src/shared.ts": "export const shared = (x: string) => `<${x}${new (class { at = 1; })().at}>`;\n",
  ...pack("left", { "index.js": "export const left = (x) => `left ${x}`;\n" }),
};

// Another machine, as far as that can be had: other folder, time zone, umask, language, and time.
async function reproducible() {
  await test("the same program gives the same bytes elsewhere", two, async (t) => {
    const here = path.join(t.root, "here");
    const there = path.join(t.root, "some where/else");
    for (const folder of [here, there]) {
      fs.mkdirSync(folder, { recursive: true });
      for (const part of ["src", "node_modules", "package.json"])
        fs.cpSync(path.join(t.root, part), path.join(folder, part), { recursive: true });
    }
    expect(t.build([], { cwd: here, env: { TZ: "Pacific/Kiritimati" }, umask: "077" }), 0);
    for (const file of [path.join(there, "src/index.ts"), path.join(there, "package.json")])
      fs.utimesSync(file, 1, 1);
    expect(t.build([], { cwd: there, env: { TZ: "America/Lima", LC_ALL: "C.UTF-8" }, umask: "000" }), 0);
    for (const file of ["functions/one.zip", "functions/two.zip", "packages.json"]) {
      const [a, b] = [here, there].map((folder) => fs.readFileSync(path.join(folder, ".pluto/dev", file)));
      equal(`${file} differs`, a.equals(b), true);
    }
    for (const [file, mode] of [["one.zip", 0o644], ["one/pluto/bootstrap", 0o755], ["one/index.mjs", 0o644]])
      for (const folder of [here, there])
        equal(`mode of ${file}`, fs.statSync(path.join(folder, ".pluto/dev/functions", file)).mode & 0o777, mode);
  });
  await test("one function's bytes do not depend on the others", two, async (t) => {
    expect(t.build(), 0);
    const together = t.read("functions/one.zip");
    t.write({ "src/index.ts": two["src/index.ts"].replace(/new Function.*"two".*\n/, "") });
    fs.rmSync(t.file(""), { recursive: true });
    expect(t.build(), 0);
    equal("differs", t.read("functions/one.zip").equals(together), true);
  });
}

async function contents() {
  await test("functions for two versions of Node.js have each their own code", {
    "index.ts": `import { Function } from "@plutolang/pluto";
new Function(async () => "what is new", { name: "new" });
new Function(async () => "what is old", { name: "old", runtime: "nodejs22.x" });
`,
  }, async (t) => {
    expect(t.build(), 0);
    for (const name of ["new", "old"]) {
      equal(name, /what is (\w+)/.exec(archive(t.file(`functions/${name}.zip`))[0].text)[1], name);
      equal(`the folder of ${name}`, call(t.file(`functions/${name}`), []), `what is ${name}`);
      equal(`its map`, JSON.parse(t.read(`functions/${name}/index.mjs.map`)).sources.includes("../../../../index.ts"), true);
    }
  });
  await test("what is in an archive", two, async (t) => {
    expect(t.build(), 0, "functions/one.zip", "of Lambda's limit");
    const files = archive(t.file("functions/one.zip"));
    equal("files", files.map(({ name, mode }) => [name, mode]), [
      ["index.mjs", "0o100644"],
      ["pluto/bootstrap", "0o100755"],
      ["pluto/start", "0o100755"],
      ["pluto/worker.mjs", "0o100644"],
    ]);
    for (const { name, date, extra } of files) equal(`time of ${name}`, [date, extra], [[1980, 1, 1, 0, 0, 0], 0]);
    equal("the folder has the map, too", fs.readdirSync(t.file("functions/one")).sort(), ["index.mjs", "index.mjs.map", "pluto"]);
    for (const { name } of files) {
      const inside = archive(t.file("functions/one.zip"), path.join(t.root, "unpacked")) && fs.readFileSync(path.join(t.root, "unpacked", name));
      equal(`${name} in the folder`, t.read(`functions/one/${name}`).equals(inside), true);
    }
    const map = JSON.parse(t.read("functions/one/index.mjs.map").toString());
    const sources = map.sources.map((s) => path.resolve(t.file("functions/one"), s));
    for (const source of ["src/index.ts", "src/shared.ts", "node_modules/left/index.js"])
      equal(`${source} in the map`, sources.includes(path.join(t.root, source)), true);
    const text = files[0].text;
    for (const place of [t.root, lib, path.dirname(pluto), process.env.HOME])
      equal(`the bundle speaks of ${place}`, place && text.includes(place), false);
    const list = JSON.parse(t.read("packages.json").toString());
    equal("packages.json", Object.keys(list), ["Function/one", "Function/two"]);
    const one = list["Function/one"];
    equal("its sizes", [one.bytes, one.unpacked], [fs.statSync(t.file(one.file)).size, files.reduce((n, f) => n + f.size, 0)]);
    equal("its key", one.key, `one-${one.sha256}.zip`);
    const { createHash } = await import("node:crypto");
    equal("its hash", createHash("sha256").update(t.read(one.file)).digest("hex"), one.sha256);
  });
  await test("arm64 functions get the bootstrap for arm64", {
    "index.ts": `import { Function } from "@plutolang/pluto";
new Function(async () => 1, "arm", { architecture: "arm64" });
new Function(async () => 1, "intel");
`,
  }, async (t) => {
    expect(t.build(), 0);
    const machine = (name) => t.read(`functions/${name}/pluto/bootstrap`).readUInt16LE(18);
    equal("machines", [machine("arm"), machine("intel")], [0xb7, 0x3e]);
  });
  await test("a function carries what it needs, with the real LangChain", {}, async (t) => {
    fs.cpSync(path.join(repo, "examples/llama2-chat/src"), path.join(t.root, "src"), { recursive: true });
    fs.symlinkSync(path.join(repo, "tests/start/llama2-chat/node_modules"), path.join(t.root, "node_modules"));
    expect(t.build(), 0);
    const [chatbot, qa] = ["chatbot", "qa"].map((name) => archive(t.file(`functions/${name}.zip`))[0].text);
    equal("qa has chains", qa.includes("StuffDocumentsChain"), true);
    equal("chatbot has chains", chatbot.includes("StuffDocumentsChain"), false);
    if (chatbot.length * 1.5 > qa.length) throw new Error(`chatbot has ${chatbot.length} bytes, qa ${qa.length}`);
    equal("it speaks of its folder", qa.includes(repo), false);
  });
}

async function cache() {
  const says = (r) => Object.fromEntries([...r.out.matchAll(/^(wrote|kept ) .*functions\/(\w+)\.zip/gm)].map((m) => [m[2], m[1].trim()]));
  const builds = (t, wanted, why) => equal(why, says(expect(t.build(), 0)), wanted);
  const both = (word) => ({ one: word, two: word });
  await test("what has not changed is kept", two, async (t) => {
    builds(t, both("wrote"), "first");
    const before = fs.statSync(t.file("functions/one.zip")).mtimeMs;
    builds(t, both("kept"), "second");
    equal("kept is not written", fs.statSync(t.file("functions/one.zip")).mtimeMs, before);
    t.write({ "src/index.ts": two["src/index.ts"].replace("left(shared(x))", "left(shared(x + 1))") });
    builds(t, { one: "wrote", two: "kept" }, "one function's code");
    t.write({ "src/shared.ts": two["src/shared.ts"].replace("<", "[") });
    builds(t, both("wrote"), "a shared module");
    t.write(pack("left", { "index.js": "export const left = (x) => `LEFT ${x}`;\n" }));
    builds(t, { one: "wrote", two: "kept" }, "a file of a package");
    equal("the new text is in it", archive(t.file("functions/one.zip"))[0].text.includes("LEFT"), true);
    fs.rmSync(t.file("functions/two.zip"));
    builds(t, { one: "kept", two: "wrote" }, "an archive is gone");
    const bundle = t.read("functions/one/index.mjs").toString();
    fs.appendFileSync(t.file("functions/one/index.mjs"), "\n");
    builds(t, both("kept"), "a file of a package's folder was changed by hand");
    equal("it is put right", t.read("functions/one/index.mjs").toString(), bundle);
    t.write({ "tsconfig.json": '{ "compilerOptions": { "useDefineForClassFields": false } }' });
    builds(t, both("wrote"), "the first tsconfig.json");
    builds(t, both("kept"), "the same tsconfig.json");
    fs.writeFileSync(t.file("cache/one.json"), "{");
    builds(t, { one: "wrote", two: "kept" }, "a broken record");
  });
  const linked = {
    "index.ts": functionOf("v", 'import { v } from "linked";'),
    "packages/linked/package.json": '{ "name": "linked", "type": "module", "exports": "./a.js" }',
    "packages/linked/a.js": 'export const v = "from a";',
    "packages/linked/b.js": 'export const v = "from b";',
  };
  await test("what decides on a linked package's file is looked at", linked, async (t) => {
    fs.mkdirSync(path.join(t.root, "node_modules"), { recursive: true });
    fs.symlinkSync("../packages/linked", path.join(t.root, "node_modules/linked"));
    const built = () => [...expect(t.build(), 0).out.matchAll(/^(wrote|kept ) .*\.zip/gm)].map((m) => m[1].trim());
    equal("first", built(), ["wrote"]);
    equal("second", built(), ["kept"]);
    t.write({ "packages/linked/package.json": '{ "name": "linked", "type": "module", "exports": "./b.js" }' });
    equal("its package.json", built(), ["wrote"]);
  });
  await test("a build that keeps everything starts no Node.js", two, async (t) => {
    const tool = path.join(t.root, "tool");
    fs.mkdirSync(path.join(tool, "lib"), { recursive: true });
    fs.cpSync(pluto, path.join(tool, "pluto"));
    fs.cpSync(lib, path.join(tool, "lib/pluto"), { recursive: true, filter: (f) => path.basename(f) !== "node" });
    const stub = path.join(tool, "lib/pluto/node");
    fs.symlinkSync(fs.realpathSync(node), stub);
    const program = path.join(tool, "pluto");
    expect(t.build([], { program }), 0, "wrote .pluto/dev/functions/one.zip");
    fs.rmSync(stub);
    fs.writeFileSync(stub, "#!/bin/sh\necho no bundler today >&2\nexit 1\n", { mode: 0o755 });
    expect(t.build([], { program }), 0, "kept  .pluto/dev/functions/one.zip");
    t.write({ "src/shared.ts": "export const shared = (x: string) => x;\n" });
    expect(t.build([], { program }), 3, "the bundler has ended: no bundler today");
    fs.rmSync(stub);
    expect(t.build([], { program, env: { PATH: `${path.dirname(fs.realpathSync(node))}:/usr/bin:/bin` } }), 0, "wrote .pluto/dev/functions/one.zip");
    t.write({ "src/shared.ts": "export const shared = (x: string) => x + x;\n" });
    expect(t.build([], { program, env: { PATH: "/nowhere" } }), 3, "there is no Node.js to bundle with");
  });
  await test("a disk that takes no more is told, and nothing half is left", two, async (t) => {
    expect(t.build([], { limit: 1 }), 3, "the bundler failed: Failed to write to output file");
    builds(t, both("wrote"), "when there is room");
  });
  await test("--no-packages makes none, and needs nothing", { "index.ts": functionOf("gone(x)", 'import { gone } from "gone";') }, async (t) => {
    expect(t.build(["--no-packages"]), 0, "template.json");
    equal("files", fs.readdirSync(t.file("")).sort(), ["arch.json", "template.json"]);
  });
}

export async function archiveTests() {
  await reproducible();
  await contents();
  await cache();
}
