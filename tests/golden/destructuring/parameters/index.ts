import { KVStore, Function } from "@plutolang/pluto";

interface Deps {
  store: KVStore;
  retries?: number;
}

const kv = new KVStore("deps");
const save =
  ({ store, retries = 3 }: Deps) =>
  async ([key, value = "none"]: [string, string?]) => {
    for (let i = 0; i < retries; i++) await store.set(key, value);
  };

new Function(save({ store: kv }), "save");
new Function(save({ store: kv, retries: 0 }), "never");
