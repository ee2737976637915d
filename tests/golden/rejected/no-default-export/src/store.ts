import { KVStore } from "@plutolang/pluto";

export const store = new KVStore("kv");
