import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// An element of an array literal.
new Function(async (id: string) => {
  return [id, await kv.get(id)];
}, "lookup");
