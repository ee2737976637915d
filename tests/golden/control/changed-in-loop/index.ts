import { KVStore, Function } from "@plutolang/pluto";

const a = new KVStore("a");
const b = new KVStore("b");
const c = new KVStore("c");

// The third turn is needed to see that c is read.
new Function(async (keys: string[]) => {
  let first = a,
    second = b;
  for (const key of keys) {
    await first.get(key);
    first = second;
    second = c;
  }
}, "rotate");
