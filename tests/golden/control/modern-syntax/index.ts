import { KVStore, Function } from "@plutolang/pluto";

const kv = new KVStore("modern");

class Lock implements Disposable {
  static accessor count = 0;
  [Symbol.dispose]() {}
}
const list = <const T extends readonly string[]>(names: T) => names;
const names = list(["a", "b"]);

new Function(async (key: string) => {
  using lock = new Lock();
  const value = (await kv.get(key)) satisfies string;
  return { value, lock: lock instanceof Lock, names: names.at(-1), big: 10n ** 20n };
}, "modern");
