import { KVStore } from "@plutolang/pluto";

export const users: KVStore = new KVStore("users");
