import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// Not awaited at all.
new Function(async (id: string) => {
  kv.set(id, new Date().toISOString());
  return "soon";
}, "lookup");
