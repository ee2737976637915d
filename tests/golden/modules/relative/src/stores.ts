import { KVStore } from "@plutolang/pluto";

export const orders = new KVStore("orders");
export const customers = new KVStore("customers");
