import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("kv");
new Function(async () => kv.get("k"), "read");
