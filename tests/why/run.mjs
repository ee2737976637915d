// `pluto why` from outside: transcripts that were read by people, the JSON against its description, secrets,
// a large program.
//
//   node tests/why/run.mjs --pluto build/pluto [--filter TEXT]      PLUTO_BLESS=1 rewrites the transcripts
//
// A transcript is cases/<name>.txt: `project: FOLDER` (from the repository's root), then for each question the
// line `$ pluto why …`, all that it prints on both streams, and `exit N`. The last line is `N passed, N failed`.

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const here = path.dirname(new URL(import.meta.url).pathname);
const root = path.resolve(here, "../..");
const option = (name, otherwise) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const pluto = path.resolve(option("--pluto", "build/pluto"));
const filter = option("--filter", "");
const bless = process.env.PLUTO_BLESS === "1";

let passed = 0;
let failed = 0;
function test(name, body) {
  if (!name.includes(filter)) return;
  try {
    body();
    passed++;
  } catch (error) {
    failed++;
    console.log(`FAIL ${name}\n  ${String(error.message).replaceAll("\n", "\n  ")}`);
  }
}

function ok(condition, message) {
  if (!condition) throw new Error(message);
}

function equal(what, actual, expected) {
  const [a, e] = [actual, expected].map((v) => JSON.stringify(v));
  ok(a === e, `${what}: ${a}\n  should be ${e}`);
}

// The environment is made new, so that the caller's NO_COLOR or KEY cannot matter.
function run(cwd, args, env = {}) {
  const r = spawnSync(pluto, args, { cwd, env: { PATH: process.env.PATH, ...env }, encoding: "utf8", timeout: 60000 });
  if (r.error) throw r.error;
  return { code: r.status, out: r.stdout, err: r.stderr };
}

function temporary(files) {
  const folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "pluto-why-")), "app");
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

// ---- Transcripts ----------------------------------------------------------------------------------------

function transcript(file) {
  const before = fs.readFileSync(file, "utf8");
  const lines = before.split("\n");
  const project = path.join(root, lines[0].replace(/^project: /, ""));
  const questions = lines.filter((line) => line.startsWith("$ pluto "));
  ok(questions.length > 0, "asks nothing");
  const after = questions.map((line) => {
    const r = run(project, line.slice("$ pluto ".length).split(" "));
    return `\n${line}\n${r.out}${r.err}exit ${r.code}\n`;
  });
  return { before, after: `${lines[0]}\n${after.join("")}` };
}

for (const name of fs.readdirSync(path.join(here, "cases")).sort()) {
  test(name, () => {
    const file = path.join(here, "cases", name);
    const { before, after } = transcript(file);
    if (bless) fs.writeFileSync(file, after);
    else ok(before === after, `says something else:\n${after}`);
  });
}

// ---- JSON -----------------------------------------------------------------------------------------------

const shop = path.join(here, "projects/shop");
const PLACE = { file: "string", line: "number", column: "number" };
const USE = { from: "string", to: "string", type: "string", operation: "string" };
const SHAPE = {
  version: "number",
  question: { from: "string?", to: "string?", operation: "string?" },
  edges: [{
    ...USE,
    arguments: "object?",
    evidence: [{ ...PLACE, note: "string", text: "string?" }],
    grants: [{ actions: ["string"], resource: "any", role: "string?", statement: "object" }],
  }],
  variables: [{ function: "string", name: "string", value: "any", resource: "string?" }],
  missing: "any",
};
const MISSING = {
  modules: "number", functions: "number", uses: [USE], usedBy: [USE], given: ["string"], callers: [USE], exposed: "boolean",
  way: [USE], nearest: "string?", mentions: [{ ...PLACE, text: "string?" }], help: ["string"],
};

