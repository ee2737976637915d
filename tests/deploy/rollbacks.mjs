// pluto rollback: what it shows, whom it asks, what survives being killed, who else is at work.
import fs from "node:fs";
import path from "node:path";
import { ended, holds, ok, OWN, same, test, until } from "./harness.mjs";

const BEFORE = `import { Function, KVStore } from "@plutolang/pluto";

const notes = new KVStore("notes");

new Function(async (text: string) => notes.get(text), "writer", { url: false });
`;
// One more permission, a way in, a function more; and what fails.
const AFTER = `${BEFORE.replace("notes.get(text)", 'notes.set("last", text)').replace(", { url: false }", "")}
new Function(async () => 1, "second", { url: false });
new Function(async () => 2, "third", { url: false });
`;
const TABLED = `${BEFORE}
new KVStore("more");
new Function(async () => 2, "third", { url: false });
`;
const FILES = { files: { "src/index.ts": BEFORE } };

// A deployment that failed and was left as it is.
async function failed(app, fake, program = AFTER) {
  ended(await app.deploy(), 0, "created");
  app.write({ "src/index.ts": program });
  fake.failResource("FunctionThird", "no luck");
  // Last of all, so that there is something to put back.
  const hold = fake.hold("FunctionThird", "begin");
  const run = app.start(["deploy", "--yes", "--json", "--no-rollback"]);
  await hold.reached;
  const last = program === AFTER ? "FunctionWriterUrl" : "KVStoreMore";
  await until(`${last} is made`, () => app.stack().resources.get(last)?.status === "CREATE_COMPLETE");
  hold();
  ended(await run.exit, 4, "failed");
  same(app.stack().status, "UPDATE_FAILED", "the stack");
  fake.forget();
}

const back = (app, ...more) => app.run(["rollback", "--yes", "--json", ...more]);
const plan = (run) => run.events.find((e) => e.event === "plan");
const begun = (fake) => fake.requests.filter((r) => r.operation === "RollbackStack" && r.status === 200).length;

