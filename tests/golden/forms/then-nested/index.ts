import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// Another operation in the callback of a promise chain.
new Function(async (id: string) => {
  return kv.get(id).then((value) => kv.set(`${id}-copy`, value));
}, "lookup");
