import { KVStore, Function } from "@plutolang/pluto";

// Resources made by a function, one a call.
function table(entity: string) {
  const kv = new KVStore(`${entity}-table`);
  return { read: (id: string) => kv.get(id), write: (id: string, v: string) => kv.set(id, v) };
}

const users = table("user");
const orders = table("order");

new Function(async (id: string) => users.read(id), "user");
new Function(async (id: string) => orders.write(id, await users.read(id)), "order");
