import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// An argument of another call.
new Function(async (id: string) => {
  return JSON.parse(await kv.get(id));
}, "lookup");
