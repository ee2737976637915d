import { KVStore, Function } from "@plutolang/pluto";

// Classes as they were written before there were classes.
function Store(this: any, name: string) {
  this.kv = new KVStore(name);
}
Store.prototype.read = function (key: string) {
  return this.kv.get(key);
};

const store = new (Store as any)("ancient");
const derived = Object.create(store);
derived.clear = function (key: string) {
  return this.kv.delete(key);
};
new Function(async (key: string) => store.read(key), "read");
new Function(async (key: string) => derived.clear(key), "clear");
