import { KVStore } from "@plutolang/pluto";

const kv = new KVStore("a");
const kv = new KVStore("b"); //~ P0112
