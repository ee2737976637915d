import { KVStore } from "@plutolang/pluto";

export const kv = new KVStore("paths");
