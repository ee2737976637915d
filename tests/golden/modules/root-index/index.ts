import { KVStore, Function } from "@plutolang/pluto";
import { keyOf } from "./keys";

const kv = new KVStore(keyOf("store"));
new Function(async () => kv.get(keyOf("item")), "read");
