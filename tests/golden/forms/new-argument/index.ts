import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// An argument of `new`.
new Function(async (id: string) => {
  return new Map([[id, await kv.get(id)]]).size;
}, "lookup");
