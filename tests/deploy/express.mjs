// --express: CloudFormation is done before a model has come up, and pluto follows the rest; what fails afterwards is
// said, and the next deployment puts it right.
import { onTerminal } from "./terminal.mjs";
import { ended, holds, ok, PROGRAM, same, test, until } from "./harness.mjs";

const IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2.1.1-tgi2.0.1-gpu-py310-cu121-ubuntu22.04";
const MODEL = `import { SageMaker, Function } from "@plutolang/pluto";

const model = new SageMaker("llama", "${IMAGE}", {
  instanceType: "ml.m5.xlarge",
  envs: { HF_MODEL_ID: "TinyLlama/TinyLlama-1.1B-Chat-v1.0", HF_TASK: "text-generation" },
});

new Function(async (text: string) => await model.invoke({ inputs: text }), "chat");
`;
const LARGER = MODEL.replace("ml.m5.xlarge", "ml.g5.xlarge");
const OTHER_CODE = MODEL.replace("await model.invoke({ inputs: text })", "await model.invoke({ inputs: text + 1 })");
const FILES = { files: { "src/index.ts": MODEL } };
const PING = "The primary container for production variant AllTraffic did not pass the ping health check.";
const NAME = "shop-dev-llama";

const regionOf = (fake) => fake.account.region("us-east-1");
const endpoints = (fake) => [...regionOf(fake).endpoints.values()].map((e) => [e.name, e.status]);
const configs = (fake) => [...regionOf(fake).endpointConfigs.keys()];
const paramsOf = (fake, operation) => fake.requests.filter((r) => r.operation === operation).map((r) => r.params);
const notes = (run) => run.events.filter((e) => e.event === "note").map((e) => e.text).join("\n");
const at = (run, condition) => run.events.findIndex(condition);

// A deployment whose endpoint comes up until it is released.
async function coming(app, fake) {
  const release = fake.hold("SageMakerLlama", "settle");
  const run = app.start(["deploy", "--yes", "--json", "--express"]);
  await until("an endpoint that comes up", () => run.out.split('"phase":"verify"')[1]?.includes('"event":"progress"'));
  return { run, release };
}

