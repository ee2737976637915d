import { KVStore, Function } from "@plutolang/pluto";

const users = new KVStore("users");
const orders = new KVStore("orders");
const counts = new KVStore("counts");

interface Loaded<T> {
  value: T;
  store: KVStore;
}

// Calls with type arguments belong to the last operand of what stands before them.
async function load<T>(store: KVStore, key: string): Promise<Loaded<T>> {
  return { value: JSON.parse((await store.get(key)) ?? "null") as T, store };
}

function size<T>(store: KVStore, of: T[]): number {
  void store.get("size");
  return of.length;
}

const repository = { load, size };

new Function(async (key: string) => {
  const { store } = await load<string>(users, key);
  await store.set(key, "seen");
}, "awaited");

new Function(async (key: string) => (await repository.load<string>(orders, key)).store.delete(key), "member");

new Function(async (key: string) => {
  const keys = await Promise.all<string>([key]).then<string[]>((all) => all);
  await [users].reduce<Promise<unknown>>((last, store) => last.then(() => store.get(keys[0])), Promise.resolve());
}, "chained");

new Function((key: string) => 1 + 2 * size<string>(counts, [key]), "sum");
new Function((key: string) => !repository.size<string>(counts, [key]) || void repository?.size<string>(orders, []), "unary");
