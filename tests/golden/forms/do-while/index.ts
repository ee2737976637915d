import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// In the condition of do … while.
new Function(async (id: string) => {
  let key = id;
  do {
    key = `${key}+`;
  } while (await kv.get(key));
  return kv.set(key, id);
}, "lookup");
