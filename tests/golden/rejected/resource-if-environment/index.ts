import { KVStore, Function } from "@plutolang/pluto";

let cache: KVStore | undefined;
if (process.env.CACHE === "on") {
  cache = new KVStore("cache"); //~ P0204
}
new Function(async () => cache?.get("k"), "f");
