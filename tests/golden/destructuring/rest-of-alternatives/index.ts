import { Function, KVStore } from "@plutolang/pluto";

const a = new KVStore("a");
const b = new KVStore("b");
const c = new KVStore("c");

type Query = { first: boolean; more: boolean };

// What is taken apart is one of two objects.
new Function(async (query: Query) => {
  const { name, ...rest } = query.first ? { name: "x", store: a } : { name: "y", store: b };
  await rest.store.get(name);
}, "rest");

// A property that is not there on every path leaves what was there before.
new Function(async (query: Query) => {
  const override: { store?: KVStore } = {};
  if (query.more) override.store = c;
  const options = { store: a, ...override };
  await options.store.set("k", "v");
}, "spread");

// What cannot be looked into throws.
new Function(async (query: Query) => {
  const options: unknown = query.first ? { store: a } : "none";
  try {
    if ("store" in (options as object)) await a.get("k");
  } catch {
    await b.delete("k");
  }
}, "looked-into");
