import { KVStore } from "@plutolang/pluto";

const stores: KVStore[] = [];
function grow(n: number) {
  if (n > Number(process.env.LIMIT)) return;
  stores.push(new KVStore(`kv-${n}`)); //~ P0204
  grow(n + 1);
}
grow(0);
