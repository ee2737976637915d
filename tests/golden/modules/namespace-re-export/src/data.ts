import { KVStore } from "@plutolang/pluto";

export type Data = string;
export const kv = new KVStore("data");
