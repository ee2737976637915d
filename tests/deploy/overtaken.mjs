// Whoever is quicker: stacks that change between a look and the request that follows from it, and deletions that
// come to their end while nobody watches.
import fs from "node:fs";
import { App, BUCKET, ended, holds, ok, OWN, PROGRAM, same, test, until } from "./harness.mjs";

const NAME = "shop-dev";
const ONE = { files: { "src/index.ts": PROGRAM } };
const TEMPLATE = { Resources: { Handle: { Type: "AWS::CloudFormation::WaitConditionHandle" } } };

// `happens` before the first request of that name is obeyed.
function before(fake, name, happens) {
  let waits = true;
  fake.faults.take = ((take) => function (service, operation, ...rest) {
    if (waits && operation === name) {
      waits = false;
      happens();
    }
    return take.call(this, service, operation, ...rest);
  })(fake.faults.take);
}

const packages = (fake) => fake.account.buckets.get(BUCKET).keys().filter((key) => key.startsWith("shop/dev/"));

export function overtakenTests() {
  test("somebody else's first deployment was quicker: said as if it had been there, and nothing stays", ONE, async (app, fake) => {
    before(fake, "CreateChangeSet", () => fake.putStack({ name: NAME, status: "CREATE_IN_PROGRESS", template: TEMPLATE, tags: OWN }));
    const run = await app.deploy();
    ended(run, 6, "busy");
    holds(run.last.message, "a first deployment of the stack `shop-dev`", "the message");
    holds(run.last.help, "--wait", "the help");
    ok(app.journal === undefined, `the journal stays: ${JSON.stringify(app.journal)}`);
  });

  test("somebody else's first deployment was quicker: --wait waits for it", ONE, async (app, fake) => {
    before(fake, "CreateChangeSet", () => fake.putStack({ name: NAME, status: "CREATE_IN_PROGRESS", template: TEMPLATE, tags: OWN }));
    const run = app.start(["deploy", "--yes", "--wait", "--json"]);
    await until("waiting", () => run.out.includes("waiting for its end"));
    fake.finish(NAME, "CREATE_COMPLETE");
    ended(await run.exit, 0, "updated");
    ok(app.stack().resources.has("FunctionWriter"), "it was not deployed");
  });

  for (const [operation, status] of [["CreateChangeSet", "UPDATE_IN_PROGRESS"], ["ExecuteChangeSet", "UPDATE_IN_PROGRESS"]])
    test(`somebody else's update began before ${operation}: said, and no change set stays`, ONE, async (app, fake) => {
      ended(await app.deploy(), 0, "created");
      app.write({ "src/index.ts": PROGRAM.replace("return text", "return text + 1") });
      before(fake, operation, () => app.stack().setStatus(status, "User Initiated"));
      fake.script(operation, [{ error: { code: "ValidationError", message: `Stack:${app.stack().id} is in ${status} state and can not be updated.`, status: 400 } }]);
      const run = await app.deploy();
      ended(run, 6, "busy");
      holds(run.last.help, "--wait", "the help");
      same([...app.stack().changeSets.values()].filter((c) => c.executionStatus === "AVAILABLE").length, 0, "change sets that wait");
      ok(app.journal === undefined, `the journal stays: ${JSON.stringify(app.journal)}`);
    });

  test("an update that ends before --cancel arrives: nothing to do, and how it ended", ONE, async (app, fake) => {
    fake.putStack({ name: NAME, status: "UPDATE_IN_PROGRESS", template: TEMPLATE, tags: OWN });
    before(fake, "CancelUpdateStack", () => fake.finish(NAME, "UPDATE_COMPLETE"));
    const run = await app.run(["deploy", "--cancel", "--yes", "--json"]);
    ended(run, 0, "nothing");
    same(run.last.stackStatus, "UPDATE_COMPLETE", "the stack's status");
  });

  test("--cancel that CloudFormation refuses is told in its words", ONE, async (app, fake) => {
    fake.putStack({ name: NAME, status: "UPDATE_IN_PROGRESS", template: TEMPLATE, tags: OWN });
    fake.script("CancelUpdateStack", [{ error: { code: "ValidationError", message: "not today", status: 400 } }]);
    const run = await app.run(["deploy", "--cancel", "--yes", "--json"]);
    ended(run, 3, "unavailable");
    holds(run.last.message, "not today", "the message");
  });

  test("destroy takes packages away before the stack is gone: who waits for that uploads them anew", ONE, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    const release = fake.hold("AWS::IAM::Role", "delete");
    const destroy = app.start(["destroy", "--yes", "--json"]);
    await release.reached;
    await until("the packages are gone", () => packages(fake).length === 0);
    const other = new App(fake, ONE.files);
    const deploy = other.start(["deploy", "--yes", "--wait", "--json"]);
    await until("waiting", () => deploy.out.includes("waiting for its end"));
    release();
    ended(await destroy.exit, 0, "destroyed");
    ended(await deploy.exit, 0, "created");
    ok(packages(fake).some((key) => key.endsWith(".zip")), "no package");
    fs.rmSync(other.root, { recursive: true });
  });

  // Killed when AWS hears of the deletion, so before anything else is asked for.
  for (const [what, words] of [["destroy again", ["destroy", "--yes"]], ["deploy --resume", ["deploy", "--resume"]]])
    test(`destroy killed, and the stack goes without it: ${what} takes packages away and says what stays`, ONE, async (app, fake) => {
      ended(await app.deploy(), 0, "created");
      const release = fake.hold("AWS::IAM::Role", "delete");
      let run;
      before(fake, "DeleteStack", () => run.child.kill("SIGKILL"));
      run = app.start(["destroy", "--yes", "--json"]);
      await run.exit;
      await release.reached;
      release();
      await fake.settled(NAME);
      ok(packages(fake).length > 0, "the packages are gone already");
      const again = await app.run([...words, "--json"]);
      ended(again, 0, "destroyed");
      holds(again.last.left.join(), "AWS::DynamoDB::Table", "what stays");
      same(packages(fake), [], "packages");
      ok(app.journal === undefined, "the journal stays");
    });

  test("the packages of a stack that was deployed anew meanwhile stay", ONE, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    let run;
    before(fake, "DeleteStack", () => run.child.kill("SIGKILL"));
    run = app.start(["destroy", "--yes", "--json"]);
    await run.exit;
    await until("the stack is gone", () => app.stack() === undefined);
    const other = new App(fake, ONE.files);
    ended(await other.deploy(), 0, "created");
    const kept = packages(fake);
    ended(await app.run(["deploy", "--resume", "--json"]), 0, "destroyed");
    same(packages(fake), kept, "packages");
    fs.rmSync(other.root, { recursive: true });
  });

  test("packages that cannot be taken away are named", ONE, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    fake.script("s3:ListObjectsV2", [{ error: "AccessDenied", always: true }]);
    const run = await app.destroy();
    ended(run, 0, "destroyed");
    const warning = run.events.find((e) => e.event === "warning")?.text;
    holds(warning, BUCKET, "the warning");
    holds(warning, "shop/dev/", "the warning");
  });
}