function firstTests() {
  test("express: the stack is complete, URLs are told, and the endpoint is followed until it is in service", FILES, async (app, fake) => {
    const { run, release } = await coming(app, fake);
    same([app.journal.phase, app.journal.express, app.stack().status], ["verify", true, "CREATE_COMPLETE"], "while it comes up");
    release();
    const done = await run.exit;
    ended(done, 0, "created");
    const [made] = paramsOf(fake, "CreateChangeSet");
    same([made["DeploymentConfig.Mode"], made["DeploymentConfig.DisableRollback"]], ["EXPRESS", "false"], "the mode");
    ok(!("DisableRollback" in paramsOf(fake, "ExecuteChangeSet")[0]), "it is said twice");
    const url = at(done, (e) => e.event === "output" && e.id === "FunctionChatUrl" && e.text.startsWith("https://"));
    const creating = at(done, (e) => e.event === "progress" && e.id === "SageMakerLlama" && e.status === "Creating" && e.file === "src/index.ts");
    const there = at(done, (e) => e.event === "progress" && e.id === "SageMakerLlama" && e.status === "InService");
    ok(url > 0 && creating > 0 && there > url && there > creating, `told in the order ${creating} ${url} ${there}`);
    holds(notes(done), "still coming up", "a note");
    same(endpoints(fake), [[NAME, "InService"]], "endpoints");
    ok(app.journal === undefined, "the journal stays");
    // The mode alone changes nothing.
    ended(await app.deploy("--express"), 0, "unchanged");
    ended(await app.deploy("--no-express"), 0, "unchanged");
    same((await app.run(["diff", "--json"])).last, undefined, "events of a comparison");
    same((await app.run(["diff"])).code, 0, "pluto diff");
  });

  test("express: another instance type without downtime; what the endpoint runs on stays until it has moved", FILES, async (app, fake) => {
    ended(await app.deploy("--express"), 0, "created");
    const before = configs(fake);
    app.write({ "src/index.ts": LARGER });
    const { run, release } = await coming(app, fake);
    same(endpoints(fake), [[NAME, "Updating"]], "while it moves");
    ok(configs(fake).includes(before[0]) && configs(fake).length === 2, `configurations: ${configs(fake)}`);
    release();
    ended(await run.exit, 0, "updated");
    same(endpoints(fake), [[NAME, "InService"]], "endpoints");
    ok(configs(fake).length === 1 && !configs(fake).includes(before[0]), `the old one stays: ${configs(fake)}`);
    same(regionOf(fake).endpoints.get(NAME).configName, configs(fake)[0], "the configuration in force");
    ended(await app.deploy("--express"), 0, "unchanged");
  });

  test("express: the first change after a deployment that was not, waits; CloudFormation's word decides", FILES, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    app.write({ "src/index.ts": LARGER });
    fake.forget();
    const run = await app.deploy("--express");
    ended(run, 0, "updated");
    holds(notes(run), "waits for CloudFormation", "a note");
    same(paramsOf(fake, "CreateChangeSet").map((p) => p["DeploymentConfig.Mode"]), ["EXPRESS", undefined], "modes");
    same(paramsOf(fake, "ExecuteChangeSet").map((p) => p.DisableRollback), ["false"], "rollback");
    same([...app.stack().changeSets.keys()], [], "change sets that wait");
  });

  test("express: where CloudFormation goes by the new template, it need not wait", { ...FILES, replacePolicy: "new" }, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    app.write({ "src/index.ts": LARGER });
    fake.forget();
    ended(await app.deploy("--express"), 0, "updated");
    same(paramsOf(fake, "CreateChangeSet").map((p) => p["DeploymentConfig.Mode"]), ["EXPRESS"], "modes");
    same(configs(fake).length, 1, "configurations");
  });

  test("express: what fails while CloudFormation is at it is rolled back", FILES, async (app, fake) => {
    fake.failResource("FunctionChat", "no luck today", { on: ["create"] });
    const run = await app.deploy("--express");
    ended(run, 4, "failed");
    same(app.stack().status, "ROLLBACK_COMPLETE", "the stack");
    holds(run.last.failures[0].reason, "no luck", "the reason");
    ended(await app.deploy("--express"), 0, "created");
  });

  test("express: a function that is not active yet is awaited", { files: { "src/index.ts": PROGRAM }, timings: { default: 2, "AWS::Lambda::Function": 400 } }, async (app, fake) => {
    const run = await app.deploy("--express");
    ended(run, 0, "created");
    same(regionOf(fake).functions.get("shop-dev-writer").state, "Active", "the function");
    ok(fake.count("GetFunctionConfiguration") > 2, "it was not awaited");
  });
}

// What pluto status says of the one endpoint.
async function standing(app, code, state, reason, next) {
  const run = await app.run(["status", "--json"]), told = JSON.parse(run.out);
  same([run.code, told.endpoints.map((e) => e.state)], [code, [state]], "how it stands");
  holds(`${told.endpoints[0].reason ?? ""}`, reason, "what SageMaker says");
  holds(`${told.next ?? ""}`, next, "what to do");
  const text = (await app.run(["status"])).out;
  if (reason) holds(text, reason, "the text");
  else same(text.includes("endpoints:"), state !== "deployed", "the text");
}

