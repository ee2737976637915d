// Disks that are full, or may only be read: nothing is half done that cannot be taken up again.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { ended, holds, JOURNAL, ok, REPO, same, test } from "./harness.mjs";

const changing = (fake) => fake.requests.filter((r) => !/^(Get|Describe|Head|List|Simulate)/.test(r.operation)).map((r) => r.operation);

// What makes a disk full or read-only for one process: disk.c, compiled once.
let library;
function preloaded() {
  if (!library) {
    library = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "pluto-disk-")), "disk.so");
    execFileSync("cc", ["-shared", "-fPIC", "-O1", "-o", library, path.join(REPO, "tests/deploy/disk.c"), "-ldl"]);
    process.on("exit", () => fs.rmSync(path.dirname(library), { recursive: true, force: true }));
  }
  return { LD_PRELOAD: library };
}

const deploy = (app, env) => app.run(["deploy", "--yes", "--json"], { env: { ...preloaded(), ...env } });
const said = (run) => `${run.last?.message ?? ""} ${run.err}`.toLowerCase();
const full = (app, room = 0) => ({ DISK_FULL_AT: path.join(app.root, ".pluto/deploys"), DISK_ROOM: String(room) });

export function diskTests() {
  test("the disk is full: it ends before anything is changed", {}, async (app, fake) => {
    const run = await deploy(app, { DISK_FULL_AT: path.join(app.root, ".pluto") });
    same(run.code, 3, "the exit code");
    holds(said(run), "no space left on device", "the message");
    same(changing(fake), [], "requests that change something");
    same(fs.existsSync(path.join(app.root, JOURNAL)), false, "a journal");
  });

  // So many bytes fit that the disk is full at another moment each time: from before the bucket to behind the end.
  for (const room of [100, 500, 1_000, 1_500, 2_000, 3_000, 4_000, 6_000])
    test(`the disk is full after ${room} bytes of the journal: what was begun is found again`, {}, async (app, fake) => {
      const run = await deploy(app, full(app, room));
      ok([0, 3].includes(run.code), `exit code ${run.code}: ${run.err}`);
      if (run.code === 3) holds(said(run), "no space left on device", "the message");
      const again = await app.run(["deploy", "--yes", "--json"]);
      ok(again.code === 0, `the next one: exit code ${again.code}: ${again.err}${again.out.slice(-800)}`);
      same(app.stack().status, "CREATE_COMPLETE", "the stack");
      same(fake.requests.filter((r) => r.operation === "ExecuteChangeSet" && r.status === 200).length, 1, "executions");
      same(app.journal, undefined, "the journal");
    });

  test("a home that may only be read is no hindrance", {}, async (app) => {
    const run = await deploy(app, { DISK_READ_ONLY: app.home });
    ended(run, 0, "created");
  });

  test("a project that may only be read ends it before anything is changed", {}, async (app, fake) => {
    const run = await deploy(app, { DISK_READ_ONLY: app.root });
    same(run.code, 3, "the exit code");
    holds(said(run), "read-only file system", "the message");
    same(changing(fake), [], "requests that change something");
  });
}
