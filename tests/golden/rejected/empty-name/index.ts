import { KVStore } from "@plutolang/pluto";

new KVStore(""); //~ P0304
