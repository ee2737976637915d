import { Queue, CloudEvent, KVStore } from "@plutolang/pluto";

const queue = new Queue("jobs");
const done = new KVStore("done");
queue.subscribe(async (event: CloudEvent) => {
  await done.set(event.data, String(event.timestamp));
});
queue.subscribe(async (event: CloudEvent) => {
  if (event.data === "again") await queue.push("again");
});
