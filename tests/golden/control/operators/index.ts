import { KVStore } from "@plutolang/pluto";

const n = 7;
const bits = ((n << 2) | 1) ^ (n >>> 1);
new KVStore(`n${n ** 2}-${n % 4}-${bits}-${-n + 10}-${~n}`);
new KVStore(`t-${typeof n}-${typeof null}-${typeof (() => 0)}`);
new KVStore(`c-${"b" > "a"}-${(1 as any) == "1"}-${"x" in { x: 1 }}`);
let i = 1;
new KVStore(`u-${i++ + ++i}-${i--}`);
new KVStore(`f-${0.1 + 0.2}-${1e21}-${1 / 3}`.replaceAll("+", "p"));
