import { KVStore, Function } from "@plutolang/pluto";

const lazy = {
  get kv() {
    const value = new KVStore("lazy");
    Object.defineProperty(this, "kv", { value });
    return value;
  },
};
lazy.kv;
new Function(async () => lazy.kv.get("k"), "read");
