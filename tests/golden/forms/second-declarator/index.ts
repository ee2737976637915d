import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// The second declarator.
new Function(async (id: string) => {
  const key = `user-${id}`,
    value = await kv.get(key);
  return value;
}, "lookup");
