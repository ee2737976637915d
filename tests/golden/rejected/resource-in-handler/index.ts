import { Function, KVStore } from "@plutolang/pluto";

new Function(async (tenant: string) => {
  const kv = new KVStore("tenants"); //~ P0305
  return kv.get(tenant);
}, "f");
