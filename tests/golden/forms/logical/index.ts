import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// The right side of && and ??.
new Function(async (id: string) => {
  const name = (id && (await kv.get(id))) ?? (await kv.delete(id));
  return name;
}, "lookup");
