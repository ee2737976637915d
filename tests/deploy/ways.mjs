// The ways that end well, and failures with their cause.
import { ACCOUNT, BUCKET, ended, holds, ok, PROGRAM, same, TABLE, test } from "./harness.mjs";

const WITH_FUNCTION = { "src/index.ts": PROGRAM };

export function wayTests() {
  test("created, unchanged, updated, destroyed", { files: WITH_FUNCTION }, async (app, fake) => {
    const first = await app.deploy();
    ended(first, 0, "created");
    const stack = app.stack();
    same(stack.status, "CREATE_COMPLETE", "the stack");
    same(Object.fromEntries(stack.tags.map((t) => [t.Key, t.Value])), { "pluto:project": "shop", "pluto:stack": "dev", "pluto:version": "1" }, "tags");
    ok(first.last.outputs.KVStoreNotesTableName, "no output for the table");
    ok(app.journal === undefined, "the journal stays");

    fake.forget();
    ended(await app.deploy(), 0, "unchanged");
    // The last two at the same time.
    same(app.operations().sort(), ["DescribeStacks", "GetCallerIdentity", "GetTemplate", "HeadObject"], "what an unchanged deployment asks");

    app.write({ "src/index.ts": `\n// moved\n${PROGRAM}` });
    ended(await app.deploy(), 0, "unchanged");

    app.write({ "src/index.ts": PROGRAM.replace("return text", "return `${text}!`") });
    const second = await app.deploy();
    ended(second, 0, "updated");
    const touched = new Set(second.events.filter((e) => e.event === "resource" && !e.type.endsWith("::Stack")).map((e) => e.id));
    same([...touched], ["FunctionWriter"], "what an edit of a function touches");
    const uploaded = second.events.filter((e) => e.event === "upload").map((e) => e.id).sort();
    same(uploaded, ["Function/writer"], "what an edit of a function uploads");

    const gone = await app.destroy();
    ended(gone, 0, "destroyed");
    same(app.stack(), undefined, "the stack");
    ok(gone.last.left.some((l) => l.startsWith("AWS::DynamoDB::Table")), "the table is not said to stay");
    const keys = [...fake.account.buckets.get(BUCKET).keys()].filter((k) => k.startsWith("shop/"));
    same(keys, [], "packages in the bucket");
    ended(await app.destroy(), 0, "nothing");
  });

  test("the bucket is closed to everybody else", {}, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    const bucket = fake.requests.filter((r) => r.service === "s3");
    const named = bucket.filter((r) => r.operation !== "CreateBucket");
    ok(named.length > 5 && bucket.some((r) => r.operation === "PutBucketPolicy" || /policy/.test(JSON.stringify(r.query))), "no policy was put");
    ok(fake.account.buckets.has(BUCKET), "not the account's own name");
  });

  test("a region without names of accounts gets a bucket that nobody can guess", { noBucketNamespaces: true }, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    const [name] = [...fake.account.buckets.keys()];
    ok(/^pluto-\d{12}-us-east-1-[0-9a-f]{8}$/.test(name), `the bucket is called ${name}`);
    app.write({ "src/index.ts": TABLE.replace("notes", "others") });
    ended(await app.deploy("--allow-replace"), 0, "updated");
    same([...fake.account.buckets.keys()], [name], "buckets");
  });

  test("a bucket of ours that somebody else has gets nothing", {}, async (app, fake) => {
    fake.putBucket(BUCKET, { owner: "999999999999" });
    ended(await app.deploy(), 9, "refused");
    same([...fake.account.buckets.get(BUCKET).keys()], [], "objects in the foreign bucket");
    same(app.stack(), undefined, "the stack");
  });

  test("a plan changes nothing and leaves nothing", {}, async (app, fake) => {
    const plan = await app.run(["deploy", "--plan", "--json"]);
    ended(plan, 0, "planned");
    ok(plan.events.some((e) => e.event === "plan" && e.changes.some((c) => c.type === "AWS::DynamoDB::Table" && c.file === "src/index.ts" && c.line === 3)), "the plan does not name the table's line");
    same(app.stack()?.status === "REVIEW_IN_PROGRESS", false, "an empty stack");
    ended(await app.deploy(), 0, "created");
    app.write({ "src/index.ts": `${TABLE}new KVStore("more");\n` });
    ended(await app.run(["deploy", "--plan", "--json"]), 0, "planned");
    same([...app.stack().changeSets.values()].filter((c) => c.executionStatus === "AVAILABLE").length, 0, "change sets that wait");
    same(app.stack().status, "CREATE_COMPLETE", "the stack");
  });

  test("nobody there to agree: nothing is changed, and that is wrong usage", {}, async (app) => {
    const run = await app.run(["deploy"]);
    same(run.code, 2, "the exit code");
    holds(run.err, "--yes", "what is said");
    ok(app.stack() === undefined, "a stack stays");
  });

  test("what holds data is not replaced or deleted without being told to", {}, async (app) => {
    ended(await app.deploy(), 0, "created");
    app.write({ "src/index.ts": TABLE.replace('"notes"', '"notes", { sortKey: "when" }') });
    const kept = app.stack().resources.get("KVStoreNotes").id;
    const run = await app.deploy();
    if (run.code !== 1) {
      ended(run, 9, "refused");
      same(app.stack().resources.get("KVStoreNotes").id, kept, "the table");
    }
  });

  test("a failure is rolled back and shows its line and AWS's reason", { files: WITH_FUNCTION }, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    const more = `${PROGRAM}\nnew Function(async (text: string) => text, "second");\n`;
    app.write({ "src/index.ts": more });
    fake.failResource("FunctionSecond", 'Resource handler returned message: "Specified ReservedConcurrentExecutions for function decreases account\'s UnreservedConcurrentExecution below its minimum value" (RequestToken: 1, HandlerErrorCode: InvalidRequest)');
    const run = await app.deploy();
    ended(run, 4, "failed");
    same(app.stack().status, "UPDATE_ROLLBACK_COMPLETE", "the stack");
    const [root] = run.last.failures;
    same([root.id, root.file, root.line, root.code], ["FunctionSecond", "src/index.ts", 10, "InvalidRequest"], "the root");
    holds(root.help, "concurrency", "the help");
    fake.failResource("FunctionSecond", "no luck");
    const said = await app.run(["deploy", "--yes"]);
    same(said.code, 4, "the exit code");
    holds(said.err, "src/index.ts:10:1", "the place");
    holds(said.err, "no luck", "AWS's reason");
    holds(said.err, '10 | new Function(async (text: string) => text, "second");', "the line");
    ended(await app.deploy(), 0, "updated");
  });

  test("a first deployment that fails is taken away, and the next one starts from nothing", {}, async (app, fake) => {
    fake.failResource("KVStoreNotes", "Resource of type 'AWS::DynamoDB::Table' with identifier 'x' did not stabilize.");
    ended(await app.deploy(), 4, "failed");
    same(app.stack().status, "ROLLBACK_COMPLETE", "the stack");
    ended(await app.deploy(), 0, "created");
  });

  test("checks before the deployment that fail name the resource and the path", {}, async (app, fake) => {
    fake.failValidation({ id: "KVStoreNotes", logicalId: "KVStoreNotes", type: "AWS::DynamoDB::Table", path: "/Resources/KVStoreNotes/Properties/TableName", reason: "Resource of type AWS::DynamoDB::Table with name x already exists", name: "NAME_CONFLICT_VALIDATION", mode: "FAIL" });
    const run = await app.deploy();
    ended(run, 4, "failed");
    same(run.last.failures[0]?.id, "KVStoreNotes", "the root");
    holds(run.last.message, "already exists", "the message");
    same(app.stack(), undefined, "an empty stack");
  });

  test("the account that pluto.yml names is the only one", { files: { "pluto.yml": 'account: "111111111111"\n' } }, async (app, fake) => {
    const run = await app.deploy();
    ended(run, 9, "refused");
    holds(run.last.message, "111111111111", "the message");
    same(app.operations(), ["GetCallerIdentity"], "what was asked");
    app.write({ "pluto.yml": `account: "${ACCOUNT}"\n` });
    ended(await app.deploy(), 0, "created");
    same(fake.count("AssumeRole"), 0, "roles assumed");
  });

  test("a program that does not compile asks AWS for nothing", { files: { "src/index.ts": "const x: = 1;\n" } }, async (app, fake) => {
    same((await app.deploy()).code, 1, "the exit code");
    same(fake.requests.length, 0, "requests");
  });
}
