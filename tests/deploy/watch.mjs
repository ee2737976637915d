// pluto watch: code goes to the functions at every save; what is more is deployed as usual.
import { ended, holds, ok, PROGRAM, same, test } from "./harness.mjs";

async function until(what, condition, run) {
  for (let i = 0; i < 800; i++) {
    if (await condition()) return;
    if (run?.child.exitCode != null) break;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error(`${what} did not come\n${run?.out}${run?.err}`);
}
const waits = (run, times) => until(`turn ${times}`, () => run.err.split("waiting for changes").length > times, run);

export function watchTests() {
  test("watch: an edit of a function goes straight to it, a new resource through CloudFormation, a mistake nowhere", { files: { "src/index.ts": PROGRAM } }, async (app, fake) => {
    const run = app.start(["watch", "--yes"]);
    await waits(run, 1);
    same(app.stack().status, "CREATE_COMPLETE", "the first turn deploys");
    fake.forget();
    app.write({ "src/index.ts": PROGRAM.replace("return text", "return text + 1") });
    await waits(run, 2);
    same([fake.count("UpdateFunctionCode"), fake.count("CreateChangeSet")], [1, 0], "an edit");
    fake.forget();
    app.write({ "src/index.ts": PROGRAM.replace("return text", "return = text") });
    await waits(run, 3);
    holds(run.err, "src/index.ts:7", "the mistake");
    same(app.operations(), [], "requests for a mistake");
    app.write({ "src/index.ts": `${PROGRAM}new KVStore("more");\n` });
    await waits(run, 4);
    same(fake.count("CreateChangeSet"), 1, "change sets for a new table");
    ok(app.stack().resources.has("KVStoreMore"), "no new table");
    run.child.kill("SIGINT");
    const end = await run.exit;
    same(end.code, 0, `the exit code (${end.err})`);
    // What came past CloudFormation is known, and put right.
    app.write({ "src/index.ts": `${PROGRAM}new KVStore("more");\n` });
    ended(await app.deploy(), 0, "unchanged");
  });

  test("watch ends where no save will help: no credentials, nobody to agree", { files: { "src/index.ts": PROGRAM } }, async (app) => {
    const denied = await app.run(["watch", "--yes"], { env: { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_EC2_METADATA_DISABLED: "true" } });
    same(denied.code, 7, `the exit code (${denied.err})`);
    same((await app.run(["watch"])).code, 2, "nobody to agree");
  });
}
