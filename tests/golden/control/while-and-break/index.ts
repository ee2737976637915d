import { KVStore } from "@plutolang/pluto";

let n = 1;
while (true) {
  n *= 2;
  if (n === 8) continue;
  if (n > 20) break;
  new KVStore(`size-${n}`);
}
do n--; while (n % 5);
new KVStore(`end-${n}`);
