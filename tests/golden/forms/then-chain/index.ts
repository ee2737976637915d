import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// A promise chain.
new Function(async (id: string) => {
  return kv.get(id).then((value) => value.toUpperCase());
}, "lookup");