function failureTests() {
  test("express: an endpoint that fails after completion is explained; the next deployment makes it anew", FILES, async (app, fake) => {
    fake.endpointTrouble(NAME, { fail: PING });
    const run = await app.deploy("--express");
    ended(run, 4, "failed");
    const [root] = run.last.failures;
    same([root.id, root.file, root.line, root.reason], ["SageMakerLlama", "src/index.ts", 3, PING], "the root");
    holds(run.last.help, "`pluto deploy` then makes the endpoint anew", "the help");
    same([app.stack().status, ...endpoints(fake)], ["CREATE_COMPLETE", [NAME, "Failed"]], "what is there");
    same(app.journal, undefined, "the journal");
    await standing(app, 4, "failed", PING, "makes it anew");
    const plan = await app.deploy("--plan");
    ended(plan, 0, "planned");
    holds(notes(plan), "made anew under another name", "what a plan says");
    fake.forget();
    const healed = await app.deploy("--express");
    ended(healed, 0, "updated");
    const [[name, status], ...more] = endpoints(fake);
    ok(/^shop-dev-llama-[0-9a-f]{5}$/.test(name) && status === "InService" && !more.length, `endpoints: ${endpoints(fake)}`);
    ok(JSON.stringify(app.stack().template).includes(`/aws/sagemaker/Endpoints/${name}:*`), "the role may not write its log");
    same(healed.last.outputs.SageMakerLlamaEndpointName, name, "the output");
    // The name is kept, and compared as if it were the program's.
    ended(await app.deploy("--express"), 0, "unchanged");
    app.write({ "src/index.ts": LARGER });
    ended(await app.deploy("--express"), 0, "updated");
    same(endpoints(fake), [[name, "InService"]], "endpoints");
    app.write({ "src/index.ts": OTHER_CODE.replace("ml.m5.xlarge", "ml.g5.xlarge") });
    ended(await app.deploy("--fast"), 0, "updated");
  });

  test("express: an endpoint that failed is made anew by a deployment that waits, and of a changed program, too", FILES, async (app, fake) => {
    fake.endpointTrouble(NAME, { fail: PING });
    ended(await app.deploy("--express"), 4, "failed");
    app.write({ "src/index.ts": LARGER });
    ended(await app.deploy(), 0, "updated");
    same(endpoints(fake).map(([, status]) => status), ["InService"], "endpoints");
    ended(await app.deploy(), 0, "unchanged");
    await standing(app, 0, "deployed", "", "");
    fake.script("DescribeEndpoint", [{ raw: { status: 400, headers: { "content-type": "application/x-amz-json-1.1" }, body: '{"__type":"AccessDeniedException","Message":"not for you"}' }, times: 9 }]);
    await standing(app, 0, "unknown", "not for you", "");
  });

  test("express: an endpoint that goes back is explained, keeps what it runs on, and is moved by the next deployment", FILES, async (app, fake) => {
    ended(await app.deploy("--express"), 0, "created");
    const [before] = configs(fake);
    app.write({ "src/index.ts": LARGER });
    fake.endpointTrouble(NAME, { rollBack: PING });
    const run = await app.deploy("--express");
    ended(run, 4, "failed");
    holds(run.last.failures[0].reason, "old configuration", "the reason");
    holds(run.last.failures[0].help, "answers on", "the help");
    await standing(app, 4, "behind", PING, "moves it to what is deployed");
    same(regionOf(fake).endpoints.get(NAME).configName, before, "what is in force");
    ok(configs(fake).includes(before), "what it runs on is gone");
    // Once more in vain.
    fake.endpointTrouble(NAME, { rollBack: PING });
    const vain = await app.deploy("--express");
    ended(vain, 4, "failed");
    holds(vain.last.failures[0].reason, "ping health check", "the reason");
    fake.forget();
    const healed = await app.deploy("--express");
    ended(healed, 0, "unchanged");
    same([fake.count("UpdateEndpoint"), fake.count("CreateChangeSet")], [1, 0], "requests");
    same(configs(fake), [regionOf(fake).endpoints.get(NAME).configName], "configurations");
    ok(!configs(fake).includes(before), "it was not moved");
  });

  test("express: an endpoint that went back is moved while something else is deployed, and by another program", FILES, async (app, fake) => {
    ended(await app.deploy("--express"), 0, "created");
    app.write({ "src/index.ts": LARGER });
    fake.endpointTrouble(NAME, { rollBack: PING });
    ended(await app.deploy("--express"), 4, "failed");
    app.write({ "src/index.ts": OTHER_CODE.replace("ml.m5.xlarge", "ml.g5.xlarge") });
    fake.forget();
    ended(await app.deploy("--express"), 0, "updated");
    same(fake.count("UpdateEndpoint"), 1, "moves");
    same(configs(fake).length, 1, "configurations");
    app.write({ "src/index.ts": OTHER_CODE });
    fake.endpointTrouble(NAME, { rollBack: PING });
    ended(await app.deploy("--express"), 4, "failed");
    app.write({ "src/index.ts": OTHER_CODE.replace("ml.m5.xlarge", "ml.m5.2xlarge") });
    ended(await app.deploy("--express"), 0, "updated");
    same(configs(fake), [regionOf(fake).endpoints.get(NAME).configName], "configurations");
  });

  test("express: the printed policy is enough to deploy, to heal and to destroy", FILES, async (app, fake) => {
    const printed = await app.run(["bootstrap", "--print-policy", "--region", "us-east-1"]);
    fake.allowOnly(JSON.parse(printed.out));
    fake.endpointTrouble(NAME, { fail: PING });
    ended(await app.deploy("--express"), 4, "failed");
    ended(await app.deploy("--express"), 0, "updated");
    app.write({ "src/index.ts": LARGER });
    fake.endpointTrouble(endpoints(fake)[0][0], { rollBack: PING });
    ended(await app.deploy("--express"), 4, "failed");
    const healed = await app.deploy("--express");
    ended(healed, 0, "unchanged");
    same(healed.events.filter((e) => e.event === "warning"), [], "warnings");
    same(configs(fake).length, 1, "configurations");
    ended(await app.destroy(), 0, "destroyed");
  });
}

