import { KVStore } from "@plutolang/pluto";

new KVStore("x".repeat(300)); //~ P0304
