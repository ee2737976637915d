import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// The default value in a pattern.
new Function(async (id: string) => {
  const { name = await kv.get(id) } = JSON.parse(id);
  return name;
}, "lookup");
