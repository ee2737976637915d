import { KVStore, Function } from "@plutolang/pluto";

const users = new KVStore("users");
const orders = new KVStore("orders");

// One helper, two stores: each function gets its own.
const read = (store: KVStore, key: string) => store.get(key);

new Function(async (id: string) => read(users, id), "user");
new Function(async (id: string) => read(orders, id), "order");
