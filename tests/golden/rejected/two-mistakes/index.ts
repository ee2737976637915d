import { KVStore, Function } from "@plutolang/pluto";

// All of them are reported at once.
new KVStore("kv", { ttl: 3 }); //~ P0302
new Function(async () => "x", "f", { memory: 1 }); //~ P0308
new KVStore("kv"); //~ P0303
