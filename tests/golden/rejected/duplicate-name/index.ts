import { KVStore } from "@plutolang/pluto";

const a = new KVStore("users");
const b = new KVStore("users"); //~ P0303
