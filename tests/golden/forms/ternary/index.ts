import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// Both sides of a conditional expression.
new Function(async (id: string) => {
  return id.startsWith("new") ? kv.set(id, "1") : kv.get(id);
}, "lookup");
