// A deployment and a destruction for each state that a stack may be in.
import { ended, holds, ok, OWN, same, test } from "./harness.mjs";

const NAME = "shop-dev";
const TEMPLATE = { Resources: { KVStoreNotes: { Type: "AWS::DynamoDB::Table", Properties: { BillingMode: "PAY_PER_REQUEST", AttributeDefinitions: [{ AttributeName: "key", AttributeType: "S" }], KeySchema: [{ AttributeName: "key", KeyType: "HASH" }] } } } };

const put = (fake, status, more = {}) => fake.putStack({ name: NAME, status, template: TEMPLATE, tags: OWN, ...more });

export function stateTests() {
  for (const status of ["CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"])
    test(`${status}: updated`, {}, async (app, fake) => {
      put(fake, status);
      ended(await app.deploy("--allow-replace"), 0, "updated");
      same(app.stack().status, "UPDATE_COMPLETE", "the stack");
    });

  test("REVIEW_IN_PROGRESS, ours: created", {}, async (app, fake) => {
    put(fake, "REVIEW_IN_PROGRESS");
    ended(await app.deploy(), 0, "created");
  });

  test("REVIEW_IN_PROGRESS, a stranger's: refused", {}, async (app, fake) => {
    put(fake, "REVIEW_IN_PROGRESS", { tags: { "pluto:project": "other", "pluto:stack": "dev" } });
    ended(await app.deploy(), 9, "refused");
    same(app.stack().status, "REVIEW_IN_PROGRESS", "the stack");
  });

  test("ROLLBACK_COMPLETE: deleted and created", {}, async (app, fake) => {
    put(fake, "ROLLBACK_COMPLETE");
    const run = await app.deploy();
    ended(run, 0, "created");
    ok(run.events.some((e) => e.event === "note" && e.text.includes("ROLLBACK_COMPLETE")), "it is not said");
  });

  test("ROLLBACK_COMPLETE with something left, or protected: refused", {}, async (app, fake) => {
    put(fake, "ROLLBACK_COMPLETE", { resources: { KVStoreNotes: { status: "DELETE_SKIPPED", removed: false } } });
    ended(await app.deploy(), 9, "refused");
    same(app.stack().status, "ROLLBACK_COMPLETE", "the stack");
    app.stack().terminationProtection = true;
    ended(await app.deploy(), 9, "refused");
    ok(!app.operations().includes("DeleteStack"), "it was deleted");
  });

  test("ROLLBACK_FAILED: deleted with --yes, and created", {}, async (app, fake) => {
    put(fake, "ROLLBACK_FAILED", { resources: { KVStoreNotes: { status: "DELETE_FAILED", reason: "in use" } } });
    ended(await app.deploy(), 0, "created");
  });

  for (const status of ["CREATE_FAILED", "UPDATE_FAILED"])
    test(`${status}: explained`, {}, async (app, fake) => {
      put(fake, status, { resources: { KVStoreNotes: { status, reason: "no such thing" } } });
      const run = await app.deploy();
      ended(run, 4, "failed");
      holds(run.last.help, "--no-rollback", "the help");
      holds(run.last.help, "pluto rollback", "the help");
    });

  test("UPDATE_ROLLBACK_FAILED: says which to skip", {}, async (app, fake) => {
    put(fake, "UPDATE_ROLLBACK_FAILED", { resources: { KVStoreNotes: { status: "UPDATE_FAILED", reason: "gone" } } });
    const run = await app.deploy();
    ended(run, 5, "stuck");
    holds(run.last.help, "pluto rollback --skip KVStoreNotes", "the help");
    same(run.last.failures[0].reason, "gone", "the reason");
    ok(!app.operations().includes("ContinueUpdateRollback"), "it was skipped unasked");
  });

  test("DELETE_FAILED: says what blocks", {}, async (app, fake) => {
    put(fake, "DELETE_FAILED", { resources: { KVStoreNotes: { status: "DELETE_FAILED", reason: "in use" } } });
    const run = await app.deploy();
    ended(run, 5, "stuck");
    holds(run.last.help, "pluto destroy --retain KVStoreNotes", "the help");
    ended(await app.destroy("--retain", "KVStoreNotes"), 0, "destroyed");
  });

  for (const status of ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "IMPORT_IN_PROGRESS"])
    test(`${status}: busy`, {}, async (app, fake) => {
      put(fake, status, { token: "somebody" });
      const run = await app.deploy();
      ended(run, 6, "busy");
      holds(run.last.message, status, "the message");
      same(app.stack().status, status, "the stack");
      ok(!app.operations().includes("CreateChangeSet"), "a change set was asked for");
    });

  test("--wait: follows what is under way, then looks anew", {}, async (app, fake) => {
    put(fake, "UPDATE_IN_PROGRESS", { token: "somebody" });
    const run = app.start(["deploy", "--yes", "--json", "--wait", "--allow-replace"]);
    setTimeout(() => fake.finish(NAME, "UPDATE_COMPLETE"), 400);
    ended(await run.exit, 0, "updated");
  });

  test("a foreign stack of that name: nothing of it is touched", {}, async (app, fake) => {
    for (const tags of [{}, { "pluto:project": "other", "pluto:stack": "dev" }, { "pluto:project": "shop", "pluto:stack": "prod" }]) {
      fake.account.region("us-east-1").stacks.clear();
      put(fake, "CREATE_COMPLETE", { tags });
      ended(await app.deploy(), 9, "refused");
      ended(await app.destroy(), 9, "refused");
      same(app.stack().status, "CREATE_COMPLETE", "the stack");
    }
    const changing = app.operations().filter((o) => !/^(Get|Describe|List)/.test(o));
    same(changing, [], "what was asked");
  });

  test("a protected stack is destroyed with --force alone", {}, async (app) => {
    ended(await app.deploy(), 0, "created");
    app.stack().terminationProtection = true;
    const run = await app.destroy();
    ended(run, 9, "refused");
    holds(run.last.help, "--force", "the help");
    ended(await app.destroy("--force"), 0, "destroyed");
  });
}
