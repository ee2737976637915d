import { KVStore, Function } from "@plutolang/pluto";

const registry = new WeakMap<object, KVStore>();
const token = {};
registry.set(token, new KVStore("weak"));
const bySymbol = { [Symbol.for("kv")]: new KVStore("symbol") };

new Function(async () => registry.get(token)!.get("k"), "weak");
new Function(async () => bySymbol[Symbol.for("kv")].get("k"), "symbol");
