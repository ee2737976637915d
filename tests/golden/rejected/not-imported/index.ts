import { KVStore } from "@plutolang/pluto";

const kv = new KVStore("kv");
const router = new Router("api"); //~ P0202
