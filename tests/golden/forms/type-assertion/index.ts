import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("users");

// Under `as`, `!` and `satisfies`.
new Function(async (id: string) => {
  const value = (await kv.get(id)) as string;
  await kv.set(id, value!);
  return (await kv.get(id)) satisfies string;
}, "lookup");