function interruptedTests() {
  test("express: killed while the endpoint is followed: --resume follows it to the end", FILES, async (app, fake) => {
    const { run, release } = await coming(app, fake);
    run.child.kill("SIGKILL");
    same((await run.exit).signal, "SIGKILL", "how it ended");
    same(endpoints(fake), [[NAME, "Creating"]], "endpoints");
    const resumed = app.start(["deploy", "--resume", "--json"]);
    await until("a look", () => resumed.out.includes('"status":"Creating"'));
    release();
    const again = await resumed.exit;
    ended(again, 0, "created");
    ok(again.events.some((e) => e.event === "progress" && e.status === "InService"), "it was not followed");
    same(endpoints(fake), [[NAME, "InService"]], "endpoints");
    ok(app.journal === undefined, "the journal stays");
  });

  test("express: killed while an update is followed: --resume takes away what the endpoint has moved from", FILES, async (app, fake) => {
    ended(await app.deploy("--express"), 0, "created");
    app.write({ "src/index.ts": LARGER });
    const { run, release } = await coming(app, fake);
    run.child.kill("SIGKILL");
    await run.exit;
    release();
    ended(await app.run(["deploy", "--resume", "--json"]), 0, "updated");
    same(configs(fake), [regionOf(fake).endpoints.get(NAME).configName], "configurations");
  });

  test("express: Ctrl-C lets go of an endpoint that comes up, and says how to come back", FILES, async (app, fake) => {
    const { run, release } = await coming(app, fake);
    run.child.kill("SIGINT");
    const left = await run.exit;
    ended(left, 130, "detached");
    holds(left.last.help, "pluto deploy --resume", "the help");
    same(endpoints(fake), [[NAME, "Creating"]], "endpoints");
    await standing(app, 6, "coming", "", "waits for it");
    // Whoever deploys again, without a change, awaits it.
    const next = app.start(["deploy", "--yes", "--json", "--express"]);
    await until("a note", () => next.out.includes("still coming up"));
    release();
    ended(await next.exit, 0, "unchanged");
    same(endpoints(fake), [[NAME, "InService"]], "endpoints");
  });

  test("express: with one still coming up, code is deployed beside it; what touches it waits for it", FILES, async (app, fake) => {
    const detach = async () => {
      const run = app.start(["deploy", "--yes", "--json", "--express"]);
      await until("the phase verify", () => run.out.includes('"phase":"verify"'));
      run.child.kill("SIGINT");
      ended(await run.exit, 130, "detached");
    };
    const release = fake.hold("SageMakerLlama", "settle");
    await detach();
    app.write({ "src/index.ts": OTHER_CODE });
    await detach();
    same([app.stack().status, ...endpoints(fake)], ["UPDATE_COMPLETE", [NAME, "Creating"]], "the code is there first");
    app.write({ "src/index.ts": OTHER_CODE.replace("ml.m5.xlarge", "ml.g5.xlarge") });
    fake.forget();
    const larger = app.start(["deploy", "--yes", "--json", "--express"]);
    await until("waiting", () => fake.count("DescribeEndpoint") > 6);
    same(fake.count("ExecuteChangeSet"), 0, "executions before it has come up");
    release();
    ended(await larger.exit, 0, "updated");
    same(endpoints(fake), [[NAME, "InService"]], "endpoints");
    same(configs(fake).length, 1, "configurations");
  });

  test("express: one that fails while a change waits for it is made anew by that change", FILES, async (app, fake) => {
    fake.endpointTrouble(NAME, { fail: PING });
    const { run, release } = await coming(app, fake);
    run.child.kill("SIGINT");
    ended(await run.exit, 130, "detached");
    app.write({ "src/index.ts": LARGER });
    const next = app.start(["deploy", "--yes", "--json", "--express"]);
    await until("a note", () => next.out.includes("still coming up"));
    release();
    ended(await next.exit, 0, "updated");
    same(endpoints(fake).map(([name, status]) => [name === NAME, status]), [[false, "InService"]], "endpoints");
  });

  test("express: destroy waits for an endpoint that still comes up, since SageMaker deletes none that does", FILES, async (app, fake) => {
    const { run, release } = await coming(app, fake);
    run.child.kill("SIGINT");
    await run.exit;
    const gone = app.start(["destroy", "--yes", "--json"]);
    await until("a note", () => gone.out.includes("waiting for it"));
    same(fake.count("DeleteStack"), 0, "deletions before it has come up");
    release();
    ended(await gone.exit, 0, "destroyed");
    same(endpoints(fake), [], "endpoints");
  });

  test("express: who may not look any more while an endpoint comes up has not deployed well", FILES, async (app, fake) => {
    const { run, release } = await coming(app, fake);
    fake.deny("sagemaker:DescribeEndpoint");
    const lost = await run.exit;
    ended(lost, 3, "unavailable");
    holds(lost.last.help, "--resume", "the help");
    fake.allow();
    release();
    ended(await app.run(["deploy", "--resume", "--json"]), 0, "created");
  });
}

