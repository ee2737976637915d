// Bundles when they run: unpacked elsewhere, under plain Node.js, as Lambda would load them.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { archive, call, equal, expect, functionOf, pack, test } from "./harness.mjs";

async function answers(name, files, event, wanted, more = () => {}) {
  await test(name, files, async (t) => {
    equal("words", expect(t.build(), 0).err, "");
    const folder = path.join(t.root, "elsewhere/task");
    archive(t.file("functions/f.zip"), folder);
    fs.renameSync(path.join(t.root, ".pluto"), path.join(t.root, "gone"));
    fs.rmSync(path.join(t.root, "node_modules"), { recursive: true, force: true });
    equal("answer", call(folder, event), wanted);
    await more(t, folder);
  });
}

async function language() {
  await answers("arguments, awaits at the top level, JSON, classes", {
    "src/index.ts": `import { Function } from "@plutolang/pluto";
import words from "./words.json";
import { Greeter } from "./greeter";
const greeter = await Promise.resolve(new Greeter(words.hello));
new Function(async (name: string, times: number) => [greeter.greet(name).repeat(times), greeter.constructor.name], "f");
`,
    "src/words.json": '{ "hello": "Hello" }',
    "src/greeter.ts": "export class Greeter { constructor(private word: string) {} greet(name: string) { return `${this.word} ${name}!`; } }\n",
  }, ["Ada", 2], ["Hello Ada!Hello Ada!", "Greeter"]);
  await answers("JSX as tsconfig.json says, through what it extends", {
    "src/index.tsx": `import { Function } from "@plutolang/pluto";
new Function(async (x: string) => <b title={x}>{"t"}</b>, "f");
`,
    "tsconfig.json": '{ "extends": "./base.json", /* paths are for the editor */ "compilerOptions": { "paths": { "@plutolang/pluto": ["./types.d.ts"] }, }, }',
    "base.json": '{ "compilerOptions": { "jsx": "react-jsx", "jsxImportSource": "tiny" } }',
    "types.d.ts": "export declare const Function: any;\n",
    ...pack("tiny", { "jsx-runtime.js": "export const jsx = (type, props) => [type, props];" }, { exports: { "./jsx-runtime": "./jsx-runtime.js" } }),
  }, ["x"], ["b", { title: "x", children: "t" }]);
  await answers("decorators as tsconfig.json says", {
    "src/index.ts": functionOf("[marked, new Shout().say(x)]", `const marked: string[] = [];
function mark(target: any, name: any) { marked.push(typeof name === "string" ? name : "a context"); }
class Shout { @mark say(x: string) { return x; } }`),
    "tsconfig.json": '{ "compilerOptions": { "experimentalDecorators": true } }',
  }, ["hey"], [["say"], "hey"]);
  await answers("each module as the tsconfig.json nearest to it says", {
    "src/index.ts": `import { Function } from "@plutolang/pluto";
import { Old } from "./old/old";
import { page } from "./old/page";
const seen: string[] = [];
const mark = (value: any, context: any) => void seen.push(context.kind);
class New { @mark run() { return seen; } }
new Function(async (x: string) => [new New().run(), new Old().run(), page(x)], "f");
`,
    "src/old/old.ts": `const keys: string[] = [];
const mark = (target: any, key: string, descriptor: any) => void keys.push(key, typeof descriptor.value);
export class Old { @mark run() { return keys; } }
`,
    "src/old/page.tsx": "const make = (tag: string, props: object | null, ...parts: string[]) => [tag, ...parts];\nexport const page = (x: string) => <i>{x}</i>;\n",
    "src/old/tsconfig.json": '{ "compilerOptions": { "experimentalDecorators": true, "jsx": "react", "jsxFactory": "make" } }',
    "tsconfig.json": "{}",
  }, ["x"], [["method"], ["run", "function"], ["i", "x"]]);
  await answers("a module that is imported when it is needed", {
    "index.ts": functionOf('(await import("./later")).later(x)'),
    "later.ts": "export const later = (x: number) => x + 1;\n",
  }, [1], 2);
}

