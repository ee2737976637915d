import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// Spread into an object.
new Function(async (id: string) => {
  return { ...JSON.parse(await kv.get(id)), id };
}, "lookup");
