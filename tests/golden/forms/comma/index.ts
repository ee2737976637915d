import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// A sequence expression.
new Function(async (id: string) => {
  return kv.set("seen", id), kv.get(id);
}, "lookup");
