// Killed at each request of a deployment: once before AWS hears it, once after AWS obeyed and before the answer
// is read. Whatever comes next has to end in the same place, and nothing may be done twice.
import fs from "node:fs";
import path from "node:path";
import { ended, JOURNAL, ok, PROGRAM, same, TABLE, test, until } from "./harness.mjs";

// Slow enough that what is asked for repeatedly is.
const ONE = { files: { "src/index.ts": PROGRAM }, changeSetMs: 150, timings: { default: 30 } };

// The requests of a deployment, told apart by name and how often it came before.
const KEYS = [
  "GetCallerIdentity 0", "DescribeStacks 0", "HeadObject 0", "CreateBucket 0", "HeadBucket 0",
  "PutPublicAccessBlock 0", "PutBucketPolicy 0", "PutObject 0", "PutObject 1", "PutObject 2",
  "CreateChangeSet 0", "DescribeChangeSet 0", "DescribeChangeSet 1", "ExecuteChangeSet 0",
  "DescribeStackEvents 0", "DescribeStackEvents 2", "DescribeStacks 1", "GetFunctionConfiguration 0",
  "ListObjectsV2 0",
];

function killAt(fake, run, key, lost) {
  const [name, nth] = key.split(" ");
  let seen = 0;
  const state = { hit: false };
  fake.faults.take = ((take) => function (service, operation, params) {
    const step = take.call(this, service, operation, params);
    if (state.hit || operation !== name || seen++ !== Number(nth)) return step;
    state.hit = true;
    run().child.kill("SIGKILL");
    return lost ? { reset: "before" } : step;
  })(fake.faults.take);
  return state;
}

function nothingTwice(app, fake) {
  const stack = app.stack();
  ok(stack, "no stack");
  same(["CREATE_COMPLETE", "UPDATE_COMPLETE"].includes(stack.status), true, `the stack (${stack.status})`);
  const waiting = [...stack.changeSets.values()].filter((c) => c.executionStatus === "AVAILABLE");
  same(waiting.map((c) => c.name), [], "change sets that wait");
  same([...fake.account.regions()].flatMap((r) => [...r.stacks.values()]).filter((s) => s.name === "shop-dev" && s.status !== "DELETE_COMPLETE").length, 1, "stacks");
  ok(app.journal === undefined, `the journal stays: ${JSON.stringify(app.journal)}`);
}

async function cut(app, fake, key, lost, next) {
  let run;
  const state = killAt(fake, () => run, key, lost);
  run = app.start(["deploy", "--yes", "--json"]);
  const first = await run.exit;
  ok(state.hit, `no request ${key}: ${app.operations().join(" ")}\n${first.err}`);
  same(first.signal, "SIGKILL", "how the first run ended");
  const journal = app.journal?.phase;
  const second = await app.run([...next, "--json"]);
  ok(second.code === 0, `${next.join(" ")} after ${journal}: ${second.code} ${second.err}${second.out.slice(-1500)}`);
  nothingTwice(app, fake);
  const executions = fake.requests.filter((r) => r.operation === "ExecuteChangeSet" && r.status === 200).length;
  const begun = app.stack().events.filter((e) => e.ResourceStatus === "CREATE_IN_PROGRESS" && e.LogicalResourceId === "shop-dev").length;
  ok(begun === 1, `the stack was created ${begun} times`);
  ok(executions <= 2, `executed ${executions} times`);
  return { journal, second };
}

export function killTests() {
  for (const key of KEYS)
    for (const lost of [true, false])
      test(`killed at ${key}, ${lost ? "unheard" : "obeyed"}: --resume converges`, ONE, async (app, fake) => {
        await cut(app, fake, key, lost, ["deploy", "--resume", "--yes"]);
      });

  // Without --resume, too, as soon as nothing is under way any more.
  for (const key of ["PutObject 0", "CreateChangeSet 0", "DescribeChangeSet 0", "ExecuteChangeSet 0"])
    test(`killed at ${key}: a plain deploy converges`, ONE, async (app, fake) => {
      await cut(app, fake, key, false, ["deploy", "--yes", "--wait"]);
    });

  test("killed while it follows: a plain deploy says whose operation it is, --resume sees it through", { ...ONE, timings: { default: 2, "AWS::Lambda::Function": 1500 } }, async (app) => {
    const run = app.start(["deploy", "--yes", "--json"]);
    await until("the phase follow", () => app.journal?.phase === "follow");
    run.child.kill("SIGKILL");
    await run.exit;
    const plain = await app.deploy();
    ended(plain, 6, "busy");
    ok(plain.last.message.includes("which you began"), plain.last.message);
    ok(plain.last.help.includes("--resume"), plain.last.help);
    const resumed = await app.run(["deploy", "--resume", "--json"]);
    ended(resumed, 0, "created");
    ok(resumed.last.outputs.KVStoreNotesTableName, "no outputs");
  });

  test("killed before a failure: --resume explains it as the run itself would have", { ...ONE, timings: { default: 2, "AWS::Lambda::Function": 800 } }, async (app, fake) => {
    fake.failResource("FunctionWriter", "no luck (HandlerErrorCode: AccessDenied)", { on: ["settle"] });
    const run = app.start(["deploy", "--yes", "--json"]);
    await until("the phase follow", () => app.journal?.phase === "follow");
    run.child.kill("SIGKILL");
    await run.exit;
    await fake.settled("shop-dev");
    const resumed = await app.run(["deploy", "--resume", "--json"]);
    ended(resumed, 4, "failed");
    same([resumed.last.failures[0].id, resumed.last.failures[0].file], ["FunctionWriter", "src/index.ts"], "the root");
  });

  for (const [what, words] of [["deploy", ["deploy", "--yes"]], ["destroy", ["destroy", "--yes"]]])
    test(`killed while it writes the journal: nothing of that stays after ${what}`, { files: { "src/index.ts": TABLE } }, async (app) => {
      app.write({ [`${JOURNAL}.new`]: '{"version":1,"act":"dep' });
      same((await app.run(words)).code, 0, "the exit code");
      same(fs.readdirSync(path.dirname(path.join(app.root, JOURNAL))), ["dev.lock"], "files");
    });

  for (const key of ["DeleteStack 0", "DescribeStackEvents 0", "DescribeStacks 1"])
    test(`destroy killed at ${key}: destroy again ends it`, {}, async (app, fake) => {
      ended(await app.deploy(), 0, "created");
      let run;
      const state = killAt(fake, () => run, key, false);
      run = app.start(["destroy", "--yes", "--json"]);
      await run.exit;
      ok(state.hit, `no request ${key}`);
      const again = await app.destroy();
      same(again.code, 0, `the exit code ${again.err}`);
      same(app.stack(), undefined, "the stack");
      ok(app.journal === undefined, "the journal stays");
    });
}

