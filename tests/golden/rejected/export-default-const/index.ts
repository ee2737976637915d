import { KVStore } from "@plutolang/pluto";

export default const store = new KVStore("a"); //~ P0106
