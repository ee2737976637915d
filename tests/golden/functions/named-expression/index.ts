import { KVStore, Function } from "@plutolang/pluto";

const users = new KVStore("users");
const orders = new KVStore("orders");

// A named function expression is known inside of itself, as the very function that runs.
const visit = function down(store: KVStore, level: number): Promise<string | undefined> {
  return level > 2 ? store.get("leaf") : down(store, level + 1);
};

function curry(fn: (...args: any[]) => unknown) {
  return function next(...args: any[]): any {
    return args.length >= fn.length ? fn(...args) : (...more: any[]) => next(...args, ...more);
  };
}

const put = curry((store: KVStore, key: string, value: string) => store.set(key, value));
const remove = curry((store: KVStore, key: string) => store.delete(key));

new Function(() => visit(users, 0), "visitor");
new Function((key: string) => put(users)(key)("1"), "writer");
new Function((key: string) => remove(orders, key), "remover");
