import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// A chain that ends with `catch`.
new Function(async (id: string) => {
  return kv.get(id).catch(() => "nobody");
}, "lookup");
