import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// The operation by a string that is put together.
new Function(async (id: string) => {
  return kv["se" + "t"](id, "1");
}, "lookup");
