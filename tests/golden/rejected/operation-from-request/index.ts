import { KVStore, Function } from "@plutolang/pluto";

const kv = new KVStore("kv");
new Function(async (op: "get" | "delete", key: string) => kv[op](key), "f"); //~ P0402
