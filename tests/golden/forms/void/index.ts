import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// Under `void` and `!`.
new Function(async (id: string) => {
  void kv.set("seen", id);
  return !(await kv.get(id));
}, "lookup");
