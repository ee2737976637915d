import { KVStore } from "@plutolang/pluto";

export const kv = new = KVStore("kv"); //~ P0106
