// pluto logs and pluto invoke for what is deployed.
import { ended, holds, ok, PROGRAM, same, test } from "./harness.mjs";
import { onTerminal } from "./terminal.mjs";

const TWO = { files: { "src/index.ts": `${PROGRAM}new Function(async (t: string) => t, "reader");\n` }, liveTailEveryMs: 20 };

const groups = (app) => Object.fromEntries([...app.stack().resources].filter(([id]) => id.endsWith("Logs")).map(([id, r]) => [id, r.id]));
const plain = (out) => out.split("\n").filter(Boolean).map((l) => l.replace(/^\S+ /, ""));

async function until(what, condition) {
  for (let i = 0; i < 400; i++) {
    if (await condition()) return;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error(`${what} did not come`);
}

export function liveTests() {
  test("logs of what is deployed: by time, by function, by age, without Lambda's own lines", { ...TWO, pageSize: 2, emptyLogPages: true }, async (app, fake) => {
    same((await app.run(["logs", "--deployed"])).code, 3, "without a stack");
    ended(await app.deploy(), 0, "created");
    const { FunctionWriterLogs: writer, FunctionReaderLogs: reader } = groups(app);
    const now = Date.now();
    fake.log(writer, "long ago", { timestamp: now - 3600_000 });
    fake.log(writer, "START RequestId: 1 Version: $LATEST", { timestamp: now - 5000 });
    fake.log(writer, "one\nand more\n", { timestamp: now - 4000 });
    fake.log(reader, "two \x1b[31m", { timestamp: now - 3000 });
    fake.log(writer, "three", { timestamp: now - 2000 });
    const all = await app.run(["logs", "--deployed"]);
    same(all.code, 0, `the exit code (${all.err})`);
    same(plain(all.out), ["writer | one", "    and more", "reader | two \\u{1b}[31m", "writer | three"], "lines");
    same(plain((await app.run(["logs", "writer", "--stack", "dev"])).out), ["one", "    and more", "three"], "of one function");
    holds((await app.run(["logs", "--deployed", "--all"])).out, "long ago", "with --all");
    holds((await app.run(["logs", "--deployed", "--since", "2h"])).out, "long ago", "with --since");
    ok(!(await app.run(["logs", "--deployed", "--since", new Date(now - 3500).toISOString()])).out.includes("one"), "--since a moment");
    holds((await app.run(["logs", "--deployed", "--show-platform"])).out, "START RequestId", "with --show-platform");
    fake.log(writer, "at no time", { timestamp: 1e300 });
    ok(/^1970-01-01T00:00:00\.000Z .*at no time$/m.test((await app.run(["logs", "--deployed"])).out), "a time that is none");
    const wrong = await app.run(["logs", "write", "--deployed"]);
    same(wrong.code, 3, "of a function that is not there");
    holds(wrong.err, "did you mean `writer`?", "what is said");
    same((await app.run(["logs", "--deployed", "--since", "then"])).code, 2, "wrong usage");
  });

  test("logs --follow: a live tail that misses nothing and says nothing twice", TWO, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    const { FunctionWriterLogs: writer, FunctionReaderLogs: reader } = groups(app);
    fake.log(writer, "before");
    const run = app.start(["logs", "--deployed", "--follow"]);
    await until("the first line", () => run.out.includes("before"));
    for (let i = 0; i < 20; i++) {
      fake.log(i % 2 ? writer : reader, `line ${i};`);
      await new Promise((done) => setTimeout(done, 10));
    }
    await until("the last line", () => run.out.includes("line 19;"));
    run.child.kill("SIGINT");
    await run.exit;
    for (let i = 0; i < 20; i++) same(run.out.split(`line ${i};`).length - 1, 1, `how often line ${i} is told`);
    same(run.out.split("before").length - 1, 1, "how often the first line is told");
    ok(fake.count("StartLiveTail") >= 1, "no live tail");
  });

  test("logs --follow goes on where a live tail ends or is cut", { ...TWO, liveTailMs: 150 }, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    const { FunctionWriterLogs: writer } = groups(app);
    fake.script("StartLiveTail", [{}, { cutAt: 900 }]);
    const run = app.start(["logs", "writer", "--deployed", "-f"]);
    for (let i = 0; i < 40; i++) {
      fake.log(writer, `line ${i};`);
      await new Promise((done) => setTimeout(done, 25));
    }
    await until("the last line", () => run.out.includes("line 39;"));
    run.child.kill("SIGINT");
    const { err } = await run.exit;
    for (let i = 0; i < 40; i++) same(run.out.split(`line ${i};`).length - 1, 1, `how often line ${i} is told`);
    ok(fake.count("StartLiveTail") > 2 && fake.faults.unused().length === 0, "the tail was not begun anew");
    same(err, "", "what is said");
  });

  test("logs --follow where live tails are not allowed asks again and again", TWO, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    const { FunctionWriterLogs: writer } = groups(app);
    fake.deny("logs:StartLiveTail");
    const run = app.start(["logs", "writer", "--deployed", "-f"]);
    await until("a refusal", () => fake.count("StartLiveTail"));
    fake.log(writer, "line 1;");
    await until("a line", () => run.out.includes("line 1;"));
    fake.log(writer, "line 2;");
    await until("a line", () => run.out.includes("line 2;"));
    run.child.kill("SIGINT");
    await run.exit;
    for (const i of [1, 2]) same(run.out.split(`line ${i};`).length - 1, 1, `how often line ${i} is told`);
  });

  test("invoke of a raw function that is deployed: its one argument is its event", { files: { "src/index.ts": `import { Function } from "@plutolang/pluto";

new Function(async (event: { day: string }) => event, "nightly", { raw: true });
` } }, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    const name = app.stack().resources.get("FunctionNightly").id;
    const events = [];
    fake.answers.set(name, (event) => { events.push(event); return { payload: { code: 200, body: event } }; });
    const run = await app.run(["invoke", "nightly", '{"day":"Monday"}', "--deployed"]);
    same([run.code, JSON.parse(run.out)], [0, { code: 200, body: '{"day":"Monday"}' }], `the answer, as it came (${run.err})`);
    await app.run(["invoke", "Function/nightly", "--deployed"]);
    same(events, ['{"day":"Monday"}', "null"], "events");
    const two = await app.run(["invoke", "nightly", "1", "2", "--deployed"]);
    same([two.code, events.length], [2, 2], "two arguments");
    holds(two.err, "as it comes", "what is said");
  });

  test("invoke of what is deployed: the answer, the end of the log, failures", TWO, async (app, fake) => {
    ended(await app.deploy(), 0, "created");
    const name = app.stack().resources.get("FunctionWriter").id;
    const events = [];
    fake.answers.set(name, (event) => { events.push(event); return { payload: { code: 200, body: "done" }, logs: ["2026 INFO wrote \x07"] }; });
    const run = await app.run(["invoke", "writer", "hello", "7", "--deployed"]);
    same([run.code, run.out, events], [0, "done\n", ['["hello",7]']], `the answer (${run.err})`);
    same(run.err, "2026 INFO wrote \\u{7}\n", "the log");
    const raw = await app.run(["invoke", "writer", "x", "--deployed", "--json", "-q"]);
    same([JSON.parse(raw.out), raw.err], [{ code: 200, body: "done" }, ""], "with --json");
    fake.answers.set(name, { payload: { errorType: "TypeError", errorMessage: "no luck" }, error: true });
    const failed = await app.run(["invoke", "writer", "--stack", "dev"]);
    same(failed.code, 1, "the exit code");
    holds(failed.err, "TypeError: no luck", "what is said");
    fake.answers.set(name, { payload: { code: 200, body: "\x1b]0;owned\x07\u009b2J\nnext \u202e" } });
    const hostile = ["invoke", "writer", "--stack", "dev"];
    same((await app.run(hostile)).out, "\x1b]0;owned\x07\u009b2J\nnext \u202e\n", "the answer to a program");
    same((await onTerminal(app, hostile, [])).screen, "\\u{1b}]0;owned\\u{7}\\u{9b}2J\r\nnext \\u{202e}\r\n", "the answer on a terminal");
    same((await app.run(["invoke", "nobody", "--deployed"])).code, 3, "a function that is not there");
    fake.forget();
    fake.deny("lambda:InvokeFunction");
    same((await app.run(["invoke", "writer", "--deployed"])).code, 7, "not allowed");
    same(fake.count("Invoke"), 1, "calls");
  });
}
