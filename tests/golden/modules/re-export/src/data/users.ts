import { KVStore } from "@plutolang/pluto";

export const users = new KVStore("users");
