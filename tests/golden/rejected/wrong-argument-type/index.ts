import { KVStore } from "@plutolang/pluto";

new KVStore(42 as any); //~ P0301
