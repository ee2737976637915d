import { KVStore } from "@plutolang/pluto";

let n = 0;
while (n >= 0) {
  n = n + 1;
}
new KVStore(`kv-${n}`);
