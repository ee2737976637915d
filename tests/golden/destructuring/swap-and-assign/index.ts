import { KVStore, Function } from "@plutolang/pluto";

let a = new KVStore("one");
let b = new KVStore("two");
[a, b] = [b, a];
const holder: { kv?: KVStore } = {};
({ a: holder.kv } = { a });

new Function(async () => a.get("k"), "a");
new Function(async () => b.get("k"), "b");
new Function(async () => holder.kv!.delete("k"), "holder");
