import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// Assigned to a variable that exists.
new Function(async (id: string) => {
  let value = "";
  value = await kv.get(id);
  return value;
}, "lookup");
