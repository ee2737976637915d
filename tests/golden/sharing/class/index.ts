import { KVStore, Function } from "@plutolang/pluto";

class Repository {
  constructor(private kv: KVStore) {}
  find = (id: string) => this.kv.get(id);
  save(id: string, value: string) {
    return this.kv.set(id, value);
  }
}

const users = new Repository(new KVStore("users"));
const orders = new Repository(new KVStore("orders"));

new Function(async (id: string) => users.find(id), "find-user");
new Function(async (id: string) => orders.save(id, "new"), "save-order");
new Function(async (id: string) => [await users.find(id), await orders.find(id)], "both");