// Exactly the members that docs/why.md lists, in that order.
function conforms(where, value, shape) {
  if (shape === "any") return;
  if (typeof shape === "string") {
    const type = shape.replace("?", "");
    if (value === null) return ok(shape.endsWith("?"), `${where} is null`);
    return ok(typeof value === type, `${where} is no ${type}: ${JSON.stringify(value)}`);
  }
  if (Array.isArray(shape)) {
    ok(Array.isArray(value), `${where} is no array`);
    return value.forEach((item, i) => conforms(`${where}[${i}]`, item, shape[0]));
  }
  equal(`members of ${where}`, Object.keys(value), Object.keys(shape));
  for (const name of Object.keys(shape)) conforms(`${where}.${name}`, value[name], shape[name]);
}

function ask(project, ...words) {
  const r = run(project, ["why", ...words, "--json"]);
  equal("standard error", r.err, "");
  const answer = JSON.parse(r.out);
  conforms("answer", answer, SHAPE);
  if (answer.missing) conforms("missing", answer.missing, MISSING);
  return { ...answer, code: r.code };
}

test("json: an edge, its evidence, grant and variable", () => {
  const a = ask(shop, "reader", "notes");
  equal("exit", a.code, 0);
  equal("question", a.question, { from: "Function/reader", to: "KVStore/notes", operation: null });
  equal("operations", a.edges.map((e) => e.operation), ["get"]);
  equal("file", a.edges[0].evidence[0].file, "src/index.ts");
  ok(a.edges[0].evidence[0].text.includes("await notes.get(id)"), "the line is not there");
  const [grant] = a.edges[0].grants;
  equal("actions", grant.actions, ["dynamodb:GetItem"]);
  equal("resource", grant.resource, { "Fn::GetAtt": ["KVStoreNotes", "Arn"] });
  equal("role", grant.role, "FunctionReaderRole");
  equal("effect", grant.statement.Effect, "Allow");
  equal("variables", a.variables.map((v) => v.name), ["PLUTO_KVSTORE_NOTES_AWS_TABLE_NAME"]);
  equal("missing", a.missing, null);
});
test("json: no edge", () => {
  const a = ask(shop, "worker", "notes");
  equal("exit", a.code, 1);
  equal("edges", a.edges, []);
  equal("nearest", a.missing.nearest, "KVStore/users");
  equal("used by", a.missing.usedBy, [{ from: "Function/reader", to: "KVStore/notes", type: "call", operation: "get" }]);
  equal("modules", a.missing.modules, 3);
});
test("json: a way over another function", () => {
  const a = ask(shop, "reader", "files");
  equal("way", a.missing.way.map((e) => e.to), ["Function/worker", "Bucket/files"]);
});
test("json: a kind without a template", () => {
  const [edge] = ask(shop, "nightly-cron-0-3", "jobs").edges;
  equal("role", edge.grants[0].role, null);
  equal("resource", edge.grants[0].resource, "Queue/jobs");
});

// Every statement that --all tells is in the template, and the other way round but for what follows from no edge.
function statementsOf(folder) {
  const template = JSON.parse(fs.readFileSync(path.join(folder, "out/template.json"), "utf8"));
  const all = [];
  for (const [role, r] of Object.entries(template.Resources))
    for (const policy of r.Properties?.Policies ?? [])
      for (const s of policy.PolicyDocument.Statement) all.push(`${role} ${JSON.stringify(s)}`);
  return all;
}

for (const example of ["chat-memory", "llama2-chat"]) {
  test(`json: all of ${example} is what the template says`, () => {
    const folder = path.join(root, "examples", example);
    const out = fs.mkdtempSync(path.join(os.tmpdir(), "pluto-why-"));
    equal("build", run(folder, ["build", "--no-packages", "--out", path.join(out, "out")]).code, 0);
    const told = new Set();
    for (const e of ask(folder, "--all").edges) for (const g of e.grants) told.add(`${g.role} ${JSON.stringify(g.statement)}`);
    const written = statementsOf(out);
    for (const line of told) ok(written.includes(line), `not in the template: ${line}`);
    const rest = written.filter((line) => !told.has(line) && line.startsWith("Function"));
    ok(rest.every((line) => line.includes('"Sid":"Logs"')), `not told: ${rest.join("\n")}`);
  });
}

// ---- Secrets, colours, size -----------------------------------------------------------------------------

