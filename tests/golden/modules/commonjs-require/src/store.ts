import { KVStore } from "@plutolang/pluto";

const store = new KVStore("old-style");
export = store;
