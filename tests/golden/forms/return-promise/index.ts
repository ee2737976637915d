import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// The promise itself is returned.
new Function(async (id: string) => {
  return kv.get(id);
}, "lookup");
