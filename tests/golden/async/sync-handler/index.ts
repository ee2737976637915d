import { KVStore, Function } from "@plutolang/pluto";

const kv = new KVStore("sync");
new Function((key: string) => kv.get(key), "arrow");
new Function(function named(key: string) {
  return kv.set(key, "1");
}, "expression");
