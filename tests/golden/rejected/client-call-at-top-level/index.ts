import { KVStore } from "@plutolang/pluto";

const kv = new KVStore("kv");
await kv.set("started", "yes"); //~ P0209
