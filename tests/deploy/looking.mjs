// pluto status, outputs, drift and rollback: what is there, what became of it, and the way out.
import { ended, holds, ok, OWN, PROGRAM, same, TABLE, test } from "./harness.mjs";

const WITH_FUNCTION = { files: { "src/index.ts": PROGRAM } };
const WRITES = /^(Create|Update|Delete|Put|Execute|Set|Continue|Rollback|Cancel)/;
const TABLE_TEMPLATE = { Resources: { KVStoreNotes: { Type: "AWS::DynamoDB::Table", Properties: { AttributeDefinitions: [{ AttributeName: "Id", AttributeType: "S" }], KeySchema: [{ AttributeName: "Id", KeyType: "HASH" }], BillingMode: "PAY_PER_REQUEST" } } } };

const json = (run) => JSON.parse(run.out);

export function lookingTests() {
  test("status and outputs of what is deployed, and of nothing", WITH_FUNCTION, async (app, fake) => {
    for (const command of ["status", "outputs"]) {
      const run = await app.run([command]);
      same(run.code, 3, `the exit code of ${command}`);
      holds(run.err, "`pluto deploy` makes it", command);
    }
    const { last } = await app.deploy();
    fake.forget();
    const status = await app.run(["status", "--json"]);
    same(status.code, 0, "the exit code");
    const told = json(status);
    same([told.stackName, told.stackStatus, told.stand, told.account, told.region], ["shop-dev", "CREATE_COMPLETE", "in order", "123456789012", "us-east-1"], "status");
    ok(told.resources.some((r) => r.id === "FunctionWriter" && r.status === "CREATE_COMPLETE"), "no function");
    same(told.outputs, last.outputs, "outputs");
    const text = await app.run(["status"]);
    holds(text.out, "shop-dev  in order (CREATE_COMPLETE)", "status");
    holds(text.out, last.outputs.FunctionWriterUrl, "status");
    same(json(await app.run(["outputs", "--json"])), last.outputs, "outputs");
    same((await app.run(["outputs", "FunctionWriterUrl"])).out, `${last.outputs.FunctionWriterUrl}\n`, "one output");
    same((await app.run(["outputs", "Nothing"])).code, 3, "an output that is not there");
    same(app.operations().filter((o) => WRITES.test(o)), [], "what changes something");
  });

  test("status after a failure says what failed first and what to do", WITH_FUNCTION, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    app.write({ "src/index.ts": `${PROGRAM}new Function(async (t: string) => t, "second");\n` });
    fake.failResource("FunctionSecond", "no luck");
    ended(await app.deploy(), 4, "failed");
    const run = await app.run(["status"]);
    same(run.code, 4, "the exit code");
    holds(run.out, "what failed first: FunctionSecond (AWS::Lambda::Function)", "the root");
    holds(run.out, "AWS says: no luck", "the reason");
    const line = PROGRAM.split("\n").length;
    holds(run.out, `--> src/index.ts:${line}:1, Function/second`, "the place");
    same(json(await app.run(["status", "--json"])).failures.map((f) => [f.owner, f.file, f.line]), [["Function/second", "src/index.ts", line]], "the place for programs");
    app.write({ "src/index.ts": "new Nonsense(;\n" });
    const broken = await app.run(["status"]);
    same([broken.code, broken.err, broken.out.includes("-->")], [4, "", false], "a program that does not compile");
    holds(broken.out, "what failed first: FunctionSecond", "the root");
    holds(run.out, "next: put right what failed", "what to do");
  });

  for (const [state, code, words] of [["UPDATE_IN_PROGRESS", 6, "--resume"], ["UPDATE_ROLLBACK_FAILED", 5, "pluto rollback"], ["DELETE_FAILED", 5, "pluto destroy"], ["UPDATE_FAILED", 4, "pluto rollback"], ["ROLLBACK_COMPLETE", 4, "pluto deploy"]])
    test(`status of a stack in ${state}`, {}, async (app, fake) => {
      fake.putStack({ name: "shop-dev", status: state, template: TABLE_TEMPLATE, tags: OWN });
      const run = await app.run(["status"]);
      same(run.code, code, `the exit code (${run.err})`);
      holds(run.out, state, "the state");
      holds(run.out, words, "what to do");
    });

  test("status of somebody else's stack is refused", {}, async (app, fake) => {
    fake.putStack({ name: "shop-dev", status: "CREATE_COMPLETE", template: TABLE_TEMPLATE });
    same((await app.run(["status"])).code, 9, "the exit code");
    same((await app.run(["outputs"])).code, 9, "the exit code");
  });

  test("drift: none, then what somebody changed by hand", {}, async (app, fake) => {
    same((await app.run(["drift"])).code, 3, "without a stack");
    ended(await app.deploy(), 0, "created");
    const none = await app.run(["drift", "--json"]);
    same([none.code, json(none)], [0, { resources: [], drifted: false }], "none");
    fake.drift("shop-dev", "KVStoreNotes", { status: "MODIFIED", actual: { BillingMode: "PROVISIONED" } });
    const run = await app.run(["drift", "--json"]);
    same(run.code, 4, "the exit code");
    same(json(run).resources.map((r) => [r.id, r.status, r.values.length > 0]), [["KVStoreNotes", "MODIFIED", true]], "drift");
    holds((await app.run(["drift"])).out, "~ KVStoreNotes (AWS::DynamoDB::Table)", "as text");
    same((await app.run(["drift", "--exit-zero"])).code, 0, "with --exit-zero");
    const secret = ["hf", "abcdefghijklmnopqrstuvwxyzABCDEFGH"].join("_");
    fake.drift("shop-dev", "KVStoreNotes", { status: "MODIFIED", actual: { BillingMode: secret } });
    for (const words of [["drift"], ["drift", "--json"]]) {
      const { out } = await app.run(words);
      ok(out.includes("(hidden: looks like ") && !out.includes(secret), `${words.join(" ")} shows a secret: ${out}`);
    }
  });

  test("rollback out of a deployment that was left as it failed", { files: { "src/index.ts": TABLE } }, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    app.write({ "src/index.ts": `${TABLE}new KVStore("more");\n` });
    fake.failResource("KVStoreMore", "no luck");
    ended(await app.deploy("--no-rollback"), 4, "failed");
    same(app.stack().status, "UPDATE_FAILED", "the stack");
    ended(await app.run(["rollback", "--yes", "--json"]), 0, "done");
    same(app.stack().status, "UPDATE_ROLLBACK_COMPLETE", "the stack");
    ended(await app.run(["rollback", "--yes", "--json"]), 0, "nothing");
  });

  test("rollback of a rollback that failed, leaving a resource as it is", {}, async (app, fake) => {
    fake.putStack({ name: "shop-dev", status: "UPDATE_ROLLBACK_FAILED", template: TABLE_TEMPLATE, tags: OWN, resources: { KVStoreNotes: { status: "UPDATE_FAILED", id: "table-1" } } });
    ended(await app.run(["rollback", "--yes", "--json", "--skip", "KVStoreNotes"]), 0, "done");
    same(app.stack().status, "UPDATE_ROLLBACK_COMPLETE", "the stack");
  });
}
