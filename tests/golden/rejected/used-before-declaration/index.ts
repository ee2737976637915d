import { KVStore, Function } from "@plutolang/pluto";

new KVStore(NAME); //~ P0207
const NAME = "late";
