import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// A computed key.
new Function(async (id: string) => {
  return { [await kv.get(id)]: true };
}, "lookup");
