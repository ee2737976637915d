// What somebody sees at a terminal: the tree of resources, drawn in place, and where it is not to be had, lines.
import { spawn } from "node:child_process";
import path from "node:path";
import { show } from "../start/vt.mjs";
import { ended, holds, ok, pluto, PROGRAM, REPO, same, test } from "./harness.mjs";

const SLOW = { files: { "src/index.ts": PROGRAM }, timings: { default: 40, "AWS::Lambda::Function": 1500 } };
const YES = [{ expect: "[y/N]" }, { send: "y\n" }];

// pluto on a pseudo-terminal. `frames`: what it showed each time it had drawn something.
export async function onTerminal(app, words, steps, { columns = 90, rows = 30, env = {} } = {}) {
  const task = { command: [pluto, ...words], cwd: app.root, env: app.env({ TERM: "xterm", ...env }), columns, rows, steps, out: "terminal", patience: 60 };
  const child = spawn("python3", [path.join(REPO, "tests/start/pty.py")], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(JSON.stringify(task));
  let text = "";
  for await (const part of child.stdout.setEncoding("utf8")) text += part;
  const run = JSON.parse(text);
  const cuts = [...run.screen.matchAll(/\x1b\[J/g)].map((m) => m.index + m[0].length);
  run.frames = cuts.map((at) => show(run.screen.slice(0, at), columns));
  run.end = show(run.screen, columns);
  ok(run.missed === null, `\`${run.missed}\` did not come:\n${run.end}`);
  return run;
}

export function terminalTests() {
  test("a terminal shows a tree of resources by what the program calls them, in place", SLOW, async (app) => {
    const run = await onTerminal(app, ["deploy"], YES);
    same(run.code, 0, "the exit code");
    const working = run.frames.find((f) => /^. Function writer .*\d:\d\d$/m.test(f) && /^ {2}. function .*\d:\d\d$/m.test(f) && /^ {2}✓ role/m.test(f));
    ok(working, `no picture of the function at work in\n${run.frames.at(-3)}`);
    ok(/^ {2}· URL$/m.test(working), `the URL does not wait in\n${working}`);
    ok(/\d of 7 done/.test(working), "nothing is counted");
    holds(run.end, "✓ KVStore notes  table", "the last picture");
    holds(run.end, "✓ Function writer", "the last picture");
    same(run.end.split("Function writer                ").length - 1, 1, `pictures that stay in\n${run.end}`);
    holds(run.end, "FunctionWriterUrl      https://", "the outputs");
    ok(!/\x1b\[\?/.test(run.screen) && run.restored, "the terminal was set otherwise");
  });

  test("a narrow and low terminal gets a picture that fits", SLOW, async (app) => {
    const columns = 30;
    const run = await onTerminal(app, ["deploy", "--yes"], [], { columns, rows: 8 });
    same(run.code, 0, "the exit code");
    const drawn = run.screen.slice(run.screen.lastIndexOf("to add"));
    for (const frame of drawn.split("\x1b[J"))
      for (const line of frame.split("\r\n")) {
        if (!line.endsWith("\x1b[K")) continue;
        const cells = [...line.replace(/\x1b\[[\d;]*[A-Za-z]|\r/g, "")].length;
        ok(cells < columns, `${cells} cells: ${JSON.stringify(line)}`);
        ok(!/ \d+:\d?$/.test(line.replace(/\x1b\[[\d;]*[A-Za-z]|\r/g, "")), `a time is cut: ${JSON.stringify(line)}`);
      }
    for (const frame of drawn.split("\x1b[J")) ok(frame.split("\x1b[K").length <= 8, "a picture is higher than the terminal");
  });

  test("many functions: what moves is told, and what failed stays in sight", {}, async (app, fake) => {
    const many = Array.from({ length: 40 }, (_, i) => `new Function(async (t: string) => t + ${i}, "f${i}");`).join("\n");
    app.write({ "src/index.ts": `import { Function } from "@plutolang/pluto";\n${many}\n` });
    fake.failResource("FunctionF17", "no luck today");
    const run = await onTerminal(app, ["deploy", "--yes"], [], { rows: 12 });
    same(run.code, 4, "the exit code");
    ok(run.frames.length < 30 * 10 && run.screen.length < 300_000, `${run.frames.length} pictures, ${run.screen.length} bytes`);
    const back = run.frames.find((f) => /going back/.test(f));
    ok(back, "going back is not said");
    holds(run.end, "✗ Function f17", "the last picture");
    holds(run.end, "src/index.ts:19:1", "the place");
    holds(run.end, "AWS says: no luck today", "the reason");
  });

  test("why an endpoint takes long stands beside it", { timings: { default: 20, "AWS::SageMaker::Endpoint": 1500 } }, async (app) => {
    app.write({ "src/index.ts": `import { SageMaker, Function } from "@plutolang/pluto";
const model = new SageMaker("llama", "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2.1.1-tgi2.0.1-gpu-py310-cu121-ubuntu22.04", { instanceType: "ml.m5.xlarge", envs: { HF_MODEL_ID: "x/y" } });
new Function(async (text: string) => await model.invoke({ inputs: text }), "chat");
` });
    const run = await onTerminal(app, ["deploy", "--yes"], []);
    same(run.code, 0, "the exit code");
    ok(run.frames.some((f) => /endpoint .*\d:\d\d {2}Creating/.test(f)), `no reason in\n${run.frames.at(-3)}`);
  });

  test("what is destroyed is told in the program's words, and what stays", { files: { "src/index.ts": PROGRAM } }, async (app) => {
    ended(await app.deploy(), 0, "created");
    const run = await onTerminal(app, ["destroy"], YES);
    same(run.code, 0, "the exit code");
    holds(run.end, "- Function writer", "the last picture");
    ok(/^✓ KVStore notes .*stays in the account$/m.test(run.end), `the table does not stay in\n${run.end}`);
  });

  test("after Ctrl-Z and back the picture is drawn below what the shell has written", SLOW, async (app) => {
    const run = await onTerminal(app, ["deploy", "--yes"], [{ expect: "of 7 done" }, { send: "\x1a" }, { stopped: true }, { continue: true }]);
    same(run.code, 0, "the exit code");
    const at = run.screen.indexOf("^Z");
    ok(at > 0, "it was not stopped");
    ok(!/^[^\x1b]*\x1b\[\d+A/.test(run.screen.slice(at + 2)), "what was there is written over");
    holds(run.end, "✓ Function writer", "the last picture");
  });

  test("Ctrl-C at a terminal detaches, and leaves nothing to be put right", SLOW, async (app) => {
    const run = await onTerminal(app, ["deploy", "--yes"], [{ expect: "deploying" }, { expect: "role" }, { send: "\x03" }]);
    same(run.code, 130, "the exit code");
    holds(run.end, "pluto deploy --resume", "the way back");
    ok(run.restored, "the terminal is not as it was");
    const lines = run.end.split("\n");
    const at = lines.findIndex((l) => /^error|^interrupted|detached/.test(l));
    ok(at > 0 && lines.slice(at).every((l) => !/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/.test(l)), `a picture stands below the end:\n${run.end}`);
    const back = await app.run(["deploy", "--resume", "--json"]);
    ok(["created", "unchanged"].includes(back.last.status), `resumed: ${back.last.status}`);
  });

  test("without a terminal, colours or a cursor there are plain lines, and not many", SLOW, async (app) => {
    const { out } = await app.run(["deploy", "--yes"]);
    ok(!out.includes("\x1b") && !out.includes("\r"), "something is drawn");
    ok(out.split("\n").length < 80, `${out.split("\n").length} lines`);
    ended(await app.destroy(), 0, "destroyed");
    for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }]) {
      app.write({ "src/index.ts": PROGRAM.replace("return text", `return text + ${JSON.stringify(env)}`) });
      const run = await onTerminal(app, ["deploy", "--yes"], [], { env });
      same(run.code, 0, "the exit code");
      ok(!run.screen.includes("\x1b"), `${JSON.stringify(env)}: something is drawn`);
      holds(run.end, "CREATE_COMPLETE", "lines");
      ended(await app.destroy(), 0, "destroyed");
    }
  });
}
