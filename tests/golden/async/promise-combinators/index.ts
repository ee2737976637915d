import { KVStore, Function } from "@plutolang/pluto";

const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => new KVStore(name));

new Function(async (key: string) => {
  const [first] = await Promise.allSettled([a.get(key)]);
  const race = await Promise.race([b.get(key), new Promise((resolve) => setTimeout(resolve, 10))]);
  const any = await Promise.any([c.get(key)].concat([]));
  return [first, race, any, await Promise.resolve(d).then((store) => store.get(key))];
}, "all");
