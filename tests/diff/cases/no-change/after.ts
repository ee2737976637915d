import { Function, KVStore } from "@plutolang/pluto";

// Reads a note.
const notes = new KVStore("notes");
const find = async (id: string) => notes.get(id);
new Function(find, "find");
