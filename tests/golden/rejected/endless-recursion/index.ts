import { KVStore } from "@plutolang/pluto";

const name = (n: number): string => name(n + 1); //~ P0206
new KVStore(name(0));
