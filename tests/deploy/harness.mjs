// What the tests of deployments share: a project, a fake AWS, pluto as a child, and what it said.
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { startFake } from "../fakecfn/fake.mjs";

export const REPO = path.resolve(new URL(".", import.meta.url).pathname, "../..");
const flag = process.argv.indexOf("--pluto");
export const pluto = path.resolve(flag > 0 ? process.argv[flag + 1] : path.join(REPO, "build/pluto"));
const only = process.env.ONLY ? new RegExp(process.env.ONLY) : undefined;

// Where the program is built with sanitizers, what they are told.
const SANITIZERS = process.env.ASAN_OPTIONS ? { ASAN_OPTIONS: process.env.ASAN_OPTIONS } : {};

let passed = 0;
let failed = 0;

export const ACCOUNT = "123456789012";
export const BUCKET = `pluto-${ACCOUNT}-us-east-1-an`;
export const JOURNAL = `.pluto/deploys/${ACCOUNT}/us-east-1/dev.json`;
export const OWN = { "pluto:project": "shop", "pluto:stack": "dev", "pluto:version": "1" };

// A table, a function that uses it, and a way in.
export const PROGRAM = `import { Function, KVStore } from "@plutolang/pluto";

const notes = new KVStore("notes");

new Function(async (text: string) => {
  await notes.set("last", text);
  return text;
}, "writer");
`;

// Without a function there is no package to make, so these are quick.
export const TABLE = `import { KVStore } from "@plutolang/pluto";

new KVStore("notes");
`;

export class App {
  constructor(fake, files) {
    this.fake = fake;
    this.root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "pluto-deploy-")));
    this.home = path.join(this.root, "home");
    fs.mkdirSync(this.home);
    this.write({ "package.json": '{ "name": "shop" }', "src/index.ts": TABLE, ...files });
  }

  write(files) {
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(this.root, name)), { recursive: true });
      fs.writeFileSync(path.join(this.root, name), text);
    }
  }

  env(more = {}) {
    return { PATH: process.env.PATH, HOME: this.home, PLUTO_AWS_POLL_MS: "40", ...SANITIZERS, ...this.fake.env(), ...more };
  }

  // Starts pluto; `exit` resolves to {code, signal, out, err, events, last}.
  start(words, { env = {}, input } = {}) {
    const child = spawn(pluto, words, { cwd: this.root, env: this.env(env), stdio: [input ? "pipe" : "ignore", "pipe", "pipe"] });
    const run = { child, out: "", err: "" };
    child.stdout.setEncoding("utf8").on("data", (text) => { run.out += text; });
    child.stderr.setEncoding("utf8").on("data", (text) => { run.err += text; });
    run.exit = new Promise((done) => {
      const late = setTimeout(() => child.kill("SIGKILL"), 60_000);
      child.on("close", (code, signal) => {
        clearTimeout(late);
        const events = run.out.split("\n").filter((l) => l.startsWith('{"')).map((l) => JSON.parse(l));
        done({ code, signal, out: run.out, err: run.err, events, last: events.at(-1) });
      });
    });
    return run;
  }

  run(words, how) {
    return this.start(words, how).exit;
  }

  deploy(...more) {
    return this.run(["deploy", "--yes", "--json", ...more]);
  }

  destroy(...more) {
    return this.run(["destroy", "--yes", "--json", ...more]);
  }

  get journal() {
    const file = path.join(this.root, JOURNAL);
    return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : undefined;
  }

  stack() {
    return this.fake.stack("shop-dev");
  }

  operations() {
    return this.fake.requests.map((r) => r.operation);
  }
}

export function ok(condition, message) {
  if (!condition) throw new Error(message);
}

export function same(found, wanted, what) {
  ok(JSON.stringify(found) === JSON.stringify(wanted), `${what}: wanted ${JSON.stringify(wanted)}, found ${JSON.stringify(found)}`);
}

export function holds(text, part, what) {
  ok(String(text).includes(part), `${what}: \`${part}\` is not in\n${text}`);
}

// That an end has the exit code and the status that docs/deploying.md lists.
export function ended(run, code, status) {
  ok(run.code === code && run.last?.status === status,
    `wanted ${code} ${status}, found ${run.code} ${run.signal ?? ""} ${run.last?.status}\n${run.err}${run.out.slice(-2000)}`);
}

// Waits for what will be so soon, if all is well.
export async function until(what, condition) {
  for (const end = Date.now() + 20_000; !(await condition()); await new Promise((done) => setTimeout(done, 5)))
    ok(Date.now() < end, `${what} never happened`);
}

const waiting = [];

// Each test has a fake of its own; several run at a time.
export function test(name, options, body) {
  if (only && !only.test(name)) return;
  waiting.push(async () => {
    const { files, ...of } = options;
    const fake = await startFake({ timings: { default: 2 }, ...of });
    const app = new App(fake, files);
    try {
      await body(app, fake);
      const bugs = fake.bugs.map(String);
      ok(bugs.length === 0, `the fake has a fault: ${bugs.join("; ")}`);
      passed++;
    } catch (error) {
      failed++;
      console.log(`FAIL ${name}\n  ${String(error.stack ?? error).replaceAll("\n", "\n  ")}`);
    } finally {
      fs.rmSync(app.root, { recursive: true, force: true });
      await fake.close();
    }
  });
}

// One that runs at once, and alone.
export async function check(name, body) {
  if (only && !only.test(name)) return;
  try {
    await body();
    passed++;
  } catch (error) {
    failed++;
    console.log(`FAIL ${name}\n  ${String(error.stack ?? error).replaceAll("\n", "\n  ")}`);
  }
}

export async function finish(last, at = 3) {
  const runners = Array.from({ length: at }, async () => {
    for (let next; (next = waiting.shift());) await next();
  });
  await Promise.all(runners);
  await last();
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed || !passed ? 1 : 0);
}
