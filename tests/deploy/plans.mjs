// What is shown before anything happens: pluto diff against what is deployed, and the plan of pluto deploy.
import { ended, holds, ok, PROGRAM, same, test } from "./harness.mjs";

const WITH_FUNCTION = { files: { "src/index.ts": PROGRAM } };
const WRITES = /^(Create|Update|Delete|Put|Execute|Set|Continue|Rollback|Cancel)/;

const diff = async (app, ...more) => {
  const run = await app.run(["diff", "--json", ...more]);
  return { ...run, plan: run.out ? JSON.parse(run.out) : undefined };
};
const actions = (plan) => plan.resources.map((r) => `${r.action} ${r.logicalId}`);

export function planTests() {
  test("diff where nothing is deployed says so, and makes nothing", WITH_FUNCTION, async (app, fake) => {
    const { code, plan } = await diff(app);
    same(code, 4, "the exit code: something becomes public");
    ok(plan.resources.length > 5 && plan.resources.every((r) => r.action === "add"), "not all is added");
    same(app.operations().filter((o) => WRITES.test(o)), [], "what changes something");
    same(fake.stack("shop-dev"), undefined, "the stack");
    const said = await app.run(["diff"]);
    holds(said.out, "there is no stack `shop-dev` yet in 123456789012, us-east-1", "the title");
    same((await app.run(["diff", "--exit-zero"])).code, 0, "with --exit-zero");
  });

  test("a plan shows no secret that the program allows, neither to people nor to programs", WITH_FUNCTION, async (app) => {
    const secret = (n) => ["hf", `abcdefghijklmnopqrstuvwxyzABCDEF${n}H`].join("_");
    const program = (n) => PROGRAM.replace('"writer"', `{ name: "writer", allowPlaintextSecrets: true, envs: { TOKEN: "${secret(n)}" } }`);
    app.write({ "src/index.ts": program(1) });
    ended(await app.deploy(), 0, "created");
    app.write({ "src/index.ts": program(2) });
    for (const words of [["deploy", "--plan"], ["deploy", "--plan", "--json"], ["deploy", "--yes", "--json", "--verbose"]]) {
      const run = await app.run(words);
      holds(run.out + run.err, "(hidden: looks like ", words.join(" "));
      ok(!(run.out + run.err).includes("abcdefghijklmnop"), `${words.join(" ")} shows the secret:\n${run.out}`);
    }
  });

  test("diff against what is deployed: nothing, a changed package, more permissions, data", WITH_FUNCTION, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    fake.forget();
    const none = await diff(app);
    same([none.code, none.plan.unchanged], [0, true], "unchanged");

    app.write({ "src/index.ts": PROGRAM.replace("return text", "return text + 1") });
    const code = await diff(app);
    same([code.code, actions(code.plan)], [0, ["change FunctionWriter"]], "an edit of a function");
    holds(JSON.stringify(code.plan.resources[0].properties), '"cause":"FunctionWriterCode', "what it follows");

    app.write({ "src/index.ts": PROGRAM.replace("return text", 'return await notes.get("last")') });
    const wider = await diff(app);
    same(wider.code, 4, "the exit code");
    same(wider.plan.permissions.map((p) => [p.effect, p.action, p.source]), [["widens", "dynamodb:GetItem", "src/index.ts:5:1"]], "permissions");
    holds((await app.run(["diff"])).out, "dynamodb:GetItem on KVStore notes", "what is said");

    app.write({ "src/index.ts": 'import { Function } from "@plutolang/pluto";\nnew Function(async () => 1, "writer");\n' });
    const less = await diff(app);
    ok(less.plan.resources.some((r) => r.action === "remove" && r.logicalId === "KVStoreNotes" && r.keepsData), "the table does not go");
    ok(less.plan.permissions.some((p) => p.effect === "narrows"), "nothing narrows");
    same(app.operations().filter((o) => WRITES.test(o)), [], "what changes something");
  });

  test("diff of a stack that is somebody else's is refused", {}, async (app, fake) => {
    fake.putStack({ name: "shop-dev", status: "CREATE_COMPLETE", template: { Resources: { T: { Type: "AWS::SNS::Topic" } } } });
    const run = await app.run(["diff"]);
    same(run.code, 9, "the exit code");
    holds(run.err, "was not made by pluto", "what is said");
  });

  test("diff without credentials has the exit code of credentials", {}, async (app) => {
    const run = await app.run(["diff"], { env: { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_EC2_METADATA_DISABLED: "true" } });
    same(run.code, 7, `the exit code (${run.err})`);
  });

  test("the plan of a deployment says what CloudFormation and what the templates say", WITH_FUNCTION, async (app) => {
    const first = await app.run(["deploy", "--plan"]);
    // As `pluto diff` ends.
    same([first.code, (await app.run(["diff"])).code, (await app.run(["deploy", "--plan", "--exit-zero"])).code], [4, 4, 0], "the exit codes where something becomes public");
    holds(first.out, "becomes public\n  + function URL for anyone, Function writer", "the way in");
    holds(first.out, "+ Function writer  dynamodb:PutItem on KVStore notes", "the permission");
    ended(await app.deploy(), 0, "created");
    app.write({ "src/index.ts": PROGRAM.replace("return text", 'return await notes.get("last")') });
    const { events, code, last } = await app.run(["deploy", "--plan", "--json"]);
    const { review, changes } = events.find((e) => e.event === "plan");
    same([code, last.status], [4, "planned"], "the exit code where permissions widen");
    same(review.widens, true, "widens");
    same(review.resources.map((r) => r.logicalId).sort(), changes.map((c) => c.id).sort(), "the resources are CloudFormation's");
    same(review.permissions.map((p) => p.action), ["dynamodb:GetItem"], "permissions");
    app.write({ "src/index.ts": PROGRAM.replace("return text", "return text + 1") });
    same([(await app.run(["deploy", "--plan"])).code, (await app.run(["diff"])).code], [0, 0], "the exit codes where only code changes");
  });

  test("the plan of a program with nested stacks compares these, too", {}, async (app) => {
    const many = Array.from({ length: 130 }, (_, i) => `new Function(async (t: string) => t + ${i}, "f${i}");`).join("\n");
    const program = `import { Function } from "@plutolang/pluto";\n${many}\n`;
    app.write({ "src/index.ts": program });
    ended(await app.deploy(), 0, "created");
    const none = await diff(app);
    same([none.code, none.plan.unchanged], [0, true], "unchanged");
    app.write({ "src/index.ts": program.replace("t + 7,", "t + 777,") });
    const { events } = await app.run(["deploy", "--plan", "--json"]);
    const { review } = events.find((e) => e.event === "plan");
    same([review.widens, review.publishes], [false, false], "nothing widens");
    ok(review.resources.some((r) => r.logicalId === "FunctionF7" && r.action === "change" && r.stack), "the function is not named");
  });
}
