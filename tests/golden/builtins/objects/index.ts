import { KVStore, Function } from "@plutolang/pluto";

const settings: Record<string, { size: number }> = { b: { size: 2 }, a: { size: 1 } };
for (const key of Object.keys(settings)) new KVStore(`key-${key}`);
for (const { size } of Object.values(settings)) new KVStore(`size-${size}`);
const stores = Object.fromEntries(Object.entries(settings).map(([k]) => [k, new KVStore(`store-${k}`)]));
const merged = Object.assign({}, { name: "x" }, { name: "merged" });
const frozen = Object.freeze({ ...merged, extra: 1 });
delete (merged as any).name;
new KVStore(`${frozen.name}-${Object.keys(merged).length}-${"name" in merged}-${Object.hasOwn(frozen, "extra")}`);
const order = { 2: "two", 1: "one", z: "z" };
new KVStore(Object.values(order).join("-"));

new Function(async (key: string) => Promise.all(Object.values(stores).map((kv) => kv.get(key))), "every");
new Function(async () => stores["a"].get("k"), "just-a");
