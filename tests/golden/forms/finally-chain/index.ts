import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// What `finally` does.
new Function(async (id: string) => {
  return kv.get(id).finally(() => kv.set("last", id));
}, "lookup");