// As another tool leaves a stack: EXPRESS without a rollback, and a resource that failed.
function leave(app, status) {
  const s = app.stack();
  const { template, body, parameters, tags, capabilities, outputs } = s;
  Object.assign(s, { mode: { express: true, config: { Mode: "EXPRESS" } }, leftByExpress: true, disableRollback: true });
  s.paused = { journal: [], kept: { template, body, parameters, tags, capabilities, outputs } };
  s.setStatus(status, "The following resource(s) failed to update: [FunctionWriter]. ");
}

function leftTests() {
  test("a stack that another tool's Express mode left as it failed: one way out, and it is taken", { files: { "src/index.ts": PROGRAM } }, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    leave(app, "UPDATE_FAILED");
    for (const words of [["deploy", "--yes"], ["deploy", "--yes", "--no-rollback"], ["rollback", "--yes"]]) {
      const run = await app.run([...words, "--json"]);
      ended(run, 5, "stuck");
      holds(run.last.help, "`pluto deploy --express` goes on from there", words.join(" "));
    }
    same([fake.count("RollbackStack"), app.stack().status], [0, "UPDATE_FAILED"], "what was done");
    const status = await app.run(["status"]);
    holds(status.out, "--express", "pluto status");
    app.write({ "src/index.ts": PROGRAM.replace("return text", "return text + 1") });
    fake.forget();
    ended(await app.deploy("--express"), 0, "updated");
    const [made] = paramsOf(fake, "CreateChangeSet");
    same([made["DeploymentConfig.Mode"], made["DeploymentConfig.DisableRollback"]], ["EXPRESS", "true"], "the mode");
    ended(await app.deploy(), 0, "unchanged");
  });

  test("out of what Express mode left nothing is replaced: said before CloudFormation refuses it", FILES, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    leave(app, "UPDATE_FAILED");
    app.write({ "src/index.ts": LARGER });
    fake.forget();
    const run = await app.deploy("--express");
    ended(run, 5, "stuck");
    holds(run.last.help, "as it was deployed last", "the help");
    same([fake.count("ExecuteChangeSet"), app.stack().changeSets.size], [0, 0], "what was done");
  });

  test("a refusal that speaks of Express mode is understood, whatever DescribeStacks says", { files: { "src/index.ts": PROGRAM } }, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    leave(app, "UPDATE_FAILED");
    app.stack().mode = undefined;
    for (const words of [["deploy", "--yes", "--no-rollback"], ["rollback", "--yes"]]) {
      app.write({ "src/index.ts": PROGRAM.replace("return text", "return text + 1") });
      const run = await app.run([...words, "--json"]);
      ended(run, 5, "stuck");
      holds(run.last.help, "--express", words.join(" "));
    }
  });

  test("a first deployment that Express mode left as it failed goes, and is made anew", { files: { "src/index.ts": PROGRAM } }, async (app) => {
    ended(await app.deploy(), 0, "created");
    leave(app, "CREATE_FAILED");
    const run = await app.deploy("--express");
    ended(run, 5, "stuck");
    holds(run.last.help, "`pluto destroy`", "the help");
    ended(await app.destroy(), 0, "destroyed");
    ended(await app.deploy("--express"), 0, "created");
  });
}

