import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("kv");
const handler = (key: string) => key;
new Function(handler("k") as any, "f"); //~ P0306
