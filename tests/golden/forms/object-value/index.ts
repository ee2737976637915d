import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// A value in an object literal.
new Function(async (id: string) => {
  return { id, name: await kv.get(id) };
}, "lookup");
