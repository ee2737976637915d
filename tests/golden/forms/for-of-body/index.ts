import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// In the body of a loop over unknown values.
new Function(async (id: string) => {
  for (const key of id.split(",")) await kv.delete(key);
}, "lookup");
