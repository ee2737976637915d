// What the services say besides CloudFormation: endpoints, functions, nested stacks, the bucket's keeping.
import fs from "node:fs";
import path from "node:path";
import { BUCKET, ended, holds, ok, PROGRAM, same, test, until } from "./harness.mjs";

const MODEL = `import { SageMaker, Function } from "@plutolang/pluto";

const model = new SageMaker("llama", "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2.1.1-tgi2.0.1-gpu-py310-cu121-ubuntu22.04", {
  instanceType: "ml.m5.xlarge",
  envs: { HF_MODEL_ID: "TinyLlama/TinyLlama-1.1B-Chat-v1.0", HF_TASK: "text-generation" },
});

new Function(async (text: string) => await model.invoke({ inputs: text }), "chat");
`;
const LLAMA = { files: { "src/index.ts": MODEL } };
const LARGER = MODEL.replace("ml.m5.xlarge", "ml.g5.xlarge");

export function serviceTests() {
  test("an endpoint is watched while it comes up", { ...LLAMA, timings: { default: 2, "AWS::SageMaker::Endpoint": 1200 } }, async (app) => {
    const run = await app.deploy();
    ended(run, 0, "created");
    const seen = run.events.filter((e) => e.event === "progress" && e.id === "SageMakerLlama");
    ok(seen.length > 0 && seen.every((e) => e.file === "src/index.ts"), "no progress of the endpoint");
  });

  test("an endpoint that goes back to its old configuration without a word is a failure", LLAMA, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    const name = app.stack().resources.get("SageMakerLlama").id.split("/").at(-1);
    app.write({ "src/index.ts": LARGER });
    fake.endpointTrouble(name, { rollBack: "The primary container for production variant AllTraffic did not pass the ping health check." });
    const run = await app.deploy();
    ended(run, 4, "failed");
    const [root] = run.last.failures;
    same([root.id, root.file, root.line], ["SageMakerLlama", "src/index.ts", 3], "the root");
    holds(root.reason, "old configuration", "the reason");
    holds(root.reason, "ping health check", "SageMaker's reason");
    // CloudFormation has taken away the configuration that is in force, so the endpoint can be moved no more.
    const healed = await app.deploy();
    ended(healed, 0, "updated");
    const now = app.stack().resources.get("SageMakerLlama").id.split("/").at(-1);
    ok(now.startsWith(`${name}-`), `it is called ${now}`);
    same([...fake.account.region("us-east-1").endpoints.keys()], [now], "endpoints");
    ended(await app.deploy(), 0, "unchanged");
  });

  test("Ctrl-C while an endpoint is checked: --resume checks it again", LLAMA, async (app, fake) => {
    // The first question is whether the name is free.
    fake.script("DescribeEndpoint", [{}, { raw: { headers: { "content-type": "application/x-amz-json-1.1" }, body: '{"EndpointStatus":"Updating","EndpointConfigName":"x"}' }, times: 400 }]);
    const run = app.start(["deploy", "--yes", "--json"]);
    await until("the phase verify", () => app.journal?.phase === "verify");
    run.child.kill("SIGINT");
    ended(await run.exit, 130, "detached");
    fake.faults.clear();
    ended(await app.run(["deploy", "--resume", "--json"]), 0, "created");
  });

  test("who may not look at endpoints and functions is told so, and the deployment stands", LLAMA, async (app, fake) => {
    const denied = { code: "AccessDeniedException", message: "User: x is not authorized to perform: this", status: 400 };
    for (const operation of ["DescribeEndpoint", "GetFunctionConfiguration", "ListStackResources"]) fake.script(operation, [{ error: denied, always: true }]);
    const run = await app.deploy();
    ended(run, 0, "created");
    ok(run.events.filter((e) => e.event === "warning").length >= 2, "it is not said");
  });

  test("an endpoint that fails is explained by SageMaker's words", LLAMA, async (app, fake) => {
    fake.failResource("SageMakerLlama", 'Resource handler returned message: "The account-level service limit \'ml.m5.xlarge for endpoint usage\' is 0 Instances (Service: SageMaker, Status Code: 400)" (HandlerErrorCode: ServiceLimitExceeded)');
    const run = await app.deploy();
    ended(run, 4, "failed");
    holds(run.last.failures[0].help, "Service Quotas", "the help");
  });

  test("fast: code goes straight to the function; the next deployment knows and heals", { files: { "src/index.ts": PROGRAM } }, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    app.write({ "src/index.ts": PROGRAM.replace("return text", "return text + 1") });
    fake.forget();
    ended(await app.deploy("--fast"), 0, "updated");
    same(fake.count("UpdateFunctionCode"), 1, "codes");
    same(fake.count("CreateChangeSet"), 0, "change sets");
    // Back to what the stack says: nothing to do for CloudFormation, but the function runs other code.
    app.write({ "src/index.ts": PROGRAM });
    fake.forget();
    ended(await app.deploy(), 0, "unchanged");
    same(fake.count("UpdateFunctionCode"), 1, "codes put back");
    fake.forget();
    ended(await app.deploy(), 0, "unchanged");
    same(fake.count("UpdateFunctionCode"), 0, "codes put back twice");
    // What is more than code is deployed as usual.
    app.write({ "src/index.ts": PROGRAM.replace('"writer"', '"author"') });
    fake.forget();
    ended(await app.deploy("--fast"), 0, "updated");
    same(fake.count("CreateChangeSet"), 1, "change sets");
  });

  test("fast: code that a function did not take is given to it again", { files: { "src/index.ts": PROGRAM } }, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    app.write({ "src/index.ts": PROGRAM.replace("return text", "return text + 1") });
    fake.functionTrouble("shop-dev-writer", "the code is no good");
    const failed = await app.deploy("--fast");
    ended(failed, 4, "failed");
    holds(failed.last.message, "the code is no good", "the message");
    holds(failed.last.help, "pluto deploy", "the help");
    fake.forget();
    ended(await app.deploy("--fast"), 0, "updated");
    same(fake.count("UpdateFunctionCode"), 1, "codes");
  });

  // Killed when Lambda has taken the code, and runs the old one still: nobody is told that the new one runs.
  test("fast: killed while a function changes over: the next one waits for it", { files: { "src/index.ts": PROGRAM }, functionUpdateMs: 3_600_000 }, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    app.write({ "src/index.ts": PROGRAM.replace("return text", "return text + 1") });
    fake.forget();
    const first = app.start(["deploy", "--fast", "--yes", "--json"]);
    await until("the change over", () => fake.count("UpdateFunctionCode") > 0 && fake.count("GetFunctionConfiguration") > 0);
    first.child.kill("SIGKILL");
    await first.exit;
    fake.forget();
    const second = app.start(["deploy", "--fast", "--yes", "--json"]);
    await until("it is asked for again", () => fake.count("UpdateFunctionCode") > 0);
    fake.options.functionUpdateMs = 1;
    fake.account.region("us-east-1").functions.get("shop-dev-writer").updating = 1;
    ended(await second.exit, 0, "updated");
  });

  test("old packages are taken away, those in use and young ones stay", { files: { "src/index.ts": PROGRAM } }, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    app.write({ "src/index.ts": PROGRAM.replace("return text", "return text + 1") });
    ended(await app.deploy(), 0, "updated");
    const keys = () => fake.account.buckets.get(BUCKET).keys().filter((k) => k.startsWith("shop/dev/functions/"));
    same(keys().length, 2, "packages");
    const month = 31 * 24 * 3600 * 1000;
    fake.skew(month);
    app.write({ "src/index.ts": PROGRAM.replace("return text", "return text + 2") });
    ended(await app.deploy(), 0, "updated");
    same(keys().length, 1, "packages after a month");
    const used = app.stack().parameters;
    ok(JSON.stringify([...(used.values?.() ?? Object.values(used))]).includes(keys()[0]), "the package in use is gone");
  });

  test("the deployer's variables go as hidden parameters", { files: { "src/index.ts": PROGRAM.replace("return text", "return process.env.API_TOKEN_NAME ?? text") } }, async (app) => {
    const unset = await app.deploy();
    if (unset.code === 0) return;
    same(unset.code, 3, `the exit code (${unset.err})`);
    holds(unset.err, "API_TOKEN_NAME", "what is said");
    ended(await app.run(["deploy", "--yes", "--json"], { env: { API_TOKEN_NAME: "x" } }), 0, "created");
    // Hidden values cannot be compared from here: CloudFormation does it.
    ended(await app.run(["deploy", "--yes", "--json"], { env: { API_TOKEN_NAME: "x" } }), 0, "unchanged");
    ended(await app.run(["deploy", "--yes", "--json"], { env: { API_TOKEN_NAME: "y" } }), 0, "updated");
    const deploys = path.join(app.root, ".pluto/deploys");
    const files = fs.readdirSync(deploys, { recursive: true, withFileTypes: true }).filter((f) => f.isFile());
    ok(files.length > 0 && !files.some((f) => fs.readFileSync(path.join(f.parentPath, f.name), "utf8").includes("API_TOKEN")), "a journal holds it");
  });

  test("a list whose page names itself as the next", {}, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    const resources = `<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries></StackResourceSummaries><NextToken>again</NextToken></ListStackResourcesResult></ListStackResourcesResponse>`;
    fake.script("ListStackResources", Array(3).fill({ raw: { headers: { "content-type": "text/xml" }, body: resources } }));
    const before = fake.requests.length;
    const run = await app.run(["status", "--json"]);
    same(run.code, 3, `the exit code (${run.err})`);
    holds(run.err + run.out, "the pages of `ListStackResources` do not end", "what is said");
    same(fake.requests.slice(before).filter((r) => r.operation === "ListStackResources").length, 2, "requests");
  });

  test("a plan goes into the change sets of nested stacks, and reads each to its last page", {}, async (app, fake) => {
    const arn = (name) => `arn:aws:cloudformation:us-east-1:123456789012:changeSet/${name}/1`;
    const change = (id, type, more = "") => `<member><Type>Resource</Type><ResourceChange><Action>Modify</Action><LogicalResourceId>${id}</LogicalResourceId><ResourceType>${type}</ResourceType><Replacement>False</Replacement>${more}</ResourceChange></member>`;
    const set = (changes, next = "") => ({ raw: { headers: { "content-type": "text/xml" }, body: `<DescribeChangeSetResponse><DescribeChangeSetResult><ChangeSetId>${arn("x")}</ChangeSetId><StackId>arn:aws:cloudformation:us-east-1:123456789012:stack/shop-dev/1</StackId><Status>CREATE_COMPLETE</Status><ExecutionStatus>AVAILABLE</ExecutionStatus><Changes>${changes}</Changes>${next && `<NextToken>${next}</NextToken>`}</DescribeChangeSetResult></DescribeChangeSetResponse>` } });
    const table = `<Details><member><Target><Attribute>Properties</Attribute><Name>KeySchema</Name><RequiresRecreation>Always</RequiresRecreation><BeforeValue>a</BeforeValue><AfterValue>b</AfterValue></Target></member></Details>`;
    fake.script("DescribeChangeSet", [
      set(change("One", "AWS::Lambda::Function"), "more"),
      set(change("Nested", "AWS::CloudFormation::Stack", `<ChangeSetId>${arn("nested")}</ChangeSetId>`)),
      set(change("KVStoreNotes", "AWS::DynamoDB::Table", table).replace("<Replacement>False", "<Replacement>Conditional")),
    ]);
    const run = await app.run(["deploy", "--plan", "--json"]);
    ended(run, 9, "refused");
    holds(run.last.message, "KVStoreNotes", "the message");
    const { changes } = run.events.find((e) => e.event === "plan");
    same(changes.map((c) => [c.stack ?? "", c.id, c.replaced, c.losesData]), [["", "One", "no", false], ["Nested", "KVStoreNotes", "maybe", true]], "the plan");
    same(changes[1].details[0], { attribute: "Properties", name: "KeySchema", recreation: "Always", before: "a", after: "b" }, "details");
  });

  test("a program too large for one template is deployed as nested stacks, with the failures in them", {}, async (app, fake) => {
    const many = Array.from({ length: 130 }, (_, i) => `new Function(async (t: string) => t + ${i}, "f${i}");`).join("\n");
    app.write({ "src/index.ts": `import { Function } from "@plutolang/pluto";\n${many}\n` });
    fake.failResource("FunctionF7", "no luck");
    const failed = await app.deploy();
    ended(failed, 4, "failed");
    same([failed.last.failures[0].id, failed.last.failures[0].line], ["FunctionF7", 9], "the root");
    ok(failed.last.failures[0].stack, "the nested stack is not named");
    ended(await app.deploy(), 0, "created");
    ended(await app.deploy(), 0, "unchanged");
  });
}
