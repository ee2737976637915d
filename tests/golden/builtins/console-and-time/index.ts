import { KVStore, Function } from "@plutolang/pluto";

// What is only known at run time may be used, as long as it does not decide what exists.
const started = Date.now();
console.log("starting", new Date().toISOString(), Math.random());
const kv = new KVStore("uptime");
new Function(async () => {
  await kv.set("uptime", String(Date.now() - started));
  return new Date(started).getFullYear();
}, "uptime");
