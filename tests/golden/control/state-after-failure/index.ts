import { Function, KVStore } from "@plutolang/pluto";

const jobs = new KVStore("jobs");
const log = new KVStore("log");

// A call that fails leaves module variables as they are at that moment; the next call finds them so.
let busy = false;

new Function(async () => {
  if (busy) return log.set("busy", "1");
  busy = true;
  await jobs.get("next"); // may fail, or run out of time
  busy = false;
}, "worker");

let target: KVStore | undefined;

new Function(async (query: { first: boolean }) => {
  if (query.first) {
    target = jobs;
    throw new Error("not yet");
  }
  await target?.delete("k");
}, "thrower");

let running = 0;

new Function(async () => {
  if (running > 0) await log.get("running");
  running++;
  try {
    await jobs.get("k");
  } finally {
    running--;
  }
}, "counter");
