import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// The subject of a `switch`, and in its cases.
new Function(async (id: string) => {
  switch (await kv.get(id)) {
    case "old":
      return kv.delete(id);
    default:
      return kv.set(id, "old");
  }
}, "lookup");
