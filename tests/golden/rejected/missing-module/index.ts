import { kv } from "./stores"; //~ P0107
import { Function } from "@plutolang/pluto";

new Function(async () => kv.get("k"), "f");
