import { KVStore } from "@plutolang/pluto";

const helpers = { name: "kv" };
new KVStore((helpers as any).makeName()); //~ P0208
