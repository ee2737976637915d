import { KVStore, Function } from "@plutolang/pluto";

const kv = new KVStore("kv");
new Function(async () => (kv as any).fetch("k"), "f"); //~ P0307
