import { Function, KVStore } from "@plutolang/pluto";

const jobs = new KVStore("jobs");
const results = new KVStore("results");
const failures = new KVStore("failures");

// A loop whose condition always holds ends where something in it leaves.
new Function(async () => {
  let done = 0;
  while (true) {
    const job = await jobs.get(`job-${done}`);
    if (!job) break;
    await results.set(job, "done");
    done++;
  }
  if (done > 2) await failures.set("count", String(done));
}, "worker");

new Function(async (key: string) => {
  for (let attempt = 0; ; attempt++) {
    try {
      return await jobs.get(key);
    } catch (error) {
      if (attempt > 3) throw error;
    }
  }
}, "retrying");

// What stands behind a loop that nothing leaves is never reached.
new Function(async () => {
  for (;;) {
    if ((await jobs.get("next")) === "wait") continue;
    await jobs.delete("next");
  }
  await failures.delete("all");
}, "endless");

async function* pages(store: KVStore) {
  let cursor: string | undefined = "0";
  while (true) {
    cursor = await store.get(cursor);
    if (!cursor) return;
    yield cursor;
  }
}

new Function(async () => {
  for await (const page of pages(results)) await results.delete(page);
}, "paging");

// A thousand rounds, each of which may be the last.
new Function(async () => {
  for (let n = 0; n < 1000; n++) {
    if (!(await jobs.get(`job-${n}`))) break;
    if (n === 999) await failures.set("full", "1");
  }
}, "counting");
