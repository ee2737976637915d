// Ctrl-C in each phase: before CloudFormation has begun all is put back, afterwards it is let go.
import { spawn } from "node:child_process";
import { ended, holds, ok, pluto, PROGRAM, same, test, until } from "./harness.mjs";

const SLOW = { files: { "src/index.ts": PROGRAM }, timings: { default: 2, "AWS::Lambda::Function": 1500 } };
const nothingLeft = (app) => {
  same(app.stack(), undefined, "the stack");
  ok(app.journal === undefined, "the journal stays");
};

// pluto on a terminal of its own: what is written to it, what it shows, how it ends.
function onTerminal(app, words) {
  const child = spawn("script", ["-qefc", `trap : INT; stty cols 120; ${pluto} ${words}; echo "left with $?"`, "/dev/null"], { cwd: app.root, env: app.env({ TERM: "xterm", SHELL: "/bin/sh" }), stdio: ["pipe", "pipe", "inherit"] });
  const run = { child, out: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => { run.out += text; });
  run.exit = new Promise((done) => child.on("close", () => done(Number(/left with (\d+)/.exec(run.out)?.[1]))));
  return run;
}

export function interruptTests() {
  for (const [what, keys, code, there] of [["yes", "y\n", 0, true], ["no", "n\n", 130, false], ["nothing", "\n", 130, false], ["Ctrl-C", "\x03", 130, false], ["Ctrl-D", "\x04", 130, false]])
    test(`asked on a terminal, and answered with ${what}`, {}, async (app) => {
      const run = onTerminal(app, "deploy");
      await until("the question", () => run.out.includes("[y/N]"));
      run.child.stdin.write(keys);
      same(await run.exit, code, `the exit code (${run.out})`);
      same(app.stack()?.status, there ? "CREATE_COMPLETE" : undefined, "the stack");
      ok(app.journal === undefined, "the journal stays");
    });

  for (const signal of ["SIGINT", "SIGTERM"])
    test(`${signal} while it uploads: nothing is left`, {}, async (app, fake) => {
      fake.script("s3:PutObject", [{ delayMs: 30_000, times: 9 }]);
      const run = app.start(["deploy", "--yes", "--json"]);
      await until("an upload", () => fake.count("PutObject"));
      const begun = Date.now();
      run.child.kill(signal);
      ended(await run.exit, 130, "interrupted");
      ok(Date.now() - begun < 20_000, "it waited for the answer");
      nothingLeft(app);
    });

  test("Ctrl-C while CloudFormation works out the changes: change set and empty stack are taken away", { changeSetMs: 1500 }, async (app, fake) => {
    const run = app.start(["deploy", "--yes", "--json"]);
    await until("a change set", () => fake.count("DescribeChangeSet"));
    run.child.kill("SIGINT");
    ended(await run.exit, 130, "interrupted");
    nothingLeft(app);
  });

  test("Ctrl-C while CloudFormation works out the changes of a stack that is there: it stays as it is", { changeSetMs: 1500 }, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    app.write({ "src/index.ts": `${PROGRAM}// more\nnew KVStore("more");\n` });
    fake.forget();
    const run = app.start(["deploy", "--yes", "--json"]);
    await until("a change set", () => fake.count("DescribeChangeSet"));
    run.child.kill("SIGINT");
    ended(await run.exit, 130, "interrupted");
    same(app.stack().status, "CREATE_COMPLETE", "the stack");
    same([...app.stack().changeSets.values()].filter((c) => c.executionStatus === "AVAILABLE").length, 0, "change sets that wait");
  });

  test("Ctrl-C while it follows: it goes on, --resume sees it through", SLOW, async (app) => {
    const run = app.start(["deploy", "--yes", "--json"]);
    await until("following", () => app.journal?.phase === "follow");
    run.child.kill("SIGINT");
    const left = await run.exit;
    ended(left, 130, "detached");
    holds(left.last.help, "pluto deploy --resume", "the help");
    same(app.stack().status, "CREATE_IN_PROGRESS", "the stack");
    ended(await app.run(["deploy", "--resume", "--json"]), 0, "created");
    ok(app.journal === undefined, "the journal stays");
  });

  test("Ctrl-C while an update is followed: the status is the one that was heard last", SLOW, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    app.write({ "src/index.ts": PROGRAM.replace("return text", "return text + 1") });
    const release = fake.hold("FunctionWriter", "settle");
    const run = app.start(["deploy", "--yes", "--json"]);
    await until("an event", () => run.out.includes('"UPDATE_IN_PROGRESS"'));
    run.child.kill("SIGINT");
    const left = await run.exit;
    ended(left, 130, "detached");
    same(left.last.stackStatus, "UPDATE_IN_PROGRESS", "the stack's status");
    const drift = await app.run(["drift"]);
    same(drift.code, 6, "the exit code of drift");
    ok(!drift.err.includes("--wait"), `an option that there is not: ${drift.err}`);
    release();
    ended(await app.run(["deploy", "--resume", "--json"]), 0, "updated");
  });

  test("--cancel of an update rolls it back; of a first deployment, deletes it", SLOW, async (app) => {
    const first = app.start(["deploy", "--yes", "--json"]);
    await until("following", () => app.journal?.phase === "follow");
    first.child.kill("SIGINT");
    await first.exit;
    ended(await app.run(["deploy", "--cancel", "--yes", "--json"]), 0, "done");
    nothingLeft(app);
    ended(await app.deploy(), 0, "created");
    app.write({ "src/index.ts": PROGRAM.replace("return text", "return text + 1") });
    const second = app.start(["deploy", "--yes", "--json"]);
    await until("following", () => app.journal?.phase === "follow");
    second.child.kill("SIGINT");
    await second.exit;
    ended(await app.run(["deploy", "--cancel", "--yes", "--json"]), 0, "done");
    same(app.stack().status, "UPDATE_ROLLBACK_COMPLETE", "the stack");
    ended(await app.run(["deploy", "--cancel", "--yes", "--json"]), 0, "nothing");
  });

  test("a second Ctrl-C ends it at once", { changeSetMs: 60_000 }, async (app, fake) => {
    fake.script("DeleteChangeSet", [{ delayMs: 60_000 }]);
    const run = app.start(["deploy", "--yes", "--json"]);
    await until("a change set", () => fake.count("DescribeChangeSet"));
    run.child.kill("SIGINT");
    await until("cleaning", () => fake.count("DeleteChangeSet"));
    const begun = Date.now();
    run.child.kill("SIGINT");
    const left = await run.exit;
    same(left.code, 130, "the exit code");
    ok(Date.now() - begun < 30_000, "it waited for the answer");
  });

  test("two at a time on one machine: the second is told", { changeSetMs: 1500 }, async (app, fake) => {
    const first = app.start(["deploy", "--yes", "--json"]);
    await until("a change set", () => fake.count("DescribeChangeSet"));
    const second = await app.deploy();
    ended(second, 6, "busy");
    ended(await first.exit, 0, "created");
  });
}
