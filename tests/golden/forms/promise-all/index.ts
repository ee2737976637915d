import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// Elements of an array for Promise.all.
new Function(async (id: string) => {
  const [a, b] = await Promise.all([kv.get(id), kv.get(`${id}-backup`)]);
  return a ?? b;
}, "lookup");
