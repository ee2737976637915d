import { KVStore } from "@plutolang/pluto";

outer: for (let i = 0; i < 3; i++) {
  for (let j = 0; j < 3; j++) {
    if (j > i) continue outer;
    if (i === 2) break outer;
    new KVStore(`${i}-${j}`);
  }
}