function settingTests() {
  const settings = (value) => ({ "src/index.ts": PROGRAM, "pluto.yml": `stacks:\n  - name: dev\n    express: ${value}\n  - name: prod\n` });
  test("pluto.yml says `express` for a stack; the command line wins", { files: settings("true") }, async (app, fake) => {
    const modes = async (...words) => {
      fake.forget();
      app.write({ "src/index.ts": PROGRAM.replace("return text", `return text + ${JSON.stringify(words.join(" "))}`) });
      const run = await app.deploy(...words);
      ok(run.code === 0, run.err);
      return paramsOf(fake, "CreateChangeSet").map((p) => p["DeploymentConfig.Mode"]);
    };
    same(await modes(), ["EXPRESS"], "as pluto.yml says");
    same(await modes("--no-express"), [undefined], "--no-express");
    same(await modes("--no-rollback"), [undefined], "--no-rollback");
    same(await modes("--stack", "prod"), [undefined], "another stack");
    for (const word of ["--no-express", "--no-rollback"]) {
      const run = await app.deploy("--express", word);
      same(run.code, 2, `--express ${word}`);
      holds(run.err, "excludes", "the message");
    }
    app.write(settings("perhaps"));
    const wrong = await app.deploy();
    same(wrong.code, 1, "a wrong value");
    holds(wrong.err, "P0603", "the message");
  });

  test("pluto watch deploys in Express mode where pluto.yml says so", { files: settings("true") }, async (app, fake) => {
    const run = app.start(["watch", "--yes"]);
    await until("a deployment", () => app.stack()?.status === "CREATE_COMPLETE");
    await until("waiting", () => run.err.includes("waiting for changes"));
    run.child.kill("SIGINT");
    await run.exit;
    same(paramsOf(fake, "CreateChangeSet").map((p) => p["DeploymentConfig.Mode"]), ["EXPRESS"], "modes");
  });

  test("express at a terminal: the endpoint goes on in the picture, with its time and its state", { ...FILES, timings: { default: 10, "AWS::SageMaker::Endpoint": 1500 } }, async (app) => {
    const run = await onTerminal(app, ["deploy", "--express"], [{ expect: "[y/N]" }, { send: "y\n" }]);
    same(run.code, 0, "the exit code");
    const coming = run.frames.find((f) => /^ {2}\S endpoint .*\d:\d\d {2}Creating/m.test(f) && f.includes("still coming up") && f.includes("FunctionChatUrl  https://"));
    ok(coming, `no picture of the endpoint that comes up in\n${run.frames.at(-2)}`);
    ok(/✓ SageMaker llama/.test(run.end), `the last picture\n${run.end}`);
  });
}

export function expressTests() {
  firstTests();
  failureTests();
  interruptedTests();
  leftTests();
  settingTests();
}
