import { KVStore } from "@plutolang/pluto";

new KVStore("two\nlines"); //~ P0304
