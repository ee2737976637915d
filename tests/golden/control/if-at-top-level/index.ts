import { KVStore, Function } from "@plutolang/pluto";

const features = { audit: true, cache: false };
const kv = new KVStore("main");
let audit: KVStore | undefined;
if (features.audit) audit = new KVStore("audit");
const cache = features.cache ? new KVStore("cache") : undefined;

new Function(async (key: string) => {
  await audit?.set(key, "read");
  return (await cache?.get(key)) ?? kv.get(key);
}, "read");