test("nothing that looks like a secret is shown", () => {
  const token = ["sk", "ABCDEFGHIJ0123456789abcdefghij"].join("-");
  const folder = temporary({
    "index.ts": `import { Function, KVStore, Secret } from "@plutolang/pluto";
const store = new KVStore("store"); const key = new Secret("key", process.env.KEY!);
new Function(async () => {
  const token = "${token}"; await store.set("a", token);
  const beside = "${token}";
  await key.get();
}, "f", { envs: { A: process.env.KEY!, B: "${token}" }, allowPlaintextSecrets: true } as any);
`,
  });
  for (const args of [["f", "store"], ["f", "key"], ["--all"], ["f"], ["f", "store", "get"]])
    for (const format of [[], ["--json"]]) {
      const r = run(folder, ["why", ...args, ...format], { KEY: "the-deployer-has-this" });
      ok([0, 1].includes(r.code), `${args}: exit ${r.code} ${r.err}`);
      ok(!(r.out + r.err).includes("ABCDEFGHIJ"), `${args} ${format} shows it:\n${r.out}`);
      ok(!(r.out + r.err).includes("the-deployer-has-this"), `${args} ${format} shows the environment`);
    }
});
test("colours where they are asked for, never in JSON", () => {
  ok(!run(shop, ["why", "reader", "notes"]).out.includes("\x1b"), "coloured without a terminal");
  for (const words of [["reader", "notes"], ["worker", "notes"], ["--all"]]) {
    const colored = run(shop, ["why", ...words, "--color", "always"]).out;
    ok(colored.includes("\x1b["), `${words}: no colour`);
    equal(`${words}, without its colours`, colored.replace(/\x1b\[[0-9;]*m/g, ""), run(shop, ["why", ...words]).out);
  }
  ok(!run(shop, ["why", "reader", "notes", "--json", "--color", "always"]).out.includes("\x1b"), "JSON in colours");
});
test("names from the program are shown, never obeyed", () => {
  const folder = temporary({
    "index.ts": `import { Function, KVStore } from "@plutolang/pluto";
const store = new KVStore("store");
/* \x1b[31m */ new Function(async () => store.get("\x1b]0;x\x07"), "f");
`,
  });
  for (const words of [["f", "store"], ["f", "store", "set"], ["f"]]) {
    const out = run(folder, ["why", ...words]).out;
    ok(!/[\x00-\x09\x0b-\x1f]/.test(out), `${words}: a control character in ${JSON.stringify(out)}`);
  }
});
test("--project", () => {
  equal("answer", run("/", ["why", "reader", "notes", "--project", shop]).out, run(shop, ["why", "reader", "notes"]).out);
  equal("stack", run(shop, ["why", "reader", "worker", "--stack", "prod"]).out.includes("shop-prod-worker"), true);
});
test("a rejected program is said to be one", () => {
  const folder = temporary({ "index.ts": `import { KVStore } from "@plutolang/pluto"; new KVStore(String(Math.random()));\n` });
  const r = run(folder, ["why", "a", "b"]);
  equal("exit", r.code, 1);
  ok(r.err.startsWith("error[P0"), r.err);
});
test("300 functions", () => {
  let text = `import { Function, KVStore } from "@plutolang/pluto";\n`;
  for (let i = 0; i < 100; i++) text += `const s${i} = new KVStore("s${i}");\n`;
  for (let i = 0; i < 300; i++)
    text += `new Function(async () => { await s${i % 100}.get("a"); await s${(i * 7) % 100}.set("b", "c"); }, "f${i}");\n`;
  const folder = temporary({ "index.ts": text });
  const began = performance.now();
  const a = ask(folder, "--all");
  const report = run(folder, ["why", "--all"]);
  ok(performance.now() - began < 20000, "takes too long");
  equal("edges", a.edges.length, 600);
  equal("every edge has one grant", a.edges.every((e) => e.grants.length === 1), true);
  ok(report.out.includes("300 functions · 600 uses"), report.out.slice(0, 100));
  equal("blocks", report.out.match(/^Function f\d+ /gm).length, 300);
});

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
