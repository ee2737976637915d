// What goes wrong on the way: throttling, broken connections, credentials that end, reads that lie.
import fs from "node:fs";
import path from "node:path";
import { ended, holds, JOURNAL, ok, PROGRAM, same, test } from "./harness.mjs";

const ONE = { files: { "src/index.ts": PROGRAM } };

export function troubleTests() {
  test("every kind of request is throttled once: nobody notices", ONE, async (app, fake) => {
    for (const operation of ["GetCallerIdentity", "DescribeStacks", "CreateChangeSet", "DescribeChangeSet", "ExecuteChangeSet", "DescribeStackEvents"])
      fake.script(operation, [{ error: "Throttling" }]);
    fake.script("s3:PutObject", [{ error: "SlowDown" }]);
    ended(await app.deploy(), 0, "created");
    same(fake.faults.unused(), [], "faults that never happened");
  });

  for (const reset of ["before", "after-work", "mid-headers", "mid-body"])
    test(`connections that break (${reset}) in every step`, ONE, async (app, fake) => {
      for (const operation of ["DescribeStacks", "CreateChangeSet", "DescribeChangeSet", "ExecuteChangeSet", "DescribeStackEvents", "s3:PutObject", "CreateBucket"])
        fake.script(operation, [{ reset }]);
      ended(await app.deploy(), 0, "created");
      same(fake.faults.unused(), [], "faults that never happened");
      same([...app.stack().changeSets.values()].filter((c) => c.executionStatus === "AVAILABLE").length, 0, "change sets that wait");
    });

  test("a stack's status that is read late is not believed", ONE, async (app, fake) => {
    fake.script("DescribeStacks", [{}, { stale: "REVIEW_IN_PROGRESS", times: 2 }]);
    ended(await app.deploy(), 0, "created");
    app.write({ "src/index.ts": PROGRAM.replace("return text", "return text + 1") });
    fake.script("DescribeStacks", [{}, { stale: "CREATE_COMPLETE", times: 2 }]);
    const run = await app.deploy();
    ended(run, 0, "updated");
    same(run.last.stackStatus, "UPDATE_COMPLETE", "the status");
  });

  for (const minutes of [-4, 4, 30])
    test(`a clock that is ${minutes} minutes off`, ONE, async (app, fake) => {
      fake.skew(minutes * 60_000);
      const run = await app.deploy();
      ended(run, 0, "created");
      ok(run.events.some((e) => e.event === "resource" && e.id === "FunctionWriter" && e.status === "CREATE_COMPLETE"), "events are missing");
      const gone = await app.destroy();
      ended(gone, 0, "destroyed");
      ok(!gone.events.some((e) => e.event === "resource" && e.status === "CREATE_COMPLETE"), "old events are told again");
      ok(gone.events.some((e) => e.event === "resource" && e.id === "FunctionWriter" && e.status === "DELETE_COMPLETE"), "events are missing");
    });

  test("hooks that refuse are named", ONE, async (app, fake) => {
    fake.hook({ type: "Acme::Guard::Hook", status: "HOOK_COMPLETE_FAILED", reason: "tables must be encrypted with our key", mode: "FAIL" });
    const run = await app.deploy();
    ended(run, 4, "failed");
    holds(run.last.message, "tables must be encrypted", "the message");
    same(app.stack(), undefined, "an empty stack");
  });

  test("a change set that has become obsolete is made anew", ONE, async (app, fake) => {
    fake.script("ExecuteChangeSet", [{ error: { code: "InvalidChangeSetStatus", message: "ChangeSet [x] cannot be executed in its current status of [OBSOLETE]", status: 400 } }]);
    const run = await app.deploy();
    ended(run, 0, "created");
    same(fake.count("CreateChangeSet"), 2, "change sets");
  });

  test("credentials that end on the way: said, with how to go on; --resume goes on", { ...ONE, timings: { default: 2, "AWS::Lambda::Function": 1200 } }, async (app, fake) => {
    fake.script("DescribeStackEvents", [{}, { error: "ExpiredToken", always: true }]);
    const run = await app.deploy();
    ended(run, 7, "denied");
    holds(run.last.help, "pluto deploy --resume", "the help");
    ok(app.journal?.phase === "follow", "the journal is gone");
    fake.faults.clear();
    ended(await app.run(["deploy", "--resume", "--json"]), 0, "created");
  });

  test("credentials that are renewed on the way: nobody notices", { ...ONE, timings: { default: 2, "AWS::Lambda::Function": 5000 } }, async (app, fake) => {
    const now = Date.now();
    // The first are good for a moment, the second for an hour; who makes them counts how often it was asked.
    for (const [id, seconds] of [["ASIAFAKECFNFIRST0001", 4], ["ASIAFAKECFNSECOND002", 3600]])
      fake.addCredentials(id, { secret: `secret-of-${id}`, token: `token-of-${id}`, expires: now + seconds * 1000 });
    app.write({
      "home/.aws/config": `[default]\nregion = us-east-1\ncredential_process = ${process.execPath} ${app.root}/process.mjs\n`,
      "process.mjs": `import fs from "node:fs";
const file = new URL("asked", import.meta.url);
const n = fs.existsSync(file) ? Number(fs.readFileSync(file, "utf8")) : 0;
fs.writeFileSync(file, String(n + 1));
const id = n ? "ASIAFAKECFNSECOND002" : "ASIAFAKECFNFIRST0001";
console.log(JSON.stringify({ Version: 1, AccessKeyId: id, SecretAccessKey: "secret-of-" + id, SessionToken: "token-of-" + id }));
`,
    });
    const run = await app.run(["deploy", "--yes", "--json"], { env: { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined } });
    ended(run, 0, "created");
    same(fs.readFileSync(path.join(app.root, "asked"), "utf8"), "2", "how often credentials were asked for");
    ok(!(run.out + run.err).includes("secret-of"), "a secret was printed");
  });

  for (const [action, before] of [["cloudformation:CreateChangeSet", true], ["s3:PutObject", true], ["cloudformation:DescribeStacks", true], ["cloudformation:ExecuteChangeSet", true]])
    test(`no permission for ${action}`, ONE, async (app, fake) => {
      fake.deny(action);
      const run = await app.deploy();
      ended(run, 7, "denied");
      holds(run.last.message, action, "the message");
      ok(!app.stack() === before || app.stack()?.status === "REVIEW_IN_PROGRESS", "something was deployed");
      fake.allow();
      ended(await app.deploy(), 0, "created");
    });

  test("no credentials at all", ONE, async (app, fake) => {
    const run = await app.run(["deploy", "--yes", "--json"], { env: { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined } });
    same(run.code, 7, `the exit code (${run.err})`);
    same(fake.requests.length, 0, "requests");
  });

  test("a home that is not there", ONE, async (app) => {
    ended(await app.run(["deploy", "--yes", "--json"], { env: { HOME: "/nonexistent" } }), 0, "created");
  });

  test("a wrong secret", ONE, async (app) => {
    const run = await app.run(["deploy", "--yes", "--json"], { env: { AWS_SECRET_ACCESS_KEY: "no" } });
    same(run.code, 7, `the exit code (${run.err})`);
  });

  test("AWS cannot be reached", ONE, async (app) => {
    const run = await app.run(["deploy", "--yes", "--json"], { env: { AWS_ENDPOINT_URL: "https://127.0.0.1:9", AWS_MAX_ATTEMPTS: "1" } });
    same(run.code, 3, `the exit code (${run.err})`);
  });

  test("too many stacks", ONE, async (app, fake) => {
    fake.script("CreateChangeSet", [{ error: "LimitExceededException" }]);
    ended(await app.deploy(), 8, "limit");
  });

  test("a journal that cannot be written ends it before anything is changed", ONE, async (app, fake) => {
    fs.mkdirSync(path.join(app.root, ".pluto"), { recursive: true });
    fs.writeFileSync(path.join(app.root, ".pluto/deploys"), "a file where a folder should be");
    const run = await app.deploy();
    ended(run, 3, "unavailable");
    same(fake.requests.filter((r) => !/^(Get|Describe|Head)/.test(r.operation)).length, 0, "requests that change something");
  });

  for (const [what, text] of [["cut off", '{"version":1,"act":"dep'], ["of another version", '{"version":9}'], ["nonsense", "\0\u00ff"]])
    test(`a journal that is ${what} is said, not obeyed`, ONE, async (app, fake) => {
      app.write({ [JOURNAL]: text });
      const run = await app.deploy();
      ended(run, 3, "unavailable");
      holds(run.last.help, JOURNAL, "the help");
      same(fake.count("CreateChangeSet"), 0, "change sets");
    });

  test("--no-rollback: what fails stays, and the next one goes on from there", ONE, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    app.write({ "src/index.ts": `${PROGRAM}\nnew Function(async (text: string) => text, "second");\n` });
    fake.failResource("FunctionSecond", "no luck");
    const run = await app.deploy("--no-rollback");
    ended(run, 4, "failed");
    same(app.stack().status, "UPDATE_FAILED", "the stack");
    holds(run.last.help, "pluto rollback", "the help");
    ended(await app.deploy("--no-rollback"), 0, "updated");
  });

  test("what AWS says reaches no terminal raw", ONE, async (app, fake) => {
    fake.failResource("FunctionWriter", "\u001b]0;owned\u0007\u001b[2J\u009b31m bad");
    const run = await app.run(["deploy", "--yes"]);
    same(run.code, 4, "the exit code");
    ok(!/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(run.out + run.err), "a control character came through");
    fake.failResource("FunctionWriter", "\u009b31m \u202e bad \u{e0041}");
    const json = await app.run(["deploy", "--yes", "--json"]);
    ok(!/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e\u{e0041}]/u.test(json.out + json.err), "a control character came through");
    const last = JSON.parse(json.out.trim().split("\n").at(-1));
    holds(last.failures[0].reason, "\u009b31m \u202e bad \u{e0041}", "the reason, as AWS gave it");
  });
}
