import { KVStore } from "@plutolang/pluto";
import { v4 } from "uuid";

new KVStore(v4()); //~ P0310
