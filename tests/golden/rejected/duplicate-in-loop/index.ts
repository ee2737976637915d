import { KVStore } from "@plutolang/pluto";

for (const name of ["a", "b", "a"]) new KVStore(name); //~ P0303
