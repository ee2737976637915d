import { Function, KVStore } from "@plutolang/pluto";

const first = new KVStore("first");
const second = new KVStore("second");
const third = new KVStore("third");

type Query = { more: boolean; stores: KVStore[] };

// Paths leave the array with different lengths.
new Function(async (query: Query) => {
  const stores: KVStore[] = [];
  if (query.more) stores.push(first);
  for (const store of stores) await store.get("k");
}, "perhaps-one");

// The loop's own body makes it longer.
new Function(async (query: Query) => {
  const stores = [first];
  for (const store of stores) {
    if (query.more) stores.push(second);
    await store.set("k", "v");
  }
}, "growing");

// Unknown values in an array do not get hold of it when one of its methods is called.
new Function(async (query: Query) => {
  const stores = [query.stores[0], third];
  for (const store of stores) {
    if (query.more) stores.push(first);
    await store.get("k");
  }
}, "mixed");
