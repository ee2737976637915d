import { KVStore, Function } from "@plutolang/pluto";

const stores = new Map<string, KVStore>();
const kv = (name: string) => {
  if (!stores.has(name)) stores.set(name, new KVStore(name));
  return stores.get(name)!;
};
kv("users");
kv("orders");
kv("users");
const names = new Set(["x", "y", "x"]);
names.delete("y");
for (const name of names) kv(`set-${name}-${names.size}`);
[...stores.keys()].forEach((name, i) => i === 0 && new KVStore(`first-${name}`));

new Function(async (which: string, key: string) => stores.get(which)?.get(key), "any");
new Function(async (key: string) => kv("orders").get(key), "orders");
new Function(async (key: string) => {
  for (const [name, store] of stores) if (name.startsWith("u")) await store.set(key, name);
}, "u");