export function rollbackTests() {
  test("rollback shows what goes, what is put back, what it means; and nobody there means no", FILES, async (app, fake) => {
    await failed(app, fake);
    const asked = await app.run(["rollback", "--json"]);
    same([asked.code, begun(fake), app.stack().status], [2, 0, "UPDATE_FAILED"], "nothing is done unasked");
    holds(asked.err, "--yes", "the help");
    const { changes, review } = plan(asked);
    const of = (id) => changes.find((c) => c.id === id)?.action;
    same([of("FunctionSecond"), of("FunctionWriterUrl"), of("FunctionWriter"), of("FunctionWriterRole"), of("KVStoreNotes")], ["Remove", "Remove", "Modify", "Modify", undefined], "actions");
    ok(review.permissions.some((p) => p.effect === "narrows" || p.added === false), `no permission goes: ${JSON.stringify(review.permissions)}`);
    ok(review.permissions.some((p) => JSON.stringify(p).includes("dynamodb:")), "the table's permission is not told");
    const text = await app.run(["rollback"]);
    for (const words of ["the deployment that failed → what was deployed before", "other ways in", "dynamodb:PutItem", "FunctionSecond"]) holds(text.out, words, "as text");
    const run = await back(app);
    ended(run, 0, "done");
    same(app.stack().status, "UPDATE_ROLLBACK_COMPLETE", "the stack");
    app.write({ "src/index.ts": BEFORE });
    ended(await app.deploy(), 0, "unchanged");
  });

  test("a table that the failed deployment made is not deleted without being told to", FILES, async (app, fake) => {
    await failed(app, fake, TABLED);
    const run = await back(app);
    ended(run, 9, "refused");
    holds(run.last.message, "KVStoreMore", "the message");
    holds(run.last.help, "--allow-replace", "the help");
    same([plan(run).changes.find((c) => c.id === "KVStoreMore").losesData, begun(fake)], [true, 0], "the plan");
    ended(await back(app, "--allow-replace"), 0, "done");
  });

  for (const [at, lost] of [["RollbackStack", true], ["RollbackStack", false], ["DescribeStackEvents", false]])
    test(`rollback: killed at ${at}${lost ? ", unheard" : ""}, --resume ends it, once`, { ...FILES, timings: { default: 30 } }, async (app, fake) => {
      await failed(app, fake);
      let run;
      const take = fake.faults.take;
      let hit = false;
      fake.faults.take = function (service, operation, params) {
        const step = take.call(this, service, operation, params);
        const now = operation === at && (at === "RollbackStack" || begun(fake) > 0);
        if (hit || !now) return step;
        hit = true;
        run.child.kill("SIGKILL");
        return lost ? { reset: "before" } : step;
      };
      run = app.start(["rollback", "--yes", "--json"]);
      same((await run.exit).signal, "SIGKILL", "how it ended");
      same([app.journal.act, app.journal.phase], ["rollback", at === "RollbackStack" ? "execute" : "follow"], "the journal");
      ended(await app.run(["rollback", "--resume", "--yes", "--json"]), 0, "done");
      same(app.stack().status, "UPDATE_ROLLBACK_COMPLETE", "the stack");
      same(app.stack().events.filter((e) => e.LogicalResourceId === "shop-dev" && e.ResourceStatus === "UPDATE_ROLLBACK_IN_PROGRESS").length, 1, "rollbacks");
      ok(app.journal === undefined, "the journal stays");
    });

  test("rollback: a deployment's --resume follows it, too, and Ctrl-C lets go of it", FILES, async (app, fake) => {
    await failed(app, fake);
    const hold = fake.hold("FunctionWriter", "begin");
    const run = app.start(["rollback", "--yes", "--json"]);
    await until("following", () => app.journal?.phase === "follow");
    run.child.kill("SIGINT");
    ended(await run.exit, 130, "detached");
    hold();
    ended(await app.run(["deploy", "--resume", "--json"]), 0, "done");
    same(begun(fake), 1, "rollbacks");
  });

  test("rollback: another one at work is recognised, beforehand and in the last moment", FILES, async (app, fake) => {
    await failed(app, fake);
    const hold = fake.hold("FunctionWriter", "begin");
    const first = app.start(["rollback", "--yes", "--json"]);
    await until("following", () => app.journal?.phase === "follow");
    const here = await back(app);
    ended(here, 6, "busy");
    holds(here.last.message, "on this machine", "the message");
    // Another machine knows nothing of this one's lock and journal.
    const pluto = path.join(app.root, ".pluto/deploys");
    fs.renameSync(pluto, path.join(app.root, "aside"));
    const there = await back(app);
    ended(there, 6, "busy");
    holds(there.last.message, "is under way", "the message");
    hold();
    await first.exit;

    fake.putStack({ name: "shop-prod", status: "UPDATE_FAILED", template: { Resources: { Q: { Type: "AWS::SQS::Queue" } } }, tags: { ...OWN, "pluto:stack": "prod" }, resources: { Q: { status: "UPDATE_FAILED", id: "q" } } });
    // Whoever begins between the review and our beginning is seen in the stack's last event.
    const events = fake.stack("shop-prod");
    let looked = 0;
    const take = fake.faults.take;
    fake.faults.take = function (service, operation, params) {
      if (operation === "GetTemplate" && params.StackName === events.id && !looked++) events.setStatus?.("UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated");
      return take.call(this, service, operation, params);
    };
    const late = await back(app, "--stack", "prod");
    ended(late, 6, "busy");
    same(fake.requests.filter((r) => r.operation === "RollbackStack" && r.parameters?.StackName === events.id).length, 0, "rollbacks of it");
  });

  test("rollback --force leaves what cannot be put back, one after the other", {}, async (app, fake) => {
    const queue = { Type: "AWS::SQS::Queue" };
    fake.putStack({ name: "shop-dev", status: "UPDATE_ROLLBACK_FAILED", template: { Resources: { A: queue, B: queue } }, tags: OWN, resources: { A: { status: "UPDATE_FAILED", id: "a" }, B: { status: "UPDATE_FAILED", id: "b" } } });
    fake.script("ContinueUpdateRollback", []);
    const run = await back(app, "--force");
    ended(run, 0, "done");
    same(app.stack().status, "UPDATE_ROLLBACK_COMPLETE", "the stack");
  });
}
