// What the tests of packages share: a project for each, archives read by Python, handlers run by Node.js.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

export const repo = path.resolve(new URL(".", import.meta.url).pathname, "../..");
const flag = process.argv.indexOf("--pluto");
export const pluto = path.resolve(flag > 0 ? process.argv[flag + 1] : path.join(repo, "build/pluto"));
export const lib = path.join(path.dirname(pluto), "lib/pluto");
export const node = path.join(lib, "node");
const only = process.env.ONLY ? new RegExp(process.env.ONLY) : undefined;

let passed = 0;
let failed = 0;

export function write(root, files) {
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), text);
  }
}

// A package in node_modules, from its files; package.json gets a name and a version.
export function pack(name, files, json = {}) {
  const folder = `node_modules/${name}`;
  const own = { name, version: "1.0.0", type: "module", main: "index.js", ...json };
  return Object.fromEntries([
    [`${folder}/package.json`, JSON.stringify(own)],
    ...Object.entries(files).map(([file, text]) => [`${folder}/${file}`, text]),
  ]);
}

export const functionOf = (body, more = "") =>
  `import { Function } from "@plutolang/pluto";\n${more}\nnew Function(async (x: any) => ${body}, "f");\n`;

const READ = `
import json, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
if len(sys.argv) > 2: z.extractall(sys.argv[2])
print(json.dumps([dict(name=i.filename, mode=oct(i.external_attr >> 16), date=i.date_time, size=i.file_size,
    extra=len(i.extra), text=z.read(i).decode("latin-1") if i.filename == "index.mjs" else "") for i in z.infolist()]))`;

export function archive(file, to) {
  const r = spawnSync("python3", ["-c", READ, file, ...(to ? [to] : [])], { encoding: "utf8", maxBuffer: 1 << 28 });
  if (r.status !== 0) throw new Error(r.stderr);
  return JSON.parse(r.stdout);
}

const CALL = `
import { pathToFileURL } from "node:url";
const { handler } = await import(pathToFileURL(process.argv[2] + "/index.mjs"));
import { Writable } from "node:stream";
const chunks = [];
const stream = new Writable({ write(chunk, _, done) { chunks.push(chunk); done(); } });
stream.setContentType = () => {};
const context = { getRemainingTimeInMillis: () => 10000, awsRequestId: "1", functionName: "f" };
const streams = handler[Symbol.for("aws.lambda.runtime.handler.streaming")] === "response";
const event = JSON.parse(process.argv[3]);
const result = streams ? await handler(event, stream, context) : await handler(event, context);
process.stdout.write(streams ? Buffer.concat(chunks) : JSON.stringify(result) ?? "");
process.exit(0);`;

export function call(folder, event, env = {}) {
  const caller = path.join(folder, "..", "call.mjs");
  fs.writeFileSync(caller, CALL);
  const r = spawnSync(node, [caller, folder, JSON.stringify(event)], {
    env: { PATH: process.env.PATH, ...env },
    encoding: "utf8",
    timeout: 30000,
  });
  if (r.status !== 0) throw new Error(`the handler failed: ${r.stderr}`);
  const answer = JSON.parse(r.stdout);
  return answer?.code === 200 ? answer.body : answer; // how a direct call is answered
}

export async function test(name, files, body) {
  if (only && !only.test(name)) return;
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "pluto-pack-")));
  const t = {
    root,
    write: (more) => write(root, more),
    build(args = [], { cwd = root, env = {}, umask = "022", limit = "unlimited", program = pluto } = {}) {
      const r = spawnSync("/bin/sh", ["-c", `umask ${umask}; ulimit -f ${limit}; exec "$0" build "$@"`, program, ...args], {
        cwd,
        env: { PATH: process.env.PATH, HOME: root, NO_COLOR: "1", ...env },
        encoding: "utf8",
        timeout: 60000,
      });
      return { code: r.status, out: r.stdout, err: r.stderr };
    },
    file: (name) => path.join(root, ".pluto/dev", name),
    read: (name) => fs.readFileSync(path.join(root, ".pluto/dev", name)),
  };
  try {
    write(root, { "package.json": '{ "name": "app", "type": "module" }', ...files });
    await body(t);
    const cache = t.file("cache");
    const left = fs.existsSync(cache) ? fs.readdirSync(cache).filter((name) => !name.endsWith(".json")) : [];
    equal("what builds have left in their cache", left, []);
    passed++;
  } catch (error) {
    failed++;
    console.log(`FAIL ${name}\n  ${String(error.stack ?? error).replaceAll("\n", "\n  ")}`);
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}

export function equal(what, got, wanted) {
  if (JSON.stringify(got) !== JSON.stringify(wanted))
    throw new Error(`${what}: ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`);
}

export function expect(r, code, ...parts) {
  const shown = `exit ${r.code}\nstdout: ${r.out}\nstderr: ${r.err}`;
  if (r.code !== code) throw new Error(`wanted exit ${code}\n${shown}`);
  for (const part of parts) if (!(r.out + r.err).includes(part)) throw new Error(`should say ${part}\n${shown}`);
  return r;
}

export function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed || !passed ? 1 : 0);
}
