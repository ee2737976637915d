import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// The first declarator.
new Function(async (id: string) => {
  const value = await kv.get(id);
  return value;
}, "lookup");
