import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// A method taken as a value and called with `call`.
new Function(async (id: string) => {
  const read = kv.get;
  return read.call(kv, id);
}, "lookup");
