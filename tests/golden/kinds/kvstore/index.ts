import { KVStore, Function } from "@plutolang/pluto";

const kv = new KVStore("store", { pointInTimeRecovery: false, ttlAttribute: "expires" });
new Function((k: string) => kv.get(k), "get");
new Function((k: string) => kv.set(k, "v"), "set");
new Function((k: string) => kv.delete(k), "delete");
