import { KVStore } from "@plutolang/pluto";

export const texts = new KVStore("texts");
