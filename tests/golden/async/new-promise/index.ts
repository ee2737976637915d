import { KVStore, Function } from "@plutolang/pluto";

const kv = new KVStore("work");

new Function(
  (key: string) =>
    new Promise<string>((resolve, reject) => {
      kv.get(key).then(resolve, (error) => kv.set("error", String(error)).then(() => reject(error)));
    }),
  "promise"
);
