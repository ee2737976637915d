import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// The condition of a loop.
new Function(async (id: string) => {
  let hops = 0;
  let next = id;
  while ((next = await kv.get(next)) && hops < 10) hops++;
  return hops;
}, "lookup");
