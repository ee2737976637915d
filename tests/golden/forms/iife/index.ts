import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// In a function called where it stands.
new Function(async (id: string) => {
  return (async () => kv.get(id))();
}, "lookup");
