import { KVStore, Function } from "@plutolang/pluto";

const source = new KVStore("source");
const target = new KVStore("target");

async function copy(from: KVStore, to: KVStore, key: string) {
  await to.set(key, await from.get(key));
}

new Function((key: string) => copy(source, target, key), "forward");
