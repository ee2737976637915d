import { Function } from "@plutolang/pluto";
import { kv } from "@data/kv";
import { key } from "lib/key";

new Function(async () => kv.get(key), "read");
