import { KVStore } from "@plutolang/pluto";

export const users = new KVStore("users");
export const orders = new KVStore("orders");
