import { KVStore } from "@plutolang/pluto";

new KVStore("kv");
