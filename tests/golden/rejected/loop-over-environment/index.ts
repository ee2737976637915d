import { KVStore } from "@plutolang/pluto";

for (const name of (process.env.TABLES ?? "").split(",")) {
  new KVStore(name); //~ P0203
}
