import { Function, KVStore } from "@plutolang/pluto";
const notes = new KVStore("notes");
new Function(async (id: string) => notes.get(id), "find");
