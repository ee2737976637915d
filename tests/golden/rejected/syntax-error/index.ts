import { KVStore } from "@plutolang/pluto";

const kv = new KVStore("kv";
//~^ P0106
