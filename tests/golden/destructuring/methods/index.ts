import { KVStore, Function } from "@plutolang/pluto";

const kv = new KVStore("loose");
const api = {
  read: (key: string) => kv.get(key),
  write(key: string, value: string) {
    return kv.set(key, value);
  },
};
const { read, ["write"]: store } = api;

new Function(async (key: string) => read(key), "read");
new Function(async (key: string) => store(key, "1"), "write");
