import { KVStore, Function } from "@plutolang/pluto";

class Stores {
  static readonly users = new KVStore("users");
  static orders: KVStore;
  static #count = 1;
  static {
    Stores.orders = new KVStore(`orders-${++Stores.#count}`);
  }
  static read(id: string) {
    return this.users.get(id);
  }
}

new Function(async (id: string) => Stores.read(id), "read");
new Function(async (id: string) => Stores.orders.set(id, "1"), "order");
