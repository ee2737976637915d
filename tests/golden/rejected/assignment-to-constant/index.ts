import { KVStore } from "@plutolang/pluto";

const kv = new KVStore("a");
kv = new KVStore("b"); //~ P0112
