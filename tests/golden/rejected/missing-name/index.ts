import { KVStore } from "@plutolang/pluto";

const kv = new (KVStore as any)(); //~ P0301
