import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// Awaited and returned.
new Function(async (id: string) => {
  return await kv.get(id);
}, "lookup");