async function packages() {
  await answers("CommonJS: require of what is built in, __dirname, module.exports", {
    "index.ts": functionOf("old(x)", 'import old from "old";'),
    ...pack("old", {
      "index.js": 'const { join } = require("path"); const os = require("node:os");\n' +
        'module.exports = (x) => [join("a", x), typeof os.cpus, typeof __dirname, typeof __filename, typeof require, new Thing().constructor.name];\nclass Thing {}\n',
    }, { type: "commonjs" }),
  }, ["b"], ["a/b", "function", "string", "string", "function", "Thing"]);
  await answers("a module that makes its own require and __dirname", {
    "index.ts": functionOf('[require("node:path").basename(x), typeof __dirname]', `import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
const require = createRequire(import.meta.url);
const __dirname = dirname(fileURLToPath(import.meta.url));`),
  }, ["a/b"], ["b", "string"]);
  await answers("builtins by both names, and an alias of tsconfig.json", {
    "src/index.ts": functionOf("[createHash('md5').update(x).digest('hex'), basename(twice(x))]",
      'import { createHash } from "crypto";\nimport { basename } from "node:path";\nimport { twice } from "~/twice";'),
    "src/twice.ts": "export const twice = (x: string) => `${x}/${x}`;\n",
    "tsconfig.json": '{ "compilerOptions": { "baseUrl": ".", "paths": { "~/*": ["src/*"] } } }',
  }, ["a"], ["0cc175b9c0f1b6a831c399e269772661", "a"]);
  await test("a native addon that is imported by its name", {
    "src/index.ts": functionOf("Object.keys(addon).length + x", 'import addon from "addon";'),
    "addon.c": "void *napi_register_module_v1(void *env, void *exports);\nvoid *napi_register_module_v1(void *env, void *exports) { (void)env; return exports; }\n",
    ...pack("addon", { "index.js": 'module.exports = require("./build/addon.node");', "build/x": "" }, { type: "commonjs" }),
  }, async (t) => {
    const made = path.join(t.root, "node_modules/addon/build/addon.node");
    equal("gcc", spawnSync("gcc", ["-shared", "-fPIC", "-o", made, path.join(t.root, "addon.c")]).status, 0);
    expect(t.build(), 0);
    const files = archive(t.file("functions/f.zip"), path.join(t.root, "task")).map(({ name }) => name);
    equal("files", files.filter((name) => /^native\/addon-[0-9a-f]{12}\.node$/.test(name)).length, 1);
    fs.rmSync(path.join(t.root, "node_modules"), { recursive: true });
    equal("answer", call(path.join(t.root, "task"), [1]), 1);
  });
}

async function keys() {
  await test("handlers of a router, and a raw one", {
    "index.ts": `import { Function, Router } from "@plutolang/pluto";
const api = new Router("api");
for (const word of ["hi", "ho"]) api.get("/" + word, async () => ({ statusCode: 200, body: word }));
new Function(async (event: any) => Object.keys(event), "f", { raw: true });
`,
  }, async (t) => {
    expect(t.build(), 0);
    equal("packages", Object.keys(JSON.parse(t.read("packages.json"))), ["Function/api-get-hi", "Function/api-get-ho", "Function/f"]);
    const event = { version: "2.0", routeKey: "GET /ho", rawPath: "/ho", rawQueryString: "", headers: {}, isBase64Encoded: false,
      requestContext: { http: { method: "GET", path: "/ho", protocol: "HTTP/1.1", sourceIp: "1.2.3.4", userAgent: "t" }, domainName: "x.execute-api.eu-west-1.amazonaws.com", requestId: "1", stage: "$default", timeEpoch: 1 } };
    const answer = call(t.file("functions/api-get-ho"), event);
    equal("answer", [answer.statusCode, answer.body], [200, "ho"]);
    equal("raw", call(t.file("functions/f"), { a: 1, b: 2 }), ["a", "b"]);
  });
}

// What only the model's container gets is not there, and the package starts all the same.
async function variables() {
  await answers("variables that are checked for somebody else", {
    "index.ts": `import { Function, SageMaker } from "@plutolang/pluto";
const need = (name: string) => {
  const value = process.env[name];
  if (!value) throw new Error(name + " is missing");
  return value;
};
const envs = { HF_TOKEN: need("HF_TOKEN"), STAGE: need("STAGE") };
const llama = new SageMaker("llama", "111122223333.dkr.ecr.us-east-1.amazonaws.com/llama:2", { envs });
new Function(async () => [typeof llama.invoke, Object.keys(process.env).filter((name) => /TOKEN|STAGE/.test(name))], "f");
`,
  }, [], ["function", []]);
}

export async function runningTests() {
  await language();
  await packages();
  await keys();
  await variables();
}
