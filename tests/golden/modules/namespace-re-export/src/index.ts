import { Function } from "@plutolang/pluto";
import { data, Data } from "./all";

new Function(async () => data.kv.get("1"), "read");
export type T = Data;
