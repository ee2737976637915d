// docs/deploying.md: every command on the page is run, in its order, and what it prints is what the page shows.
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { ok, OWN, pluto, PROGRAM, REPO, same, test } from "./harness.mjs";

const PAGE = fs.readFileSync(path.join(REPO, "docs/deploying.md"), "utf8");

function blocks(fence) {
  return [...PAGE.matchAll(/^```(.*)\n([^]*?)^```$/gm)].filter((m) => m[1] === fence).map((m) => m[2]);
}

// "$ command" and the lines below it, up to the next one.
function steps() {
  return blocks("console walk").flatMap((text) =>
    text.split(/^\$ /m).slice(1).map((step) => {
      const [command, ...lines] = step.replace(/\n$/, "").split("\n");
      return { command, lines };
    }));
}

// "…" alone stands for any lines, in a line for anything.
function pattern(lines) {
  const escaped = (s) => s.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${lines.map((l) => (l === "…" ? "(?:.*\\n)*?" : `${l.split("…").map(escaped).join(".*")}\\n`)).join("")}$`);
}

// A table of the page, as objects by the words of its head.
function table(first) {
  const lines = PAGE.split("\n");
  const at = lines.findIndex((l) => l.startsWith(`| ${first} |`));
  const cells = (l) => l.split("|").slice(1, -1).map((c) => c.trim());
  const end = lines.findIndex((l, i) => i > at && !l.startsWith("|"));
  return lines.slice(at + 2, end).map(cells);
}

function shell(command, cwd, env) {
  const child = spawn("sh", ["-c", command], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (t) => { out += t; });
  child.stderr.setEncoding("utf8").on("data", (t) => { err += t; });
  return new Promise((done) => child.on("close", (code) => done({ code, out, err })));
}

export function pageTests() {
  test("the page walks from an empty account to a URL and back, and each step prints what it shows", {}, async (app, fake) => {
    const bin = path.join(app.root, "bin");
    fs.mkdirSync(bin);
    fs.symlinkSync(pluto, path.join(bin, "pluto"));
    const env = { ...app.env(), PATH: `${bin}:${process.env.PATH}` };
    let cwd = app.root;
    const all = steps();
    ok(all.length > 12, "the walk is gone");
    for (const { command, lines } of all) {
      const [, folder] = /^cd (\S+)$/.exec(command) ?? [];
      if (folder) {
        cwd = path.join(cwd, folder);
        continue;
      }
      const hello = fake.stack("notes-dev")?.resources.get("FunctionHello")?.id;
      if (hello) fake.answers.set(hello, { payload: { code: 200, body: "Hello, Ada! We have met once." }, logs: ["2026-01-31T12:00:00.000Z INFO greeted"] });
      const run = await shell(command, cwd, env);
      same(run.code, 0, `the exit code of \`${command}\`\n${run.out}${run.err}`);
      ok(pattern(lines).test(run.out), `\`${command}\` does not print what the page shows, but\n${run.out}${run.err}`);
    }
    same([fake.stack("notes-dev"), fake.stack("notes-prod")], [undefined, undefined], "what is left");
  });

  test("every other command on the page is there, and means something", { files: { "src/index.ts": PROGRAM, "pluto.yml": "stacks: [ { name: dev }, { name: prod } ]\n" } }, async (app, fake) => {
    const commands = blocks("sh").flatMap((b) => b.split("\n")).map((l) => l.split("#")[0].trim()).filter(Boolean);
    ok(commands.length > 10 && commands.every((c) => c.startsWith("pluto ")), "the commands are gone");
    for (const command of commands) {
      const words = command.split(/\s+/).slice(1);
      const asks = ["deploy", "destroy", "watch"].includes(words[0]) && !words.some((w) => ["--plan", "--resume", "--cancel", "--yes"].includes(w));
      const run = app.start(asks ? [...words, "--yes"] : words);
      const stays = words.includes("--follow") || words[0] === "watch";
      if (stays) setTimeout(() => run.child.kill("SIGINT"), 1500);
      const end = await run.exit;
      ok(stays ? end.signal === "SIGINT" || end.code === 0 : [0, 3, 4].includes(end.code), `\`${command}\` ends with ${end.code}\n${end.err}`);
      if (words[0] === "destroy") ok(fake.stack("shop-prod"), "nothing was deployed before");
      if (words[0] === "destroy") same((await app.deploy()).code, 0, "deployed again, for the commands that look");
    }
  });

  for (const [states, code] of table("state of the stack").slice(1))
    for (const [, state] of states.replace("`…_IN_PROGRESS`", "`UPDATE_IN_PROGRESS`").matchAll(/`([A-Z_]+)`/g))
      test(`the page and pluto status agree on ${state}`, {}, async (app, fake) => {
        fake.putStack({ name: "shop-dev", status: state, template: { Resources: { T: { Type: "AWS::SNS::Topic" } } }, tags: OWN });
        same((await app.run(["status"])).code, Number(code), "the exit code");
      });
}
