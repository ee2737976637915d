import { KVStore } from "@plutolang/pluto";

const kv = new KVStore("kv");
new Function(async (id: string) => kv.get(id), "find"); //~ P0202
new Function("return 1"); //~ P0208
