import { KVStore } from "@plutolang/pluto";

new KVStore(process.env.TABLE!); //~ P0310
