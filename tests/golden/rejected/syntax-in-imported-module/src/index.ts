import { kv } from "./store";
import { Function } from "@plutolang/pluto";

new Function(async () => kv.get("k"), "f");
