import { KVStore, Function } from "@plutolang/pluto";

const hot = new KVStore("hot");
const cold = new KVStore("cold");

// One handler changes what the other uses, where both run in one process.
let current = hot;
const swap = () => {
  current = cold;
};
new Function(async (key: string) => {
  const value = await current.get(key);
  swap();
  return value;
}, "alternate");
new Function(async (key: string) => hot.get(key), "steady");
