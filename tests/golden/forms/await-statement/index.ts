import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// Awaited as a statement.
new Function(async (id: string) => {
  await kv.set("seen", "yes");
}, "lookup");
