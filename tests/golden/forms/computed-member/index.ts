import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// The operation by a constant string.
new Function(async (id: string) => {
  const operation = "get" as const;
  return kv[operation](id);
}, "lookup");
