import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// In a template string.
new Function(async (id: string) => {
  return `Hello, ${await kv.get(id)}!`;
}, "lookup");
