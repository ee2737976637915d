import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// Right of ??= and ||=.
new Function(async (id: string) => {
  const cache: Record<string, string> = JSON.parse(id);
  cache.name ??= await kv.get("name");
  cache.city ||= await kv.get("city");
  return cache;
}, "lookup");
