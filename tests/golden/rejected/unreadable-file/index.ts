import { KVStore } from "@plutolang/pluto";
import { name } from "./settings"; //~ P0101

new KVStore(name);
