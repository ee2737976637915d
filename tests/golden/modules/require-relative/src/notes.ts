import { KVStore } from "@plutolang/pluto";

export const notes = new KVStore("notes");
