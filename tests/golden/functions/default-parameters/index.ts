import { KVStore, Function } from "@plutolang/pluto";

const fallback = new KVStore("fallback");
const primary = new KVStore("primary");

async function read(key: string, store: KVStore = fallback, suffix = `-${key}`) {
  return store.get(key + suffix);
}

new Function(async (key: string) => read(key), "default-store");
new Function(async (key: string) => read(key, primary), "given-store");
new Function(async (key: string) => read(key, undefined, ""), "undefined-store");
