// Deployments to moto, which shares nothing with us or with the fake: what boto3 then finds there is what the template
// said. Programs are the golden ones whose templates are known to the byte, and the examples.
import { execFile, spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { findCases, layOut } from "../golden/cases.mjs";
import { freePort } from "../ports.mjs";
import { check, ok, pluto, REPO, same } from "./harness.mjs";

const python = path.join(REPO, "build/moto/bin/python");
const awscli = path.join(REPO, "build/venv/bin/aws");
const here = path.join(REPO, "tests/deploy");

// Those that need nothing from npm; one a kind of thing that moto can make.
const GOLDEN = [
  "kinds/kvstore", "kinds/sagemaker", "kinds/router", "kinds/function", "seed/example-chat-memory",
  "template/function-options", "template/kvstore-options", "template/late-values-in-environment",
  "template/least-privilege", "template/sagemaker-model-in-s3", "template/sagemaker-variants",
  "template/sagemaker-gpu", "template/settings", "template/empty-program", "template/minimal-function",
];

async function motoStart() {
  ok(fs.existsSync(python), "moto is missing: run scripts/setup test");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let said = "";
  const child = spawn(python, [path.join(here, "moto_server.py"), String(port)], { stdio: ["ignore", "ignore", "pipe"] });
  child.stderr.on("data", (text) => { said += text; });
  for (const end = Date.now() + 60_000; ; await new Promise((r) => setTimeout(r, 100))) {
    ok(Date.now() < end && child.exitCode === null, `moto does not start: ${said}`);
    if (await fetch(`${url}/moto-api/`).then((r) => r.ok, () => false)) return { url, child };
  }
}

async function run(url, folder, words, variables = {}) {
  const env = { PATH: process.env.PATH, HOME: folder, PLUTO_AWS_POLL_MS: "50", AWS_ENDPOINT_URL: url, AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_EC2_METADATA_DISABLED: "true", ...variables, ...(process.env.ASAN_OPTIONS && { ASAN_OPTIONS: process.env.ASAN_OPTIONS }) };
  const r = await promisify(execFile)(pluto, [...words, "--json"], { cwd: folder, env, timeout: 60_000, maxBuffer: 1 << 26 }).catch((e) => e);
  const last = JSON.parse((r.stdout ?? "").trim().split("\n").at(-1) || "{}");
  return { code: r.code ?? 0, err: r.stderr, last };
}

async function look(url, region = "us-east-1") {
  const { stdout } = await promisify(execFile)(python, [path.join(here, "moto_look.py"), url, region], { maxBuffer: 1 << 26 });
  return JSON.parse(stdout);
}

const list = (x) => [x ?? []].flat();
const actions = (statements) => list(statements).flatMap((s) => list(s.Action)).sort();

// Names may be references to the stack's own; then the one that begins as CloudFormation makes them is meant.
function named(all, name, stack, id) {
  if (typeof name === "string" && all[name]) return all[name];
  return Object.entries(all).find(([key]) => key.startsWith(`${stack}-${id}`))?.[1];
}

function compare(template, seen, stack) {
  for (const [id, { Type, Properties: p = {} }] of Object.entries(template.Resources)) {
    if (Type === "AWS::IAM::Role") {
      const role = named(seen.roles, p.RoleName, stack, id);
      ok(role, `no role ${id}`);
      same(actions(role.policies.flatMap((d) => d.Statement)), actions(list(p.Policies).flatMap((d) => d.PolicyDocument.Statement)), `what ${id} may do`);
      same(role.managed, [], `managed policies of ${id}`);
    } else if (Type === "AWS::Lambda::Function") {
      const f = named(seen.functions, p.FunctionName, stack, id);
      ok(f, `no function ${id}`);
      for (const key of ["Runtime", "Handler", "MemorySize", "Timeout"]) same(f[key], p[key], `${id}.${key}`);
      const variables = p.Environment?.Variables ?? {};
      same(Object.keys(f.Environment).sort(), Object.keys(variables).sort(), `${id}.Environment`);
      for (const [key, value] of Object.entries(variables)) if (typeof value === "string") same(f.Environment[key], value, `${id}.${key}`);
      ok(f.Role.includes(`${stack}-`), `${id} runs as ${f.Role}`);
    } else if (Type === "AWS::DynamoDB::Table") {
      ok(seen.tables.some((t) => t === p.TableName || t.startsWith(`${stack}-${id}`)), `no table ${id} among ${seen.tables}`);
    } else if (Type === "AWS::SageMaker::Endpoint") {
      const e = named(seen.endpoints, p.EndpointName, stack, id);
      ok(e, `no endpoint ${id} among ${Object.keys(seen.endpoints)}`);
      same(e.status, "InService", id);
      const config = template.Resources[p.EndpointConfigName["Fn::GetAtt"][0]].Properties.ProductionVariants;
      same(e.variants.map((v) => v.InstanceType), config.map((v) => v.InstanceType), `${id}'s instances`);
      ok(e.roles.every((r) => r.includes(`${stack}-`)), `${id}'s model runs as ${e.roles}`);
    }
  }
}

function packagesAre(seen, folder, stack) {
  const zips = JSON.parse(fs.readFileSync(path.join(folder, `.pluto/${stack}/packages.json`), "utf8"));
  const deployed = Object.values(seen.functions).map((f) => Buffer.from(f.CodeSha256, "base64").toString("hex"));
  for (const [id, zip] of Object.entries(zips)) ok(deployed.includes(zip.sha256), `no function runs the package of ${id}`);
  return zips;
}

// What awscli says of each resource of a stack that it knows how to ask for.
const ASKED = {
  "AWS::IAM::Role": (name) => ["iam", "get-role", "--role-name", name, "--query", "Role.RoleName"],
  "AWS::Lambda::Function": (name) => ["lambda", "get-function-configuration", "--function-name", name, "--query", "FunctionName"],
  "AWS::DynamoDB::Table": (name) => ["dynamodb", "describe-table", "--table-name", name, "--query", "Table.TableName"],
  "AWS::SageMaker::Model": (name) => ["sagemaker", "describe-model", "--model-name", name, "--query", "ModelName"],
  "AWS::SageMaker::EndpointConfig": (name) => ["sagemaker", "describe-endpoint-config", "--endpoint-config-name", name, "--query", "EndpointConfigName"],
  "AWS::SageMaker::Endpoint": (name) => ["sagemaker", "describe-endpoint", "--endpoint-name", name, "--query", "EndpointName"],
};

async function awscliSees(url, { template, last }) {
  const env = { PATH: process.env.PATH, HOME: os.tmpdir(), AWS_ENDPOINT_URL: url, AWS_REGION: "us-east-1", AWS_DEFAULT_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };
  const aws = async (words) => JSON.parse((await promisify(execFile)(awscli, [...words, "--output", "json"], { env, maxBuffer: 1 << 26 })).stdout);
  const { StackResources } = await aws(["cloudformation", "describe-stack-resources", "--stack-name", last.stackName]);
  const asked = StackResources.filter((r) => ASKED[r.ResourceType]);
  const wanted = Object.values(template.Resources).filter((r) => ASKED[r.Type]);
  same(asked.map((r) => r.ResourceType).sort(), wanted.map((r) => r.Type).sort(), "the resources of the stack");
  for (const r of asked) {
    const name = r.PhysicalResourceId.split("/").at(-1);
    same(await aws(ASKED[r.ResourceType](name)), name, r.LogicalResourceId);
  }
}

// One server for all: each program is a stack of its own.
export async function motoTests() {
  let moto;
  const parent = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "pluto-moto-")));
  const cases = findCases().filter((c) => GOLDEN.includes(c.id));
  same(cases.map((c) => c.id).sort(), [...GOLDEN].sort(), "golden cases");

  await check("moto starts", async () => { moto = await motoStart(); });
  const deployed = new Map();
  for (const c of moto ? cases : [])
    await check(`moto: ${c.id} is deployed, and then there is nothing to do`, async () => {
      const folder = await layOut(c, path.join(parent, c.area));
      const stack = c.args.includes("--stack") ? ["--stack", c.args[c.args.indexOf("--stack") + 1]] : [];
      const template = JSON.parse(c.expected("template.json"));
      const variables = Object.fromEntries(Object.values(template.Metadata.pluto.variables).map((name) => [name, "x"]));
      const first = await run(moto.url, folder, ["deploy", "--yes", ...stack], variables);
      same([first.code, first.last.status], [0, "created"], `the deployment (${first.err} ${JSON.stringify(first.last)})`);
      same(Object.keys(first.last.outputs).sort(), Object.keys(template.Outputs ?? {}).sort(), "outputs");
      deployed.set(c.id, { folder, stack, template, last: first.last });
      const again = await run(moto.url, folder, ["deploy", "--yes", ...stack], variables);
      same([again.code, again.last.status], [0, "unchanged"], `the second deployment (${again.err})`);
    });
  // boto3 takes a second to start: it looks once for all of a region.
  const seen = new Map();
  for (const [id, { folder, template, last }] of deployed)
    await check(`moto: ${id} is there as its template says`, async () => {
      const region = last.stackId.split(":")[3];
      if (!seen.has(region)) seen.set(region, await look(moto.url, region));
      const all = seen.get(region);
      compare(template, all, last.stackName);
      packagesAre(all, folder, all.stacks[last.stackName].tags["pluto:stack"]);
    });
  const whole = "seed/example-chat-memory";
  if (deployed.has(whole)) await check(`moto: awscli sees all of ${whole}`, () => awscliSees(moto.url, deployed.get(whole)));
  for (const [id, { folder, stack }] of deployed)
    await check(`moto: ${id} is taken down`, async () => {
      const gone = await run(moto.url, folder, ["destroy", "--yes", ...stack]);
      same([gone.code, gone.last.status], [0, "destroyed"], `the destruction (${gone.err})`);
    });

  if (moto)
    await check("moto: an edit reaches the function it is in, and no other", async () => {
      const folder = path.join(parent, "edit");
      fs.mkdirSync(folder);
      const program = (a, b) => `import { Function } from "@plutolang/pluto";\nnew Function(async (t: string) => t + "${a}", "one");\nnew Function(async (t: string) => t + "${b}", "two");\n`;
      fs.writeFileSync(path.join(folder, "index.ts"), program("a", "b"));
      same((await run(moto.url, folder, ["deploy", "--yes"])).last.status, "created", "the deployment");
      const before = (await look(moto.url)).functions;
      fs.writeFileSync(path.join(folder, "index.ts"), program("a", "c"));
      const second = await run(moto.url, folder, ["deploy", "--yes"]);
      same(second.last.status, "updated", `the update (${second.err})`);
      const after = (await look(moto.url)).functions;
      same(after["edit-dev-one"].CodeSha256, before["edit-dev-one"].CodeSha256, "the function that was not edited");
      ok(after["edit-dev-two"].CodeSha256 !== before["edit-dev-two"].CodeSha256, "the edit did not arrive");
      packagesAre({ functions: after }, folder, "dev");
    });
  moto?.child.kill();
  fs.rmSync(parent, { recursive: true, force: true });
}
