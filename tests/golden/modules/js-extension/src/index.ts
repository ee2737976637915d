import { Function } from "@plutolang/pluto";
import { kv } from "./store.js";
import { key } from "./plain.mjs";

new Function(async () => kv.get(key), "read");
