import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// The condition of an `if`.
new Function(async (id: string) => {
  if (await kv.get(id)) return "known";
  return "new";
}, "lookup");
