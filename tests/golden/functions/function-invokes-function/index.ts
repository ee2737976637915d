import { Function, KVStore } from "@plutolang/pluto";

const kv = new KVStore("results");
const square = new Function(async (n: number) => n * n, "square");
const store = new Function(async (n: number) => kv.set("square", String(await square.invoke(n))), "store");
new Function(async () => Promise.all([1, 2, 3].map((n) => store.invoke(n))), "all");
