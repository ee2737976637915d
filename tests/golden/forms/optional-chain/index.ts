import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// Optional chaining on the resource and its result.
new Function(async (id: string) => {
  return (await kv?.get?.(id))?.length;
}, "lookup");
