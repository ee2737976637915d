import { Function, KVStore } from "@plutolang/pluto";

function open(name: string) {
  return new KVStore(name); //~ P0305
}
open("shared");
new Function(async (tenant: string) => open(tenant).get("k"), "f");
