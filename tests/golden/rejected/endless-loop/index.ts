import { KVStore } from "@plutolang/pluto";

let n = 0;
while (n >= 0) { //~ P0205
  n = n + 1;
}
new KVStore(`kv-${n}`);
