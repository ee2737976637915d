import { KVStore } from "@plutolang/pluto";

const config: { db?: { name: string } } = {};
new KVStore(config.db!.name); //~ P0208
