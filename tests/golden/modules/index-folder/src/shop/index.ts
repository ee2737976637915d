import { KVStore } from "@plutolang/pluto";

export const stock = new KVStore("stock");
