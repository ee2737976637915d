import { KVStore } from "@plutolang/pluto";

new KVStore("kv", {}, "extra"); //~ P0301
