// What people read at an end: what happened, what state things are in, what to type next, where they are.
import { ended, holds, ok, OWN, PROGRAM, same, TABLE, test, until } from "./harness.mjs";

const ONE = { files: { "src/index.ts": PROGRAM } };
const SLOW = { ...ONE, timings: { default: 2, "AWS::Lambda::Function": 1500 } };
const EDITED = PROGRAM.replace("return text", "return `${text}!`");
const PLANTED = { Resources: { KVStoreNotes: { Type: "AWS::DynamoDB::Table", Properties: {} } } };
const asked = (fake, operation) => fake.requests.some((r) => r.operation === operation);

export function screenTests() {
  test("what is proposed means the stack that was meant", { ...SLOW, files: { ...ONE.files, "pluto.yml": "stacks: [ { name: dev }, { name: prod } ]\n" } }, async (app, fake) => {
    const run = app.start(["deploy", "--yes", "--stack", "prod", "--region", "us-east-1"]);
    await until("an execution", () => asked(fake, "ExecuteChangeSet") && run.out.includes("CREATE_IN_PROGRESS"));
    run.child.kill("SIGINT");
    const { err } = await run.exit;
    holds(err, "`pluto deploy --stack prod --region us-east-1 --resume`", "the way back");
    holds(err, "`pluto deploy --stack prod --region us-east-1 --cancel`", "the way out");
    holds((await app.run(["status", "-s", "prod"])).out, "`pluto deploy --stack prod --resume`", "status");
    same(JSON.parse((await app.run(["status", "-s", "prod", "--json"])).out).next, "`pluto deploy --stack prod --resume` follows it", "status --json");
    ended(await app.deploy("--resume", "--stack", "prod"), 0, "created");
    const quoted = await app.run(["status", "--external-id", "it's", "--region", "eu-west-1"]);
    holds(quoted.err, "`pluto deploy --region eu-west-1 --external-id 'it'\\''s'` makes it", "a word for a shell");
    const folder = await app.run(["status", app.root]);
    holds(folder.err, `\`pluto deploy ${app.root}\` makes it`, "another folder");
  });

  test("interrupted before anything was asked for: said so", { ...ONE, latencyMs: 200 }, async (app, fake) => {
    const run = app.start(["deploy", "--yes"]);
    await until("a request", () => fake.requests.length > 0);
    run.child.kill("SIGINT");
    const { code, err } = await run.exit;
    same(code, 130, "the exit code");
    holds(err, "interrupted: nothing was changed", "what is said");
  });

  test("who is let go while deleting is told of destroy", ONE, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    const held = fake.hold("FunctionWriter", "delete");
    const run = app.start(["destroy", "--yes"]);
    await held.reached;
    run.child.kill("SIGINT");
    const { code, err } = await run.exit;
    same(code, 130, "the exit code");
    holds(err, "`pluto destroy` follows it again", "the way back");
    ok(!err.includes("--cancel"), "a deletion cannot be stopped");
    const status = await app.run(["status"]);
    holds(status.out, "`pluto destroy` follows it", "status");
    fake.release();
  });

  test("nobody there to agree: JSON has an end, too, and no option is proposed that there is not", ONE, async (app) => {
    const run = await app.run(["deploy", "--json"]);
    same([run.code, run.last.event, run.last.status], [2, "done", "declined"], "the end");
    ended(await app.deploy(), 0, "created");
    const { code, err } = await app.run(["destroy"]);
    same(code, 2, "the exit code");
    ok(err.includes("--yes") && !err.includes("--plan"), err);
  });

  test("nothing to do names what there is, or where there is nothing", {}, async (app) => {
    holds((await app.run(["destroy", "--yes"])).out, "there is no stack `shop-dev` in account 123456789012, us-east-1", "destroy");
    ended(await app.deploy(), 0, "created");
    for (const words of [["rollback"], ["deploy", "--cancel"]])
      holds((await app.run(words)).out, "nothing to do: `shop-dev`: in order (CREATE_COMPLETE)", words.join(" "));
  });

  test("what only follows a function that changes is not called replaced", ONE, async (app) => {
    ended(await app.deploy(), 0, "created");
    app.write({ "src/index.ts": EDITED });
    const { out } = await app.run(["deploy", "--plan"]);
    holds(out, "~ Function writer", "the function");
    holds(out, "· named with these, and stays as it is: FunctionWriterUrlPermission, FunctionWriterUrlInvokePermission, FunctionWriterUrl\n", "the others");
    holds(out, "no permission widens: 1 to change\n", "the verdict");
    const { review } = (await app.run(["deploy", "--plan", "--json"])).events.find((e) => e.event === "plan");
    same(review.resources.filter((r) => r.action === "follow").length, 3, "in JSON");
  });

  test("a rollback that fails shows what failed and what keeps it from going back", ONE, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    app.write({ "src/index.ts": EDITED.replace('"notes");', '"notes");\nnew KVStore("more");') });
    fake.failResource("AWS::Lambda::Function", "too bad", { on: "update" });
    fake.failResource("AWS::Lambda::Function", "no way back", { on: "rollback" });
    const run = await app.run(["deploy", "--yes"]);
    same(run.code, 5, "the exit code");
    holds(run.err, "AWS could not change this\n  = AWS says: too bad", "the root");
    holds(run.err, "AWS could not put this back\n  = AWS says: no way back", "the other");
    // The table was called off, which nobody can skip.
    const next = await app.run(["deploy", "--yes"]);
    holds(next.err, "`pluto rollback --skip FunctionWriter`", "what can be skipped");
  });

  test("--cancel of a first deployment says what goes and what stays", SLOW, async (app, fake) => {
    const run = app.start(["deploy", "--yes"]);
    await until("a table", () => run.out.includes("CREATE_COMPLETE     AWS::DynamoDB::Table"));
    run.child.kill("SIGINT");
    await run.exit;
    const { code, out } = await app.run(["deploy", "--cancel", "--yes"]);
    same(code, 0, "the exit code");
    holds(out, "· AWS::DynamoDB::Table KVStoreNotes", "what stays, beforehand");
    holds(out, "- AWS::IAM::Role FunctionWriterRole", "what goes");
    const tables = fake.stack("shop-dev") ? [] : out.match(/stays: AWS::DynamoDB::Table shop-dev-KVStoreNotes-\w+/g);
    same(tables?.length, 1, "what stays, afterwards");
  });

  test("--wait waits for another pluto of this machine, too", { changeSetMs: 800 }, async (app, fake) => {
    const first = app.start(["deploy", "--yes", "--json"]);
    await until("a change set", () => asked(fake, "CreateChangeSet"));
    const second = await app.deploy("--wait");
    ended(await first.exit, 0, "created");
    ended(second, 0, "unchanged");
  });

  test("a failed first deployment is compared as nothing", { files: { "src/index.ts": TABLE } }, async (app, fake) => {
    fake.putStack({ name: "shop-dev", status: "ROLLBACK_COMPLETE", tags: OWN, template: PLANTED });
    const { out } = await app.run(["diff", "--exit-zero"]);
    holds(out, "nothing (the first deployment of `shop-dev` failed in 123456789012, us-east-1)", "the title");
    holds(out, "1 to add", "the verdict");
  });

  test("a stack that is not whole is compared with its template, and that is said", ONE, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    same((await app.run(["diff"])).err, "", "of a stack that is whole");
    fake.failResource("FunctionWriterRole", "in use", { on: "delete" });
    ended(await app.destroy(), 5, "stuck");
    const { err } = await app.run(["diff", "--exit-zero"]);
    holds(err, "some of it could not be deleted (DELETE_FAILED)", "the warning");
    holds(err, "pluto destroy", "what to do");
  });

  test("drift of nothing names where there is nothing, and what makes it", {}, async (app) => {
    const { code, err } = await app.run(["drift"]);
    same(code, 3, "the exit code");
    holds(err, "account 123456789012, us-east-1", "the message");
    holds(err, "`pluto deploy` makes it", "the help");
  });

  test("status counts what is there", ONE, async (app, fake) => {
    fake.failResource("AWS::Lambda::Function", "too bad", { on: "create" });
    ended(await app.deploy(), 4, "failed");
    holds((await app.run(["status"])).out, "us-east-1, 0 resources\n", "after a first deployment that failed");
    app.write({ "src/index.ts": TABLE });
    ended(await app.deploy(), 0, "created");
    holds((await app.run(["status"])).out, "us-east-1, 1 resource\n", "of a table");
  });

  test("an import that failed is nothing to roll back", {}, async (app, fake) => {
    fake.putStack({ name: "shop-dev", status: "IMPORT_ROLLBACK_FAILED", tags: OWN, template: PLANTED });
    const run = await app.run(["deploy", "--yes"]);
    same(run.code, 5, "the exit code");
    holds(run.err, "AWS's console", "what to do");
    ok(!run.err.includes("pluto rollback"), run.err);
  });

  test("whatever asks of a stranger's stack is refused alike", ONE, async (app, fake) => {
    fake.putStack({ name: "shop-dev", status: "CREATE_COMPLETE", template: PLANTED });
    for (const words of [["status"], ["outputs"], ["diff"], ["logs", "--deployed"], ["invoke", "writer", "--deployed"], ["drift"], ["rollback"], ["destroy", "--yes"]]) {
      const { code, err } = await app.run(words);
      same(code, 9, `the exit code of ${words.join(" ")}`);
      holds(err, "another name in pluto.yml", words.join(" "));
    }
  });

  test("what is in another account than pluto.yml says is not looked for here", { files: { "pluto.yml": 'account: "111111111111"\n' } }, async (app, fake) => {
    for (const words of [["status"], ["outputs"], ["diff"], ["logs", "--deployed"], ["drift"]]) {
      const { code, err } = await app.run(words);
      same(code, 9, `the exit code of ${words.join(" ")}`);
      holds(err, "belongs into 111111111111", words.join(" "));
    }
    holds((await app.run(["stack", "list"])).out, "belongs into 111111111111", "stack list");
  });

  test("--fast says that the stack does not know yet; going back says where that leads", ONE, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    app.write({ "src/index.ts": EDITED });
    holds((await app.run(["deploy", "--fast"])).out, "1 function was changed past CloudFormation; the next `pluto deploy` brings the stack there", "--fast");
    ended(await app.deploy(), 0, "updated");
    app.write({ "src/index.ts": PROGRAM });
    fake.failResource("AWS::Lambda::Function", "too bad", { on: "update" });
    ended(await app.deploy("--no-rollback"), 4, "failed");
    holds((await app.run(["rollback", "--yes"])).out, "went back: what was deployed before is in force", "rollback");
  });

  test("a hook that refuses everything is named", {}, async (app, fake) => {
    fake.hook({ type: "Our::Friday::Hook", status: "HOOK_COMPLETE_FAILED", reason: "not on Fridays" });
    const { err } = await app.run(["deploy", "--yes"]);
    ok(!err.includes(" ():"), err);
    holds(err, "not on Fridays", "the reason");
  });

  test("where much is added, what belongs together is one line", {}, async (app) => {
    const many = Array.from({ length: 20 }, (_, i) => `new Function(async (t: string) => t + ${i}, "f${i}");`).join("\n");
    app.write({ "src/index.ts": `import { Function } from "@plutolang/pluto";\n${many}\n` });
    const { out } = await app.run(["diff", "--exit-zero"]);
    holds(out, "  + Function f7  LogGroup, Role, Function, 2 × Permission, Url  src/index.ts:9:1\n", "a function");
    holds(out, "120 to add", "the verdict");
    ok(out.split("\n").length < 60, `${out.split("\n").length} lines`);
  });

  test("a failure in a nested stack is named by status, too", {}, async (app, fake) => {
    const many = Array.from({ length: 130 }, (_, i) => `new Function(async (t: string) => t + ${i}, "f${i}");`).join("\n");
    app.write({ "src/index.ts": `import { Function } from "@plutolang/pluto";\n${many}\n` });
    fake.failResource("FunctionF77", "no luck");
    ended(await app.deploy(), 4, "failed");
    holds((await app.run(["status"])).out, "what failed first: FunctionF77 (AWS::Lambda::Function)\n  = AWS says: no luck", "status");
  });

  test("what an update leaves behind is said, and it stands", ONE, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    app.write({ "src/index.ts": TABLE });
    fake.failResource("AWS::IAM::Role", "must detach all policies first", { on: "delete", times: 9 });
    const run = await app.deploy();
    ended(run, 0, "updated");
    const warned = run.events.filter((e) => e.event === "warning").map((e) => e.text).join("\n");
    holds(warned, "`FunctionWriterRole`", "what stays");
    holds(warned, "must detach all policies first", "why");
  });

  test("a table that leaves the program is kept, and that is asked for all the same", ONE, async (app) => {
    ended(await app.deploy(), 0, "created");
    app.write({ "src/index.ts": 'import { Function } from "@plutolang/pluto";\nnew Function(async (t: string) => t, "writer");\n' });
    const run = await app.run(["deploy", "--yes"]);
    same(run.code, 9, "the exit code");
    holds(run.out, "KVStoreNotes  removed, and stays in the account", "the plan");
    holds(run.err, "would be left behind", "the refusal");
    ended(await app.deploy("--allow-replace"), 0, "updated");
  });

  test("who may not ask is told what state things are in and where the policy is", ONE, async (app, fake) => {
    fake.deny("cloudformation:DescribeStacks");
    const { code, err } = await app.run(["deploy", "--yes"]);
    same(code, 7, "the exit code");
    holds(err, "nothing was changed", "the state");
    holds(err, "`pluto bootstrap --print-policy`", "what to do");
    fake.allow();
    for (const action of ["CreateChangeSet", "ExecuteChangeSet"]) {
      fake.deny(`cloudformation:${action}`);
      const refused = await app.run(["deploy", "--yes", "--skip-preflight"]);
      same(refused.code, 7, `the exit code without ${action}`);
      holds(refused.err, "nothing was changed", action);
      fake.allow();
    }
  });
}
