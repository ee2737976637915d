// One stack name in two places, and one place seen from two machines: journals and marks keep them apart, and together.
import fs from "node:fs";
import path from "node:path";
import { ACCOUNT, ended, holds, JOURNAL, ok, PROGRAM, same, test, until } from "./harness.mjs";

const WRITER = { files: { "src/index.ts": PROGRAM } };
const CHANGED = PROGRAM.replace("return text", "return text + 1");
const there = (app, file) => fs.existsSync(path.join(app.root, file));
const WEST = { AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-1" };

// The same project on another machine: nothing but the sources has come over.
async function elsewhere(app, words) {
  const pluto = path.join(app.root, ".pluto/deploys");
  const aside = path.join(app.root, "aside");
  fs.renameSync(pluto, aside);
  const run = await app.run(words);
  fs.rmSync(pluto, { recursive: true, force: true });
  fs.renameSync(aside, pluto);
  return run;
}

export function placeTests() {
  test("a deployment under way in one region is in nobody's way in another, and is taken up where it is", { timings: { default: 2, "AWS::DynamoDB::Table": 60_000 } }, async (app, fake) => {
    const first = app.start(["deploy", "--yes", "--json"]);
    await until("following", () => app.journal?.phase === "follow");
    first.child.kill("SIGKILL");
    await first.exit;
    fake.options.timings["AWS::DynamoDB::Table"] = 2;
    const west = await app.run(["deploy", "--yes", "--json"], { env: WEST });
    ended(west, 0, "created");
    ok(there(app, JOURNAL), "the other region's journal is gone");
    const lost = await app.run(["deploy", "--resume", "--json"], { env: WEST });
    ended(lost, 9, "refused");
    holds(lost.last.message, "us-east-1", "where it is");
    holds(lost.last.help, "--region", "the help");
    ok(there(app, JOURNAL), "the other region's journal is gone");
    const stopped = await app.run(["deploy", "--cancel", "--yes", "--json"]);
    ok(stopped.code === 0, stopped.err);
    ok(!there(app, JOURNAL), "its journal stays");
  });

  test("a journal of an earlier version is taken up", { timings: { default: 2, "AWS::DynamoDB::Table": 300 } }, async (app) => {
    const first = app.start(["deploy", "--yes", "--json"]);
    await until("following", () => app.journal?.phase === "follow");
    first.child.kill("SIGKILL");
    await first.exit;
    const old = ".pluto/deploys/dev.json";
    fs.renameSync(path.join(app.root, JOURNAL), path.join(app.root, old));
    // Of another region it is none.
    ended(await app.run(["deploy", "--resume", "--json"], { env: WEST }), 9, "refused");
    ok(there(app, old), "it was taken away");
    ended(await app.run(["deploy", "--resume", "--json"]), 0, "created");
    ok(!there(app, old) && !there(app, JOURNAL), "it stays");
  });

  test("what one machine did past CloudFormation, another one's deployment heals", WRITER, async (app, fake) => {
    const sha = () => fake.account.region("us-east-1").functions.get("shop-dev-writer").sha;
    ended(await app.deploy(), 0, "created");
    const stacks = sha();
    app.write({ "src/index.ts": CHANGED });
    ended(await app.deploy("--fast"), 0, "updated");
    ok(sha() !== stacks, "the code did not arrive");
    app.write({ "src/index.ts": PROGRAM });
    fake.forget();
    const plan = await elsewhere(app, ["deploy", "--plan", "--json"]);
    same([fake.count("UpdateFunctionCode"), plan.code], [0, 0], "a plan changes nothing");
    ok(plan.events.some((e) => e.event === "note" && e.text.includes("puts them right")), "a plan does not say so");
    fake.forget();
    ended(await elsewhere(app, ["deploy", "--yes", "--json"]), 0, "unchanged");
    same([fake.count("UpdateFunctionCode"), sha()], [1, stacks], "what runs");
    fake.forget();
    ended(await app.deploy(), 0, "unchanged");
    same([fake.count("UpdateFunctionCode"), fake.count("GetFunctionConfiguration")], [0, 0], "healed twice");
  });

  test("--fast puts only what a function does not run yet, back and forth", WRITER, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    app.write({ "src/index.ts": CHANGED });
    ended(await app.deploy("--fast"), 0, "updated");
    fake.forget();
    ended(await app.deploy("--fast"), 0, "unchanged");
    same(fake.count("UpdateFunctionCode"), 0, "codes that run already");
    app.write({ "src/index.ts": PROGRAM });
    ended(await app.deploy("--fast"), 0, "updated");
    same(fake.count("UpdateFunctionCode"), 1, "codes");
  });

  test("a mark of an earlier version is known", WRITER, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    const fn = fake.account.region("us-east-1").functions.get("shop-dev-writer");
    const stacks = fn.sha;
    fn.sha = "x".repeat(43) + "=";
    const old = ".pluto/deploys/dev.fast.json";
    const mark = (region) => app.write({ [old]: JSON.stringify({ version: 1, act: "deploy", phase: "artifacts", account: ACCOUNT, region, stack: "dev" }) });
    mark("eu-west-1");
    ended(await app.deploy(), 0, "unchanged");
    ok(fn.sha !== stacks, "another region's mark was obeyed");
    mark("us-east-1");
    ended(await app.deploy(), 0, "unchanged");
    ok(fn.sha === stacks && !there(app, old), "the mark was not obeyed, or stays");
  });

  test("who may not look for the mark is told, and deploys", WRITER, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    fake.script("HeadObject", [{ reset: "before", always: true }]);
    const run = await app.deploy();
    ended(run, 0, "unchanged");
    ok(run.events.some((e) => e.event === "warning" && e.text.includes("past CloudFormation")), "it is not said");
  });
}
