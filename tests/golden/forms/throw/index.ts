import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// In a `throw`.
new Function(async (id: string) => {
  if (id === "") throw new Error(await kv.get("empty-message"));
  return id;
}, "lookup");
