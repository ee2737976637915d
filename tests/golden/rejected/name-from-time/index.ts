import { KVStore } from "@plutolang/pluto";

new KVStore(`kv-${Date.now()}`); //~ P0310
