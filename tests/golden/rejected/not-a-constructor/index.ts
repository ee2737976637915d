import { KVStore } from "@plutolang/pluto";

const make = () => new KVStore("kv");
new (make as any)(); //~ P0208
